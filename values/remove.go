package values

import (
	"bytes"
	"regexp"

	"go.yaml.in/yaml/v3"
)

// remove takes an entry away: its lines with their comments, also those right
// above that speak of it, or its part of a line. A map or list that loses its last entry becomes {} or
// [], for the chart must still find one.
func (e *editor) remove(s *step) ([]Edit, any, error) {
	if _, ok := Lookup(e.tree, s.path); !ok {
		return nil, nil, nil
	}
	l, rest, err := e.reach(s.path)
	if err != nil {
		return nil, nil, err
	}
	if len(rest) > 0 || l.above == nil {
		if m := e.merged(l.value, s.path.Last().name); m != nil {
			return nil, nil, e.refuse(e.s.offset(m.Line, m.Column), "the value comes from this <<; write the keys that are wanted instead of the <<")
		}
		return nil, nil, e.refuse(e.at(l), "the entry is not found in the text; edit it by hand")
	}
	if l.key != nil {
		if m := e.merged(l.above.value, s.path.Last().name); m != nil {
			return nil, nil, e.refuse(e.s.offset(m.Line, m.Column), "without the key, this << would give it a value; set it instead, or remove the <<")
		}
	}
	if err := e.ownsAnchors(l.value); err != nil {
		return nil, nil, err
	}
	claim := any(l.above.value)
	if l.isFlow() {
		edits, err := e.removeFlow(l)
		return edits, claim, err
	}
	edits, err := e.removeBlock(l)
	return edits, claim, err
}

// size is how many items or pairs a node has.
func size(n *yaml.Node) int {
	if n.Kind == yaml.MappingNode {
		return len(n.Content) / 2
	}
	return len(n.Content)
}

// begin is where the text of an entry in block style starts: its key, with
// anchor and tag, or its dash.
func (e *editor) begin(l *link) int {
	if l.key != nil {
		return e.s.offset(l.key.Line, l.key.Column)
	}
	return e.dash(l.above.value, l.index)
}

func (e *editor) removeBlock(l *link) ([]Edit, error) {
	s := e.s
	if _, err := e.mark(l); err != nil {
		return nil, err
	}
	start := e.begin(l)
	_, end := s.extent(l.key, l.value)
	line, last := s.lineAt(start), s.lineAt(end)
	if size(l.above.value) == 1 {
		return e.removeOnly(l, start, end)
	}
	if !s.isFirst(start) {
		// Behind the dash of an item, where the next entry takes its place.
		sibling := e.next(l)
		if sibling == nil {
			return nil, e.refuse(start, "other text stands before the entry on its line; remove it by hand")
		}
		next := e.begin(sibling)
		behind := s.lineEnd(last)
		if s.comments(behind, next) {
			return []Edit{{len(bytes.TrimRight(s.text[:start], " \t")), behind, ""}}, nil
		}
		return []Edit{{start, next, ""}}, nil
	}
	return []Edit{e.wholeLines(e.head(l, line), s.tailComments(line, last))}, nil
}

// next is the entry behind one in the same map or list; nil for the last.
func (e *editor) next(l *link) *link {
	content := l.above.value.Content
	switch {
	case l.key == nil && l.index+1 < len(content):
		return &link{value: content[l.index+1], above: l.above, index: l.index + 1}
	case l.key != nil && l.index+3 < len(content):
		return &link{key: content[l.index+2], value: content[l.index+3], above: l.above, index: l.index + 2}
	}
	return nil
}

// removeOnly takes the only entry of a block collection away.
func (e *editor) removeOnly(l *link, start, end int) ([]Edit, error) {
	s := e.s
	empty := "{}"
	if l.key == nil {
		empty = "[]"
	}
	line, last := s.lineAt(start), s.lineAt(end)
	owner := l.above
	if owner.above == nil || !s.isFirst(start) {
		if at := s.skipBlanks(end); last > line || owner.above == nil && at < len(s.text) && s.text[at] == '#' {
			end = s.lineEnd(last)
		}
		if s.isFirst(start) {
			start = s.skipBlanks(s.starts[e.head(l, line)-1])
		}
		return []Edit{{start, end, empty}}, nil
	}
	mark, err := e.mark(owner)
	if err != nil {
		return nil, err
	}
	mark = e.afterProperties(mark, owner.value)
	cut := e.wholeLines(e.head(l, line), s.tailComments(line, last))
	return []Edit{{mark, mark, " " + empty}, cut}, nil
}

// isFirst reports whether nothing but blanks stands before an offset on its
// line.
func (s *source) isFirst(at int) bool {
	return len(bytes.Trim(s.text[s.starts[s.lineAt(at)-1]:at], " \t")) == 0
}

// comments reports whether a comment stands between two offsets.
func (s *source) comments(from, to int) bool {
	return from < to && bytes.IndexByte(s.text[from:to], '#') >= 0
}

// wholeLines removes lines. At the end of a text without a final line break
// the break before goes, so that the text still ends without one; it stays
// when a block text needs it.
func (e *editor) wholeLines(first, last int) Edit {
	s := e.s
	if last < len(s.starts) {
		return Edit{s.starts[first-1], s.starts[last], ""}
	}
	if first > 1 && e.spell.care < 2 {
		return Edit{s.lineEnd(first - 1), len(s.text), ""}
	}
	return Edit{s.starts[first-1], len(s.text), ""}
}

// head is the first line of an entry with the comments above that belong to
// it: what looks like one in the text of the entry before does not.
func (e *editor) head(l *link, line int) int {
	head, content := e.s.headComments(line), l.above.value.Content
	end := 0
	switch {
	case l.key != nil && l.index >= 2:
		_, end = e.s.extent(content[l.index-2], content[l.index-1])
	case l.key == nil && l.index >= 1:
		_, end = e.s.extent(nil, content[l.index-1])
	default:
		return head
	}
	return min(line, max(head, e.s.lineAt(end)+1))
}

// headComments is the first of the comment lines right above a line that
// belong to its entry, or the line itself: those that are indented like it. A
// comment at the top of the file speaks of the file, and a key that is
// commented out is an entry of its own.
func (s *source) headComments(line int) int {
	start := s.starts[line-1]
	column := s.skipBlanks(start) - start
	head := line
	for head > 1 && s.comment(head-1) == column {
		if text, _ := s.commented(head - 1); commentedKey.MatchString(text) {
			break
		}
		head--
	}
	if head == 1 {
		return line
	}
	return head
}

// commentedKey is the beginning of a key that is commented out.
var commentedKey = regexp.MustCompile(`^(- )?["']?[a-z][A-Za-z0-9_./-]*["']?:( |$)`)

// tailComments is the last of the comment lines right below an entry that are
// indented by more than its first line, or the entry's own last line.
func (s *source) tailComments(first, last int) int {
	start := s.starts[first-1]
	column := s.skipBlanks(start) - start
	for s.comment(last+1) > column {
		last++
	}
	return last
}
