package lint

import (
	"fmt"
	"slices"

	"github.com/spreadlint/spreadlint/render"
)

var _ = register(Rule{
	ID: "contradicting-rules", Category: "availability", Severity: Error, Since: "0.1.0",
	Title: "Required affinity and required anti-affinity for the same pods",
	Doc: `The workload's pods must share a domain with the pods that a required podAffinity term selects, and must not share one
with those of a required podAntiAffinity term, and both select its own pods on the same topology key. The first pod may
start; no second one can.`,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, w := range in.running() {
			for _, toward := range w.AffinityTerms() {
				for _, away := range w.Terms() {
					if !toward.Hard || !away.Hard || away.Spread || toward.TopologyKey != away.TopologyKey || w.MaxReplicas < 2 || !selectsSelf(toward, w) || !selectsSelf(away, w) {
						continue
					}
					f := at(w, away.KeyPath)
					f.Message = fmt.Sprintf("required affinity and required anti-affinity on %s select the same pods", away.TopologyKey)
					f.Caret = "keep one of the two"
					f.Effect = fmt.Sprintf("one pod starts, the other %d stay Pending", w.MaxReplicas-1)
					f.Notes = []string{"the affinity is " + shortField(toward.Path)}
					found = append(found, f)
				}
			}
		}
		return found
	},
})

// selectsSelf reports whether the rule sees the workload's own pods: by its
// selector, in their namespace, and without a mismatchLabelKeys entry that
// shuts out every pod with their label.
func selectsSelf(t render.Term, w *render.Workload) bool {
	ok, err := t.Matches(w.Labels())
	if err != nil || !ok {
		return false
	}
	labels := w.PodLabels()
	for _, key := range t.MismatchLabelKeys {
		if _, carried := labels[key]; carried {
			return false
		}
	}
	elsewhere := len(t.NamespaceNames) > 0 && t.NamespaceSelector == nil && w.Namespace != "" && !slices.Contains(t.NamespaceNames, w.Namespace)
	return !elsewhere
}
