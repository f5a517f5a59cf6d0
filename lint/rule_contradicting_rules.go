package lint

import (
	"fmt"

	"github.com/spreadlint/spreadlint/render"
)

var _ = register(Rule{
	ID: "contradicting-rules", Category: "availability", Severity: Error, Since: "0.1.0",
	Title: "Required affinity and required anti-affinity for the same pods",
	NoFix: "which of the rules gives way, only you can tell",
	Doc: `The workload's pods must share a domain with the pods that a required podAffinity term selects, and must not share one
with those of a required podAntiAffinity term, or not too many of them by a spread constraint with DoNotSchedule, and both
select its own pods. The keys need not be the same: pods on one node are in one zone, too. The first pod may start; no
second one can.

Source: https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/scheduler/framework/plugins/interpodaffinity/filtering.go`,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, w := range in.running() {
			found = append(found, contradictions(w)...)
		}
		return found
	},
})

// contradictions finds required affinity to the workload's own pods beside a
// rule that forbids them to share what the affinity makes them share.
func contradictions(w *render.Workload) []Finding {
	var found []Finding
	for _, toward := range w.AffinityTerms() {
		if !toward.Hard || w.MaxReplicas < 2 || !selectsSelf(toward, w) {
			continue
		}
		for _, away := range w.Terms() {
			if !away.Hard || !within(toward.TopologyKey, away.TopologyKey) || !selectsSelf(away, w) || away.Spread && away.MaxSkew >= w.MaxReplicas {
				continue
			}
			f := at(w, away.KeyPath)
			f.Message = fmt.Sprintf("required affinity and required anti-affinity on %s select the same pods", away.TopologyKey)
			f.Caret = "keep one of the two"
			room := 1
			switch {
			case away.Spread:
				room = away.MaxSkew
				f.Message = fmt.Sprintf("required affinity keeps the pods together, a %s on %s apart", away.Kind(), away.TopologyKey)
			case toward.TopologyKey != away.TopologyKey:
				f.Message = fmt.Sprintf("required affinity on %s and required anti-affinity on %s select the same pods", toward.TopologyKey, away.TopologyKey)
				f.Notes = []string{fmt.Sprintf("pods that share %s share %s, too", toward.TopologyKey, away.TopologyKey)}
			}
			f.Effect = fmt.Sprintf("%s, %s", start(room), waiting(w.MaxReplicas-room))
			if away.Spread {
				f.Effect = "with more than one domain " + f.Effect
			}
			f.Notes = append(f.Notes, "the affinity is "+shortField(toward.Path))
			f.offer = offerSofter(away)
			found = append(found, f)
		}
	}
	return found
}
