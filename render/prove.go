package render

import (
	"fmt"
	"strings"

	"github.com/spreadlint/spreadlint/values"
)

// Prove returns the decider that really moves a field, where several could:
// each is changed in turn and the chart rendered again. The first is taken
// when nothing needs proof or nothing can be proven.
func (r *Release) Prove(w *Workload, field values.Path, deciders []Decider) Decider {
	if len(deciders) == 1 || r.certain(w, field, deciders) {
		return deciders[0]
	}
	for _, d := range deciders {
		for _, other := range otherValues(d.Value) {
			if r.Moves(w, field, d.Path, other) {
				return d
			}
		}
	}
	return deciders[0]
}

// otherValues are values to try in the place of one. A text where the chart
// takes a boolean, such as "no", is true whatever it says, unless it is empty.
func otherValues(v any) []any {
	other, ok := otherValue(v)
	if text, isText := v.(string); isText && text != "" {
		return []any{other, ""}
	}
	if !ok {
		return nil
	}
	return []any{other}
}

// certain reports whether exactly one decider holds just what is rendered.
func (r *Release) certain(w *Workload, field values.Path, deciders []Decider) bool {
	rendered, ok := w.Lookup(field)
	if !ok {
		return false
	}
	same := func(d Decider) bool { return d.Set && fmt.Sprint(d.Value) == fmt.Sprint(rendered) }
	return same(deciders[0]) && !same(deciders[1])
}

// otherValue is some value of the same kind that differs; of a map, which Helm
// would merge, none at all.
func otherValue(v any) (any, bool) {
	switch v := v.(type) {
	case map[string]any:
		return nil, len(v) > 0
	case []any:
		return []any{}, len(v) > 0
	case nil:
		return "spreadlint", true
	case string:
		if strings.Contains(v, "\n") { // YAML, most likely: a letter more would break it
			return "", true
		}
		return v + "x", true
	case bool:
		return !v, true
	case float64:
		return v + 1, true
	case int64:
		return v + 1, true
	}
	return nil, false
}

// Moves reports whether another value at path changes a field of a workload.
func (r *Release) Moves(w *Workload, field, path values.Path, value any) bool {
	before, _ := w.Lookup(field)
	now, ok := r.FieldWith(w, field, Change{Path: path, Value: value})
	return ok && fmt.Sprint(now) != fmt.Sprint(before)
}

// FieldWith is what a workload's field becomes when a value changes, nil where
// it is left out then. ok is false when the chart does not render any more, or
// not this workload.
func (r *Release) FieldWith(w *Workload, field values.Path, change Change) (value any, ok bool) {
	changed, err := r.Probe(w, change)
	if err != nil {
		return nil, false
	}
	after := changed.Workload(w)
	if after == nil {
		return nil, false
	}
	value, _ = after.Lookup(field)
	return value, true
}
