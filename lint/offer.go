package lint

import (
	"fmt"
	"reflect"
	"slices"
)

// notJudged names the custom resources whose operators decide where pods go:
// those in a shape of their own, and those with pods that no rule spreads,
// for the operator may add one.
func (in *Input) notJudged() []string {
	names := slices.Clone(in.Release.OwnShapes)
	for _, w := range in.running() {
		_, counted := w.Lookup(w.ReplicasPath)
		if w.OperatorAdds && (w.Replicas > 1 || !counted) && !in.protected(w) {
			names = append(names, w.ID())
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// joinOffer lets the rule that a finding offers hold for another workload that
// takes the same value: a term for each. A list of constraints has no such
// form, for each of them has to count the pods that it stands in.
func (f *Finding) joinOffer(other Finding) {
	if f.Message != other.Message && f.several != "" {
		f.Message = f.several
		f.Effect = "one node's failure can take all pods of a workload; the scheduler's default spreading only prefers otherwise"
	}
	if !f.offered || !other.offered || len(f.Fixes) == 0 || len(other.Fixes) == 0 || reflect.DeepEqual(f.Fixes[0].Sets, other.Fixes[0].Sets) {
		return
	}
	here, there := &f.Fixes[0], other.Fixes[0]
	if len(here.Sets) == 1 && len(there.Sets) == 1 && here.Sets[0].Path.Equal(there.Sets[0].Path) {
		if joined, ok := joinTerms(here.Sets[0].Value, there.Sets[0].Value); ok && termCount(joined) <= maxJoined {
			f.Fixes = []Fix{{Title: "write " + show(joined), Safety: here.Safety, Sets: []Set{{Path: here.Sets[0].Path, Value: joined}}}}
			return
		}
	}
	f.Fixes, f.offered = nil, false
	f.Notes = append(f.Notes, fmt.Sprintf("pods with different labels take %s: a rule for one workload misses those of the others", f.Path))
}

// maxJoined is how many workloads with labels of their own one offered rule is
// for. The scheduler looks at each term for each pod, and a person has to read them.
const maxJoined = 10

// termCount is how many preferred terms joinTerms has put together.
func termCount(rule any) int {
	m, _ := rule.(map[string]any)
	if inner, is := m["podAntiAffinity"]; is {
		return termCount(inner)
	}
	terms, _ := m[preferred].([]any)
	return len(terms)
}

// joinTerms puts the preferred terms of two affinities, or of two
// podAntiAffinities, into one.
func joinTerms(a, b any) (any, bool) {
	one, isMap := a.(map[string]any)
	two, alike := b.(map[string]any)
	if !isMap || !alike {
		return nil, false
	}
	if one["podAntiAffinity"] != nil {
		inner, ok := joinTerms(one["podAntiAffinity"], two["podAntiAffinity"])
		return map[string]any{"podAntiAffinity": inner}, ok
	}
	terms, ok := one[preferred].([]any)
	more, alike := two[preferred].([]any)
	if !ok || !alike {
		return nil, false
	}
	terms = slices.Clone(terms)
	for _, t := range more {
		if !slices.ContainsFunc(terms, func(x any) bool { return reflect.DeepEqual(x, t) }) {
			terms = append(terms, t)
		}
	}
	return map[string]any{preferred: terms}, true
}
