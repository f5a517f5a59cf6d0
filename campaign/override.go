package main

import (
	"maps"
	"slices"

	"github.com/spreadlint/spreadlint/values"
)

// setting is a value at a place of a values file.
type setting struct {
	path  values.Path
	value any
}

// override is the smallest tree that sets values: lists, which Helm replaces
// whole, are copied from what holds without it. ok is false where the path
// leads through something that is neither map nor list.
func override(base map[string]any, settings ...setting) (tree map[string]any, ok bool) {
	var root any = map[string]any{}
	for _, s := range settings {
		if root, ok = put(root, base, s.path, s.value); !ok {
			return nil, false
		}
	}
	return root.(map[string]any), true
}

// put sets a value in own, below which base holds.
func put(own, base any, path values.Path, value any) (any, bool) {
	if len(path) == 0 {
		return value, true
	}
	key := path[0]
	if key.IsIndex() {
		items, ok := own.([]any)
		if !ok {
			items = slices.Clone(list(base))
		}
		if key.Index() > len(items) {
			return nil, false
		} else if key.Index() == len(items) {
			items = append(items, nil)
		}
		old := items[key.Index()]
		item, ok := put(copied(old), copied(old), path[1:], value)
		items[key.Index()] = item
		return items, ok
	}
	m, ok := own.(map[string]any)
	if !ok {
		if own != nil {
			return nil, false
		}
		m = map[string]any{}
	}
	below, _ := base.(map[string]any)
	child, ok := put(m[key.Name()], below[key.Name()], path[1:], value)
	if !ok {
		return nil, false
	}
	m = maps.Clone(m)
	m[key.Name()] = child
	return m, true
}

// copied is a copy that shares no map or list.
func copied(value any) any {
	switch v := value.(type) {
	case map[string]any:
		m := make(map[string]any, len(v))
		for key, item := range v {
			m[key] = copied(item)
		}
		return m
	case []any:
		l := make([]any, len(v))
		for i, item := range v {
			l[i] = copied(item)
		}
		return l
	}
	return value
}
