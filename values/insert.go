package values

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// entryText is what is inserted: a value to spell, or the lines of an entry
// that moves.
type entryText struct {
	value any
	moved *movedEntry
}

// growth is one or more entries that come into a map or list.
type growth struct {
	name  string // the key, when there is one; its commented-out twin shows the place
	list  bool   // items, not keys
	lines func(indent int) []string
	flow  func(like yaml.Style) (string, error) // without brackets; what a block is moved into may refuse
}

// grow inserts the entry that rest names into l, with the maps and lists that
// are missing on the way.
func (e *editor) grow(l *link, rest Path, text entryText) ([]Edit, any, error) {
	if l != nil && l.value.Kind == yaml.MappingNode && !rest[0].IsIndex() {
		if m := e.merged(l.value, rest[0].name); m != nil && len(rest) > 1 {
			return nil, nil, e.refuse(e.s.offset(m.Line, m.Column), "%s comes from this <<, so a change would be one of the merged map; write the whole of it beside the << first", rest[0].name)
		}
		if in := e.f.mapEntry(l.value, rest[0].name); in.key != nil && !isTextKey(in.key) {
			return nil, nil, e.refuse(e.s.offset(in.key.Line, in.key.Column), "the merged key is a number, bool or null; of that and a text Helm's library takes either, so quote it there first")
		}
	}
	return e.insert(l, growth{
		name: rest[0].name,
		list: rest[0].IsIndex(),
		lines: func(indent int) []string {
			return e.entryLines(rest, text, indent)
		},
		flow: func(like yaml.Style) (string, error) {
			value, likeKey := text.value, like
			if text.moved != nil {
				var err error
				if value, err = text.moved.oneLine(e); err != nil {
					return "", err
				}
				if key := text.moved.key; key != nil && len(rest) == 1 && like == 0 {
					likeKey = key.Style
				}
			}
			if rest[0].IsIndex() {
				return e.spell.scalar(nested(rest[1:], value), true, like), nil
			}
			return e.spell.key(rest[0].name, true, likeKey) + ": " + e.spell.scalar(nested(rest[1:], value), true, like), nil
		},
	})
}

// isTextKey reports whether a key is a text for Helm's library, before all keys
// are made texts.
func isTextKey(key *yaml.Node) bool {
	key = deref(key)
	if key.Style&^yaml.TaggedStyle != 0 {
		return true
	}
	tree, err := decodeAny([]byte("- " + key.Value + "\n"))
	list, isList := tree.([]any)
	return err == nil && isList && len(list) == 1 && list[0] == key.Value
}

// growAll gives a null or an empty map or list its entries.
func (e *editor) growAll(l *link, v any) ([]Edit, any, error) {
	g := growth{flow: func(like yaml.Style) (string, error) {
		text := e.spell.flow(v, like)
		return text[1 : len(text)-1], nil
	}}
	switch v := v.(type) {
	case map[string]any:
		g.lines = func(indent int) []string { return e.spell.entries(v, indent) }
	case []any:
		g.list = true
		g.lines = func(indent int) []string { return e.spell.items(v, indent) }
	}
	return e.insert(l, g)
}

// entryLines is an entry with the maps and lists above it.
func (e *editor) entryLines(rest Path, text entryText, indent int) []string {
	switch {
	case text.moved == nil:
		return e.spell.entry(rest[0], nested(rest[1:], text.value), indent)
	case len(rest) == 1 && rest[0].IsIndex():
		return text.moved.lines(e, rest[0], indent)
	case len(rest) == 1:
		return text.moved.lines(e, rest[0], indent)
	case rest[0].IsIndex():
		return dashed(e.entryLines(rest[1:], text, indent+2), indent, 1)
	}
	below := indent + e.spell.step
	if rest[1].IsIndex() {
		below = indent + e.spell.list
	}
	key := spaces(indent) + e.spell.key(rest[0].name, false, 0) + ":"
	return append([]string{key}, e.entryLines(rest[1:], text, below)...)
}

// insert puts new entries into the map or list at l, nil for an empty file.
func (e *editor) insert(l *link, g growth) ([]Edit, any, error) {
	if l == nil {
		return e.insertFirst(g), e.f, nil
	}
	n := l.value
	if n.Style&yaml.TaggedStyle != 0 && n.Kind == yaml.ScalarNode {
		return nil, nil, e.refuse(e.s.offset(n.Line, n.Column), "the value has the tag %s, which would apply to the new one; remove the tag first", n.Tag)
	}
	isFlow := n.Style&yaml.FlowStyle != 0
	if len(n.Content) > 0 {
		e.settle(n)
	} else if l.above != nil {
		e.settle(l.above.value)
	}
	var edits []Edit
	var err error
	switch {
	case n.Kind == yaml.ScalarNode && l.isFlow():
		edits, err = e.fillFlow(l, g)
	case n.Kind == yaml.ScalarNode, isFlow && len(n.Content) == 0 && !l.isFlow() && e.isBare(l):
		edits, err = e.fill(l, g)
	case isFlow:
		edits, err = e.insertFlow(l, g)
	case g.list:
		edits = e.insertItem(l, g)
	default:
		edits = e.insertKey(l, g)
	}
	if err == nil && e.endsOpen() && slices.ContainsFunc(edits, func(edit Edit) bool { return edit.End == len(e.s.text) }) {
		err = e.refuse(len(e.s.text), "the block text at the end of the file has no line break behind it and would get one; end the file with a line break first")
	}
	return edits, n, err
}

// insertItem appends to a list in block style.
func (e *editor) insertItem(l *link, g growth) []Edit {
	s, n := e.s, l.value
	indent, above := e.indent(n), -1
	if l.above != nil {
		above = e.indent(l.above.value)
	}
	last := len(n.Content) - 1
	_, end := s.extent(nil, n.Content[last])
	gap := 1
	dash := e.dash(n, last)
	if at := s.skipBlanks(dash + 1); at > dash+1 && at < len(s.text) && breakLength(s.text[at:]) == 0 && s.text[at] != '#' {
		gap = at - dash - 1
	}
	lines := g.lines(indent)
	if gap > 1 {
		for i := range lines {
			if i > 0 && lines[i] != "" {
				lines[i] = spaces(gap-1) + lines[i]
			}
		}
		lines[0] = spaces(indent) + "-" + spaces(gap) + strings.TrimLeft(lines[0][indent+1:], " ")
	}
	// The next key may stand in the column of the dashes.
	line := e.behind(s.lineAt(end), indent, above < indent)
	return []Edit{{s.lineEnd(line), s.lineEnd(line), e.lines(line, lines)}}
}

// insertKey adds to a map in block style: below the commented-out twin of the
// key, else below the key it continues the name of, else at the end.
func (e *editor) insertKey(l *link, g growth) []Edit {
	s, n := e.s, l.value
	indent := e.indent(n)
	from := -2
	if e.merged(n, g.name) != nil {
		// Above a << the key would not count.
		merges := e.f.keysOf(n).merges
		from = merges[len(merges)-1]
	}
	line, ok := e.twinIn(l, g.name, indent, from)
	if !ok {
		after := len(n.Content) - 2
		if i := e.relative(n, g.name); i >= max(0, from) {
			after = i
		}
		line = e.behind(e.lastLine(n, after), indent, after == len(n.Content)-2)
	}
	return []Edit{{s.lineEnd(line), s.lineEnd(line), e.lines(line, g.lines(indent))}}
}

// relative is the last key that the name continues, or that continues the
// name, as podAntiAffinityKey does podAntiAffinity; -1 when there is none.
func (e *editor) relative(n *yaml.Node, name string) int {
	for i := len(n.Content) - 2; i >= 0; i -= 2 {
		key := n.Content[i].Value
		if len(key) >= 4 && len(name) >= 4 && (strings.HasPrefix(name, key) || strings.HasPrefix(key, name)) {
			return i
		}
	}
	return -1
}

// lastLine is the line on which an entry of a map ends.
func (e *editor) lastLine(n *yaml.Node, index int) int {
	_, end := e.s.extent(n.Content[index], n.Content[index+1])
	return e.s.lineAt(end)
}

// behind skips comment lines below a line that belong to the entry which ends
// there, being indented by more; and behind the last entry of a map or list
// also those right below that are indented like it, for what follows is not.
func (e *editor) behind(line, indent int, last bool) int {
	for next := line + 1; next <= len(e.s.starts); next++ {
		column := e.s.comment(next)
		switch {
		case column > indent, last && column == indent && next == line+1:
			line = next
		case !e.s.isBlank(next):
			return line
		}
	}
	return line
}

// gapEnd is the last of the blank lines and comments below a line.
func (e *editor) gapEnd(line int) int {
	for line < len(e.s.starts) && (e.s.comment(line+1) >= 0 || e.s.isBlank(line+1)) {
		line++
	}
	return line
}
