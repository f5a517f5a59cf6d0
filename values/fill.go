package values

import "strings"

// isBare reports whether an empty map or list is {} or [] on the line of its
// key or dash, where entries in block style can take its place. A comment
// or blank behind the {} of a whole file would have no line to stay on, and
// text behind it is read once the braces are gone.
func (e *editor) isBare(l *link) bool {
	start, end := e.s.extent(l.key, l.value)
	if end-start != 2 || end < len(e.s.text) && e.s.text[end] == '#' {
		return false
	}
	if l.above == nil {
		return e.s.pos(start).Column == 1 && len(e.f.MoreDocuments()) == 0 && (end == len(e.s.text) || breakLength(e.s.text[end:]) > 0)
	}
	mark, err := e.mark(l)
	return err == nil && e.s.lineAt(mark) == e.s.lineAt(start)
}

// insertFirst writes the first entries of a file, behind its comments.
func (e *editor) insertFirst(g growth) []Edit {
	s := e.s
	doc := s.documents()[0]
	lines := g.lines(0)
	if line, ok := e.twin(g.name, 0, 1, len(s.starts)); ok && s.starts[line-1] < doc.end {
		return []Edit{{s.lineEnd(line), s.lineEnd(line), e.lines(line, lines)}}
	}
	at := max(doc.end, s.starts[0])
	line := s.lineAt(at)
	text := strings.TrimPrefix(e.lines(line, lines), s.lineBreak(line))
	if s.isBlank(line) && at >= s.starts[line-1] && len(strings.Trim(string(s.text[s.starts[line-1]:at]), " \t")) == 0 {
		return []Edit{{s.starts[line-1], s.starts[line-1], text + s.lineBreak(line)}}
	}
	if at == s.starts[line-1] {
		return []Edit{{at, at, text + s.lineBreak(line)}}
	}
	return []Edit{{at, at, s.lineBreak(line) + text}}
}

// fill gives a key or dash that has no value, null, {} or [] its entries. A
// comment on the line stays there.
func (e *editor) fill(l *link, g growth) ([]Edit, error) {
	s := e.s
	start, end := s.extent(l.key, l.value)
	if l.above == nil {
		lines := g.lines(0)
		return e.withTail([]Edit{e.inline(start, end, strings.TrimLeft(lines[0], " "))}, s.lineAt(end), lines[1:]), nil
	}
	mark, err := e.mark(l)
	if err != nil {
		return nil, err
	}
	if s.lineAt(start) > s.lineAt(mark) {
		return nil, e.refuse(start, "the value stands on a line of its own; remove it first")
	}
	line := s.lineAt(end)
	above := e.indent(l.above.value)
	cut := e.afterProperties(mark, l.value)
	if l.key == nil {
		lines := g.lines(above + 2)
		if len(lines) > 1 && end < s.lineEnd(line) {
			// A comment or blank there stays on the line of the dash.
			return []Edit{{cut, end, ""}, {s.lineEnd(line), s.lineEnd(line), e.lines(line, lines)}}, nil
		}
		head := strings.TrimLeft(lines[0], " ")
		if start == end {
			head = " " + head
		}
		return e.withTail([]Edit{e.inline(start, end, head)}, line, lines[1:]), nil
	}
	below := above + e.spell.step
	if g.list {
		below = above + e.spell.list
	}
	place := line
	if at, ok := e.twin(g.name, below, line+1, e.gapEnd(line)); ok && !g.list {
		place = at
	} else {
		for s.comment(place+1) > above {
			place++
		}
	}
	at := s.lineEnd(place)
	return []Edit{{cut, end, ""}, {at, at, e.lines(place, g.lines(below))}}, nil
}

// endsOpen reports whether the text ends in a block text without the line
// break that would belong to it.
func (e *editor) endsOpen() bool {
	n := e.f.node()
	for n != nil && len(n.Content) > 0 {
		n = n.Content[len(n.Content)-1]
	}
	if n == nil || blockStyle(n) == 0 || strings.HasSuffix(n.Value, "\n") || e.s.lineEnd(len(e.s.starts)) == e.s.starts[len(e.s.starts)-1] {
		return false
	}
	start, end := e.s.extent(nil, n)
	return end == len(e.s.text) && !strings.Contains(firstWord(e.s.text[start:end]), "-")
}
