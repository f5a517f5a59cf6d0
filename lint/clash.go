package lint

import (
	"fmt"

	"github.com/spreadlint/spreadlint/render"
)

// clashes finds hard rules of a workload of which each would let all pods run
// on the nodes, but not all of them together.
func (in *Input) clashes(w *render.Workload) []Finding {
	if in.Cluster == nil || w.Kind == "DaemonSet" || w.MaxReplicas < 2 || len(in.nodesFor(w)) == 0 {
		return nil
	}
	var hard []render.Term
	for _, t := range w.Terms() {
		if t.Hard {
			hard = append(hard, t)
		}
	}
	if len(hard) < 2 {
		return nil
	}
	if capacity, err := in.Cluster.Capacity(w); err != nil || capacity.Rule != nil && capacity.Most < w.Replicas {
		return nil // replicas-exceed-domains or spread-capped names the rule that counts
	}
	together, err := in.Cluster.Without(w, w.Replicas, nil)
	if err != nil || together >= w.Replicas {
		return nil
	}
	f := at(w, hard[len(hard)-1].Path)
	f.target.presence = true
	for _, t := range hard {
		fit, err := in.Cluster.Without(w, w.Replicas, t.Path)
		if err != nil || fit < w.Replicas {
			return nil // one rule alone is in the way, which another rule says
		}
		f.Notes = append(f.Notes, fmt.Sprintf("without the %s on %s all %d fit", t.Kind(), t.TopologyKey, fit))
	}
	f.Message = fmt.Sprintf("%d hard rules that cannot hold together on these nodes: %d of %s fit", len(hard), together, count(w.Replicas, "pod"))
	f.Caret = "drop or soften one of the rules, or add nodes"
	f.Effect = waiting(w.Replicas - together)
	f.offer = offerSofter(hard[len(hard)-1])
	return []Finding{f}
}
