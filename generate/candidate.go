package generate

import (
	"maps"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// candidate is a form as changes of values.
type candidate struct {
	form    form
	changes []render.Change
	rollout []render.Change // of them, those that the rolling update needs
}

// mostWays bounds in how many ways a part of a form is written.
const mostWays = 2

// propose lists the candidates of a target, the best first. The first of all is
// to leave the values as they are.
func (s *search) propose(t *Target) []candidate {
	all := []candidate{{}}
	seen := map[string]bool{}
	for _, f := range s.decide(t) {
		rollout, ok := s.strategy(t, f)
		if !ok {
			continue
		}
		for _, changes := range s.express(t, f) {
			changes = s.differing(slices.Concat(changes, rollout))
			if key := changesKey(changes); len(changes) > 0 && !seen[key] {
				seen[key] = true
				all = append(all, candidate{f, changes, rollout})
			}
		}
	}
	return all
}

// strategy are the values that let a form's rolling update do without a spare
// node; ok is false when it needs them and the chart has none.
func (s *search) strategy(t *Target, f form) (changes []render.Change, ok bool) {
	if !f.inPlace {
		return nil, true
	}
	if len(t.Unit) > 1 {
		return nil, false
	}
	if !t.strategyAsked {
		t.strategyAsked = true
		for _, set := range lint.StrategyValues(s.release, t.first()) {
			t.strategy = append(t.strategy, render.Change{Path: set.Path, Value: set.Value})
		}
	}
	return t.strategy, len(t.strategy) > 0
}

// express lists the ways in which the chart's values can say a form.
func (s *search) express(t *Target, f form) [][]render.Change {
	if f.off {
		return s.switchedOff(t)
	}
	anti, spread := [][]render.Change{nil}, [][]render.Change{nil}
	if f.anti != nil {
		anti = s.antiWays(t, *f.anti)
	}
	if len(f.spread) > 0 {
		spread = s.spreadWays(t, f.spread)
	}
	var ways [][]render.Change
	for _, a := range anti[:min(len(anti), mostWays)] {
		for _, b := range spread[:min(len(spread), mostWays)] {
			ways = append(ways, slices.Concat(a, b))
		}
	}
	return ways
}

// of are a target's knobs for a field: those in entries of lists only where
// there are no others, for Helm replaces lists whole.
func (t *Target) of(field string) []lint.Knob {
	var plain, inLists []lint.Knob
	for _, k := range t.knobs {
		switch {
		case k.Field != field:
		case slices.ContainsFunc(k.Path, values.Key.IsIndex):
			inLists = append(inLists, k)
		default:
			plain = append(plain, k)
		}
	}
	if len(plain) > 0 || len(t.Unit) > 1 {
		return plain
	}
	return inLists
}

// antiWays are the ways to set an anti-affinity term: a mode and its key, or
// the raw rule.
func (s *search) antiWays(t *Target, r rule) [][]render.Change {
	var ways [][]render.Change
	strength := "soft"
	if r.hard {
		strength = "hard"
	}
	keys := t.of(lint.FieldTopologyKey)
	for _, k := range t.of(lint.FieldMode) {
		at := slices.IndexFunc(k.Legal, func(word string) bool { return lint.Strength(word) == strength })
		if at < 0 || r.perVersion || len(keys) == 0 && r.key != hostnameKey {
			continue
		}
		changes := []render.Change{{Path: k.Path, Value: k.Legal[at]}}
		if key, ok := nearest(k.Path, keys); ok {
			changes = append(changes, render.Change{Path: key.Path, Value: r.key})
		}
		ways = append(ways, changes)
	}
	for _, w := range s.switches(t) {
		matches := func(term render.Term) bool { return term.TopologyKey == r.key && term.Hard == r.hard }
		if !r.perVersion && len(w.Terms) > 0 && !slices.ContainsFunc(w.Terms, func(term render.Term) bool { return !matches(term) }) {
			ways = append(ways, []render.Change{{Path: w.Path, Value: w.Value}})
		}
	}
	if r.perVersion && (t.first().Kind != "Deployment" || kube.MinorOf(s.release.KubeVersion) < 31) {
		return ways
	}
	for _, k := range t.of(lint.FieldAffinity) {
		labels, ok := s.selector(t, k)
		if !ok {
			continue
		}
		want := antiAffinity(r, labels)
		path := k.Path.Key("podAntiAffinity")
		if now, _ := values.Lookup(any(s.release.Values()), path); now != nil {
			old, _ := now.(map[string]any)
			for _, name := range slices.Sorted(maps.Keys(old)) {
				if want[name] == nil {
					want[name] = nil // Helm merges maps: what is not taken away stays
				}
			}
		}
		ways = append(ways, []render.Change{{Path: path, Value: want}})
	}
	return ways
}

// spreadWays are the ways to set constraints; those over other labels stay.
func (s *search) spreadWays(t *Target, rules []rule) [][]render.Change {
	var ways [][]render.Change
	for _, k := range t.of(lint.FieldSpread) {
		labels, ok := s.selector(t, k)
		if !ok {
			continue
		}
		var list []any
		for _, r := range rules {
			list = append(list, s.constraint(t, r, labels))
		}
		old, _ := k.Current.([]any)
		for _, x := range old {
			m, _ := x.(map[string]any)
			if !slices.ContainsFunc(rules, func(r rule) bool { return m["topologyKey"] == r.key }) {
				list = append(list, x)
			}
		}
		ways = append(ways, []render.Change{{Path: k.Path, Value: list}})
	}
	return ways
}

// switchedOff are the ways to have no rule.
func (s *search) switchedOff(t *Target) [][]render.Change {
	var ways [][]render.Change
	for _, k := range t.of(lint.FieldMode) {
		if len(k.Off) > 0 {
			ways = append(ways, []render.Change{{Path: k.Path, Value: k.Off[0]}})
		}
	}
	for _, w := range s.switches(t) {
		if len(w.Terms) == 0 {
			ways = append(ways, []render.Change{{Path: w.Path, Value: w.Value}})
		}
	}
	return ways
}

// switches are the booleans that choose a target's rules.
func (s *search) switches(t *Target) []lint.Switch {
	if !t.switchesAsked {
		t.switchesAsked = true
		t.switches = lint.Switches(s.release, t.first())
	}
	return t.switches
}

// nearest is the key that belongs to a mode: the one with the longest path in
// common.
func nearest(mode values.Path, keys []lint.Knob) (found lint.Knob, ok bool) {
	best := -1
	for _, k := range keys {
		n := 0
		for n < len(mode) && n < len(k.Path) && mode[n] == k.Path[n] {
			n++
		}
		if n > best {
			best, found = n, k
		}
	}
	return found, best >= 0
}

// differing leaves out the changes that change nothing.
func (s *search) differing(changes []render.Change) []render.Change {
	var kept []render.Change
	for _, c := range changes {
		now, set := values.Lookup(any(s.release.Values()), c.Path)
		if !set || !same(now, c.Value) {
			kept = append(kept, c)
		}
	}
	return kept
}

// selector are labels that select a target's pods and no others: as template
// expressions where the value is evaluated, for then any release may use it.
func (s *search) selector(t *Target, k lint.Knob) (map[string]any, bool) {
	if text, isText := k.Current.(string); isText && strings.TrimSpace(text) != "" || !t.first().LabelsKnown {
		return nil, false // text that a person wrote; or labels that an operator chooses
	}
	labels := t.labels()
	if len(labels) == 0 {
		return nil, false
	}
	literal, templated, names := map[string]any{}, map[string]any{}, false
	for key, v := range labels {
		literal[key], templated[key] = v, strings.ReplaceAll(v, s.release.Name, "{{ .Release.Name }}")
		names = names || templated[key] != v
	}
	switch {
	case !names:
		return literal, true
	case s.evaluates(t, k, templated):
		return templated, true
	case s.options.Named:
		return literal, true
	}
	t.NeedsName = true
	return nil, false
}

// labels are those that all pods of a target have, and by which their
// controllers find them.
func (t *Target) labels() map[string]string {
	common := maps.Clone(t.first().SelectorLabels())
	for _, w := range t.Unit[1:] {
		other := w.SelectorLabels()
		maps.DeleteFunc(common, func(key, v string) bool { return other[key] != v })
	}
	return common
}

// evaluates reports whether the chart evaluates template expressions in a rule
// that is given to it.
func (s *search) evaluates(t *Target, k lint.Knob, labels map[string]any) bool {
	key := k.Path.String()
	if known, asked := s.templated[key]; asked {
		return known
	}
	change := render.Change{Path: k.Path, Value: []any{softConstraint(hostnameKey, labels)}}
	if k.Field == lint.FieldAffinity {
		change = render.Change{Path: k.Path.Key("podAntiAffinity"), Value: antiAffinity(rule{key: hostnameKey}, labels)}
	}
	s.templated[key] = false
	tried, err := s.release.Probe(t.first(), change)
	if err != nil {
		return false
	}
	after := tried.Workload(t.first())
	if after == nil {
		return false
	}
	for _, term := range after.Terms() {
		if term.Spread == (k.Field == lint.FieldSpread) && lint.SelectsOwn(term, after) && term.Selector != nil && len(term.Selector.MatchLabels) >= len(labels) {
			s.templated[key] = true
		}
	}
	return s.templated[key]
}
