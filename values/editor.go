package values

import "go.yaml.in/yaml/v3"

// editor finds the edits for single steps in one text.
type editor struct {
	f       *File
	s       *source
	tree    any
	usual   *spelling                 // of the whole text
	spell   *spelling                 // at the place of the step
	aliases map[*yaml.Node]*yaml.Node // the first alias of each node that has one
}

func newEditor(f *File, tree any, care int) *editor {
	e := &editor{f: f, s: f.lines(), tree: tree, aliases: map[*yaml.Node]*yaml.Node{}}
	habits := newHabits()
	var look func(n *yaml.Node, column int)
	look = func(n *yaml.Node, column int) {
		if n.Kind == yaml.AliasNode && e.aliases[n.Alias] == nil {
			e.aliases[n.Alias] = n
		}
		habits.note(n, column)
		below := 0
		if n.Kind == yaml.MappingNode && n.Style&yaml.FlowStyle == 0 && len(n.Content) > 0 {
			below = n.Content[0].Column
		}
		for _, c := range n.Content {
			look(c, below)
		}
	}
	if n := f.node(); n != nil {
		look(n, 0)
	}
	w := newSpelling()
	w.list, w.care = -1, care
	e.usual = habits.spelling(w)
	e.spell = e.usual
	return e
}

// take finds the edits for a step, and the map or list whose entries they
// add or take away.
func (e *editor) take(s *step) (edits []Edit, claim any, err error) {
	e.spell = e.usual
	switch s.kind {
	case stepSet:
		return e.set(s)
	case stepInner:
		edits, err = e.setInner(s)
	case stepRename:
		edits, err = e.rename(s)
	case stepGraft:
		return e.graft(s)
	default:
		return e.remove(s)
	}
	return edits, nil, err
}

// refuse is a refusal because of what stands at an offset.
func (e *editor) refuse(offset int, format string, args ...any) *Refusal {
	r := refusef(format, args...)
	r.Pos = e.s.pos(offset)
	return r
}

// link is an entry on the way to a path, and where it stands in the map or
// list above it: the index of its key, or of itself, in the content.
type link struct {
	key, value *yaml.Node
	above      *link
	index      int
}

// at is where the entry starts, for people.
func (e *editor) at(l *link) int {
	n := l.value
	if l.key != nil {
		n = l.key
	}
	return e.s.offset(n.Line, n.Column)
}

// isFlow reports whether the entry stands between brackets or braces.
func (l *link) isFlow() bool {
	return l.above != nil && l.above.value.Style&yaml.FlowStyle != 0
}
