package values

import (
	"bytes"
	"strings"

	"go.yaml.in/yaml/v3"
)

// set writes a value over the one that is there, or inserts an entry.
func (e *editor) set(s *step) ([]Edit, any, error) {
	want, err := plain(s.value)
	if err != nil {
		return nil, nil, err
	}
	if was, ok := Lookup(e.tree, s.path); ok && equal(was, want) {
		return nil, nil, nil
	}
	l, rest, err := e.reach(s.path)
	if err != nil {
		return nil, nil, err
	}
	if len(rest) > 0 {
		return e.grow(l, rest, entryText{value: s.value})
	}
	if l == nil {
		return e.growAll(nil, s.value)
	}
	if l.above == nil {
		return e.setRoot(l, s.value)
	}
	if err := e.ownsAnchors(l.value); err != nil {
		return nil, nil, err
	}
	if l.value.Style&yaml.TaggedStyle != 0 {
		return nil, nil, e.refuse(e.s.offset(l.value.Line, l.value.Column), "the value has the tag %s, which would apply to the new one; remove the tag first", l.value.Tag)
	}
	switch {
	case l.isFlow():
		return []Edit{e.overFlow(l, e.spell.scalar(s.value, true, e.quotes(l, textsOnly(l.value, s.value))))}, nil, nil
	case growsEmpty(l.value, s.value):
		// A map or list without entries gets its first ones.
		return e.growAll(l, s.value)
	}
	edits, err := e.setBlock(l, s.value)
	return edits, nil, err
}

// growsEmpty reports whether a value is null or an empty collection that
// becomes one with entries.
func growsEmpty(n *yaml.Node, v any) bool {
	m, isMap := v.(map[string]any)
	list, isList := v.([]any)
	return len(m)+len(list) > 0 && (n.Tag == "!!null" || isMap && n.Kind == yaml.MappingNode && len(n.Content) == 0 ||
		isList && n.Kind == yaml.SequenceNode && len(n.Content) == 0)
}

// setRoot writes a map over the whole file: only one without entries, for the
// entries of others are changed one by one.
func (e *editor) setRoot(l *link, v any) ([]Edit, any, error) {
	start, end := e.s.extent(nil, l.value)
	if m, ok := v.(map[string]any); ok && len(m) == 0 && len(l.value.Content) > 0 {
		if err := e.ownsAnchors(l.value); err != nil {
			return nil, nil, err
		}
		return []Edit{{start, e.s.lineEnd(e.s.lineAt(end)), "{}"}}, l.value, nil
	}
	return e.growAll(l, v)
}

// quotes is the style for a value between brackets: the one it had, and that
// of its map when the map is written like JSON.
func (e *editor) quotes(l *link, old *yaml.Node) yaml.Style {
	if l.key != nil && l.key.Style&yaml.DoubleQuotedStyle != 0 {
		return yaml.DoubleQuotedStyle
	}
	if old != nil && old.Kind == yaml.ScalarNode {
		return old.Style
	}
	return 0
}

// textsOnly is the old value of an entry where the new one is no collection:
// the quotes of a text say nothing about the keys of a map.
func textsOnly(old *yaml.Node, v any) *yaml.Node {
	switch v.(type) {
	case map[string]any, []any:
		return nil
	}
	return old
}

// setBlock writes a value behind a colon or a dash of block style. The value
// has a head on that line, and a tail of whole lines; so has the old one.
func (e *editor) setBlock(l *link, v any) ([]Edit, error) {
	s := e.s
	e.settle(l.above.value)
	mark, err := e.mark(l)
	if err != nil {
		return nil, err
	}
	start, end := s.extent(l.key, l.value)
	old := l.value
	isBlock := old.Kind != yaml.ScalarNode && old.Kind != yaml.AliasNode && old.Style&yaml.FlowStyle == 0
	if style := blockStyle(old); style != 0 {
		if text, ok := v.(string); ok {
			if edits, ok := e.setBlockText(l, style, text); ok {
				return edits, nil
			}
		}
		end = s.lineEnd(s.lineAt(start))
		edits := []Edit{{end, s.blockTextEnd(old, start), ""}}
		head, tail := e.headAndTail(l, v, 0)
		header := start + len(firstWord(s.text[start:end]))
		if head == "" {
			start = mark
		}
		edits[0].New = e.lines(s.lineAt(start), tail)
		return append([]Edit{e.inline(start, header, head)}, edits...), nil
	}
	head, tail := e.headAndTail(l, v, old.Style)
	markLine, startLine, endLine := s.lineAt(mark), s.lineAt(start), s.lineAt(end)
	switch {
	case isEmpty(old):
		if head != "" {
			head = " " + head
		}
		return e.withTail([]Edit{e.inline(start, start, head)}, s.lineAt(start), tail), nil
	case isBlock && startLine > markLine:
		mark = e.afterProperties(mark, old)
		if head != "" {
			head = " " + head
		}
		edits := []Edit{}
		if head != "" {
			edits = append(edits, e.inline(mark, mark, head))
		}
		line := s.lineAt(mark)
		return append(edits, Edit{s.lineEnd(line), s.lineEnd(endLine), e.lines(line, tail)}), nil
	case isBlock && endLine > startLine:
		return []Edit{{start, s.lineEnd(endLine), head + e.lines(startLine, tail)}}, nil
	case startLine > markLine && head == "":
		return []Edit{{s.lineEnd(markLine), s.lineEnd(endLine), e.lines(markLine, tail)}}, nil
	case head == "":
		start = e.afterProperties(mark, old)
	}
	return e.withTail([]Edit{e.inline(start, end, head)}, endLine, tail), nil
}

// headAndTail spells a value for the place of l.
func (e *editor) headAndTail(l *link, v any, like yaml.Style) (head string, tail []string) {
	indent := e.indent(l.above.value)
	if _, isText := v.(string); isText && like&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
		return e.spell.scalar(v, false, like), nil
	}
	if l.key != nil {
		head, tail = e.spell.value(v, indent)
		return head, tail
	}
	lines := e.spell.item(v, indent+2)
	return strings.TrimLeft(lines[0], " "), lines[1:]
}

// withTail adds the lines of a tail behind a line.
func (e *editor) withTail(edits []Edit, line int, tail []string) []Edit {
	if len(tail) == 0 {
		return edits
	}
	at := e.s.lineEnd(line)
	last := &edits[len(edits)-1]
	if last.End == at {
		last.New += e.lines(line, tail)
		return edits
	}
	return append(edits, Edit{at, at, e.lines(line, tail)})
}

// lines is the text of lines that come behind a line. At the end of a text
// without a final line break they have none either, unless a block text needs
// it.
func (e *editor) lines(line int, lines []string) string {
	var b strings.Builder
	lineBreak := e.s.lineBreak(line)
	for _, l := range lines {
		b.WriteString(lineBreak + l)
	}
	if e.spell.care > 1 && len(lines) > 0 && line >= len(e.s.starts) {
		b.WriteString(lineBreak)
	}
	return b.String()
}

// mark is the place behind the colon or dash of an entry in block style.
func (e *editor) mark(l *link) (int, error) {
	if l.key != nil {
		return e.s.afterColon(l.key), nil
	}
	at := e.dash(l.above.value, l.index)
	if at >= len(e.s.text) || e.s.text[at] != '-' {
		return 0, e.refuse(e.at(l), "the dash of the list item is not found; edit it by hand")
	}
	return at + 1, nil
}

// dash is where the dash of an item stands: the first thing behind the item
// before it.
func (e *editor) dash(list *yaml.Node, index int) int {
	if index == 0 {
		return e.s.content(list)
	}
	_, end := e.s.extent(nil, list.Content[index-1])
	return e.s.skipGap(end)
}

// afterProperties is the place behind the anchor and the tag of a value, when
// they follow a colon or dash on its line.
func (e *editor) afterProperties(mark int, n *yaml.Node) int {
	if n.Anchor == "" && n.Style&yaml.TaggedStyle == 0 {
		return mark
	}
	end := e.s.lineEnd(e.s.lineAt(mark))
	for range 2 {
		at := mark
		for at < end && (e.s.text[at] == ' ' || e.s.text[at] == '\t') {
			at++
		}
		if at >= end || e.s.text[at] != '&' && e.s.text[at] != '!' {
			break
		}
		mark = e.s.propertyEnd(at)
	}
	return mark
}

// indent is how many columns stand before the keys of a block map, or the
// dashes of a block list.
func (e *editor) indent(n *yaml.Node) int { return e.s.pos(e.s.content(n)).Column - 1 }

// firstWord is a text up to its first blank.
func firstWord(b []byte) string {
	if i := bytes.IndexAny(b, " \t"); i >= 0 {
		b = b[:i]
	}
	return string(b)
}
