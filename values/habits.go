package values

import (
	"maps"
	"slices"

	"go.yaml.in/yaml/v3"
)

// habits count how a file indents.
type habits struct {
	steps map[int]int // map in map
	lists map[int]int // list in map
}

func newHabits() habits { return habits{steps: map[int]int{}, lists: map[int]int{}} }

// note counts a node in a block map whose keys stand in a column; 0 elsewhere.
func (h habits) note(n *yaml.Node, column int) {
	if column == 0 || n.Style&yaml.FlowStyle != 0 || len(n.Content) == 0 || n.Anchor != "" || n.Style&yaml.TaggedStyle != 0 {
		return
	}
	switch n.Kind {
	case yaml.MappingNode:
		h.steps[n.Content[0].Column-column]++
	case yaml.SequenceNode:
		h.lists[n.Column-column]++
	}
}

// spelling is how a text with these habits is written; as w where it says
// nothing, and lists a step below their key when that says nothing either.
func (h habits) spelling(w *spelling) *spelling {
	near := *w
	near.step = most(h.steps, 1, w.step)
	if w.list < 0 || len(h.lists) > 0 {
		near.list = most(h.lists, 0, near.step)
	}
	return &near
}

// most is the most frequent count from a least one on; of several, the
// smallest.
func most(counts map[int]int, least, otherwise int) int {
	best := otherwise
	for n, times := range counts {
		if n >= least && (times > counts[best] || times == counts[best] && n < best) {
			best = n
		}
	}
	return best
}

// settle takes on the spelling for entries of a block map or list: that of its
// other entries, else that of the file. New items have their keys in the order
// of the last one.
func (e *editor) settle(n *yaml.Node) {
	habits := newHabits()
	switch {
	case n.Style&yaml.FlowStyle != 0 || len(n.Content) == 0:
	case n.Kind == yaml.MappingNode:
		for i := 1; i < len(n.Content); i += 2 {
			habits.note(n.Content[i], n.Content[0].Column)
		}
	case n.Kind == yaml.SequenceNode:
		for _, item := range n.Content {
			for i := 1; item.Kind == yaml.MappingNode && i < len(item.Content); i += 2 {
				habits.note(item.Content[i], item.Content[0].Column)
			}
		}
	}
	w := habits.spelling(e.usual)
	if n.Kind == yaml.SequenceNode && len(n.Content) > 0 {
		last := n.Content[len(n.Content)-1]
		for i := 0; last.Kind == yaml.MappingNode && i < len(last.Content); i += 2 {
			w.order = append(w.order, keyName(last.Content[i]))
		}
	}
	e.spell = w
}

// keys are the keys of a map in the order in which they are written.
func (w *spelling) keys(m map[string]any) []string {
	keys := slices.Sorted(maps.Keys(m))
	if len(w.order) == 0 {
		return keys
	}
	rank := func(k string) int {
		if i := slices.Index(w.order, k); i >= 0 {
			return i
		}
		return len(w.order)
	}
	slices.SortStableFunc(keys, func(a, b string) int { return rank(a) - rank(b) })
	return keys
}
