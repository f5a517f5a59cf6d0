package values

import (
	"slices"

	"go.yaml.in/yaml/v3"
)

// takeAll takes the steps in rounds: those in one round are about places that
// do not touch, and see the same text; the others see what came out.
func (f *File) takeAll(tree any, phases [][]step, care int) ([]byte, []Edit, error) {
	now, total := f, []Edit(nil)
	for number, phase := range phases {
		for queue := phase; len(queue) > 0; {
			if now != f {
				var err error
				if tree, err = decodeAny(now.Src); err != nil {
					return nil, nil, blame(refusef(unsafe), queue[0].change)
				}
				if tree == nil {
					tree = map[string]any{}
				}
			}
			e := newEditor(now, tree, care)
			// Removals shift the indexes of later items, so their order holds.
			done, later, err := e.round(queue, number > 0)
			if err != nil {
				return nil, nil, inOriginal(err, now == f)
			}
			queue = later
			if len(done) > 0 {
				total = compose(total, done)
				now = &File{Name: f.Name, Src: apply(now.Src, done)}
			}
		}
	}
	if len(total) > 0 {
		total = trimmed(f.Src, total)
	}
	return now.Src, total, nil
}

// round takes those steps of a queue that do not meet, and at least the first.
func (e *editor) round(queue []step, ordered bool) (done []Edit, later []step, err error) {
	around := map[any]*crowd{}
	for i := 0; i < len(queue); i++ {
		s := queue[i]
		if s.kind == stepSet {
			if parts := e.parts(s); parts != nil {
				queue = slices.Concat(queue[:i], parts, queue[i+1:])
				i--
				continue
			}
		}
		edits, claim, err := e.take(&s)
		if err != nil {
			return nil, nil, blame(err, s.change)
		}
		if claim != nil && around[claim] == nil {
			around[claim] = &crowd{}
		}
		if touch(done, edits) || claim != nil && !around[claim].joins(claim, s.kind == stepRemove) {
			if ordered {
				return sorted(done), append(later, queue[i:]...), nil
			}
			later = append(later, s)
			continue
		}
		done = append(done, edits...)
	}
	return sorted(done), later, nil
}

// inOriginal takes the place out of a refusal that is about a text on the way;
// the original one has no such place.
func inOriginal(err error, original bool) error {
	if r, ok := err.(*Refusal); ok && !original {
		r.Pos = Pos{}
	}
	return err
}

// crowd is what steps of one round do to one map or list. Whoever takes the
// last entry away, or adds beside that, must be alone.
type crowd struct {
	removed        int
	grown, emptied bool
}

func (c *crowd) joins(container any, removes bool) bool {
	n, isNode := container.(*yaml.Node)
	last := removes && isNode && size(n)-c.removed <= 1
	if c.emptied || last && (c.grown || c.removed > 0) {
		return false
	}
	c.emptied = last
	if removes {
		c.removed++
	} else {
		c.grown = true
	}
	return true
}

// touch reports whether edits of two changes meet: then one has to see what
// the other did.
func touch(done, edits []Edit) bool {
	for _, a := range done {
		for _, b := range edits {
			if a.Start <= b.End && b.Start <= a.End {
				return true
			}
		}
	}
	return false
}
