package lint

import (
	"fmt"
)

var _ = register(Rule{
	ID: "pdb-blocks-drain", Category: "rollout", Severity: Error, Since: "0.1.0",
	Title: "A disruption budget that allows no disruption",
	Doc: `A PodDisruptionBudget that leaves no pod to evict at the workload's smallest size makes ` + "`kubectl drain`" + ` wait for ever:
nodes cannot be patched or removed. ` + "`maxUnavailable: 1`" + ` is right at every number of replicas. Percentages are rounded up.

Source: https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/controller/disruption/disruption.go (getExpectedPodCount)`,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, b := range in.Release.Budgets {
			for _, w := range in.running() {
				replicas := w.Replicas
				if w.Kind == "DaemonSet" || replicas < 1 || w.Kind == "Job" || w.Kind == "CronJob" || w.Kind == "Pod" || !w.LabelsKnown || !b.Covers(w) || b.Allowed(replicas) > 0 {
					continue
				}
				f := Finding{Workloads: []string{w.ID()}, Field: b.Field.String(), target: target{workload: b.Object, field: b.Field}}
				f.Message = fmt.Sprintf("%s: %s allows no disruption of %d %s", b.Name, b.Text, replicas, plural(replicas, "replica"))
				f.Caret = "maxUnavailable: 1 is right at every size"
				f.Effect = "every node with one of the pods cannot be drained: `kubectl drain` waits for ever"
				found = append(found, f)
			}
		}
		return found
	},
})

func plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}
