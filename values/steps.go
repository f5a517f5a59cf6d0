package values

import (
	"cmp"
	"slices"
)

// step is one thing to do in a file, a change or a part of one.
type step struct {
	change *Change // the wish it is for
	kind   stepKind
	path   Path
	value  any      // of a set
	name   string   // of a rename
	from   Path     // of a graft: where the entry stands until it is removed
	inner  []Change // of stepInner, for the text at path
}

type stepKind int

const (
	stepSet stepKind = iota
	stepInner
	stepRename
	stepGraft
	stepRemove
)

// plan orders what the changes ask for into phases: first what leaves the
// indexes of other items as they are, then removals of items, from the last
// to the first. A move is a graft and a removal.
func plan(changes []Change) [][]step {
	var grow, shrink []step
	inner := map[string]int{}
	for i := range changes {
		c := &changes[i]
		switch {
		case c.Within != nil:
			about := *c
			about.Path, about.Within = c.Within, nil
			key := c.Path.String()
			at, ok := inner[key]
			if !ok {
				at = len(grow)
				inner[key] = at
				grow = append(grow, step{change: c, kind: stepInner, path: c.Path})
			}
			grow[at].inner = append(grow[at].inner, about)
		case c.Remove:
			remove := step{change: c, kind: stepRemove, path: c.Path}
			if c.Path.Last().IsIndex() {
				shrink = append(shrink, remove)
			} else {
				grow = append(grow, remove)
			}
		case c.Rename != "":
			grow = append(grow, step{change: c, kind: stepRename, path: c.Path, name: c.Rename})
		case c.Move != nil && !c.Move.Last().IsIndex() && !c.Path.Last().IsIndex() && c.Move.Parent().Equal(c.Path.Parent()):
			grow = append(grow, step{change: c, kind: stepRename, path: c.Path, name: c.Move.Last().name})
		case c.Move != nil:
			grow = append(grow, step{change: c, kind: stepGraft, path: c.Move, from: c.Path})
			shrink = append(shrink, step{change: c, kind: stepRemove, path: c.Path})
		default:
			grow = append(grow, step{change: c, kind: stepSet, path: c.Path, value: c.Value})
		}
	}
	if !slices.ContainsFunc(grow, func(s step) bool { return s.kind != stepSet && s.kind != stepRemove }) {
		// An entry that takes the place of the only one finds the map as it is written.
		slices.SortStableFunc(grow, func(a, b step) int { return cmp.Compare(removes(a), removes(b)) })
	}
	slices.SortStableFunc(shrink, func(a, b step) int {
		return slices.CompareFunc(b.path, a.path, compareKeys)
	})
	return [][]step{grow, shrink}
}

func removes(s step) int {
	if s.kind == stepRemove {
		return 1
	}
	return 0
}
