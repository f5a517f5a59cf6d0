package lint

import (
	"fmt"
	"strings"

	"github.com/spreadlint/spreadlint/render"
)

var _ = register(Rule{
	ID: "match-label-key-absent", Category: "selector", Severity: Warning, Since: "0.1.0",
	Title: "A matchLabelKeys entry that the pods do not carry",
	NoFix: "which label is meant, only you can tell",
	Doc: `A key of ` + "`matchLabelKeys`" + ` that a pod has no label for is ignored without a word. Controllers put different labels on
their pods: a Deployment ` + "`pod-template-hash`" + `, a StatefulSet and a DaemonSet ` + "`controller-revision-hash`" + `, an Argo
Rollout ` + "`rollouts-pod-template-hash`" + `.

Source: https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/registry/core/pod/strategy.go (applyLabelKeysToLabelSelector)`,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, w := range in.running() {
			if !w.LabelsKnown {
				continue
			}
			labels := w.PodLabels()
			for _, t := range w.Terms() {
				for i, key := range t.MatchLabelKeys {
					if _, carried := labels[key]; carried || !isLabelKey(key) {
						continue
					}
					f := at(w, t.Path.Key("matchLabelKeys").Item(i))
					f.Message = fmt.Sprintf("no pod of a %s carries the label %s", w.Kind, key)
					f.Caret = "the key is ignored"
					f.Effect = "the rule counts the pods of all revisions together, as if the key were not there"
					if w.Kind == "Job" || w.Kind == "CronJob" || w.Kind == "Pod" { // they have no revisions
						f.Effect = "the rule counts all pods that the selector matches, as if the key were not there"
					}
					if right := revisionLabel(w); right != "" && strings.Contains(key, "hash") {
						f.Caret = fmt.Sprintf("on a %s it is %s", w.Kind, right)
						safety := Safe
						if t.Hard {
							safety = Unsafe
						}
						f.Fixes = []Fix{setHere(safety, right)}
					} else {
						f.Fixes = []Fix{{Title: "remove " + key, Safety: Safe, Sets: []Set{{Remove: true}}}}
					}
					found = append(found, f)
				}
			}
		}
		return found
	},
})

// revisionLabel is the label by which a controller tells revisions apart.
func revisionLabel(w *render.Workload) string {
	switch w.Kind {
	case "Deployment", "ReplicaSet":
		return "pod-template-hash"
	case "StatefulSet", "DaemonSet":
		return "controller-revision-hash"
	case "Rollout":
		return "rollouts-pod-template-hash"
	}
	return ""
}
