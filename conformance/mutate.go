package conformance

import (
	"maps"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/values"
)

// mutate changes one place of the placement fields into something that people
// do write: a value of another type, a field one level too high, a name in
// another case.
func (g generator) mutate(spec map[string]any) {
	var places []values.Path
	for _, field := range []string{"affinity", "topologySpreadConstraints"} {
		if v, present := spec[field]; present {
			walk(v, values.Path{values.Name(field)}, func(p values.Path) { places = append(places, p) })
		}
	}
	if len(places) == 0 {
		return
	}
	at := pick(g, places...)
	value, _ := values.Lookup(spec, at)
	parent, _ := values.Lookup(spec, at.Parent())
	switch g.IntN(12) {
	case 0:
		put(spec, at, g.junk())
	case 1:
		put(spec, at, nil)
	case 2:
		put(spec, at, []any{value})
	case 3:
		put(spec, at, map[string]any{pick(g, fieldWords...): value})
	case 4: // what stands within stands here
		if inner := children(value); len(inner) > 0 {
			put(spec, at, pick(g, inner...))
		}
	case 5: // the value of another place
		other, _ := values.Lookup(spec, pick(g, places...))
		put(spec, at, copied(other))
	case 6: // the field stands in another map
		if m, ok := lookupMap(spec, pick(g, places...)); ok && len(at) > 1 && !at.Last().IsIndex() {
			m[at.Last().Name()] = copied(value)
		}
	case 7: // its name is another one
		if m, ok := parent.(map[string]any); ok && len(at) > 1 {
			name := at.Last().Name()
			delete(m, name)
			m[pick(g, strings.ToLower(name), name+"s", strings.ToUpper(name[:min(1, len(name))])+name[min(1, len(name)):], pick(g, fieldWords...))] = value
		}
	case 8:
		if m, ok := parent.(map[string]any); ok && len(at) > 1 {
			delete(m, at.Last().Name())
		}
	case 9: // an item once more
		if list, ok := parent.([]any); ok {
			put(spec, at.Parent(), append(slices.Clone(list), copied(value)))
		}
	case 10:
		if m, ok := value.(map[string]any); ok {
			m[pick(g, fieldWords...)] = g.junk()
		}
	case 11: // two places share their text; the alias must come second to be legal
		put(spec, at, anchored{copied(value)})
		later := slices.IndexFunc(places, at.Equal)
		put(spec, places[later+g.IntN(len(places)-later)], literal("*a1"))
	}
}

// fieldWords are names that may stand in placement fields, and some that may
// not.
var fieldWords = []string{
	"labelSelector", "topologyKey", "namespaces", "namespaceSelector", "matchLabelKeys", "mismatchLabelKeys", "weight", "podAffinityTerm",
	"maxSkew", "whenUnsatisfiable", "minDomains", "nodeAffinityPolicy", "nodeTaintsPolicy", "podAffinity", "podAntiAffinity", "nodeAffinity",
	"requiredDuringSchedulingIgnoredDuringExecution", "preferredDuringSchedulingIgnoredDuringExecution", "matchLabels", "matchExpressions",
	"matchFields", "nodeSelectorTerms", "preference", "key", "operator", "values", "namespace", "colour", "a.b", "requiredDuringScheduling",
}

func (g generator) junk() any {
	return pick[any](g, map[string]any{}, []any{}, "", nil, true, false, 0, 1, -1, literal("1.5"), "text", "1", []any{nil}, []any{"a"}, []any{map[string]any{}},
		map[string]any{"a": "b"}, map[string]any{"a": 1}, literal("~"), literal("yes"), literal("2001-01-01"), literal(".nan"), g.oddText())
}

// put replaces the value at a path, which is there.
func put(tree any, at values.Path, v any) {
	parent, _ := values.Lookup(tree, at.Parent())
	switch node := parent.(type) {
	case map[string]any:
		node[at.Last().Name()] = v
	case []any:
		node[at.Last().Index()] = v
	}
}

func children(v any) []any {
	switch node := v.(type) {
	case map[string]any:
		var items []any
		for _, k := range slices.Sorted(maps.Keys(node)) {
			items = append(items, node[k])
		}
		return items
	case []any:
		return node
	}
	return nil
}

func lookupMap(tree any, at values.Path) (map[string]any, bool) {
	v, _ := values.Lookup(tree, at)
	m, ok := v.(map[string]any)
	return m, ok
}

// copied is a deep copy, so that no mutation acts at two places.
func copied(v any) any {
	switch node := v.(type) {
	case map[string]any:
		m := map[string]any{}
		for k, item := range node {
			m[k] = copied(item)
		}
		return m
	case []any:
		list := []any{}
		for _, item := range node {
			list = append(list, copied(item))
		}
		return list
	}
	return v
}
