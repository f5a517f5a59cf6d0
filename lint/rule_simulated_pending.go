package lint

import (
	"fmt"
	"strings"

	"github.com/spreadlint/spreadlint/cluster"
	"github.com/spreadlint/spreadlint/render"
)

var _ = register(Rule{
	ID: "simulated-pending", Category: "fit", Severity: Error, Since: "0.1.0",
	Title: "Pods for which no node is found",
	Doc: `The release was placed on the nodes by the scheduler's own code, all workloads together, in the order in which Helm
creates them. Some pods find no node; the sentence is the scheduler's. Reported when no other rule of this category explains
it: requests that fit no node, node selectors without a node, volumes of taints, workloads in each other's way.

` + "`spreadlint simulate`" + ` shows the whole picture.`,
	Needs: needsNodes,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, p := range in.placed() {
			missing := len(p.Pending) + p.NotCreated
			if missing == 0 || p.Workload.Hook != "" || in.explained(p.Workload) {
				continue
			}
			f := atReplicas(p.Workload)
			f.Message = fmt.Sprintf("%d of %d %s find no node", missing, p.Wanted, plural(p.Wanted, "pod"))
			f.Caret = "smaller requests, other node rules, or more nodes"
			f.Effect = fmt.Sprintf("%s stays Pending: %q", p.Pending[0].Name, p.Pending[0].Message)
			if p.NotCreated > 0 {
				f.Notes = append(f.Notes, fmt.Sprintf("a StatefulSet makes no further pod while one is Pending: %d are not made", p.NotCreated))
			}
			f.Notes = append(f.Notes, p.Limits...)
			found = append(found, f)
		}
		return found
	},
})

// placed is where the pods of the release go.
func (in *Input) placed() []*cluster.WorkloadPlacement {
	placement, err := in.Cluster.Place()
	if ask(in, placement, err) == nil {
		return nil
	}
	return placement.Workloads
}

// explained reports whether another rule says why pods of the workload find no
// node.
func (in *Input) explained(w *render.Workload) bool {
	for _, r := range []*Rule{replicasExceedDomains, spreadCapped} {
		for _, f := range r.Check(in) {
			if contains(workloadsNamed(in.Release, f.Workloads), w) {
				return true
			}
		}
	}
	for _, t := range w.Terms() {
		if t.Spread && t.Hard && len(in.nodesFor(w)) > 0 && len(in.reach(w, t.TopologyKey).domains) == 0 {
			return true // topology-key-missing-on-nodes or -suspicious
		}
	}
	return len(pinnedAway(in, w)) > 0
}

// pinnedAway is empty unless conflicting-constraints speaks of the workload.
func pinnedAway(in *Input, w *render.Workload) []Finding {
	var found []Finding
	for _, f := range byID["conflicting-constraints"].Check(in) {
		if strings.Join(f.Workloads, "") == w.ID() {
			found = append(found, f)
		}
	}
	return found
}

func workloadsNamed(r *render.Release, ids []string) []*render.Workload {
	var found []*render.Workload
	for _, w := range r.Workloads {
		for _, id := range ids {
			if w.ID() == id {
				found = append(found, w)
			}
		}
	}
	return found
}
