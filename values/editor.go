package values

import (
	"bytes"
	"reflect"
	"slices"

	"go.yaml.in/yaml/v3"
)

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

// reach goes as far along a path as the text has entries, and says what is
// left of it. It refuses ways that lead through text which is not the
// entry's own, or that only the last of several equal keys goes.
func (e *editor) reach(p Path) (*link, Path, error) {
	if at := e.s.strayMark(); at >= 0 {
		return nil, nil, e.refuse(at, "a byte order mark stands here, behind which YAML libraries lose count; remove it first")
	}
	root := e.f.node()
	if root == nil {
		if d := e.s.documents()[0]; d.last > d.first {
			return nil, nil, e.refuse(d.first, "the text is read by Helm, but its positions are not known; edit it by hand")
		}
	}
	if root == nil || isEmpty(root) && root.Anchor == "" && root.Style == 0 {
		return nil, p, e.elsewhere(p)
	}
	l := &link{value: root}
	for i, k := range p {
		n := l.value
		switch {
		case n.Kind == yaml.AliasNode:
			r := e.refuse(e.s.content(n), "the value comes from the alias *%s, so a change would be one of &%s; write the value out here first", n.Value, n.Value)
			if n.Alias.Kind == yaml.MappingNode && i == len(p)-1 {
				r.alias = n.Value
			}
			return nil, nil, r
		case e.aliases[n] != nil:
			return nil, nil, e.refuse(e.s.offset(n.Line, n.Column), "the anchor &%s is used on line %d as well, which would change too; write the value out there first", n.Anchor, e.aliases[n].Line)
		case n.Kind == yaml.ScalarNode && n.Tag == "!!null":
			return l, p[i:], nil
		case n.Kind == yaml.ScalarNode:
			return nil, nil, e.refuse(e.s.content(n), "the path leads through %s, which is no map or list; set that value first", describePath(p[:i]))
		}
		next, err := e.below(l, k, p[:i])
		if err != nil {
			return nil, nil, err
		}
		if next == nil {
			if i == 0 {
				err = e.elsewhere(p)
			}
			return l, p[i:], err
		}
		l = next
	}
	return l, nil, nil
}

// strayMark is where a line starts with a byte order mark, other than the
// first of the file; -1 when there is none.
func (s *source) strayMark() int {
	for at := s.starts[0]; ; {
		i := bytes.Index(s.text[at:], []byte(byteOrderMark))
		if i < 0 {
			return -1
		}
		at += i
		if s.starts[s.lineAt(at)-1] == at {
			return at
		}
		at += len(byteOrderMark)
	}
}

// elsewhere refuses to write an entry that a further document has, for Helm
// reads only the first, and the entry was hardly meant twice.
func (e *editor) elsewhere(p Path) error {
	if len(p) == 0 || p[0].IsIndex() || e.tree == nil {
		return nil
	}
	docs := e.s.documents()
	for i, d := range docs[1:] {
		if d.last == d.first {
			continue
		}
		start := docs[i].end
		further := &File{Name: e.f.Name, Src: bytes.TrimPrefix(e.s.text[start:d.end], []byte("..."))}
		if n := further.node(); n != nil && n.Kind == yaml.MappingNode && further.mapEntry(n, p[0].name).value != nil {
			return e.refuse(d.first, "%s stands in a further document; Helm reads only the first, so move it there or remove the ---", p[:1])
		}
	}
	return nil
}

// below is the entry one step below l; nil when there is none of its own.
func (e *editor) below(l *link, k Key, here Path) (*link, error) {
	n := l.value
	start := e.s.content(n)
	switch {
	case n.Kind == yaml.SequenceNode && !k.IsIndex():
		return nil, e.refuse(start, "%s is a list; name an item by its index", describePath(here))
	case n.Kind == yaml.MappingNode && k.IsIndex():
		return nil, e.refuse(start, "%s is a map; name a key", describePath(here))
	case n.Kind == yaml.SequenceNode && k.index > len(n.Content):
		return nil, e.refuse(start, "the list has %d items; the next one has the index %d", len(n.Content), len(n.Content))
	case n.Kind == yaml.SequenceNode && k.index == len(n.Content):
		return nil, nil
	case n.Kind == yaml.SequenceNode:
		return &link{value: n.Content[k.index], above: l, index: k.index}, nil
	}
	if l.value.Style&yaml.FlowStyle != 0 && (start >= len(e.s.text) || e.s.text[start] != '{') {
		return nil, e.refuse(start, "a map without braces stands in a list; write it as {key: value} first")
	}
	names := e.f.keysOf(n)
	own, ok := names.own[k.name]
	if !ok {
		return nil, nil
	}
	key := n.Content[own.last]
	keyAt := e.s.offset(key.Line, key.Column)
	if own.first != own.last {
		return nil, e.refuse(keyAt, "the key is written on line %d as well, and Helm uses the last; remove one first", n.Content[own.first].Line)
	}
	for _, m := range names.merges {
		if m > own.last && e.f.mergedEntry(n.Content[m+1], k.name).value != nil {
			return nil, e.refuse(keyAt, "the << on line %d, below the key, overrides it; move the << up first", n.Content[m].Line)
		}
	}
	if key.Kind != yaml.ScalarNode || e.isExplicit(n, key) {
		return nil, e.refuse(keyAt, "the key is an alias, or starts with a question mark; write it as `key: value` first")
	}
	return &link{key: key, value: n.Content[own.last+1], above: l, index: own.last}, nil
}

// isExplicit reports whether a key is written behind a question mark. In block
// style that stands in the column of the keys; between brackets nothing else
// can come before a key.
func (e *editor) isExplicit(m, key *yaml.Node) bool {
	at := e.s.offset(key.Line, key.Column)
	if m.Style&yaml.FlowStyle == 0 {
		return e.s.pos(at).Column-1 != e.indent(m)
	}
	before := bytes.TrimRight(e.s.text[e.s.content(m):at], " \t\r\n")
	return bytes.HasSuffix(before, []byte("?"))
}

// merged says whether a map gets a key from a <<, and which one gives it.
func (e *editor) merged(n *yaml.Node, name string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for _, m := range slices.Backward(e.f.keysOf(n).merges) {
		if e.f.mergedEntry(n.Content[m+1], name).value != nil {
			return n.Content[m]
		}
	}
	return nil
}

// ownsAnchors refuses to replace or remove a value of which a part is used
// from outside of it.
func (e *editor) ownsAnchors(n *yaml.Node) error {
	if len(e.aliases) == 0 {
		return nil
	}
	inside := map[*yaml.Node]int{}
	var anchored []*yaml.Node
	var look func(n *yaml.Node)
	look = func(n *yaml.Node) {
		if e.aliases[n] != nil {
			anchored = append(anchored, n)
		}
		if n.Kind == yaml.AliasNode {
			inside[n.Alias]++
		}
		for _, c := range n.Content {
			look(c)
		}
	}
	look(n)
	if len(anchored) == 0 {
		return nil
	}
	all := map[*yaml.Node]int{}
	var count func(n *yaml.Node)
	count = func(n *yaml.Node) {
		if n.Kind == yaml.AliasNode {
			all[n.Alias]++
		}
		for _, c := range n.Content {
			count(c)
		}
	}
	count(e.f.node())
	for _, a := range anchored {
		if all[a] > inside[a] {
			return e.refuse(e.s.offset(a.Line, a.Column), "the anchor &%s is used elsewhere, first on line %d; write the value out there first", a.Anchor, e.aliases[a].Line)
		}
	}
	return nil
}

// parts are the steps that turn a map or list into another entry by entry, so
// that what stays the same keeps its text; nil when the step is to be taken
// as it is.
func (e *editor) parts(s step) []step {
	old, ok := Lookup(e.tree, s.path)
	if !ok {
		return nil
	}
	want, err := plain(s.value)
	if err != nil {
		return nil
	}
	l, rest, err := e.reach(s.path)
	if err != nil || len(rest) > 0 || l == nil || e.isShared(l.value) {
		return nil
	}
	part := func(kind stepKind, k Key, value any) step {
		return step{change: s.change, kind: kind, path: s.path.Child(k), value: value}
	}
	parts := []step{}
	switch old := old.(type) {
	case map[string]any:
		values, isMap := s.value.(map[string]any)
		if !isMap || len(old) == 0 || len(values) == 0 {
			return nil
		}
		for _, k := range sortedKeys(values) {
			if was, ok := old[k]; !ok || !reflect.DeepEqual(was, want.(map[string]any)[k]) {
				parts = append(parts, part(stepSet, Name(k), values[k]))
			}
		}
		for _, k := range sortedKeys(old) {
			if _, ok := values[k]; !ok {
				parts = append(parts, part(stepRemove, Name(k), nil))
			}
		}
	case []any:
		values, isList := s.value.([]any)
		if !isList || len(old) == 0 || len(values) == 0 {
			return nil
		}
		wanted := want.([]any)
		same := 0 // items at the end that stay
		for len(old) > len(wanted) && same < len(wanted) && reflect.DeepEqual(old[len(old)-1-same], wanted[len(wanted)-1-same]) {
			same++
		}
		for i := 0; i < len(values)-same; i++ {
			if i >= len(old) || !reflect.DeepEqual(old[i], wanted[i]) {
				parts = append(parts, part(stepSet, Index(i), values[i]))
			}
		}
		for i := len(old) - same - 1; i >= len(values)-same; i-- {
			parts = append(parts, part(stepRemove, Index(i), nil))
		}
	default:
		return nil
	}
	return parts
}

// isShared reports whether a value has aliases or anchors in it; then its
// parts are not its own, and it is replaced as a whole.
func (e *editor) isShared(n *yaml.Node) bool {
	if n.Kind == yaml.AliasNode || e.aliases[n] != nil {
		return true
	}
	return slices.ContainsFunc(n.Content, e.isShared)
}
