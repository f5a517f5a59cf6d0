package render

import (
	"maps"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/values"
)

// Reads reports whether a template of a workload asked for the value at a
// path or for one below it, set or not. Branches that were not taken asked for
// nothing, nor does an action that walks over the keys of the map around it,
// whatever their names are.
func (r *Release) Reads(p values.Path) bool {
	for _, t := range r.traces() {
		for id := range r.readers(t, p) {
			if s := t.sites[id]; s.names(p.Last()) || !r.walks(t, id, p.Parent()) {
				return true
			}
		}
	}
	return false
}

// ReadsOf lists the paths of this name that the templates of the workloads
// ask for, set or not, sorted.
func (r *Release) ReadsOf(name string) []values.Path {
	found := map[string]values.Path{}
	for _, t := range r.traces() {
		for _, f := range t.frames {
			for _, read := range f.reads {
				if p := r.canonical(read.path); len(p) > 0 && p.Last() == values.Name(name) && t.sites[f.site].names(p.Last()) {
					found[p.String()] = p
				}
			}
		}
	}
	var paths []values.Path
	for _, key := range slices.Sorted(maps.Keys(found)) {
		paths = append(paths, found[key])
	}
	return paths
}

// traces are those of all workloads, each once.
func (r *Release) traces() []*trace {
	var found []*trace
	r.Focus(r.Workloads) // one traced render for all
	for _, w := range r.Workloads {
		if d := r.traced(w); d != nil && !slices.Contains(found, d.trace) {
			found = append(found, d.trace)
		}
	}
	return found
}

// readers are the sites that read the value at a path or one below it.
func (r *Release) readers(t *trace, p values.Path) map[int]bool {
	found := map[int]bool{}
	for _, f := range t.frames {
		for _, read := range f.reads {
			if r.canonical(read.path).HasPrefix(p) {
				found[f.site] = true
			}
		}
	}
	return found
}

// walks reports whether a site reads most keys of a map.
func (r *Release) walks(t *trace, site int, around values.Path) bool {
	value, _ := r.lookup(around)
	siblings, _ := value.(map[string]any)
	read := map[string]bool{}
	for _, f := range t.frames {
		if f.site != site {
			continue
		}
		for _, at := range f.reads {
			if path := r.canonical(at.path); len(path) > len(around) && path.HasPrefix(around) {
				if key := path[len(around)].Name(); siblings[key] != nil {
					read[key] = true
				}
			}
		}
	}
	return 2*len(read) > len(siblings)
}

// names reports whether a key's name stands in the site.
func (s site) names(key values.Key) bool {
	return s.pipe == nil || strings.Contains(s.pipe.String(), key.Name())
}
