package lint

import (
	"fmt"

	"github.com/spreadlint/spreadlint/render"
)

var _ = register(Rule{
	ID: "no-spread", Category: "availability", Severity: Warning, Since: "0.1.0",
	Title: "Several replicas and no rule that spreads them",
	NoFix: "no value is known that gives the workload a rule that can hold",
	Doc: `The workload runs two or more pods, but has neither podAntiAffinity nor a topology spread constraint that matches
them: the scheduler may put them all on one node, and that node's failure takes them all. Kubernetes' built-in default
spreading (hostname maxSkew 3, zone maxSkew 5, both only preferred) makes that less likely, but promises nothing; it
does not count as protection.

A rule counts only if it can hold. Pods that a nodeSelector, a nodeName, a node affinity or a required podAffinity term
brings together on one node are on one node whatever else is said; a rule about zones spreads nothing within one zone; a
constraint whose maxSkew is not below the number of pods allows all of them in one domain. The finding then names what is
in the way.

Jobs are reported as advice only. DaemonSets, hooks, single pods and pods that bind a port of the host are not
reported. Nor are pods of custom resources, for their operators may add rules: the report names them as not judged
(prometheus-operator's kinds are judged, for it adds none). Ignore the finding where losing all replicas at once does no harm.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/#internal-default-constraints`,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, w := range in.running() {
			if w.Kind == "DaemonSet" || w.Replicas < 2 || w.OperatorAdds || in.protected(w) || in.otherwiseReported(w) {
				continue
			}
			f := in.noSpread(w)
			if w.Kind == "Job" || w.Kind == "CronJob" {
				f.Severity = Info
			}
			found = append(found, f)
		}
		return found
	},
})

func (in *Input) noSpread(w *render.Workload) Finding {
	pods := fmt.Sprintf("%d replicas", w.Replicas)
	if w.Autoscaler != "" {
		pods = fmt.Sprintf("at least %d replicas (%s)", w.Replicas, w.Autoscaler)
	}
	if g := in.unprotectedBecause(w); g != nil {
		f := at(w, g.path)
		f.target.presence = g.presence
		f.Message = fmt.Sprintf("%s and no rule that can spread them: %s", pods, g.message)
		f.Caret = g.caret
		f.Effect = fmt.Sprintf("one node's failure can take all %d pods", w.Replicas)
		if g.fix != nil {
			f.Fixes = []Fix{*g.fix}
		}
		return f
	}
	f := atAbsent(w, render.MentionsAntiAffinity|render.MentionsSpread|render.MentionsAffinity)
	f.Message = pods + " and no rule that spreads them"
	f.several = "several replicas and no rule that spreads them"
	f.group = "no-spread" // one switch, one finding
	f.Effect = fmt.Sprintf("one node's failure can take all %d pods; the scheduler's default spreading only prefers otherwise", w.Replicas)
	return f
}

// otherwiseReported reports whether the workload does have a rule, but one
// that another finding calls broken.
func (in *Input) otherwiseReported(w *render.Workload) bool {
	if len(in.refusedBy(w)) > 0 || len(contradictions(w)) > 0 || len(in.pinConflicts(w)) > 0 || len(impossiblePins(w)) > 0 {
		return true
	}
	for _, t := range w.Terms() {
		if t.Selector == nil {
			return true // selector-missing
		}
		matches, err := t.Selects(w)
		switch {
		case err != nil, !matches && (t.Spread || !in.matchesOther(t, w)): // selector-misses-self
			return true
		case matches && (ownPodKey(t, w) >= 0 || !seesNamespace(t, w)): // also selector-namespace-gap
			return true
		}
	}
	return in.unknownMode(w) != nil
}
