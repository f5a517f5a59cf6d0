package lint

import (
	"fmt"
	"reflect"
	"slices"
	"sort"
	"strings"

	"github.com/spreadlint/spreadlint/render"
)

var _ = register(Rule{
	ID: "inconsistent-constraints", Category: "consistency", Severity: Info, Since: "0.1.0",
	Title: "Spread constraints that differ without a reason",
	NoFix: "which of the constraints is the odd one, only you can tell",
	Doc: `Workloads of one release spread over the same key by different rules (strength, maxSkew, policies), or the constraints
of one workload select different pods. Kubernetes allows it; people who read the release after an outage have to know
which is which. Advice: align them, or say in a comment why they differ.`,
	Check: func(in *Input) []Finding {
		return append(in.mixedSelectors(), in.mixedRules()...)
	},
})

// mixedSelectors reports workloads whose own constraints count different pods.
func (in *Input) mixedSelectors() []Finding {
	var found []Finding
	for _, w := range in.shouldSpread() {
		if len(in.refusedBy(w)) > 0 {
			continue
		}
		var first *render.Term
		for _, t := range w.Terms() {
			if !t.Spread || t.Selector == nil {
				continue
			}
			if first == nil {
				first = &t
				continue
			}
			if !reflect.DeepEqual(first.Selector, t.Selector) && !in.sameSelection(*first, t, w) {
				f := at(w, t.SelectorPath)
				f.Message = "this constraint counts other pods than the first of the same workload"
				f.Caret = "the first has another labelSelector"
				f.Effect = "the two balance different groups: a placement that suits one may be refused by the other"
				found = append(found, f)
			}
		}
	}
	return found
}

// sameSelection reports whether two constraints select the workload's pods and
// otherwise the same pods of the release.
func (in *Input) sameSelection(a, b render.Term, w *render.Workload) bool {
	selects := func(t render.Term, x *render.Workload) bool {
		ok, err := t.Selects(x)
		return err == nil && ok
	}
	if a.Malformed() || b.Malformed() || !selects(a, w) {
		return false
	}
	return !slices.ContainsFunc(in.Release.Workloads, func(other *render.Workload) bool { return selects(a, other) != selects(b, other) })
}

// mixedRules reports constraints that differ from what most workloads of the
// release say about the same key.
func (in *Input) mixedRules() []Finding {
	type use struct {
		w    *render.Workload
		t    render.Term
		rule string
	}
	byKey := map[string][]use{}
	for _, w := range in.shouldSpread() {
		for _, t := range w.Terms() {
			if t.Spread && t.TopologyKey != "" && len(in.refusedBy(w)) == 0 {
				byKey[t.TopologyKey] = append(byKey[t.TopologyKey], use{w, t, t.Rule})
			}
		}
	}
	keys := make([]string, 0, len(byKey))
	for k := range byKey {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	var found []Finding
	for _, key := range keys {
		count := map[string]map[*render.Workload]bool{}
		for _, u := range byKey[key] {
			if count[u.rule] == nil {
				count[u.rule] = map[*render.Workload]bool{}
			}
			count[u.rule][u.w] = true
		}
		usual := ""
		for rule, ws := range count {
			if len(ws) > len(count[usual]) || len(ws) == len(count[usual]) && rule < usual {
				usual = rule
			}
		}
		for _, u := range byKey[key] {
			if u.rule == usual || count[usual][u.w] {
				continue // a workload may well have a hard and a soft one
			}
			f := at(u.w, u.t.Path)
			f.target.presence = true
			f.Message = fmt.Sprintf("spreads over %s by %s; other workloads of the release by %s", key, u.rule, usual)
			f.Caret = "align them, or say why"
			f.Effect = "the workloads of one release survive a failure to different degrees"
			f.offer = offerRule(usual)
			found = append(found, f)
		}
	}
	return found
}

// offerRule aligns a constraint in the values with what most others say.
func offerRule(usual string) func(*Finding, render.Decider) {
	return func(f *Finding, d render.Decider) {
		var mode string
		var skew int
		rule, isMap := d.Value.(map[string]any)
		if n, _ := fmt.Sscanf(usual, "%s with maxSkew %d", &mode, &skew); !isMap || n != 2 || strings.Contains(usual, ",") {
			return
		}
		fix := Fix{Title: "write " + usual, Safety: Unsafe}
		if rule["whenUnsatisfiable"] != mode {
			fix.Sets = append(fix.Sets, Set{Path: d.Path.Key("whenUnsatisfiable"), Value: mode})
		}
		if fmt.Sprint(rule["maxSkew"]) != fmt.Sprint(skew) {
			fix.Sets = append(fix.Sets, Set{Path: d.Path.Key("maxSkew"), Value: skew})
		}
		f.Fixes = append(f.Fixes, fix)
	}
}
