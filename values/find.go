package values

import (
	"slices"

	"go.yaml.in/yaml/v3"
)

// Node is where an entry stands in a file.
type Node struct {
	Key    Span // its key; zero for a list item and for the root
	Value  Span // its value, without anchor and tag; see Find
	HasKey bool
	// Alias is the *name or << through which the value comes from elsewhere
	// in the file, the outermost one; zero when the entry is written in full
	// at its own place. With an Alias, Value stands in the text of the anchor
	// or merged map, and so does Key unless the alias is its own value.
	Alias Span
}

// Find says where the entry at p stands in the first document, and whether it
// is there. Keys are those of Tree: as Helm sees them, and of several equal
// ones the last. Aliases and merge keys are followed (Node.Alias). The root is
// always found: its value goes from the first to the end of the last entry.
//
// The value of a written entry starts at its first character (the quote, the
// "|", the "{", the first key or "-" of a block) and ends behind its last; a
// block text ends before its last line break. An empty (null) value is an
// empty span just after the colon or dash, or after its anchor or tag.
func (f *File) Find(p Path) (Node, bool) {
	found, n := f.Deepest(p)
	if len(found) < len(p) {
		return Node{}, false
	}
	return n, true
}

// Deepest is the longest beginning of p that Find finds, and where that
// stands; the nil Path and the whole first document when there is none.
func (f *File) Deepest(p Path) (Path, Node) {
	e := entry{value: f.node()}
	depth := 0
	for ; depth < len(p) && e.value != nil; depth++ {
		next, ok := f.child(e, p[depth])
		if !ok {
			break
		}
		e = next
	}
	if depth == 0 {
		return nil, Node{Value: f.whole()}
	}
	return p[:depth:depth], f.place(e)
}

// whole is the text of the first document without comments around it.
func (f *File) whole() Span {
	s := f.lines()
	if n := f.node(); n != nil {
		start, end := s.extent(nil, n)
		return s.span(start, end)
	}
	d := s.documents()[0]
	return s.span(d.first, d.last)
}

// place turns an entry into positions.
func (f *File) place(e entry) Node {
	s := f.lines()
	var n Node
	if e.key != nil {
		start, end := s.extent(nil, e.key)
		n.Key, n.HasKey = s.span(start, end), true
	}
	if e.via != nil {
		start, end := s.extent(nil, e.via)
		n.Alias = s.span(start, end)
	}
	key, value := e.key, e.value
	if value.Kind == yaml.AliasNode {
		key, value = nil, value.Alias
	}
	start, end := s.extent(key, value)
	n.Value = s.span(start, end)
	return n
}

// entry is a value with its key, nil for a list item, and the first alias or
// merge key on the way to it.
type entry struct{ key, value, via *yaml.Node }

// child is the entry one step below another.
func (f *File) child(e entry, k Key) (entry, bool) {
	n := deref(e.value)
	var next entry
	switch {
	case n.Kind == yaml.SequenceNode && k.list && k.index >= 0 && k.index < len(n.Content):
		next.value = n.Content[k.index]
	case n.Kind == yaml.MappingNode && !k.list:
		next = f.mapEntry(n, k.name)
	}
	if next.value == nil {
		return entry{}, false
	}
	if next.via == nil && next.value.Kind == yaml.AliasNode {
		next.via = next.value
	}
	if e.via != nil {
		next.via = e.via
	}
	return next, true
}

// mapEntry is the entry of a map that Helm uses, with a nil value when there
// is none. Helm's library takes keys and merges in the order they are
// written, and later ones win: a << below a key beats the key, against the
// YAML specification.
func (f *File) mapEntry(m *yaml.Node, name string) entry {
	keys := f.keysOf(m)
	own, ok := keys.own[name]
	for _, at := range slices.Backward(keys.merges) {
		if ok && at < own.last {
			break
		}
		if e := f.mergedEntry(m.Content[at+1], name); e.value != nil {
			e.via = m.Content[at]
			return e
		}
	}
	if !ok {
		return entry{}
	}
	return entry{key: m.Content[own.last], value: m.Content[own.last+1]}
}

// mergedEntry looks into the value of a merge key: a map, or a list of maps
// of which the first wins.
func (f *File) mergedEntry(n *yaml.Node, name string) entry {
	n = deref(n)
	switch n.Kind {
	case yaml.MappingNode:
		return f.mapEntry(n, name)
	case yaml.SequenceNode:
		for _, m := range n.Content {
			if e := f.mergedEntry(m, name); e.value != nil {
				return e
			}
		}
	}
	return entry{}
}

// deref is the node an alias stands for, or the node itself.
func deref(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}
