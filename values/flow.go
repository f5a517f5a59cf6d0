package values

import (
	"bytes"

	"go.yaml.in/yaml/v3"
)

// fillFlow gives a null between brackets its entries.
func (e *editor) fillFlow(l *link, g growth) ([]Edit, error) {
	text, err := g.flow(e.quotes(l, nil))
	if err != nil {
		return nil, err
	}
	text = braced(text, g.list)
	return []Edit{e.overFlow(l, text)}, nil
}

// overFlow writes a text over a value between brackets, also over none.
func (e *editor) overFlow(l *link, text string) Edit {
	start, end := e.s.extent(l.key, l.value)
	switch {
	case !isEmpty(l.value):
	case e.lacksColon(l, start):
		text = ": " + text
	default:
		text = " " + text
		if end+1 < len(e.s.text) && e.s.text[end] == ' ' && e.s.text[end+1] == ',' {
			end++
		}
	}
	return Edit{start, end, text}
}

// lacksColon reports whether a key between brackets has neither value nor
// colon, as in {key}.
func (e *editor) lacksColon(l *link, start int) bool {
	if l.key == nil {
		return false
	}
	_, end := e.s.extent(nil, l.key)
	return start == end
}

func braced(text string, list bool) string {
	if list {
		return "[" + text + "]"
	}
	return "{" + text + "}"
}

// insertFlow adds behind the last entry of a map or list in brackets: on the
// same line, or on one of its own when the last entry has one.
func (e *editor) insertFlow(l *link, g growth) ([]Edit, error) {
	s, n := e.s, l.value
	start, end := s.extent(l.key, n)
	if s.text[start] != '{' && s.text[start] != '[' {
		return nil, e.refuse(start, "a map without braces stands in a list; write it as {key: value} first")
	}
	var like yaml.Style
	if n.Kind == yaml.MappingNode && len(n.Content) > 0 {
		like = n.Content[0].Style & yaml.DoubleQuotedStyle
	} else {
		like = e.quotes(l, nil)
	}
	text, err := g.flow(like)
	if err != nil {
		return nil, err
	}
	if len(n.Content) == 0 {
		// Blanks between the brackets are kept on both sides.
		pad := string(s.text[start+1 : s.skipBlanks(start+1)])
		if start+1+len(pad) != end-1 {
			pad = ""
			return []Edit{{start + 1, start + 1, text}}, nil
		}
		return []Edit{{start + 1, end - 1, pad + text + pad}}, nil
	}
	first, lastEnd, previous := e.lastFlow(l)
	comma := s.skipGap(lastEnd)
	hasComma := comma < len(s.text) && s.text[comma] == ','
	behind := lastEnd
	if hasComma {
		behind = comma + 1
	}
	if s.lineAt(first) == s.lineAt(previous) || !s.endsLine(behind) {
		return []Edit{{lastEnd, lastEnd, ", " + text}}, nil
	}
	column := s.pos(first).Column - 1
	line := s.lineAt(behind)
	at := s.lineEnd(line)
	text = s.lineBreak(line) + spaces(column) + text
	switch {
	case hasComma:
		return []Edit{{at, at, text + ","}}, nil
	case at == lastEnd:
		return []Edit{{at, at, "," + text}}, nil
	}
	return []Edit{{lastEnd, lastEnd, ","}, {at, at, text}}, nil
}

// lastFlow is where the last entry of a collection in brackets starts and
// ends, and where what stands before it ends.
func (e *editor) lastFlow(l *link) (start, end, previous int) {
	n := l.value
	last := &link{value: n.Content[len(n.Content)-1], above: l, index: len(n.Content) - 1}
	if n.Kind == yaml.MappingNode {
		last.key = n.Content[len(n.Content)-2]
		last.index--
	}
	return e.flowExtent(last)
}

// flowExtent is where an entry between brackets starts and ends, and where
// what stands before it, an entry or the bracket, ends.
func (e *editor) flowExtent(l *link) (start, end, previous int) {
	s, n := e.s, l.above.value
	end = s.flowEntryEnd(l.key, l.value)
	step := 1
	first := l.value
	if l.key != nil {
		step, first = 2, l.key
	}
	start = s.offset(first.Line, first.Column)
	switch {
	case l.index < step:
		previous = s.content(n) + 1
	case l.key != nil:
		previous = s.flowEntryEnd(n.Content[l.index-2], n.Content[l.index-1])
	default:
		previous = s.flowEntryEnd(nil, n.Content[l.index-1])
	}
	return start, end, previous
}

// flowEntryEnd is where an entry between brackets ends. The blank behind the
// colon of a key without a value belongs to it, for without that blank the
// colon would be part of the key.
func (s *source) flowEntryEnd(key, n *yaml.Node) int {
	_, end := s.extent(key, n)
	if key != nil && isEmpty(n) && end < len(s.text) && s.text[end] == ' ' && s.text[end-1] == ':' {
		if _, keyEnd := s.extent(nil, key); keyEnd < end {
			end++
		}
	}
	return end
}

// endsLine reports whether nothing but a comment follows on the line.
func (s *source) endsLine(at int) bool {
	at = s.skipBlanks(at)
	return at == len(s.text) || s.text[at] == '#' || breakLength(s.text[at:]) > 0
}

// removeFlow takes an entry between brackets away, with one comma; the whole
// lines when it has lines of its own.
func (e *editor) removeFlow(l *link) ([]Edit, error) {
	s, n := e.s, l.above.value
	start, end, previous := e.flowExtent(l)
	if open := s.content(n); s.text[open] != '{' && s.text[open] != '[' {
		return nil, e.refuse(open, "a map without braces stands in a list; write it as {key: value} first")
	}
	comma := s.skipGap(end)
	hasComma := comma < len(s.text) && s.text[comma] == ','
	isLast := l.index+len(n.Content)/size(n) >= len(n.Content)
	behind := end
	if hasComma {
		behind = comma + 1
	}
	if s.isFirst(start) && s.endsLine(behind) && s.lineAt(behind) < len(s.starts) && s.lineAt(start) > s.lineAt(previous) {
		cut := e.wholeLines(s.lineAt(start), s.lineAt(behind))
		before := s.skipGap(previous)
		if isLast && !hasComma && size(n) > 1 && before < start && s.text[before] == ',' {
			return []Edit{{before, before + 1, ""}, cut}, nil
		}
		return []Edit{cut}, nil
	}
	switch {
	case size(n) == 1 && hasComma:
		return []Edit{{start, comma + 1, ""}}, nil
	case size(n) == 1:
		// Of blanks on both sides, those before it stay.
		after := s.skipBlanks(end)
		if after == len(s.text) || s.text[after] != '}' && s.text[after] != ']' {
			after = end
		}
		return []Edit{{start, after, ""}}, nil
	case isLast && s.comments(previous, start):
		return nil, e.refuse(start, "comments stand between the entries; remove it by hand")
	case isLast:
		return []Edit{{previous, end, ""}}, nil
	}
	next := s.skipGap(behind)
	if eol := s.lineEnd(s.lineAt(behind)); s.endsLine(behind) && s.comments(behind, eol) && !s.comments(end, behind) && s.lineAt(start) == s.lineAt(behind) {
		return []Edit{{len(bytes.TrimRight(s.text[:start], " \t")), eol, ""}}, nil // the comment behind it is its own
	}
	if s.comments(end, next) {
		return []Edit{{start, behind, ""}}, nil
	}
	return []Edit{{start, next, ""}}, nil
}
