package values

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// movedEntry is an entry that gets a new place: its lines as they are written,
// comments above it included, which only the indentation of changes.
type movedEntry struct {
	text   []string
	indent int
	first  int // the line of the key or dash
	key    *yaml.Node
	value  any
	fault  *Refusal // why it cannot stand between brackets
}

// graft writes an entry at its new path, and leaves the old one to a removal.
func (e *editor) graft(s *step) ([]Edit, any, error) {
	l, err := e.entry(s.from)
	if err != nil {
		return nil, nil, err
	}
	if err := e.ownsAnchors(l.value); err != nil {
		return nil, nil, err
	}
	if s.from.Last().IsIndex() != s.path.Last().IsIndex() {
		return nil, nil, e.refuse(e.at(l), "a list item cannot become a key, nor a key an item; set it at the new place and remove it here")
	}
	value, _ := Lookup(e.tree, s.from)
	moved, err := e.lift(l, value)
	if err != nil {
		return nil, nil, err
	}
	target, rest, err := e.reach(s.path)
	if err != nil {
		return nil, nil, err
	}
	if len(rest) == 0 {
		return nil, nil, e.refuse(e.at(target), "%s is there already; remove it first", s.path)
	}
	return e.grow(target, rest, entryText{moved: moved})
}

// asWritten puts entries that move from one map into another, whatever order
// they were asked for in, into the order that they are written in.
func (f *File) asWritten(steps []step) {
	for start := 0; start < len(steps); {
		end := start + 1
		for end < len(steps) && together(steps[start], steps[end]) {
			end++
		}
		slices.SortStableFunc(steps[start:end], func(a, b step) int {
			first, _ := f.Find(a.from)
			second, _ := f.Find(b.from)
			return first.Value.Start.Offset - second.Value.Start.Offset
		})
		start = end
	}
}

func together(a, b step) bool {
	return a.kind == stepGraft && b.kind == stepGraft && !a.path.Last().IsIndex() && a.path.Parent().Equal(b.path.Parent()) && a.from.Parent().Equal(b.from.Parent())
}

// lift takes the text of an entry.
func (e *editor) lift(l *link, value any) (*movedEntry, error) {
	s := e.s
	if l.key != nil && (l.key.Anchor != "" || l.key.Style&yaml.TaggedStyle != 0) {
		return nil, e.refuse(e.at(l), "the key has an anchor or a tag; write it as `key: value` first")
	}
	moved := &movedEntry{key: l.key, value: value}
	var start, end int
	if l.isFlow() {
		start, end, _ = e.flowExtent(l)
		if s.lineAt(start) != s.lineAt(end) {
			return nil, e.refuse(start, "an entry of several lines in brackets cannot move; set it at the new place and remove it here")
		}
		moved.text = []string{string(s.text[start:end])}
		moved.takeWritten(s, l)
		if e.lacksColon(l, end) {
			moved.text[0] += ":"
		}
		if l.key == nil {
			moved.text[0] = "- " + moved.text[0]
		}
		return moved, nil
	}
	if _, err := e.mark(l); err != nil {
		return nil, err
	}
	start = e.begin(l)
	_, end = s.extent(l.key, l.value)
	first, last := s.lineAt(start), s.lineAt(end)
	if end == len(s.text) && e.endsOpen() {
		return nil, e.refuse(start, "the block text at the end of the file has no line break behind it and would get one; end the file with a line break first")
	}
	moved.indent = s.pos(start).Column - 1
	head := first
	if s.isFirst(start) {
		head, last = e.head(l, first), s.tailComments(first, last)
	}
	moved.first = first - head
	for line := head; line <= last; line++ {
		text := string(s.lineText(line))
		if line == first {
			text = spaces(moved.indent) + string(s.text[start:s.lineEnd(line)])
		}
		moved.text = append(moved.text, text)
	}
	if len(moved.text) > 1 || !s.endsLine(end) || s.skipBlanks(end) < s.lineEnd(last) {
		moved.fault = e.refuse(start, "an entry with lines or comments of its own cannot move between brackets; set it there and remove it here")
	} else {
		moved.takeWritten(s, l)
	}
	return moved, nil
}

// takeWritten keeps how a value is written, quotes and blanks included, where
// that means the same between brackets.
func (m *movedEntry) takeWritten(s *source, l *link) {
	start, end := s.extent(l.key, l.value)
	text := string(s.text[start:end])
	if strings.TrimSpace(text) == "" {
		return
	}
	tree, err := decodeAny([]byte("a: [" + text + ", {b: " + text + "}]\n"))
	if err == nil && equal(tree, any(map[string]any{"a": []any{m.value, map[string]any{"b": m.value}}})) {
		m.value = written(text)
	}
}

// lines is the entry at its new place.
func (m *movedEntry) lines(e *editor, k Key, indent int) []string {
	out := make([]string, len(m.text))
	for i, line := range m.text {
		text := strings.TrimLeft(line, " ")
		if text == "" && len(line) <= m.indent {
			continue // longer blank lines may be text
		}
		if i == m.first && m.key != nil && keyName(m.key) != k.name {
			_, end := e.s.extent(nil, m.key)
			start := e.s.content(m.key)
			text = e.spell.key(k.name, false, m.key.Style) + text[end-start:]
		}
		out[i] = spaces(len(line)-len(strings.TrimLeft(line, " "))-m.indent+indent) + text
	}
	return out
}

// oneLine is the value of the entry, for a place between brackets.
func (m *movedEntry) oneLine(*editor) (any, error) {
	if m.fault != nil {
		return nil, m.fault
	}
	return m.value, nil
}
