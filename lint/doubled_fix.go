package lint

import (
	"maps"
	"slices"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// offerOneOfTwo offers to leave out the user's one of two equal keys, where
// that is seen to leave the chart's.
func (in *Input) offerOneOfTwo(w *render.Workload, doubled values.Path) func(*Finding, render.Decider) {
	return func(f *Finding, d render.Decider) {
		if in.Release.Chart == "" || !d.Set || len(d.Path) == 0 {
			return
		}
		mine := []values.Path{d.Path}
		if d.Path.Last() != doubled.Last() {
			mine = keysBelow(d.Value, d.Path, doubled.Last())
		}
		var changes []render.Change
		fix := Fix{Title: "leave yours out", Safety: Unsafe}
		for _, path := range mine {
			changes = append(changes, render.Change{Path: path, Remove: true})
			fix.Sets = append(fix.Sets, Set{Path: path, Remove: true})
		}
		if len(changes) == 0 {
			return
		}
		without, err := in.Release.Probe(w, changes...)
		if err != nil {
			return
		}
		after := without.Workload(w)
		if after == nil || slices.ContainsFunc(after.DoubledFields(), doubled.Equal) {
			return
		}
		if _, there := after.Lookup(doubled); there {
			f.Caret = "the chart writes its own: leave yours out"
			f.Fixes = append(f.Fixes, fix)
		}
	}
}

// keysBelow are the places of a key below a value, the outermost only.
func keysBelow(v any, at values.Path, key values.Key) (found []values.Path) {
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			if at := at.Key(k); at.Last() == key {
				found = append(found, at)
			} else {
				found = append(found, keysBelow(v[k], at, key)...)
			}
		}
	case []any:
		for i, x := range v {
			found = append(found, keysBelow(x, at.Item(i), key)...)
		}
	}
	return found
}
