package lint

import "fmt"

var _ = register(Rule{
	ID: "selector-namespace-gap", Category: "selector", Severity: Warning, Since: "0.1.0",
	Title: "A term that looks into the wrong namespaces",
	NoFix: "which namespaces are meant, only you can tell",
	Doc: `A podAntiAffinity term sees the pods of its own namespace unless ` + "`namespaces` or `namespaceSelector`" + ` say otherwise.
` + "`namespaces`" + ` without the own one means that replicas do not see each other; an empty ` + "`namespaceSelector: {}`" + ` means all
namespaces of the cluster, other releases included. Every namespace carries its name as the label
` + "`kubernetes.io/metadata.name`" + `, so a selector of names can be judged, other labels cannot. Without ` + "`--namespace`" + ` the own
namespace is not known, and only the empty selector is reported.

Source: https://github.com/kubernetes/kubernetes/blob/v1.37.1/staging/src/k8s.io/kube-scheduler/framework/types.go (getNamespacesFromPodAffinityTerm)`,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, w := range in.shouldSpread() {
			for _, t := range w.Terms() {
				matches, err := t.Selects(w)
				if t.Spread || err != nil || !matches && w.LabelsKnown {
					continue
				}
				switch {
				case t.NamespaceSelector != nil && len(t.NamespaceSelector.MatchLabels)+len(t.NamespaceSelector.MatchExpressions) == 0:
					f := at(w, t.Path.Key("namespaceSelector"))
					f.Message = fmt.Sprintf("a %s looks into every namespace", t.Kind())
					f.Caret = "drop it: the own namespace is seen without it"
					f.Effect = "pods with the same labels anywhere in the cluster, of other releases too, are avoided"
					f.Fixes = []Fix{{Title: "remove namespaceSelector", Safety: Unsafe, Sets: []Set{{Remove: true}}}}
					found = append(found, f)
				case !seesNamespace(t, w):
					field := "namespaces"
					if t.NamespaceSelector != nil {
						field = "namespaceSelector"
					}
					f := at(w, t.Path.Key(field))
					f.Message = fmt.Sprintf("a %s does not look into its own namespace %s", t.Kind(), w.Namespace)
					f.Caret = "drop it, or let it have " + w.Namespace
					f.Effect = "the replicas do not see each other: all of them may land on one node"
					if in.protected(w) {
						f.Effect = "the replicas do not see each other by it; only the workload's other rule spreads them"
					}
					f.Fixes = []Fix{{Title: "remove " + field, Safety: Unsafe, Sets: []Set{{Remove: true}}}}
					found = append(found, f)
				}
			}
		}
		return found
	},
})
