package values

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// scalarEnd is where the text of a scalar that starts at an offset ends.
func (s *source) scalarEnd(n *yaml.Node, start int) int {
	switch {
	case n.Style&yaml.DoubleQuotedStyle != 0:
		return s.quotedEnd(start, '\\')
	case n.Style&yaml.SingleQuotedStyle != 0:
		return s.quotedEnd(start, '\'')
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return s.blockEnd(n.Value, start)
	}
	return s.match(n.Value, start)
}

// quotedEnd is the place behind the closing quote of the text that starts
// with a quote at an offset. The escape takes the byte behind it along; in
// single quotes that is the quote itself.
func (s *source) quotedEnd(start int, escape byte) int {
	quote := s.text[start]
	for at := start + 1; at < len(s.text); at++ {
		switch c := s.text[at]; {
		case c == escape && (escape != quote || at+1 < len(s.text) && s.text[at+1] == quote):
			at++
		case c == quote:
			return at + 1
		}
	}
	return len(s.text)
}

// blockEnd is the end of a "|" or ">" text: that of its last line, before the
// line break. Blank lines behind it belong to the text only when they are in
// the value, as "|+" makes them.
func (s *source) blockEnd(value string, start int) int {
	header := start + 1
	for header < len(s.text) && strings.IndexByte("+-0123456789", s.text[header]) >= 0 {
		header++
	}
	if value == "" {
		return header
	}
	line := s.lineAt(start)
	words := strings.TrimRightFunc(value, isSpace)
	if words != "" {
		body := s.offset(line+1, 1)
		for body < len(s.text) && spaceLength(s.text[body:]) > 0 {
			body += spaceLength(s.text[body:])
		}
		line = s.lineAt(s.match(strings.TrimLeftFunc(words, isSpace), body)) - 1
	}
	// Every line break at the end of a value is one in the text, also where
	// ">" folds; a value that does not end in one has a line more.
	rest := value[len(words):]
	for _, r := range rest {
		if r != ' ' && r != '\t' {
			line++
		}
	}
	if rest == "" || strings.HasSuffix(rest, " ") || strings.HasSuffix(rest, "\t") {
		line++
	}
	return s.lineEnd(line)
}

// match walks the text from an offset along a decoded value and is the place
// where the value ends. Plain and block texts have no escapes: all but spaces
// is written as it is decoded, and where one has a space or line break the
// other has some as well.
func (s *source) match(value string, at int) int {
	for i := 0; i < len(value); {
		n := spaceLength(value[i:])
		if n == 0 {
			if at == len(s.text) || s.text[at] != value[i] {
				return at // not this text: a fault of ours
			}
			at, i = at+1, i+1
			continue
		}
		i += n
		for at < len(s.text) && spaceLength(s.text[at:]) > 0 {
			at += spaceLength(s.text[at:])
		}
	}
	return at
}

// spaceLength is how many bytes the blank or line break at the start of b
// has, 0 when there is none.
func spaceLength[T string | []byte](b T) int {
	if len(b) > 0 && (b[0] == ' ' || b[0] == '\t') {
		return 1
	}
	return breakLength(b)
}

func isSpace(r rune) bool {
	return strings.ContainsRune(" \t\r\n\u0085\u2028\u2029", r)
}
