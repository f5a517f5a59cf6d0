package render

import "github.com/spreadlint/spreadlint/values"

// Candidates lists the values whose branches or actions, in the workload's
// document, could render what is mentioned: where a missing rule would be
// switched on. Conditions that compare with words come first.
func (r *Release) Candidates(w *Workload, want Mention) []Decider {
	d := r.traced(w)
	if d == nil {
		return nil
	}
	t := d.trace
	var words, others []Decider
	for _, g := range d.ranges {
		site := t.frames[g.frame].site
		if t.mentionsOf(g.frame)&want == 0 {
			continue
		}
		s := t.sites[site]
		for _, p := range t.beside(g.frame) {
			if r.isUsersOwn(p.path) {
				others = appendDecider(others, r.decider(comparedRead{place: p}))
			}
		}
		for _, read := range t.compared(g.frame) {
			if dec := r.decider(read); len(s.words) > 0 {
				dec.Words = s.words
				words = appendDecider(words, dec)
			} else {
				dec.Words = nil
				others = appendDecider(others, dec)
			}
		}
		for _, dec := range r.comparedInText(t, g.frame, want) {
			words = appendDecider(words, dec)
		}
	}
	if t.printsWhole(d, w.path.Child(w.SpecPath...)) {
		others = append(others, r.calledAfter(w, want)...)
	}
	for _, o := range others {
		words = appendDecider(words, o)
	}
	return words
}

// comparedInText are the values that a text is made by before it is printed,
// with the words that they are compared with: of a template that a `with`, a
// variable or a function takes the text of, no branch has a place in the
// document.
func (r *Release) comparedInText(t *trace, id int, want Mention) []Decider {
	var found []Decider
	for _, k := range t.within(id) {
		site := t.frames[k].site
		words := t.sites[site].words
		if k == id || t.frames[k].marked || len(words) == 0 || t.mentions(site)&want == 0 {
			continue
		}
		for _, p := range t.all(k) {
			found = append(found, r.decider(comparedRead{place: p, words: words}))
		}
	}
	return found
}

// calledAfter lists the declared values of the workload's chart that are empty
// and whose name mentions what is wanted. Where one action prints a whole pod,
// made from text that nothing was seen of, such as a file of the chart, their
// names are all there is to know.
func (r *Release) calledAfter(w *Workload, want Mention) []Decider {
	prefix := chartPrefix(w.doc.name)
	var found []Decider
	for _, layer := range r.Layers {
		if layer.Kind != LayerChart || !layer.Prefix.Equal(prefix) {
			continue
		}
		layer.Walk(func(path values.Path, _ any) {
			if value, set := r.lookup(path); mentioned(path.Last().Name())&want != 0 && r.isEmpty(path) {
				found = append(found, Decider{Path: path, Set: set, Value: value})
			}
		})
	}
	return found
}

// beside are the values that are absent, but set they would be merged into
// what a frame reads.
func (t *trace) beside(id int) []*place {
	var found []*place
	for k := id; k < t.end(id); k++ {
		found = union(found, t.frames[k].beside)
	}
	return found
}

// Own is where the user would set a value that holds by the chart's default: a
// chart that keeps its defaults below a key of its own, and merges the user's
// values over them, wants it beside that key. Other values stay where they are.
func (r *Release) Own(w *Workload, path values.Path) values.Path {
	d := r.traced(w)
	if origin, found := r.Layers.Find(path); d == nil || !found || origin.Layer.Kind != LayerChart {
		return path
	}
	for _, f := range d.frames {
		for _, read := range f.reads {
			if !path.HasPrefix(read.path) {
				continue
			}
			for _, b := range f.beside {
				if len(read.path) > 0 && b.path.Last() == read.path.Last() && r.isUsersOwn(b.path) {
					return b.path.Child(path[len(read.path):]...)
				}
			}
		}
	}
	return path
}

// isUsersOwn reports whether a value that is not set would stand beside what
// the user sets, or at the top: of several that would do the narrower one,
// before the defaults that it is merged with.
func (r *Release) isUsersOwn(path values.Path) bool {
	if len(path) == 1 {
		return true
	}
	origin, found := r.Layers.Find(path.Parent())
	return found && origin.Layer.Kind != LayerChart
}
