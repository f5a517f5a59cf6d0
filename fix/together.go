package fix

import (
	"slices"

	"github.com/spreadlint/spreadlint/values"
)

// maxTogether bounds how many sets of fixes that may need each other one run
// tries: each costs a render.
const maxTogether = 24

// together tries a fix that does not stand alone with others that may be
// needed with it: all that are akin to it, then one after the other, the
// nearest first. They hold together or not at all.
func (r *run) together(from *state, p *Proposal) (*state, []*Proposal, error) {
	akin := r.ask(from, r.akin(from, p))
	sets := [][]*Proposal{append([]*Proposal{p}, akin...)}
	for _, q := range akin {
		sets = append(sets, []*Proposal{p, q})
	}
	if len(akin) < 2 {
		sets = sets[:len(akin)] // alone it was tried; one with all is one with one
	}
	for _, set := range sets {
		if r.tried++; r.tried > maxTogether {
			break
		}
		next, objection, err := r.try(from, set)
		if err != nil {
			return nil, nil, err
		}
		if objection == nil {
			return next, set, nil
		}
	}
	return nil, nil, nil
}

// akin are the proposals that may be needed along with one: those for the same
// map of values, for the same workload, and for the same key elsewhere, as
// peers have it.
func (r *run) akin(from *state, p *Proposal) []*Proposal {
	var near, same, peers []*Proposal
	for _, q := range r.proposals(from) {
		if q.key() == p.key() || q.conflicts(p) {
			continue
		}
		switch {
		case shares(p, q, func(a, b values.Path) bool { return a.Parent().Equal(b.Parent()) }):
			near = append(near, q)
		case slices.ContainsFunc(p.Finding.Workloads, func(w string) bool { return slices.Contains(q.Finding.Workloads, w) }):
			same = append(same, q)
		case shares(p, q, func(a, b values.Path) bool { return a.Last() == b.Last() }):
			peers = append(peers, q)
		}
	}
	return withoutConflicts(slices.Concat(near, same, peers))
}

// shares reports whether any two changed paths of two proposals are related.
func shares(p, q *Proposal, related func(a, b values.Path) bool) bool {
	return slices.ContainsFunc(p.changes, func(a fileChange) bool {
		return slices.ContainsFunc(q.changes, func(b fileChange) bool {
			return len(a.Path) > 0 && len(b.Path) > 0 && related(a.Path, b.Path)
		})
	})
}
