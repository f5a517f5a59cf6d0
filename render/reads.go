package render

import (
	"strings"

	"github.com/spreadlint/spreadlint/values"
)

// Reads reports whether a template of a workload asked for the value at a
// path or for one below it, set or not. Branches that were not taken asked for
// nothing, nor does an action that walks over the keys of the map around it,
// whatever their names are.
func (r *Release) Reads(p values.Path) bool {
	seen := map[*trace]bool{}
	for _, w := range r.Workloads {
		d := r.traced(w)
		if d == nil || seen[d.trace] {
			continue
		}
		seen[d.trace] = true
		for id := range r.readers(d.trace, p) {
			if s := d.sites[id]; s.names(p.Last()) || !r.walks(d.trace, id, p.Parent()) {
				return true
			}
		}
	}
	return false
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
