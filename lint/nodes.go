package lint

import (
	"fmt"
	"slices"

	"github.com/spreadlint/spreadlint/cluster"
	"github.com/spreadlint/spreadlint/render"
)

// settle puts the release, and what runs now, on the nodes.
func (in *Input) settle(o Options) (err error) {
	if o.Nodes == nil {
		return nil
	}
	if in.Cluster, err = cluster.New(o.Nodes, in.Release, cluster.Options{}); err != nil {
		return fmt.Errorf("put the release on the nodes: %w", err)
	}
	if o.Live != nil {
		if in.Live, err = cluster.New(o.Nodes, o.Live, cluster.Options{}); err != nil {
			return fmt.Errorf("put the running release on the nodes: %w", err)
		}
	}
	return nil
}

// ask keeps the first error of a simulation: such an error is a defect of the
// program, and the run ends with it.
func ask[T any](in *Input, answer T, err error) T {
	if err != nil && in.trouble == nil {
		in.trouble = err
	}
	return answer
}

// nodesFor are the nodes on which pods of a workload could run.
func (in *Input) nodesFor(w *render.Workload) []string {
	eligible, err := in.Cluster.Eligible(w)
	if ask(in, eligible, err) == nil {
		return nil
	}
	return eligible.Nodes
}

// reach is what the values of a topology key are on the nodes of a workload.
type reach struct {
	domains []cluster.Domain
	lacking []string // eligible nodes without the label
}

func (in *Input) reach(w *render.Workload, key string) reach {
	domains, lacking, err := in.Cluster.Domains(w, key)
	if err != nil {
		ask(in, 0, err)
	}
	return reach{domains, lacking}
}

// nodeCarries reports whether any node of the cluster has the label.
func (in *Input) nodeCarries(key string) bool {
	return slices.Contains(in.Cluster.LabelKeys(), key)
}

// scheduled lists the workloads whose pods the scheduler of the simulation
// places and that the API server accepts.
func (in *Input) scheduled() []*render.Workload {
	var found []*render.Workload
	for _, w := range in.running() {
		name := w.Pod.Object.Spec.SchedulerName
		if len(in.refusedBy(w)) == 0 && (name == "" || name == "default-scheduler") {
			found = append(found, w)
		}
	}
	return found
}

// atReplicas starts a finding about how many pods a workload has.
func atReplicas(w *render.Workload) Finding {
	field := w.ReplicasPath
	if field == nil {
		field = w.SpecPath
	}
	return Finding{Workloads: []string{w.ID()}, Field: field.String(), target: target{workload: w, field: field}}
}

// someNodes shows a few names of many.
func someNodes(names []string) string {
	const most = 3
	text := ""
	for i, name := range names {
		switch {
		case i == most:
			return text + fmt.Sprintf(" and %d more", len(names)-most)
		case i > 0:
			text += ", "
		}
		text += name
	}
	return text
}
