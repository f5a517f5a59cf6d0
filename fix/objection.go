package fix

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// objection is why edits are not kept.
type objection struct {
	reason string
	byHand bool           // a person can do it
	fresh  []lint.Finding // findings that only appear with the edits
}

// object compares the findings and workloads before and after the fixes of
// some findings; nil means that the edits may be kept. New advice (info) does
// not keep a warning or an error from being mended: what is refused or inert
// gets no advice before it is mended. Nor does a finding about workloads that
// are rendered as they were: the mended one hid it.
func (r *run) object(from, to *state, applied []*Proposal) (*objection, error) {
	before, after := tally(from.report), tally(to.report)
	for _, p := range applied {
		for _, key := range p.tallyKeys() {
			before[key]--
		}
	}
	var fresh []lint.Finding
	gone := true
	worst := lint.Info
	for _, p := range applied {
		worst = max(worst, p.Finding.Severity)
	}
	for i := range to.report.Findings {
		f := to.report.Findings[i]
		for _, key := range tallyKeys(&f) {
			if after[key] > max(0, before[key]) {
				if slices.ContainsFunc(applied, func(p *Proposal) bool { return findingKey(&p.Finding) == findingKey(&f) }) {
					gone = false
				} else if same, err := r.untouched(from, to, &f); err != nil {
					return nil, err
				} else if !same && (f.Severity > lint.Info || worst == lint.Info) {
					fresh = append(fresh, f)
				}
				break
			}
		}
	}
	switch {
	case !gone:
		return &objection{reason: "the finding stays: the value does not decide it alone"}, nil
	case len(fresh) > 0:
		f := fresh[0]
		return &objection{reason: fmt.Sprintf("it would bring up %s: %s", f.Rule, f.Message), fresh: fresh}, nil
	}
	return r.sideEffect(from, to, applied)
}

// untouched reports whether all workloads that a finding is about are rendered
// as they were: then the edit brought it to light, and did not bring it about.
func (r *run) untouched(from, to *state, f *lint.Finding) (bool, error) {
	before, after := byID(from.release), byID(to.release)
	for _, id := range f.Workloads {
		w, x := before[id], after[id]
		if w == nil || x == nil {
			return false, nil
		}
		if reflect.DeepEqual(w.Object(), x.Object()) {
			continue
		}
		if random, err := r.isRandom(id); err != nil || !random || !reflect.DeepEqual(rules(w), rules(x)) {
			return false, err
		}
	}
	return len(f.Workloads) > 0, nil
}

// tally counts findings by rule, workload and field: what else says which is
// which (list indices, paths, lines) may move by an edit.
func tally(report lint.Report) map[string]int {
	counts := map[string]int{}
	for i := range report.Findings {
		for _, key := range tallyKeys(&report.Findings[i]) {
			counts[key]++
		}
	}
	return counts
}

func tallyKeys(f *lint.Finding) []string {
	what := f.Rule + "\x00" + listIndex.ReplaceAllString(f.Field, "")
	if len(f.Workloads) == 0 {
		return []string{what}
	}
	var keys []string
	for _, w := range f.Workloads {
		keys = append(keys, what+"\x00"+w)
	}
	return keys
}

var listIndex = regexp.MustCompile(`\[[0-9]+\]`)

func (p *Proposal) tallyKeys() []string { return tallyKeys(&p.Finding) }

// sideEffect objects to a change of a workload that the findings are not
// about. Where a value is shared, the others' rules about placement may
// change with it; nothing else may. A finding about a value as such names no
// workload: what it wakes may be anything.
func (r *run) sideEffect(from, to *state, applied []*Proposal) (*objection, error) {
	meant := map[string]bool{}
	for _, p := range applied {
		if len(p.Finding.Workloads) == 0 {
			return nil, nil
		}
		for _, w := range p.Finding.Workloads {
			meant[w] = true
		}
	}
	after := byID(to.release)
	for _, w := range from.release.Workloads {
		x := after[w.ID()]
		if x == nil {
			return &objection{reason: "it would take " + w.ID() + " away"}, nil
		}
		delete(after, w.ID())
		if meant[w.ID()] || reflect.DeepEqual(withoutPlacement(w), withoutPlacement(x)) {
			continue
		}
		random, err := r.isRandom(w.ID())
		if err != nil {
			return nil, err
		}
		if !random {
			return &objection{reason: fmt.Sprintf("it would also change %s beyond where its pods go", w.ID())}, nil
		}
	}
	for id := range after {
		return &objection{reason: "it would bring up the workload " + id}, nil
	}
	return nil, nil
}

func byID(release *render.Release) map[string]*render.Workload {
	all := map[string]*render.Workload{}
	for _, w := range release.Workloads {
		all[w.ID()] = w
	}
	return all
}

// placement are the fields of a pod's spec that say where it goes.
var placement = []string{"affinity", "topologySpreadConstraints"}

// withoutPlacement is a workload's object without its rules about placement.
func withoutPlacement(w *render.Workload) any {
	return without(w.Object(), w.SpecPath)
}

func without(tree any, path values.Path) any {
	m, isMap := tree.(map[string]any)
	if !isMap {
		return tree
	}
	copied := make(map[string]any, len(m))
	for k, v := range m {
		copied[k] = v
	}
	if len(path) == 0 {
		for _, name := range placement {
			delete(copied, name)
		}
	} else if !path[0].IsIndex() {
		copied[path[0].Name()] = without(copied[path[0].Name()], path[1:])
	}
	return copied
}
