package lint

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/spreadlint/spreadlint/render"
)

var _ = register(Rule{
	ID: "conflicting-constraints", Category: "consistency", Severity: Error, Since: "0.1.0",
	Title: "Hard rules and node pins that cannot hold together",
	Doc: `A nodeSelector or a required node affinity pins the pods to fewer domains than their hard rules need: hard
podAntiAffinity allows one pod a domain, and a hard spread constraint with minDomains allows maxSkew pods a domain until
it sees that many domains. What is pinned is known without a cluster; conflicts that depend on the nodes need an
inventory.`,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, w := range in.shouldSpread() {
			for _, t := range w.Terms() {
				domains := pinnedDomains(w, t.TopologyKey)
				if !t.Hard || len(domains) == 0 || w.LabelsKnown && !selectsSelf(t, w) {
					continue
				}
				room := len(domains)
				need := "allows one pod a domain"
				if t.Spread {
					if t.MinDomains <= len(domains) {
						continue
					}
					room = t.MaxSkew * len(domains)
					need = fmt.Sprintf("wants %d domains and allows %d pods each until it sees them", t.MinDomains, t.MaxSkew)
				}
				if w.MaxReplicas <= room {
					continue
				}
				f := at(w, t.Path)
				f.target.presence = true
				f.Message = fmt.Sprintf("a %s on %s, but the pods are pinned to %v", t.Kind(), t.TopologyKey, domains)
				f.Caret = "drop the pin or soften the rule"
				f.Effect = fmt.Sprintf("the rule %s: %d of %d pods fit, the others stay Pending", need, room, w.MaxReplicas)
				found = append(found, f)
			}
		}
		return found
	},
})

// pinnedDomains lists the values of a node label that the pods are pinned to
// by nodeSelector and required node affinity; empty when they are not.
func pinnedDomains(w *render.Workload, key string) []string {
	spec := w.Pod.Object.Spec
	if v, pinned := spec.NodeSelector[key]; pinned {
		return []string{v}
	}
	if spec.Affinity == nil || spec.Affinity.NodeAffinity == nil || spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution == nil {
		return nil
	}
	var domains []string
	for _, term := range spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms {
		var here []string
		for _, e := range term.MatchExpressions {
			if e.Key == key && e.Operator == corev1.NodeSelectorOpIn {
				here = e.Values
			}
		}
		if here == nil {
			return nil // this alternative does not pin
		}
		for _, v := range here {
			if !slices.Contains(domains, v) {
				domains = append(domains, v)
			}
		}
	}
	return domains
}
