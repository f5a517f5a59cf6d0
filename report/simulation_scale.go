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
	leastReplicasTried = 15
	mostReplicasTried  = 60
	mostPodsOnNodes    = 3_000_000 // pods times nodes, over all tries of the release
)

// scale tries other numbers of replicas of each workload that has such a
// number: as many as its autoscaler may want, twice as many as now, and not
// less than 15, as far as the bounds allow.
func (r *Simulation) scale(options cluster.Options) error {
	pods, nodes := r.pods(), len(r.Inventory.Nodes)
	budget := mostPodsOnNodes
	options.Seeds = 1
	for i := range r.Workloads {
		w := &r.Workloads[i]
		if !scalable(*w) {
			continue
		}
		most := min(max(2*w.Wanted, w.Workload.MaxReplicas, leastReplicasTried), mostReplicasTried)
		for n := 1; n <= most; n++ {
			if budget -= (pods - w.Wanted + n) * nodes; budget < 0 {
				return nil
			}
			one, err := r.tryReplicas(i, n, options)
			if err != nil {
				return fmt.Errorf("place %s with %s: %w", w.Workload.ID(), count(n, "replica"), err)
			}
			w.Scales = append(w.Scales, one)
		}
	}
	return nil
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
