package values

import "reflect"

// Changed is the tree after the changes: what Edits and Apply must reach. The
// given tree stays as it is; what is not changed is shared with it. The error
// is a *Refusal without a place.
func Changed(tree map[string]any, changes ...Change) (map[string]any, error) {
	kept, err := checked(changes)
	if err != nil {
		return nil, err
	}
	after, err := changedTree(tree, plan(kept))
	if err != nil {
		return nil, err
	}
	m, ok := after.(map[string]any)
	if !ok {
		return nil, refusef("the tree is no map")
	}
	return m, nil
}

// changedTree takes the steps on a decoded tree of any kind.
func changedTree(tree any, phases [][]step) (any, error) {
	c := copier{owned: map[uintptr]bool{}}
	for _, phase := range phases {
		for i := range phase {
			after, err := c.take(tree, &phase[i])
			if err != nil {
				return nil, blame(err, phase[i].change)
			}
			tree = after
		}
	}
	return tree, nil
}

// copier changes trees without touching the original: a map is copied the
// first time it is changed, so that many changes of one large map stay cheap.
type copier struct{ owned map[uintptr]bool }

func (c copier) take(tree any, s *step) (any, error) {
	switch s.kind {
	case stepSet:
		value, err := plain(s.value)
		if err != nil {
			return nil, err
		}
		return c.set(tree, s.path, value)
	case stepInner:
		text, ok := Lookup(tree, s.path)
		after, err := changedText(text, ok, s)
		if err != nil {
			return nil, err
		}
		return c.set(tree, s.path, after)
	case stepRename:
		value, ok := Lookup(tree, s.path)
		if !ok {
			return nil, refusef("there is no such entry to rename")
		}
		target := s.path.Parent().Key(s.name)
		if target.Equal(s.path) {
			return tree, nil
		}
		if _, ok := Lookup(tree, target); ok {
			return nil, refusef("%s is there already; remove it first", target)
		}
		tree = c.remove(tree, s.path)
		return c.set(tree, target, value)
	case stepGraft:
		value, ok := Lookup(tree, s.from)
		if !ok {
			return nil, refusef("there is no such entry to move")
		}
		if _, ok := Lookup(tree, s.path); ok {
			return nil, refusef("%s is there already; remove it first", s.path)
		}
		return c.set(tree, s.path, value)
	}
	if _, ok := Lookup(tree, s.path); !ok {
		return tree, nil
	}
	return c.remove(tree, s.path), nil
}

func (c copier) set(tree any, p Path, value any) (any, error) {
	if len(p) == 0 {
		return value, nil
	}
	k := p[0]
	switch t := tree.(type) {
	case nil:
		if k.IsIndex() {
			if k.index > 0 {
				return nil, refusef("item %d has no list before it; write item 0 first", k.index)
			}
			after, err := c.set(nil, p[1:], value)
			return []any{after}, err
		}
		after, err := c.set(nil, p[1:], value)
		return map[string]any{k.name: after}, err
	case map[string]any:
		if k.IsIndex() {
			return nil, refusef("item %d is asked for where a map is; name a key", k.index)
		}
		after, err := c.set(t[k.name], p[1:], value)
		if err != nil {
			return nil, err
		}
		m := c.own(t)
		m[k.name] = after
		return m, nil
	case []any:
		switch {
		case !k.IsIndex():
			return nil, refusef("the key %s is asked for where a list is; name an item by its index", k.name)
		case k.index > len(t):
			return nil, refusef("the list has %d items; the next one has the index %d", len(t), len(t))
		}
		l := append([]any{}, t...)
		if k.index == len(t) {
			l = append(l, nil)
		}
		after, err := c.set(l[k.index], p[1:], value)
		l[k.index] = after
		return l, err
	}
	return nil, refusef("the path leads through a value that is no map or list; set that value first")
}

// remove takes away an entry that is there.
func (c copier) remove(tree any, p Path) any {
	k := p[0]
	switch t := tree.(type) {
	case map[string]any:
		m := c.own(t)
		if len(p) == 1 {
			delete(m, k.name)
		} else {
			m[k.name] = c.remove(t[k.name], p[1:])
		}
		return m
	case []any:
		l := append([]any{}, t...)
		if len(p) == 1 {
			return append(l[:k.index], l[k.index+1:]...)
		}
		l[k.index] = c.remove(l[k.index], p[1:])
		return l
	}
	return tree
}

// own is the map itself when it is a copy already, else a copy.
func (c copier) own(m map[string]any) map[string]any {
	if c.owned[reflect.ValueOf(m).Pointer()] {
		return m
	}
	owned := make(map[string]any, len(m)+1)
	for k, v := range m {
		owned[k] = v
	}
	c.owned[reflect.ValueOf(owned).Pointer()] = true
	return owned
}
