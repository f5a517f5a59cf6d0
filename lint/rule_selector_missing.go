package lint

import (
	"fmt"

	"github.com/spreadlint/spreadlint/render"
)

var _ = register(Rule{
	ID: "selector-missing", Category: "selector", Severity: Error, Since: "0.1.0",
	Title: "A term or constraint without labelSelector",
	NoFix: "no value is known that makes the term",
	Doc: `A podAntiAffinity term or topology spread constraint without ` + "`labelSelector`" + ` matches no pod at all: anti-affinity
repels nothing, a spread constraint counts nothing and so never limits the skew. The API server accepts it with a
warning only. A spread constraint still demands that nodes carry its topology key, and it still switches off the
scheduler's built-in default spreading, so it is worse than none.

Source: https://github.com/kubernetes/kubernetes/blob/v1.37.1/staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/helpers.go (LabelSelectorAsSelector)`,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, w := range in.shouldSpread() {
			for _, t := range w.Terms() {
				if t.Selector != nil || in.selectorRefused(w, t) {
					continue
				}
				f := at(w, t.SelectorPath)
				f.Message = fmt.Sprintf("a %s without labelSelector matches no pod", t.Kind())
				f.Caret = "add a labelSelector that matches the workload's own pods"
				f.Effect = in.noOpEffect(w, t)
				f.Fixes, f.selector = ownSelectorFix(w, t), &t
				found = append(found, f)
			}
		}
		return found
	},
})

// selectorRefused reports whether the API server says more about the
// selector, so that a rule about its meaning keeps quiet.
func (in *Input) selectorRefused(w *render.Workload, t render.Term) bool {
	for _, e := range in.refusedBy(w) {
		if e.Path.HasPrefix(t.SelectorPath) {
			return true
		}
	}
	return false
}

// noOpEffect says what a rule that matches no pod does; another rule of the
// workload may hold beside it.
func (in *Input) noOpEffect(w *render.Workload, t render.Term) string {
	beside := in.protectedBeside(w, t)
	switch {
	case !t.Spread && beside:
		return "the rule repels nothing; only the workload's other rule spreads the pods"
	case !t.Spread:
		return "the rule repels nothing: all replicas may land on one node"
	}
	effect := "the constraint never limits the skew, and it switches off the scheduler's default spreading (hostname maxSkew 3, zone maxSkew 5): all replicas may land on one node"
	if beside {
		effect = "the constraint never limits the skew; only the workload's other rule spreads the pods"
	}
	if t.Hard {
		effect += fmt.Sprintf("; nodes without the label %s still get no pod", t.TopologyKey)
	}
	return effect
}
