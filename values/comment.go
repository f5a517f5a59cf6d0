package values

import (
	"strings"
	"unicode/utf8"
)

// inline replaces the text between two offsets of a line. A comment behind it
// keeps its distance, or its column when a comment on the line above or below
// stands in the same one and there is room.
func (e *editor) inline(start, end int, text string) Edit {
	s := e.s
	at := s.skipBlanks(end)
	atEnd := at == len(s.text) || breakLength(s.text[at:]) > 0
	switch {
	case atEnd && start == end:
		return Edit{start, at, text} // blanks behind a colon without a value
	case !atEnd && at == end && s.text[at] == '#' && text != "":
		return Edit{start, end, text + " "} // legal only behind quotes
	case atEnd || at == end || s.text[at] != '#' || text == "" && start == end:
		return Edit{start, end, text}
	}
	line := s.lineAt(at)
	gap := string(s.text[end:at])
	column := s.pos(at).Column
	if strings.Contains(gap, "\t") || !s.hasCommentAt(line-1, column) && !s.hasCommentAt(line+1, column) {
		return Edit{start, end, text}
	}
	room := len(gap) - utf8.RuneCountInString(text) + utf8.RuneCount(s.text[start:end])
	if room <= 0 || room == len(gap) {
		return Edit{start, end, text}
	}
	return Edit{start, at, text + spaces(room)}
}

// skipBlanks is the first offset from at on that is no space or tab.
func (s *source) skipBlanks(at int) int {
	for at < len(s.text) && (s.text[at] == ' ' || s.text[at] == '\t') {
		at++
	}
	return at
}

// hasCommentAt reports whether a line looks as if a comment began in a column.
func (s *source) hasCommentAt(line, column int) bool {
	if line < 1 || line > len(s.starts) || column < 2 {
		return false
	}
	at := s.offset(line, column)
	return at < s.lineEnd(line) && s.text[at] == '#' && (s.text[at-1] == ' ' || s.text[at-1] == '\t')
}

// comment is the column, from 0, in which a line of nothing but a comment
// has its #; -1 for other lines.
func (s *source) comment(line int) int {
	if line < 1 || line > len(s.starts) {
		return -1
	}
	start := s.starts[line-1]
	if at := s.skipBlanks(start); at < len(s.text) && s.text[at] == '#' {
		return at - start
	}
	return -1
}

// isBlank reports whether a line has no text.
func (s *source) isBlank(line int) bool {
	at := s.skipBlanks(s.starts[line-1])
	return at == len(s.text) || breakLength(s.text[at:]) > 0
}

// lineBreak is how a line ends; one without an end, or with an odd one, is
// given that of the line before it, or of the file's first.
func (s *source) lineBreak(line int) string {
	for _, n := range []int{line, line - 1, 1} {
		if n < 1 || n >= len(s.starts) {
			continue
		}
		switch b := string(s.text[s.lineEnd(n):s.starts[n]]); b {
		case "\n", "\r\n", "\r":
			return b
		}
	}
	return "\n"
}
