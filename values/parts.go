package values

import (
	"maps"
	"slices"
)

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
		for _, k := range slices.Sorted(maps.Keys(values)) {
			if was, ok := old[k]; !ok || !equal(was, want.(map[string]any)[k]) {
				parts = append(parts, part(stepSet, Name(k), values[k]))
			}
		}
		for _, k := range slices.Sorted(maps.Keys(old)) {
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
		for len(old) > len(wanted) && same < len(wanted) && equal(old[len(old)-1-same], wanted[len(wanted)-1-same]) {
			same++
		}
		for i := 0; i < len(values)-same; i++ {
			if i >= len(old) || !equal(old[i], wanted[i]) {
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
