package lint

import (
	"fmt"
	"slices"
)

var _ = register(Rule{
	ID: "selector-namespace-gap", Category: "selector", Severity: Warning, Since: "0.1.0",
	Title: "A term that looks into the wrong namespaces",
	Doc: `A podAntiAffinity term sees the pods of its own namespace unless ` + "`namespaces` or `namespaceSelector`" + ` say otherwise.
` + "`namespaces`" + ` without the own one means that replicas do not see each other; an empty ` + "`namespaceSelector: {}`" + ` means all
namespaces of the cluster, other releases included.

Source: https://github.com/kubernetes/kubernetes/blob/v1.37.1/staging/src/k8s.io/kube-scheduler/framework/types.go (getNamespacesFromPodAffinityTerm)`,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, w := range in.shouldSpread() {
			for _, t := range w.Terms() {
				matches, err := t.Matches(w.Labels())
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
				case len(t.NamespaceNames) > 0 && t.NamespaceSelector == nil && w.Namespace != "" && !slices.Contains(t.NamespaceNames, w.Namespace):
					f := at(w, t.Path.Key("namespaces"))
					f.Message = fmt.Sprintf("a %s does not look into its own namespace %s", t.Kind(), w.Namespace)
					f.Caret = "drop it, or add " + w.Namespace
					f.Effect = "the replicas do not see each other: all of them may land on one node"
					f.Fixes = []Fix{{Title: "remove namespaces", Safety: Unsafe, Sets: []Set{{Remove: true}}}}
					found = append(found, f)
				}
			}
		}
		return found
	},
})
