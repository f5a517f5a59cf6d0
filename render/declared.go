package render

import (
	"path"
	"slices"
	"sort"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
	"sigs.k8s.io/yaml"

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
	known := r.source.dependencyNames()
	var found []values.Path
	seen := map[string]bool{}
	var walk func(tree map[string]any, at values.Path)
	walk = func(tree map[string]any, at values.Path) {
		keys := make([]string, 0, len(tree))
		for k := range tree {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		for _, k := range keys {
			p := at.Key(k)
			if k == "global" || strings.HasPrefix(k, "x-") || known[k] && !r.Layers.declares(p) || known[p.String()] || len(at) == 0 && k == "tags" {
				continue
			}
			if !r.Layers.declares(p) {
				if !seen[p.String()] {
					seen[p.String()] = true
					found = append(found, p)
				}
				continue
			}
			if below, ok := tree[k].(map[string]any); ok && len(r.Layers.DeclaredKeys(p)) > 0 {
				walk(below, p)
			}
		}
	}
	for _, l := range r.Layers {
		if l.Kind != LayerChart {
			walk(l.tree, nil)
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
		if p.HasPrefix(layer.Prefix) {
			if _, ok := values.Lookup(any(layer.tree), p[len(layer.Prefix):]); ok {
				return true
			}
		}
	}
	return false
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
		if !p.HasPrefix(layer.Prefix) {
			continue
		}
		v, _ := values.Lookup(any(layer.tree), p[len(layer.Prefix):])
		if m, ok := v.(map[string]any); ok {
			for k := range m {
				add(k)
			}
		}
	}
	sort.Strings(keys)
	return keys
}

// dependencyNames are the names, aliases and condition paths in all Chart.yaml
// files, disabled dependencies included.
func (s *source) dependencyNames() map[string]bool {
	known := map[string]bool{}
	for _, f := range s.files {
		if base := path.Base(f.Name); base != "Chart.yaml" && base != "requirements.yaml" {
			continue
		}
		var metadata chart.Metadata
		if err := yaml.Unmarshal(f.Data, &metadata); err != nil {
			continue // the loader reports it
		}
		for _, d := range metadata.Dependencies {
			if d == nil {
				continue
			}
			known[d.Name] = true
			if d.Alias != "" {
				known[d.Alias] = true
			}
			for _, condition := range strings.Split(d.Condition, ",") {
				known[strings.TrimSpace(condition)] = true
			}
		}
	}
	delete(known, "")
	return known
}
