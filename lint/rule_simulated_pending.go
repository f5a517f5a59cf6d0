package lint

import (
	"fmt"
	"slices"

	"github.com/spreadlint/spreadlint/cluster"
	"github.com/spreadlint/spreadlint/render"
)

var _ = register(Rule{
	ID: "simulated-pending", Category: "fit", Severity: Error, Since: "0.1.0",
	Title: "Pods for which no node is found",
	NoFix: "room or matching nodes are missing, or the request is too large: no single value is to blame",
	Doc: `The release was placed on the nodes by the scheduler's own code, all workloads together, in the order in which Helm
creates them. Some pods find no node; the sentence is the scheduler's. Reported when no other rule of this category explains
it: requests that fit no node, node selectors without a node, taints, workloads in each other's way.

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
			if slices.ContainsFunc(p.Pending[0].Rejections(), byVolume) {
				f.Caret = "volumes for as many pods, where the pods may run"
			}
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

// explained reports whether another rule says why pods of the workload find no
// node.
func (in *Input) explained(w *render.Workload) bool {
	for _, r := range []*Rule{replicasExceedDomains, spreadCapped, conflictingConstraints, volumeZoneConflict} {
		if r.Needs != nil && r.Needs.missing(in) != "" {
			continue
		}
		if slices.ContainsFunc(r.Check(in), func(f Finding) bool { return slices.Contains(f.Workloads, w.ID()) }) {
			return true
		}
	}
	for _, t := range w.Terms() {
		if t.Spread && t.Hard && len(in.nodesFor(w)) > 0 && len(in.reach(w, t.TopologyKey).domains) == 0 {
			return true // topology-key-missing-on-nodes or -suspicious
		}
	}
	return false
}

// placed is where the pods of the release go.
func (in *Input) placed() []*cluster.WorkloadPlacement {
	placement, err := in.Cluster.Place()
	if ask(in, placement, err) == nil {
		return nil
	}
	return placement.Workloads
}
