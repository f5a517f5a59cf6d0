package report

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/cluster"
	"github.com/spreadlint/spreadlint/render"
)

// podCost is what it costs to tell the simulation of a pod that runs already,
// in pods held against a node.
const podCost = 40

// afterAll finds out where the pods go after each loss, the largest ones first:
// a cluster may have more nodes than there is time.
func (r *Simulation) afterAll(options cluster.Options) error {
	order := make([]int, len(r.Losses))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return len(r.Losses[b].Nodes) - len(r.Losses[a].Nodes) })
	budget := mostPodsOnNodes
	for _, i := range order {
		l := &r.Losses[i]
		lost := 0
		for _, part := range l.Workloads {
			lost += part.Wanted - part.Left
		}
		if budget -= lost*len(r.Inventory.Nodes) + podCost*r.pods(); budget < 0 {
			return nil
		}
		if err := r.after(l, options); err != nil {
			return fmt.Errorf("place what %s leaves: %w", l.Name, err)
		}
	}
	return nil
}

// after finds out where the pods that replace lost ones likely go: what is
// left of the release runs already, what is missing is installed beside it on
// the nodes that are left. It is only told when it comes to the same numbers
// as the loss itself.
func (r *Simulation) after(l *SimulatedLoss, options cluster.Options) error {
	options.Seeds = 1
	left, err := r.leftBy(*l)
	if err != nil {
		return err
	}
	missing := *r.Release
	missing.Workloads = nil
	var index []int
	for i, w := range r.Workloads {
		if !w.stays() {
			continue
		}
		twin := *w.Workload
		twin.Replicas = len(w.Pending) + w.NotCreated // who waited before may take a place that gets free
		if n := slices.IndexFunc(l.Workloads, func(part cluster.WorkloadLoss) bool { return part.Workload == w.Workload }); n >= 0 {
			twin.Replicas = l.Workloads[n].Wanted - l.Workloads[n].Left
		}
		twin.MaxReplicas = twin.Replicas
		missing.Workloads, index = append(missing.Workloads, &twin), append(index, i)
	}
	s, err := cluster.New(left, &missing, options)
	if err != nil {
		return err
	}
	placement, err := s.Place()
	if err != nil {
		return err
	}
	var fresh []place
	for i, p := range placement.Workloads {
		if p.Workload.Kind == "DaemonSet" {
			continue // the pods that are left already
		}
		for _, part := range l.Workloads {
			if part.Workload == r.Workloads[index[i]].Workload && len(p.Pods) != part.Replaced {
				return nil
			}
		}
		for _, pod := range p.Pods {
			fresh = append(fresh, place{workload: index[i], node: pod.Node, fresh: true})
		}
	}
	l.fresh, l.known = fresh, true
	return nil
}

// missingAfter is how many pods of a workload have no node after a loss: those
// that had none before, too.
func (r *Simulation) missingAfter(l SimulatedLoss, workload int) int {
	w := r.Workloads[workload]
	if !w.stays() {
		return 0
	}
	for _, part := range l.Workloads {
		if part.Workload == w.Workload {
			return part.Wanted - part.Left - part.Replaced
		}
	}
	missing := len(w.Pending) + w.NotCreated
	for _, p := range l.fresh {
		if p.workload == workload {
			missing--
		}
	}
	return missing
}

// stays reports whether the pods of a workload are there for good: those of
// hooks and CronJobs come and go.
func (w SimulatedWorkload) stays() bool {
	return w.Skipped == "" && len(w.Refused) == 0 && w.Workload.Hook == "" && w.Workload.Kind != "CronJob"
}

// leftBy is the cluster after a loss: the nodes that are left, with the pods
// of the release that run on them as if they were somebody else's.
func (r *Simulation) leftBy(l SimulatedLoss) (*cluster.Inventory, error) {
	lost := func(node string) bool { return slices.Contains(l.Nodes, node) }
	left := *r.Inventory
	left.Nodes, left.Pods, left.Namespaces = slices.Clone(left.Nodes), slices.Clone(left.Pods), slices.Clone(left.Namespaces)
	left.Unsized = slices.DeleteFunc(slices.Clone(left.Unsized), lost)
	for i := len(left.Nodes) - 1; i >= 0; i-- {
		if lost(left.Nodes[i].Name) {
			left.Nodes = slices.Delete(left.Nodes, i, i+1)
		}
	}
	var pods []any
	for _, w := range r.Workloads {
		if !w.stays() || w.Workload.Kind == "DaemonSet" {
			continue
		}
		for _, pod := range w.Pods {
			if !lost(pod.Node) {
				pods = append(pods, runningPod(w.Workload, pod))
			}
		}
	}
	text, err := json.Marshal(map[string]any{"apiVersion": "v1", "kind": "List", "items": pods})
	if err != nil || len(pods) == 0 {
		return &left, err
	}
	if err := left.AddPods("pods", text); err != nil {
		return nil, fmt.Errorf("pods that are left: %w", err)
	}
	return &left, nil
}

// runningPod is a placed pod as kubectl would print it. A Deployment's pod
// carries the hash that is part of its name; constraints may ask for it.
func runningPod(w *render.Workload, pod cluster.PlacedPod) map[string]any {
	labels := map[string]string{}
	maps.Copy(labels, w.Labels())
	if rest, ok := strings.CutPrefix(pod.Name, w.Name+"-"); ok && w.Kind == "Deployment" {
		labels["pod-template-hash"], _, _ = strings.Cut(rest, "-")
	}
	namespace := cmp.Or(w.Namespace, "default")
	spec := w.Pod.Object.Spec
	spec.NodeName = pod.Node
	return map[string]any{
		"apiVersion": "v1", "kind": "Pod",
		"metadata": map[string]any{"name": pod.Name, "namespace": namespace, "labels": labels, "uid": namespace + "/" + pod.Name},
		"spec":     spec,
		"status":   map[string]any{"phase": "Running"},
	}
}
