package values

import (
	"bytes"
	"slices"

	"go.yaml.in/yaml/v3"
)

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
			return nil, nil, e.refuse(e.s.content(n), "the value comes from the alias *%s, so a change would be one of &%s; write the value out here first", n.Value, n.Value)
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
