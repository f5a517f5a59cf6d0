package render

import "github.com/spreadlint/spreadlint/values"

// Reads reports whether a template of a workload asked for the value at a
// path or for one below it, set or not. Branches that were not taken asked for
// nothing.
func (r *Release) Reads(p values.Path) bool {
	seen := map[*trace]bool{}
	r.Focus(r.Workloads) // all are looked at: one traced render
	for _, w := range r.Workloads {
		d := r.traced(w)
		if d == nil || seen[d.trace] {
			continue
		}
		seen[d.trace] = true
		for _, f := range d.frames {
			for _, read := range f.reads {
				if r.canonical(read.path).HasPrefix(p) {
					return true
				}
			}
		}
	}
	return false
}
