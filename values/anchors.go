package values

import (
	"slices"

	"go.yaml.in/yaml/v3"
)

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

// isShared reports whether a value has aliases or anchors in it; then its
// parts are not its own, and it is replaced as a whole.
func (e *editor) isShared(n *yaml.Node) bool {
	if n.Kind == yaml.AliasNode || e.aliases[n] != nil {
		return true
	}
	return slices.ContainsFunc(n.Content, e.isShared)
}
