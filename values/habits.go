package values

import "go.yaml.in/yaml/v3"

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

// spelling is how a file with these habits is written; two columns a step
// and a step for lists where it says nothing.
func (h habits) spelling() *spelling {
	w := newSpelling()
	w.step = most(h.steps, 1, w.step)
	w.list = most(h.lists, 0, w.step)
	return w
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
