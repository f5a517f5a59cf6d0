package values

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// entry is the lines of a map entry, or of a list item, whose key or dash
// stands behind so many columns.
func (w *spelling) entry(k Key, v any, indent int) []string {
	if k.IsIndex() {
		return w.items([]any{v}, indent)
	}
	head, tail := w.value(v, indent)
	line := spaces(indent) + w.key(k.name, false, 0) + ":"
	if head != "" {
		line += " " + head
	}
	return append([]string{line}, tail...)
}

// value is what stands behind the colon of a key, and the lines below it.
func (w *spelling) value(v any, indent int) (head string, tail []string) {
	switch v := v.(type) {
	case map[string]any:
		if len(v) > 0 {
			return "", w.entries(v, indent+w.step)
		}
	case []any:
		if len(v) > 0 {
			return "", w.items(v, indent+w.list)
		}
	case string:
		if head, tail, ok := w.block(v, '|', indent+w.step, w.step); ok {
			return head, tail
		}
	}
	return w.scalar(v, false, 0), nil
}

// entries is the lines of a map.
func (w *spelling) entries(m map[string]any, indent int) []string {
	var lines []string
	for _, k := range w.keys(m) {
		lines = append(lines, w.entry(Name(k), m[k], indent)...)
	}
	return lines
}

// items is the lines of a list.
func (w *spelling) items(list []any, indent int) []string {
	var lines []string
	for _, v := range list {
		lines = append(lines, dashed(w.item(v, indent+2), indent, 1)...)
	}
	return lines
}

// item is the lines of a list item without its dash, its text behind so many
// columns.
func (w *spelling) item(v any, indent int) []string {
	switch v := v.(type) {
	case map[string]any:
		if len(v) > 0 {
			return w.entries(v, indent)
		}
	case []any:
		if len(v) > 0 {
			return w.items(v, indent)
		}
	case string:
		if head, tail, ok := w.block(v, '|', indent, 2); ok {
			return append([]string{spaces(indent) + head}, tail...)
		}
	}
	return []string{spaces(indent) + w.scalar(v, false, 0)}
}

// dashed puts a dash before the first of the lines of an item.
func dashed(lines []string, indent, gap int) []string {
	lines[0] = spaces(indent) + "-" + spaces(gap) + strings.TrimLeft(lines[0], " ")
	return lines
}

// block spells a text of several lines as a block, where that can hold it.
// Indent is that of its lines, step how much of it is more than its parent's.
func (w *spelling) block(s string, style byte, indent, step int) (head string, tail []string, ok bool) {
	if w.care > 0 || !strings.Contains(s, "\n") || strings.Trim(s, "\n") == "" {
		return "", nil, false
	}
	for _, r := range s {
		if r != '\n' && !isPrintable(r) {
			return "", nil, false
		}
	}
	head = string(style)
	if c := strings.TrimLeft(s, "\n")[0]; c == ' ' || c == '\t' {
		head += strconv.Itoa(step)
	}
	body := strings.TrimSuffix(s, "\n")
	switch {
	case body == s:
		head += "-"
	case strings.HasSuffix(body, "\n"):
		head += "+"
	}
	lines := strings.Split(body, "\n")
	if style == '>' {
		lines = unfolded(lines)
	}
	for _, line := range lines {
		if line != "" {
			line = spaces(indent) + line
		}
		tail = append(tail, line)
	}
	tree, err := decodeAny([]byte("a: " + head + "\n" + strings.Join(strip(tail, indent-step), "\n") + "\n"))
	if m, isMap := tree.(map[string]any); err != nil || !isMap || m["a"] != s {
		return "", nil, false
	}
	return head, tail, true
}

// unfolded writes lines so that > joins none of them: with one more blank
// line between two that start with a word.
func unfolded(lines []string) []string {
	var out []string
	last := " "
	for _, line := range lines {
		if line != "" {
			if strings.IndexByte(" \t", line[0]) < 0 && strings.IndexByte(" \t", last[0]) < 0 {
				out = append(out, "")
			}
			last = line
		}
		out = append(out, line)
	}
	return out
}

// strip takes columns of indentation away.
func strip(lines []string, columns int) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = strings.TrimPrefix(line, spaces(columns))
	}
	return out
}

func spaces(n int) string { return strings.Repeat(" ", max(0, n)) }

// blockStyle is the sign a block text starts with, 0 for other texts.
func blockStyle(n *yaml.Node) byte {
	switch {
	case n.Kind != yaml.ScalarNode:
		return 0
	case n.Style&yaml.LiteralStyle != 0:
		return '|'
	case n.Style&yaml.FoldedStyle != 0:
		return '>'
	}
	return 0
}
