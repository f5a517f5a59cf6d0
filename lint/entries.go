package lint

import (
	"maps"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// unreadEntryKeys lists the keys in the entries of the user's lists that no
// default and no text of a template mentions. Only entries that are proven to
// be in use are looked at: in a list that nothing reads no key is special.
func (in *Input) unreadEntryKeys() []values.Path {
	var found []values.Path
	in.eachEntry(func(list values.Path, entry int, item map[string]any) {
		var keys []values.Path
		in.entryKeys(in.templateText(), list, list.Item(entry), item, &keys)
		if len(keys) > 0 && len(found) < 20 && !in.passedOn(item) && in.entryInUse(list, entry) {
			found = append(found, keys...)
		}
	})
	return found
}

// eachEntry visits the maps in the lists that the user's values decide.
func (in *Input) eachEntry(visit func(list values.Path, entry int, item map[string]any)) {
	for _, layer := range in.Release.Layers {
		if layer.Kind == render.LayerChart {
			continue
		}
		layer.Walk(func(path values.Path, value any) {
			items, _ := value.([]any)
			winner, ok := in.Release.Layers.Find(path)
			if !ok || winner.Layer != layer {
				return
			}
			for i, x := range items {
				if item, isMap := x.(map[string]any); isMap {
					visit(path, i, item)
				}
			}
		})
	}
}

// entryKeys collects the unmentioned keys of an entry, at being its path or
// that of a map inside it.
func (in *Input) entryKeys(text templateText, list, at values.Path, m map[string]any, keys *[]values.Path) {
	known := in.entryWords(list, at)
	for _, k := range slices.Sorted(maps.Keys(m)) {
		p := at.Key(k)
		typo := len(values.Nearest(k, known, 1)) > 0
		switch {
		case slices.Contains(known, k) || text.words[k]:
			if below, isMap := m[k].(map[string]any); isMap {
				in.entryKeys(text, list, p, below, keys)
			}
		case typo || !text.takenWhole(at):
			*keys = append(*keys, p)
		}
	}
}

// entryWords are the keys that a map in an entry of a list is known to take:
// those of the entries in the chart's defaults, and those of a map of defaults
// for all entries, which charts keep beside the list.
func (in *Input) entryWords(list, at values.Path) []string {
	var known []string
	inner := at[len(list)+1:]
	add := func(v any) {
		if below, ok := values.Lookup(v, inner); ok || len(inner) == 0 {
			if len(inner) == 0 {
				below = v
			}
			m, _ := below.(map[string]any)
			known = append(known, slices.Sorted(maps.Keys(m))...)
		}
	}
	if fallback, ok := in.Release.Layers.Default(list); ok {
		items, _ := fallback.([]any)
		for _, item := range items {
			add(item)
		}
	}
	stem := strings.TrimSuffix(list.Last().Name(), "s")
	for _, k := range in.Release.Layers.DeclaredKeys(list.Parent()) {
		if strings.HasPrefix(k, stem) && strings.Contains(strings.ToLower(k), "default") {
			if v, ok := in.Release.Layers.Default(list.Parent().Key(k)); ok {
				add(v)
			}
		}
	}
	return known
}

// passedOn reports whether an entry reaches an object as it is: some map of
// the rendered object has all its keys, as with a spread constraint or a
// route that a template prints whole. That needs no render to see.
func (in *Input) passedOn(item map[string]any) bool {
	for _, w := range in.Release.Workloads {
		if holdsKeys(w.Object(), item) {
			return true
		}
	}
	longest := ""
	for key := range item {
		if len(key) > len(longest) || len(key) == len(longest) && key < longest {
			longest = key
		}
	}
	passed := false
	in.Release.EachObject(longest+":", func(object map[string]any) { passed = passed || holdsKeys(object, item) })
	return passed
}

// holdsKeys reports whether a map at or below v has all keys of an item.
func holdsKeys(v any, item map[string]any) bool {
	switch v := v.(type) {
	case map[string]any:
		all := true
		for key := range item {
			if _, there := v[key]; !there {
				all = false
				break
			}
		}
		if all {
			return true
		}
		for _, x := range v {
			if holdsKeys(x, item) {
				return true
			}
		}
	case []any:
		for _, x := range v {
			if holdsKeys(x, item) {
				return true
			}
		}
	}
	return false
}

// entryInUse reports whether the output depends on an entry of a list.
func (in *Input) entryInUse(list values.Path, entry int) bool {
	value, _ := values.Lookup(any(in.Release.Values()), list)
	items, _ := value.([]any)
	if entry >= len(items) {
		return false
	}
	others := append(slices.Clone(items[:entry]), items[entry+1:]...)
	same, err := in.Release.Unchanged(render.Change{Path: list, Value: others})
	return err == nil && !same
}
