package values

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// Lines are what a person would type where no edit is made.
type Lines struct {
	Path     Path   // the entry that they replace, or the map or list that they go into
	Line     int    // where that stands; 0 for the file as a whole
	Replaces bool   // whether they take the place of what stands there
	Text     string // with the indentation of the place and without a final line break
}

// ByHand are the lines to type to set values, in the indentation of the file.
// An alias in the way becomes a map that merges it. Values that are missing
// below one map come as one text.
func (f *File) ByHand(sets ...Change) []Lines {
	lines, sets := f.inBrackets(sets)
	var all []*handwritten
	for _, set := range sets {
		h := f.handwritten(set.Path, set.Value)
		joined := false
		for _, other := range all {
			joined = joined || other.join(h)
		}
		if !joined {
			all = append(all, h)
		}
	}
	w := newEditor(f, any(f.Tree()), 0).usual
	if w.list < 0 {
		w.list = w.step
	}
	for _, h := range all {
		h.Text = strings.Join(h.spell(w), "\n")
		lines = append(lines, h.Lines)
	}
	return lines
}

// handwritten is a value on its way to lines.
type handwritten struct {
	Lines
	key    Key
	value  any
	indent int // columns before it; -1 a step more than those of the key above
	above  int // column of the key above, from 1
	merges string
}

// join takes over another text for the same new entry.
func (h *handwritten) join(other *handwritten) bool {
	if h.Replaces || other.Replaces || !h.Path.Equal(other.Path) || h.key != other.key || h.key.IsIndex() {
		return false
	}
	a, isMap := h.value.(map[string]any)
	b, both := other.value.(map[string]any)
	if !isMap || !both {
		return false
	}
	h.value = mergedMaps(a, b)
	return true
}

func mergedMaps(a, b map[string]any) map[string]any {
	out := map[string]any{}
	for k, v := range a {
		out[k] = v
	}
	for k, v := range b {
		old, isMap := out[k].(map[string]any)
		if v, both := v.(map[string]any); isMap && both {
			out[k] = mergedMaps(old, v)
			continue
		}
		out[k] = v
	}
	return out
}

func (h *handwritten) spell(w *spelling) []string {
	indent := h.indent
	if indent < 0 {
		if indent = h.above - 1 + w.step; h.key.IsIndex() {
			indent = h.above - 1 + w.list
		}
	}
	lines := w.entry(h.key, h.value, indent)
	if h.merges != "" && len(lines) > 0 {
		lines = append([]string{lines[0], spaces(indent+w.step) + "<<: " + h.merges}, lines[1:]...)
	}
	return lines
}

func (f *File) handwritten(path Path, value any) *handwritten {
	for i := 1; i <= len(path); i++ {
		node, found := f.Find(path[:i])
		if !found {
			return f.below(path[:i-1], path[i-1:], value)
		}
		if !node.Alias.IsZero() {
			return f.aliased(path[:i], path[i:], value, node)
		}
	}
	node, _ := f.Find(path)
	h := &handwritten{key: path.Last(), value: value}
	h.Path, h.Replaces = path, true
	h.Line, h.indent = f.leading(node)
	return h
}

// below is a value that is missing below an entry.
func (f *File) below(parent, rest Path, value any) *handwritten {
	h := &handwritten{key: rest[0], value: nested(rest[1:], value), indent: -1}
	h.Path = parent
	if len(parent) == 0 {
		if n := f.node(); n != nil && n.Kind == yaml.MappingNode && n.Style&yaml.FlowStyle == 0 && len(n.Content) > 0 {
			h.indent = n.Content[0].Column - 1
			return h
		}
		h.indent = 0
		return h
	}
	node, _ := f.Find(parent)
	h.Line = node.Value.Start.Line
	if node.HasKey {
		h.Line, h.above = node.Key.Start.Line, node.Key.Start.Column
	}
	e := entry{value: f.node()}
	for _, k := range parent {
		e, _ = f.child(e, k)
	}
	switch n := deref(e.value); {
	case len(n.Content) == 0:
	case n.Style&yaml.FlowStyle != 0:
		h.indent = 0
	default:
		h.indent = n.Content[0].Column - 1
		if n.Kind == yaml.SequenceNode {
			h.indent = n.Column - 1
		}
	}
	return h
}

// aliased is a value behind an alias or a << on its way.
func (f *File) aliased(at, rest Path, value any, node Node) *handwritten {
	h := &handwritten{key: at.Last(), value: nested(rest, value)}
	h.Path, h.Line, h.indent = at, node.Alias.Start.Line, f.blanks(node.Alias.Start.Line)
	after, err := Changed(f.Tree(), Change{Path: at.Child(rest...), Value: value})
	name := string(f.Src[node.Alias.Start.Offset:node.Alias.End.Offset])
	switch whole, _ := Lookup(any(after), at); {
	case name == "<<": // beside it
		h.Path = at.Parent()
		if err == nil {
			h.value = whole
		}
	case len(rest) > 0 && rest[0].list && err == nil:
		h.Replaces, h.value = true, whole
	case len(rest) > 0:
		h.Replaces, h.merges = true, name
		if entry, found := Lookup(any(after), at.Child(rest[0])); found && err == nil {
			h.value = map[string]any{rest[0].name: entry}
		}
	default:
		h.Replaces = true
	}
	return h
}

// leading is the line of an entry and the columns before it, 0 between
// brackets.
func (f *File) leading(node Node) (line, indent int) {
	start := node.Value.Start
	if node.HasKey {
		start = node.Key.Start
	}
	text := string([]rune(f.Line(start.Line))[:start.Column-1])
	if strings.Trim(text, " -") != "" {
		return start.Line, 0
	}
	if !node.HasKey { // behind its dash
		return start.Line, max(0, strings.LastIndex(text, "-"))
	}
	return start.Line, start.Column - 1
}

// blanks are the columns before the text of a line, dashes of items included.
func (f *File) blanks(line int) int {
	text := f.Line(line)
	return len(text) - len(strings.TrimLeft(text, " -"))
}
