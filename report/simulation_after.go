package report

import (
	"fmt"
	"slices"

	"github.com/spreadlint/spreadlint/cluster"
)

// afterAll finds out where the pods go after each loss, the largest ones first:
// a cluster may have more nodes than there is time.
func (r *Simulation) afterAll(s *cluster.Simulation) error {
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
		if budget -= (lost+1)*len(r.Inventory.Nodes) + r.pods(); budget < 0 {
			return nil
		}
		if err := r.after(s, l); err != nil {
			return fmt.Errorf("place what %s leaves: %w", l.Name, err)
		}
	}
	return nil
}

// after finds out where the pods go that replace lost ones.
func (r *Simulation) after(s *cluster.Simulation, l *SimulatedLoss) error {
	replacements, err := s.Replacements(l.Loss)
	if err != nil {
		return err
	}
	for i, w := range r.Workloads {
		if !w.stays() || w.Workload.Kind == "DaemonSet" {
			continue // the pods that are left already
		}
		for _, pod := range replacements[w.Workload] {
			l.fresh = append(l.fresh, place{workload: i, node: pod.Node, fresh: true})
		}
	}
	l.known = true
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
