package report

import (
	"fmt"

	"github.com/spreadlint/spreadlint/cluster"
	"github.com/spreadlint/spreadlint/render"
)

// Scale is where the pods of the release go when one workload has another
// number of replicas.
type Scale struct {
	Replicas int
	Pending  int    // pods of the workload without a node
	Sentence string // the scheduler's about the first of them
	placed   []place
}

// Bounds of trying other numbers of replicas. Each try places the whole
// release anew, pod by pod, and each pod is held against each node.
const (
	leastReplicasTried = 15 // tries go up to this number at least
	mostTries          = 60 // of one workload
	leastTries         = 5  // with fewer there is little to see
	mostPodsOnNodes    = 4_000_000
)

// scale tries other numbers of replicas of each workload that has such a
// number: as many as its autoscaler may want, twice as many as now, and not
// less than 15; with steps where these are too many.
func (r *Simulation) scale(options cluster.Options) error {
	var subjects []int
	for i, w := range r.Workloads {
		if scalable(w) {
			subjects = append(subjects, i)
		}
	}
	options.Seeds = 1
	budget := mostPodsOnNodes
	for k, i := range subjects {
		w := &r.Workloads[i]
		counts, cost := r.replicasTried(*w, budget/(len(subjects)-k))
		budget -= cost
		for _, n := range counts {
			one, err := r.tryReplicas(i, n, options)
			if err != nil {
				return fmt.Errorf("place %s with %s: %w", w.Workload.ID(), count(n, "replica"), err)
			}
			w.Scales = append(w.Scales, one)
		}
	}
	return nil
}

// replicasTried are the numbers to try, counting up, the present one among
// them; none when the budget is too small.
func (r *Simulation) replicasTried(w SimulatedWorkload, budget int) (counts []int, cost int) {
	most := max(2*w.Wanted, w.Workload.MaxReplicas, leastReplicasTried)
	for step := 1; ; step++ {
		counts, cost = nil, 0
		for n := 1; n <= most; n++ {
			if n%step == 0 || n == 1 || n == most || n == w.Wanted {
				counts = append(counts, n)
				cost += (r.pods() - w.Wanted + n) * len(r.Inventory.Nodes)
			}
		}
		switch {
		case len(counts) <= leastTries && cost > budget:
			return nil, 0
		case len(counts) <= mostTries && cost <= budget:
			return counts, cost
		}
	}
}

// scalable reports whether another number of replicas makes sense.
func scalable(w SimulatedWorkload) bool {
	if w.Skipped != "" || len(w.Refused) > 0 || w.Workload.Hook != "" || len(w.Workload.ReplicasPath) == 0 {
		return false
	}
	return w.Workload.Kind == "Deployment" || w.Workload.Kind == "StatefulSet" || w.Workload.Kind == "ReplicaSet" || w.Workload.Kind == "Rollout"
}

// tryReplicas places the release with another number of replicas of one
// workload.
func (r *Simulation) tryReplicas(index, replicas int, options cluster.Options) (Scale, error) {
	release := *r.Release
	release.Workloads = make([]*render.Workload, len(r.Workloads))
	for i, w := range r.Workloads {
		twin := *w.Workload
		if i == index {
			twin.Replicas = replicas
		}
		twin.MaxReplicas = twin.Replicas // no autoscaler is asked
		release.Workloads[i] = &twin
	}
	s, err := cluster.New(r.Inventory, &release, options)
	if err != nil {
		return Scale{}, err
	}
	placement, err := s.Place()
	if err != nil {
		return Scale{}, err
	}
	result := Scale{Replicas: replicas}
	for i, p := range placement.Workloads {
		for _, pod := range p.Pods {
			result.placed = append(result.placed, place{workload: i, node: pod.Node})
		}
	}
	own := placement.Workloads[index]
	result.Pending = len(own.Pending) + own.NotCreated
	if len(own.Pending) > 0 {
		result.Sentence = bySentence(own.Pending[:1])[0].sentence
	}
	return result, nil
}
