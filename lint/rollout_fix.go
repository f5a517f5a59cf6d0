package lint

import (
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// offerStrategy offers an update that takes an old pod away before it starts a
// new one, where a value is proven to bring it, and then the softer form of
// the term. It keeps the hard rule, hence it comes first.
func (in *Input) offerStrategy(w *render.Workload, t render.Term) func(*Finding, render.Decider) {
	return func(f *Finding, d render.Decider) {
		if sets := in.strategySets(w); sets != nil {
			f.Fixes = append(f.Fixes, Fix{Title: "write maxSurge 0 and maxUnavailable 1", Safety: Unsafe, Sets: sets})
			f.group = sets[0].Path.String() // of each workload its own
		} else {
			f.Notes = append(f.Notes, "no value is known to decide the update strategy: the chart's template would have to")
		}
		offerSofter(t)(f, d)
	}
}

// strategySets are the values that make a Deployment's update need no spare
// domain; nil when none are found. They are either the values behind both
// numbers, or entries of a map that the chart takes over as its strategy.
func (in *Input) strategySets(w *render.Workload) []Set {
	if in.Release.Chart == "" {
		return nil
	}
	strategy := w.ReplicasPath.Parent().Key("strategy").Key("rollingUpdate")
	both := func(surge, unavailable values.Path) []Set {
		return []Set{{Path: surge, Value: 0}, {Path: unavailable, Value: 1}}
	}
	var tries [][]Set
	if surge, ok := in.scalarBehind(w, strategy.Key("maxSurge")); ok {
		if unavailable, ok := in.scalarBehind(w, strategy.Key("maxUnavailable")); ok {
			tries = append(tries, both(surge, unavailable))
		}
	}
	for _, d := range in.Release.Candidates(w, render.MentionsStrategy) {
		_, isMap := d.Value.(map[string]any)
		if !isMap && d.Value != nil {
			continue
		}
		for _, at := range []values.Path{d.Path.Key("rollingUpdate"), d.Path} {
			tries = append(tries, both(at.Key("maxSurge"), at.Key("maxUnavailable")))
		}
	}
	for _, sets := range tries[:min(len(tries), maxStrategies)] {
		changed, err := in.Release.Probe(w, render.Change{Path: sets[0].Path, Value: 0}, render.Change{Path: sets[1].Path, Value: 1})
		if err != nil {
			continue
		}
		if after := changed.Workload(w); after != nil {
			if surge, unavailable, rolling := after.RollingUpdate(); rolling && surge == 0 && unavailable == 1 {
				return sets
			}
		}
	}
	return nil
}

// maxStrategies bounds the renders that look for the values of a strategy.
const maxStrategies = 4

// scalarBehind is the one value that became a rendered field.
func (in *Input) scalarBehind(w *render.Workload, field values.Path) (values.Path, bool) {
	if _, rendered := w.Lookup(field); !rendered {
		return nil, false
	}
	cause := in.Release.Cause(w, field)
	if len(cause.Values) == 0 {
		return nil, false
	}
	return in.Release.Own(w, cause.Values[0].Path), true
}
