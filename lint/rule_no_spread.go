package lint

import (
	"fmt"

	"github.com/spreadlint/spreadlint/render"
)

var _ = register(Rule{
	ID: "no-spread", Category: "availability", Severity: Warning, Since: "0.1.0",
	Title: "Several replicas and no rule that spreads them",
	Doc: `The workload runs two or more pods, but has neither podAntiAffinity nor a topology spread constraint that matches
them: the scheduler may put them all on one node, and that node's failure takes them all. Kubernetes' built-in default
spreading (hostname maxSkew 3, zone maxSkew 5, both only preferred) makes that less likely, but promises nothing; it
does not count as protection.

Jobs are reported as advice only. DaemonSets, hooks, single pods and pods that bind a port of the host are not
reported. Ignore the finding where losing all replicas at once does no harm.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/#internal-default-constraints`,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, w := range in.running() {
			if w.Kind == "DaemonSet" || w.Replicas < 2 || in.protected(w) || in.otherwiseReported(w) {
				continue
			}
			f := atAbsent(w, render.MentionsAntiAffinity|render.MentionsSpread|render.MentionsAffinity)
			f.Message = fmt.Sprintf("%d replicas and no rule that spreads them", w.Replicas)
			if w.Autoscaler != "" {
				f.Message = fmt.Sprintf("at least %d replicas (%s) and no rule that spreads them", w.Replicas, w.Autoscaler)
			}
			f.group = "no-spread" // one switch, one finding
			f.Effect = fmt.Sprintf("one node's failure can take all %d pods; the scheduler's default spreading only prefers otherwise", w.Replicas)
			if w.Kind == "Job" || w.Kind == "CronJob" {
				f.Severity = Info
			}
			found = append(found, f)
		}
		return found
	},
})

// otherwiseReported reports whether the workload does have a rule, but one
// that another finding calls broken.
func (in *Input) otherwiseReported(w *render.Workload) bool {
	if len(in.refusedBy(w)) > 0 {
		return true
	}
	for _, t := range w.Terms() {
		if t.Spread || t.Selector == nil || !in.matchesOther(t, w) {
			return true
		}
	}
	return in.unknownMode(w) != nil
}
