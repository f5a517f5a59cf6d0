package lint

import (
	"slices"
	"sort"
)

// Accepted is a finding that somebody accepted. It does not count, but formats
// that know of accepted findings mark it: one that vanishes and comes back
// with every edit would be opened again each time.
type Accepted struct {
	Finding Finding
	By      Acceptance
	Reason  string
}

// Acceptance is where a finding was accepted.
type Acceptance string

const (
	ByComment       Acceptance = "comment"       // on the value's line
	ByConfiguration Acceptance = "configuration" // in .spreadlint.yaml
	ByBaseline      Acceptance = "baseline"      // it was there before spreadlint was
)

func (s *Suppression) accept(f Finding) Accepted {
	a := Accepted{Finding: f, By: ByConfiguration, Reason: s.Reason}
	if s.Line > 0 {
		a.By = ByComment
	}
	return a
}

// joinAccepted makes one of what several values files of a chart accept alike,
// and sorts by place.
func joinAccepted(all, more []Accepted) []Accepted {
	for _, a := range more {
		same := slices.IndexFunc(all, func(b Accepted) bool { return a.By == b.By && groupKey(a.Finding) == groupKey(b.Finding) })
		if same < 0 {
			all = append(all, a)
			continue
		}
		all[same].Finding.addWorkloads(a.Finding.Workloads)
		all[same].Finding.addProfiles(a.Finding.Profiles)
	}
	sort.SliceStable(all, func(i, j int) bool { return less(all[i].Finding, all[j].Finding) })
	return all
}

// Accept moves the findings that a baseline knows to those that are accepted.
func (r *Report) Accept(known func(Finding) bool, reason string) {
	var kept []Finding
	var accepted []Accepted
	for _, f := range r.Findings {
		if known(f) {
			accepted = append(accepted, Accepted{Finding: f, By: ByBaseline, Reason: reason})
		} else {
			kept = append(kept, f)
		}
	}
	r.Findings, r.Accepted = kept, joinAccepted(r.Accepted, accepted)
}
