package render

import (
	"fmt"
	"slices"

	"github.com/spreadlint/spreadlint/values"
)

// Replaces reports whether what a user writes at a value takes the place of
// what is rendered. Only an empty map is in doubt: nothing of the field came from it,
// and a template may merge its own rule over whatever stands there. The same
// rule with the field changed is tried.
func (r *Release) Replaces(w *Workload, field values.Path, d Decider) bool {
	empty, isMap := d.Value.(map[string]any)
	if !isMap || len(empty) > 0 || len(d.Path) == 0 {
		return true
	}
	before, rendered := w.Lookup(field)
	other, ok := otherRule(before)
	if !rendered || !ok {
		return true
	}
	for i, key := range slices.Backward(field) {
		if key == d.Path.Last() {
			whole, _ := w.Lookup(field[:i+1])
			now, ok := r.FieldWith(w, field, Change{Path: d.Path, Value: replaced(whole, field[i+1:], other)})
			return !ok || fmt.Sprint(now) != fmt.Sprint(before)
		}
	}
	return true // it is called otherwise than the field: nobody knows what to write there
}

// otherRule is some value that could stand where v does.
func otherRule(v any) (any, bool) {
	if _, isMap := v.(map[string]any); isMap {
		return map[string]any{"matchLabels": map[string]any{"spreadlint": "probe"}}, true
	}
	return otherValue(v)
}

// replaced copies a tree with another value at a path.
func replaced(tree any, at values.Path, with any) any {
	if len(at) == 0 {
		return with
	}
	copied := deepCopy(tree)
	if holder, ok := values.Lookup(copied, at.Parent()); ok {
		put(holder, at.Last(), with)
	}
	return copied
}
