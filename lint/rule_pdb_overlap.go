package lint

import (
	"fmt"
	"slices"

	"github.com/spreadlint/spreadlint/render"
)

var _ = register(Rule{
	ID: "pdb-overlap", Category: "rollout", Severity: Error, Since: "0.1.0",
	Title: "Two disruption budgets over the same pods",
	NoFix: "which of the two is meant, only you can tell",
	Doc: `The API server refuses to evict a pod that two PodDisruptionBudgets select, whatever they allow: "This pod has more than
one PodDisruptionBudget, which the eviction subresource does not support." ` + "`kubectl drain`" + ` never ends, and cluster
autoscalers give up the node. Often a chart brings a budget and another object adds one by hand, or one of them selects by
a label that all components share. Pods of DaemonSets are not evicted and not reported.

Source: https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/registry/core/pod/storage/eviction.go`,
	Check: func(in *Input) []Finding {
		var found []Finding
		groups := map[string]int{} // by the names of the budgets
		for _, w := range in.running() {
			if w.Kind == "DaemonSet" || w.MaxReplicas < 1 {
				continue
			}
			covering := in.covering(w)
			if len(covering) < 2 {
				continue
			}
			names := make([]string, len(covering))
			for i, b := range covering {
				names[i] = b.Name
			}
			key := all(names) + " in " + w.Namespace
			if i, seen := groups[key]; seen {
				found[i].Workloads = append(found[i].Workloads, w.ID())
				continue
			}
			groups[key] = len(found)
			last := covering[len(covering)-1]
			field := last.SelectorPath()
			f := Finding{Workloads: []string{w.ID()}, Field: field.String(), group: key, target: target{workload: last.Object, field: field, presence: true}}
			f.Message = fmt.Sprintf("%s select the same pods", all(names))
			f.Caret = "one budget a pod"
			f.Effect = "the API server refuses to evict any of them: `kubectl drain` waits for ever"
			found = append(found, f)
		}
		return found
	},
})

// covering lists the budgets that select a workload's pods.
func (in *Input) covering(w *render.Workload) []*render.Budget {
	return slices.DeleteFunc(slices.Clone(in.Release.Budgets), func(b *render.Budget) bool { return !b.Covers(w) })
}
