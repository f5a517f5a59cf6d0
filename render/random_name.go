package render

// TakeNames gives workloads whose names are made at random on every render the
// names that they have in another render of the chart: they are the same ones.
func (r *Release) TakeNames(from *Release) {
	there := map[string]bool{}
	for _, w := range from.Workloads {
		there[w.key()] = true
	}
	here := map[string]bool{}
	for _, w := range r.Workloads {
		here[w.key()] = true
	}
	for _, w := range from.Workloads {
		if here[w.key()] || r.only != nil && !r.only[w.doc.name] || !from.isNamedAtRandom(w) {
			continue
		}
		if x := counterpart(w, from.Workloads, r.Workloads); x != nil && !there[x.key()] {
			x.Name = w.Name
		}
	}
}

// isNamedAtRandom reports whether another render of the same values calls the
// workload otherwise.
func (r *Release) isNamedAtRandom(w *Workload) bool {
	if r.session == nil {
		return false
	}
	if r.stable == nil {
		r.stable = map[string]bool{}
		again, err := r.changed(templatesOf(r.Workloads), nil)
		if err == nil {
			captureLog(func() { err = again.render() })
		}
		if err != nil {
			again = r // what cannot be known is taken to be stable
		}
		for _, x := range again.Workloads {
			r.stable[x.key()] = true
		}
	}
	return !r.stable[w.key()]
}
