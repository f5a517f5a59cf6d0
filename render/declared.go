package render

import (
	"maps"
	"slices"
	"sort"
	"strings"

	"helm.sh/helm/v3/pkg/chart"

	"github.com/spreadlint/spreadlint/values"
)

// Undeclared lists the paths that the user sets although no values.yaml of
// the chart or its dependencies has them: of a whole unknown map only its top.
// Left out are `global`, names and conditions of dependencies, maps that the
// chart leaves empty to be filled, and holders of YAML anchors.
func (r *Release) Undeclared() []values.Path {
	if r.source == nil {
		return nil
	}
	hangs := r.source.dependencies()
	return r.undeclared(nil, func(p values.Path) bool {
		k := p.Last().Name()
		return k == "global" || strings.HasPrefix(k, "x-") || hangs.conditions[p.String()] != nil || len(p) == 1 && k == "tags" ||
			hangs.values[p.String()] && !r.rendersChart(p) // of a dependency that is switched off nothing is known
	})
}

// UndeclaredGlobals lists the keys that the user sets below a `global` and that
// no values.yaml has there: of a whole unknown map only its top.
func (r *Release) UndeclaredGlobals() []values.Path {
	return r.undeclared(names("global"), func(values.Path) bool { return false })
}

// undeclared lists what the user sets below a path and no values.yaml has
// there, apart from what is left out.
func (r *Release) undeclared(top values.Path, leftOut func(values.Path) bool) []values.Path {
	var found []values.Path
	seen := map[string]bool{}
	var walk func(v any, at values.Path)
	walk = func(v any, at values.Path) {
		tree, _ := v.(map[string]any)
		for _, k := range slices.Sorted(maps.Keys(tree)) {
			p := at.Key(k)
			switch {
			case leftOut(p):
			case r.Layers.declares(p):
				if len(r.Layers.DeclaredKeys(p)) > 0 {
					walk(tree[k], p)
				}
			case !seen[p.String()]:
				seen[p.String()] = true
				found = append(found, p)
			}
		}
	}
	for _, l := range r.Layers {
		if below, set := values.Lookup(any(l.tree), top); set && l.Kind != LayerChart {
			walk(below, top)
		}
	}
	return found
}

// declares reports whether a chart's values.yaml has the path.
func (l Layers) declares(p values.Path) bool {
	for _, layer := range l {
		if layer.Kind != LayerChart {
			continue
		}
		if layer.Prefix.HasPrefix(p) {
			return true
		}
		if _, ok := layer.within(p); ok {
			return true
		}
	}
	return false
}

// holdsChart reports whether the values of a chart hang at the path.
func (l Layers) holdsChart(p values.Path) bool {
	return slices.ContainsFunc(l, func(layer *Layer) bool { return layer.Kind == LayerChart && layer.Prefix.Equal(p) })
}

// rendersChart reports whether the dependency whose values hang at the path is
// one that Helm renders: it may have no values.yaml, and so no layer.
func (r *Release) rendersChart(p values.Path) bool {
	if r.session == nil || r.session.chart == nil {
		return r.Layers.holdsChart(p)
	}
	c := r.session.chart
	for _, key := range p {
		i := slices.IndexFunc(c.Dependencies(), func(d *chart.Chart) bool { return d.Name() == key.Name() })
		if i < 0 {
			return false
		}
		c = c.Dependencies()[i]
	}
	return true
}

// BelongsToDisabledChart reports whether a value is one of a dependency that
// is switched off: nothing is known of what that reads.
func (r *Release) BelongsToDisabledChart(p values.Path) bool {
	if r.source == nil {
		return false
	}
	hangs := r.source.dependencies()
	for i := 1; i <= len(p); i++ {
		if hangs.values[p[:i].String()] && !r.rendersChart(p[:i]) {
			return true
		}
	}
	return false
}

// Shows reports whether one document of the output has all keys and texts that
// stand below a value.
func (r *Release) Shows(value any) bool {
	words := wordsBelow(value)
	for _, text := range r.texts {
		if !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) }) {
			return true
		}
	}
	return false
}

// wordsBelow are the keys and texts below a value, apart from texts that are
// templates: what becomes of those cannot be told.
func wordsBelow(value any) (words []string) {
	switch v := value.(type) {
	case map[string]any:
		for k, x := range v {
			words = append(append(words, k), wordsBelow(x)...)
		}
	case []any:
		for _, x := range v {
			words = append(words, wordsBelow(x)...)
		}
	case string:
		if !strings.Contains(v, "{{") {
			words = append(words, v)
		}
	}
	return words
}

// DeclaredKeys lists the keys that the charts' values.yaml files have in the
// map at path, sorted.
func (l Layers) DeclaredKeys(p values.Path) []string {
	var keys []string
	add := func(k string) {
		if !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	for _, layer := range l {
		if layer.Kind != LayerChart {
			continue
		}
		if len(layer.Prefix) == len(p)+1 && layer.Prefix.HasPrefix(p) {
			add(layer.Prefix.Last().Name())
		}
		v, _ := layer.Value(p)
		if m, ok := v.(map[string]any); ok {
			for k := range m {
				add(k)
			}
		}
	}
	sort.Strings(keys)
	return keys
}

// DeclaredAnywhere lists the paths at which the charts' values.yaml files have
// a key of this name, the shallowest first.
func (l Layers) DeclaredAnywhere(name string) []values.Path {
	var found []values.Path
	for _, layer := range l {
		if layer.Kind == LayerChart {
			found = append(found, keysNamed(layer.tree, layer.Prefix, name)...)
		}
	}
	slices.SortStableFunc(found, func(a, b values.Path) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(a.String(), b.String())
	})
	return slices.CompactFunc(found, func(a, b values.Path) bool { return a.Equal(b) })
}

func keysNamed(v any, at values.Path, name string) []values.Path {
	var found []values.Path
	if m, ok := v.(map[string]any); ok {
		for k, x := range m {
			if k == name {
				found = append(found, at.Key(k))
			}
			found = append(found, keysNamed(x, at.Key(k), name)...)
		}
	}
	return found
}

// Default is what the charts' values.yaml files set at a path.
func (l Layers) Default(p values.Path) (any, bool) {
	for i := len(l) - 1; i >= 0; i-- {
		if l[i].Kind == LayerChart {
			if v, ok := l[i].Value(p); ok {
				return v, true
			}
		}
	}
	return nil, false
}

// Empty reports whether the layer sets nothing.
func (l *Layer) Empty() bool { return len(l.tree) == 0 }

// Walk visits the entries of a layer's maps, parents first, keys in order.
func (l *Layer) Walk(visit func(path values.Path, value any)) {
	var walk func(tree map[string]any, at values.Path)
	walk = func(tree map[string]any, at values.Path) {
		keys := make([]string, 0, len(tree))
		for k := range tree {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		for _, k := range keys {
			path := at.Key(k)
			visit(path, tree[k])
			if below, ok := tree[k].(map[string]any); ok {
				walk(below, path)
			}
		}
	}
	walk(l.tree, l.Prefix)
}

// DefaultBelow is what a weaker chart layer, that of a dependency, sets at a
// path that a chart's own values.yaml overrides.
func (l Layers) DefaultBelow(layer *Layer, p values.Path) (any, bool) {
	for _, other := range l {
		if other == layer {
			break
		}
		if other.Kind == LayerChart && len(other.Prefix) > len(layer.Prefix) && p.HasPrefix(other.Prefix) {
			if v, ok := values.Lookup(any(other.tree), p[len(other.Prefix):]); ok {
				return v, true
			}
		}
	}
	return nil, false
}
