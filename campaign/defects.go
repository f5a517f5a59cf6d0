package main

import (
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/values"
)

// defect is a mistake that people make in a value of placement, and the rules
// of which one must speak of it.
type defect struct {
	name     string
	families []family
	rules    []string
	optional bool // harmless in some charts: only crashes and false findings count

	// change makes the defective value from the legal one; at is where in it
	// the mistake is. Where the value has another form or type than the chart
	// takes, raw says that it is to be written as it is.
	change func(p proven) (value any, at values.Path, ok bool)
	raw    bool

	// move gives the value another place instead.
	move func(k *check, p proven) (values.Path, bool)

	// reaches reports whether the mistake arrived in what helm renders: some
	// charts complete or repair what they are given.
	reaches func(p proven, docs []document) bool
}

var (
	rulesOfPods = []family{affinityMap, antiMap, constraints}
	affinities  = []family{affinityMap, antiMap}
	anyFamily   = []family{affinityMap, antiMap, constraints, modeWord, topologyKey, replicaCount, scaling, budget}
	wrongType   = []string{"type-conflict", "placement-field-out-of-range", "placement-refused", "placement-field-missing", "schema-violation", "misnested-field", "unknown-mode", "workload-refused", "pdb-refused", "lost-yaml", "value-without-effect"}
	deadKey     = []string{"unknown-value", "misplaced-value", "schema-violation", "misnested-field"}
)

// defects is the table: one row a mistake.
var defects = []defect{
	{name: "topologyKey empty", families: rulesOfPods, rules: []string{"placement-field-missing", "topology-key-syntax"},
		change: inTerm("topologyKey", ""), reaches: hasTerm(func(t term) bool { return t.key == "" })},
	{name: "topologyKey misspelt", families: rulesOfPods, rules: []string{"topology-key-suspicious", "topology-key-not-a-failure-domain"},
		change: inTerm("topologyKey", "kubernetes.io/hostnme"), reaches: hasKey("kubernetes.io/hostnme")},
	{name: "topologyKey deprecated", families: rulesOfPods, rules: []string{"topology-key-deprecated"},
		change: inTerm("topologyKey", deprecated[0]), reaches: hasKey(deprecated[0])},
	{name: "topologyKey with a value", families: rulesOfPods, rules: []string{"topology-key-syntax", "topology-key-suspicious"}, // of a constraint the API server takes it
		change: inTerm("topologyKey", "kubernetes.io/hostname=node-1"), reaches: hasTerm(func(t term) bool { return t.key == "kubernetes.io/hostname=node-1" })},
	{name: "weight 0", families: affinities, rules: []string{"placement-field-out-of-range", "placement-field-missing"},
		change: weight(0.0), reaches: hasTerm(func(t term) bool { n, ok := number(t.weight); return ok && n == 0 })},
	{name: "weight 101", families: affinities, rules: []string{"placement-field-out-of-range"},
		change: weight(101.0), reaches: hasTerm(func(t term) bool { n, ok := number(t.weight); return ok && n == 101 })},
	{name: "weight missing", families: affinities, rules: []string{"placement-field-missing", "placement-field-out-of-range"},
		change: weight(nil), reaches: hasTerm(func(t term) bool { return !t.hard && !t.spread && t.weight == nil })},
	{name: "required misspelt", families: affinities, rules: []string{"misnested-field", "placement-refused", "unknown-value", "schema-violation"},
		change: renamed(required, "requiredDuringSchedulingIgnoredDuringExecutions"), reaches: rendersText("IgnoredDuringExecutions:")},
	{name: "preferred misspelt", families: affinities, rules: []string{"misnested-field", "placement-refused", "unknown-value", "schema-violation"},
		change: renamed(preferred, "preferredDuringScheduling"), reaches: rendersText("preferredDuringScheduling:")},
	{name: "operator in lower case", families: rulesOfPods, rules: []string{"unknown-enum-value", "selector-syntax"},
		change: inSelector(func(labels map[string]any) (any, values.Path) {
			var all []any
			for _, key := range sortedKeys(labels) {
				all = append(all, map[string]any{"key": key, "operator": "in", "values": []any{words(labels[key])}})
			}
			return map[string]any{"matchExpressions": all}, pathOf("matchExpressions", 0, "operator")
		}), reaches: rendersText("operator: in")},
	{name: "selector misses its own pods", families: rulesOfPods, rules: []string{"selector-misses-self"},
		change: inSelector(func(map[string]any) (any, values.Path) {
			return map[string]any{"matchLabels": map[string]any{"app.kubernetes.io/name": "somebody-else"}}, pathOf("matchLabels", "app.kubernetes.io/name")
		}), reaches: severalHave(func(t term) bool {
			return words(at(t.selector, "matchLabels", "app.kubernetes.io/name")) == "somebody-else"
		})},
	{name: "without labelSelector", families: rulesOfPods, rules: []string{"selector-missing"},
		change: inTerm("labelSelector", nil), reaches: severalHave(func(t term) bool { return t.selector == nil })},
	{name: "maxSkew 0", families: []family{constraints}, rules: []string{"placement-field-out-of-range"},
		change: inTerm("maxSkew", 0.0), reaches: hasTerm(func(t term) bool { n, ok := number(t.tree["maxSkew"]); return ok && n == 0 })},
	{name: "whenUnsatisfiable misspelt", families: []family{constraints}, rules: []string{"unknown-enum-value"},
		change: inTerm("whenUnsatisfiable", "DoNotSchedul"), reaches: hasTerm(func(t term) bool { return t.tree["whenUnsatisfiable"] == "DoNotSchedul" })},
	{name: "minDomains with ScheduleAnyway", families: []family{constraints}, rules: []string{"min-domains-misuse"},
		change: softWithDomains, reaches: hasTerm(func(t term) bool {
			return t.tree["minDomains"] != nil && t.tree["whenUnsatisfiable"] == "ScheduleAnyway"
		})},
	{name: "topology key misspelt", families: []family{topologyKey}, rules: []string{"topology-key-suspicious", "topology-key-not-a-failure-domain"},
		change: whole("kubernetes.io/hostnme"), reaches: hasKey("kubernetes.io/hostnme")},
	{name: "topology key with a value", families: []family{topologyKey}, rules: []string{"topology-key-syntax", "topology-key-suspicious"},
		change: whole("topology.kubernetes.io/zone=a"), reaches: hasTerm(func(t term) bool { return t.key == "topology.kubernetes.io/zone=a" })},
	{name: "topology key deprecated", families: []family{topologyKey}, rules: []string{"topology-key-deprecated"},
		change: whole(deprecated[0]), reaches: hasKey(deprecated[0])},
	{name: "mode misspelt", families: []family{modeWord}, rules: []string{"unknown-mode", "schema-violation", "no-spread"},
		change: func(p proven) (any, values.Path, bool) {
			w, ok := p.value.(string)
			return transposed(w), nil, ok
		}, reaches: losesTerms},
	{name: "mode in upper case", families: []family{modeWord}, rules: []string{"unknown-mode", "schema-violation", "no-spread"},
		change: func(p proven) (any, values.Path, bool) {
			w, ok := p.value.(string)
			return strings.ToUpper(w[:1]) + w[1:], nil, ok
		}, reaches: losesTerms},
	{name: "mode a number", families: []family{modeWord}, rules: append([]string{"no-spread"}, wrongType...), raw: true, change: whole(1.0), reaches: losesTerms},
	{name: "word for a map", families: affinities, rules: wrongType, raw: true, change: whole("hard"),
		reaches: func(p proven, docs []document) bool {
			return losesTerms(p, docs) || rendersText("ffinity: hard")(p, docs)
		}},
	{name: "list for a map", families: affinities, rules: wrongType, raw: true,
		change: func(p proven) (any, values.Path, bool) { return []any{p.value}, nil, p.form == tree }, reaches: losesTerms},
	{name: "map for a list", families: []family{constraints}, rules: wrongType, raw: true,
		change: func(p proven) (any, values.Path, bool) {
			items := list(p.value)
			return items[0], nil, p.form == tree
		}, reaches: losesTerms},
	{name: "map for text", families: rulesOfPods, rules: wrongType, raw: true,
		change: func(p proven) (any, values.Path, bool) { return p.value, nil, p.form == text }, reaches: losesTerms},
	{name: "replicas a word", families: []family{replicaCount}, rules: wrongType, raw: true, change: whole("two"),
		reaches: anyMoved(func(w workload) bool { _, ok := number(w.controlled); return w.controlled != nil && !ok })},
	{name: "replicas negative", families: []family{replicaCount}, rules: wrongType, raw: true, change: whole(-1.0),
		reaches: anyMoved(func(w workload) bool { n, ok := number(w.controlled); return ok && n < 0 })},
	{name: "budget blocks drains", families: []family{budget}, rules: []string{"pdb-blocks-drain"},
		change: func(p proven) (any, values.Path, bool) {
			if strings.HasPrefix(strings.ToLower(p.path.Last().Name()), "max") {
				return "0%", nil, true
			}
			return "100%", nil, true
		}, reaches: blocks},
	{name: "budget above the replicas", families: []family{budget}, rules: []string{"pdb-blocks-drain"},
		change: func(p proven) (any, values.Path, bool) {
			return 50.0, nil, strings.HasPrefix(strings.ToLower(p.path.Last().Name()), "min")
		}, reaches: blocks},
	{name: "budget a word", families: []family{budget}, rules: wrongType, raw: true, change: whole("one"), reaches: rendersText("vailable: one")},
	{name: "null", families: []family{affinityMap, constraints, replicaCount, modeWord}, optional: true, raw: true, change: whole(nil)},
	{name: "key misspelt", families: anyFamily, rules: deadKey, move: func(_ *check, p proven) (values.Path, bool) {
		return p.path.Parent().Key(transposed(p.path.Last().Name())), !p.path.Last().IsIndex()
	}},
	{name: "key one level too high", families: anyFamily, rules: deadKey, move: func(k *check, p proven) (values.Path, bool) {
		if len(p.path) < 2 || p.path[len(p.path)-2].IsIndex() {
			return nil, false
		}
		return k.free(p.path.Parent().Parent().Child(p.path.Last()))
	}},
	{name: "key one level too low", families: anyFamily, rules: deadKey, move: func(k *check, p proven) (values.Path, bool) {
		m, _ := values.Lookup(k.values, p.path.Parent())
		siblings, _ := m.(map[string]any)
		for _, key := range sortedKeys(siblings) {
			if below, ok := siblings[key].(map[string]any); ok && len(below) > 1 && key != "global" && key != p.path.Last().Name() {
				return k.free(p.path.Parent().Key(key).Child(p.path.Last()))
			}
		}
		return nil, false
	}},
	{name: "dependency's key without its prefix", families: anyFamily, rules: deadKey, move: func(k *check, p proven) (values.Path, bool) {
		if len(p.path) < 3 || !k.isDependency(p.path[0].Name()) {
			return nil, false
		}
		return k.free(p.path[1:])
	}},
}

// applicable are the defects that fit, in an order that is the same each time.
func (k *check) applicable(p proven) []defect {
	var all []defect
	for _, d := range defects {
		if slices.Contains(d.families, p.family) {
			all = append(all, d)
		}
	}
	slices.SortStableFunc(all, func(a, b defect) int { return k.byChance(p.path.String()+a.name, p.path.String()+b.name) })
	return all
}
