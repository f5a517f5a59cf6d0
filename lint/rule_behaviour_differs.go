package lint

import (
	"fmt"
	"github.com/spreadlint/spreadlint/kube"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

var _ = register(Rule{
	ID: "behaviour-differs", Category: "version", Severity: Warning, Since: "0.1.0",
	Title: "The same values behave otherwise after the cluster's upgrade or downgrade",
	NoFix: "which of the two behaviours is wanted, only you can tell",
	Doc: `With ` + "`--target-kube-version`" + ` the release is judged for two versions: the one that runs now (` + "`--kube-version`" + `) and
the one to come. Reported is what changes its meaning between them without any change of yours:

- an empty ` + "`labelSelector: {}`" + ` of a spread constraint counts every pod of the namespace up to 1.26, none from 1.27 on
  (https://github.com/kubernetes/kubernetes/issues/141339);
- a field that the running version ignores and the next one honours (see feature-unavailable for the table): the rule
  wakes with the upgrade;
- a ` + "`matchLabelKeys`" + ` entry of a spread constraint that stands in the selector too: up to 1.33 the workload is refused,
  from 1.34 on it is accepted and its pods are refused.`,
	Needs: needsTarget,
	Check: func(in *Input) []Finding {
		from, to := kube.MinorOf(in.Release.KubeVersion), kube.MinorOf(in.Release.TargetKubeVersion)
		if from == 0 || to == 0 || from == to {
			return nil
		}
		between := func(minor int) bool { return min(from, to) < minor && max(from, to) >= minor }
		var found []Finding
		report := func(w *render.Workload, path values.Path, message, effect string) {
			f := at(w, path)
			f.Message = fmt.Sprintf("%s: Kubernetes 1.%d and 1.%d differ", message, from, to)
			f.Effect = effect
			found = append(found, f)
		}
		for _, w := range in.Release.Workloads {
			for _, feature := range kube.Features {
				for _, path := range feature.Uses(&w.Pod.Object.Spec) {
					if between(feature.On) {
						effect := fmt.Sprintf("before 1.%d the field does nothing, from then on it holds: the rule wakes with the upgrade, and hard rules can leave pods Pending", feature.On)
						if to < from {
							effect = fmt.Sprintf("before 1.%d the field does nothing: with the downgrade the API server drops it, and what it says no longer holds", feature.On)
						}
						report(w, path, feature.Name, effect)
					}
				}
			}
			for _, t := range w.Terms() {
				if !t.Spread || t.Selector == nil {
					continue
				}
				if between(27) && len(t.Selector.MatchLabels)+len(t.Selector.MatchExpressions)+len(t.MatchLabelKeys) == 0 {
					report(w, t.SelectorPath, "an empty labelSelector", emptySelectorEffect(to < from))
				}
				for i, key := range t.MatchLabelKeys {
					if _, twice := t.Selector.MatchLabels[key]; twice && between(34) {
						report(w, t.Path.Key("matchLabelKeys").Item(i), key+" in matchLabelKeys and in the selector", "up to 1.33 the workload is refused, from 1.34 on it is accepted and none of its pods")
					}
				}
			}
		}
		return found
	},
})

func emptySelectorEffect(downgrade bool) string {
	if downgrade {
		return "from 1.27 on it counts no pod, up to 1.26 every pod of the namespace: with the downgrade the constraint wakes, for pods of other applications too"
	}
	return "up to 1.26 it counts every pod of the namespace, from 1.27 on none: the constraint stops working"
}
