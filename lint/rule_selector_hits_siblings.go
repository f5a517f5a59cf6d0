package lint

import (
	"fmt"

	"github.com/spreadlint/spreadlint/render"
)

var _ = register(Rule{
	ID: "selector-hits-siblings", Category: "selector", Severity: Warning, Since: "0.1.0",
	Title: "A selector that also matches other workloads of the release",
	NoFix: "no value is known that makes the selector or the labels",
	Doc: `The rule makes the workload's pods avoid, or count, the pods of other workloads too: usually the selector names the
release but not the component. Under a hard rule all of them together need a domain each. For a soft podAntiAffinity
term this is advice only: it prefers more distance than needed.

Not reported: workloads that one template renders several times, such as one StatefulSet per agent, where the group is
meant, and a term that does not match its own pods (it means the others).`,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, w := range in.shouldSpread() {
			for _, t := range w.Terms() {
				siblings, pods := in.siblings(t, w)
				if len(siblings) == 0 {
					continue
				}
				f := at(w, t.SelectorPath)
				f.Message = fmt.Sprintf("the labelSelector of a %s also matches %s", t.Kind(), some(siblings))
				f.Caret = "add the label that tells the components apart"
				switch {
				case t.Spread:
					f.Effect = "their pods are counted together: a domain full of the others' pods looks full for this one"
				case t.Hard:
					f.Effect = fmt.Sprintf("the pods keep apart from the others' too: %d pods need %d domains together", pods, pods)
				default:
					f.Severity = Info
					f.Effect = "the scheduler prefers nodes without any of their pods, not only without this workload's"
				}
				f.Fixes, f.selector = ownSelectorFix(w, t), &t
				found = append(found, f)
			}
		}
		return found
	},
})

// siblings lists the other workloads that a self-matching term matches, and
// how many pods they run together with the workload.
func (in *Input) siblings(t render.Term, w *render.Workload) (names []string, pods int) {
	selects, err := t.Selecting()
	if err != nil || !selects(w) || t.Selector == nil || len(t.Selector.MatchLabels)+len(t.Selector.MatchExpressions) == 0 {
		return nil, 0
	}
	pods = w.MaxReplicas
	for _, other := range in.running() {
		if other == w || other.Namespace != w.Namespace && !t.Namespaces || !other.LabelsKnown || !selects(other) {
			continue
		}
		group := in.Release.Chart != "" && other.Template == w.Template && other.Kind == w.Kind
		if group || other.ID() == w.ID() && other.Namespace == w.Namespace { // twice: duplicate-workload
			continue
		}
		names = append(names, other.ID())
		pods += max(1, other.MaxReplicas)
	}
	return names, pods
}
