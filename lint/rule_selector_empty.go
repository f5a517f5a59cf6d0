package lint

import (
	"fmt"

	"github.com/spreadlint/spreadlint/kube"
)

var _ = register(Rule{
	ID: "selector-empty", Category: "selector", Severity: Error, Since: "0.1.0",
	Title: "An empty labelSelector",
	NoFix: "no value is known that makes the selector",
	Doc: `An empty selector, ` + "`labelSelector: {}`" + `, means opposite things. In a podAntiAffinity term it matches *every* pod of
the namespace, other applications included. In a topology spread constraint, Kubernetes 1.27 to 1.37 count no pod at
all, so the constraint does nothing (https://github.com/kubernetes/kubernetes/issues/141339); up to 1.26 it counts
every pod of the namespace.

With ` + "`matchLabelKeys: [pod-template-hash]`" + ` beside it the merged selector is not empty and the pattern works; a key of
` + "`mismatchLabelKeys`" + ` that the pods carry turns it into one for the pods of others.`,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, w := range in.shouldSpread() {
			for _, t := range w.Terms() {
				if t.Selector == nil || len(t.Selector.MatchLabels)+len(t.Selector.MatchExpressions) > 0 || len(t.MatchLabelKeys)+len(shutOut(t, w)) > 0 || in.selectorRefused(w, t) {
					continue
				}
				f := at(w, t.SelectorPath)
				f.Caret = "select the workload's own pods"
				f.Fixes, f.selector = ownSelectorFix(w, t), &t
				switch minor := kube.MinorOf(in.Release.KubeVersion); {
				case t.Spread && minor > 0 && minor < 27:
					f.Severity = Warning
					f.Message = fmt.Sprintf("the empty labelSelector of a %s counts every pod of the namespace", t.Kind())
					f.Effect = "pods of other applications are counted as this one's: a domain full of theirs looks full; from Kubernetes 1.27 on the constraint counts no pod"
				case t.Spread:
					f.Message = fmt.Sprintf("the empty labelSelector of a %s counts no pod", t.Kind())
					f.Effect = in.noOpEffect(w, t)
				default:
					f.Message = fmt.Sprintf("the empty labelSelector of a %s matches every pod of the namespace", t.Kind())
					f.Effect = "the pods avoid every other application's pods too"
					if t.Hard {
						f.Effect = "a node that runs any pod of the namespace is refused: pods stay Pending as the namespace fills"
					}
				}
				found = append(found, f)
			}
		}
		return found
	},
})
