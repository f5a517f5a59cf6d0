package render

import (
	"fmt"

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
	if !rendered {
		return true
	}
	other, ok := otherRule(before)
	if !ok {
		return true
	}
	for i := len(field) - 1; i >= 0; i-- {
		if field[i] != d.Path.Last() {
			continue
		}
		whole, _ := w.Lookup(field[:i+1])
		changed, err := r.Probe(w, Change{Path: d.Path, Value: replaced(whole, field[i+1:], other)})
		if err != nil {
			return true
		}
		after := changed.Workload(w)
		if after == nil {
			return true
		}
		now, _ := after.Lookup(field)
		return fmt.Sprint(now) != fmt.Sprint(before)
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
func replaced(v any, at values.Path, with any) any {
	if len(at) == 0 {
		return with
	}
	switch v := v.(type) {
	case map[string]any:
		copied := make(map[string]any, len(v))
		for k, x := range v {
			copied[k] = x
		}
		copied[at[0].Name()] = replaced(v[at[0].Name()], at[1:], with)
		return copied
	case []any:
		copied := append([]any(nil), v...)
		if i := at[0].Index(); at[0].IsIndex() && i < len(copied) {
			copied[i] = replaced(v[i], at[1:], with)
		}
		return copied
	}
	return v
}
