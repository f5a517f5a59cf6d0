package cluster

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
)

// Placement is where the pods of a release go when it is installed on the cluster.
type Placement struct {
	Workloads []*WorkloadPlacement // in the order of the release
	Limits    []string             // what of the cluster is out of reach
	Seeds     int                  // how many were tried
}

// WorkloadPlacement is the part of one workload. That a pod is Pending, and why, is exact for the state that the
// simulation reached; on which of several equal nodes a pod runs is likely at best. [Simulation.Prospects] says what
// chance may change.
type WorkloadPlacement struct {
	Workload *render.Workload
	Wanted   int // replicas, or nodes of a DaemonSet
	Pods     []PlacedPod
	Pending  []PendingPod
	// NotCreated is how many pods a StatefulSet does not make, because one before them is Pending.
	NotCreated int
	Outcomes   []Outcome         // one a seed
	Refused    []kube.FieldError // the API server refuses the template or its pods: there are none
	Skipped    string            // why the workload was not placed at all, "" when it was
	Limits     []string          // what of the workload is out of reach
	// Growth says how far an autoscaler can go; nil when there is none.
	Growth *Growth
}

// PlacedPod is a pod and the node that it likely runs on.
type PlacedPod struct{ Name, Node string }

// PendingPod is a pod for which there is no node.
type PendingPod struct {
	Name    string
	Message string // the scheduler's sentence
	// Event is the whole text of the FailedScheduling event: Message and what it says about preemption. It ends after
	// Message when a pod of lower priority might be preempted, which is not simulated.
	Event string

	pod      *corev1.Pod
	decision *kube.Decision
}

// Rejections says for each node why the pod cannot run there.
func (p PendingPod) Rejections() []kube.Rejection {
	if p.decision == nil {
		return nil
	}
	return p.decision.Rejections()
}

// Outcome is what one seed led to.
type Outcome struct {
	Seed                    uint64
	Pending                 int // pods without a node, those that are not made because of them included
	MostOnNode, MostPerZone int // how many of the workload's pods share one node, one zone
}

// Growth is what an autoscaler meets between its minimum and its maximum.
type Growth struct {
	Most    int    // the highest count at which every pod has a node
	Maximum int    // the autoscaler's
	Tried   int    // how far counts were tried: Maximum, or where it had to end
	Message string // the scheduler's sentence about the pod after Most, "" when all fit
	Event   string
}

// Place installs the release: all workloads together, in the order in which Helm creates them. Hooks that come before the
// rest run first and are gone; other hooks, CronJobs and tests are placed beside the rest, one at a time.
func (s *Simulation) Place() (*Placement, error) {
	if s.placement != nil {
		return s.placement, nil
	}
	result := &Placement{Limits: s.Limits(), Seeds: max(1, s.options.Seeds)}
	for i := range result.Seeds {
		seed := s.options.Seed + uint64(i)
		run, err := s.install(seed)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			result.Workloads, s.placed = run.placements, run.world
			if err := s.growAll(run); err != nil {
				return nil, err
			}
		}
		for k, p := range run.placements {
			result.Workloads[k].Outcomes = append(result.Workloads[k].Outcomes, s.outcome(p, seed))
		}
	}
	s.placement = result
	return result, nil
}

// installation is the release on the cluster, for one seed.
type installation struct {
	world      *world
	placements []*WorkloadPlacement
}

func (s *Simulation) install(seed uint64) (*installation, error) {
	run := &installation{world: &world{scheduler: s.bare.Fork(seed)}}
	var first, beside []*WorkloadPlacement
	var together []*WorkloadPlacement
	for _, w := range s.Release.Workloads {
		p := &WorkloadPlacement{Workload: w, Wanted: w.Replicas, Limits: s.limitsOf(w)}
		run.placements = append(run.placements, p)
		switch p.Refused = s.template(w, 1).refused(); {
		case len(p.Refused) > 0:
			p.Skipped = "the API server refuses its pods"
		case !byDefaultScheduler(w):
			p.Skipped = "another scheduler places its pods"
		case w.Replicas > mostReplicas:
			p.Skipped = fmt.Sprintf("%d replicas are too many: up to %d are placed", w.Replicas, mostReplicas)
		case strings.Contains(w.Hook, "pre-install"):
			first = append(first, p)
		case w.Hook != "" || w.Kind == "CronJob":
			beside = append(beside, p)
		default:
			together = append(together, p)
		}
	}
	for _, p := range first {
		if err := s.placeAlone(run.world, p, seed); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(together, func(a, b *WorkloadPlacement) int { return installOrder(a.Workload, b.Workload) })
	crews := map[*WorkloadPlacement]*crew{}
	for _, p := range together {
		c, err := s.crewOf(p.Workload, run.world.scheduler, 1)
		if err != nil {
			return nil, err
		}
		crews[p], run.world.crews = c, append(run.world.crews, c)
	}
	if err := run.world.settle(); err != nil {
		return nil, err
	}
	for _, p := range together {
		p.take(crews[p])
	}
	for _, p := range beside {
		if err := s.placeAlone(run.world, p, seed); err != nil {
			return nil, err
		}
	}
	return run, nil
}

// placeAlone places a workload beside what is there already, and takes it away again.
func (s *Simulation) placeAlone(around *world, p *WorkloadPlacement, seed uint64) error {
	w := around.fork(seed)
	c, err := s.crewOf(p.Workload, w.scheduler, 1)
	if err != nil {
		return err
	}
	w.crews = append(w.crews, c)
	if err := w.settle(); err != nil {
		return err
	}
	p.take(c)
	return nil
}

// take reads off where the pods of a crew are.
func (p *WorkloadPlacement) take(c *crew) {
	if c.daemon() {
		p.Wanted = len(c.pods)
	} else {
		p.Wanted = c.want
		_, _, p.NotCreated = c.counts()
	}
	for _, m := range c.pods {
		switch {
		case m.going:
		case m.node != "":
			p.Pods = append(p.Pods, PlacedPod{m.pod.Name, m.node})
		default:
			p.Pending = append(p.Pending, m.whyPending())
		}
	}
}

func (m *member) whyPending() PendingPod {
	if m.decision == nil {
		return PendingPod{Name: m.pod.Name, Message: "node " + m.pod.Spec.NodeName + " does not exist", pod: m.pod}
	}
	event, _ := m.decision.Event()
	return PendingPod{Name: m.pod.Name, Message: m.decision.Message(), Event: event, pod: m.pod, decision: m.decision}
}

// outcome sums up a placement.
func (s *Simulation) outcome(p *WorkloadPlacement, seed uint64) Outcome {
	o := Outcome{Seed: seed, Pending: len(p.Pending) + p.NotCreated}
	nodes, zones := map[string]int{}, map[string]int{}
	for _, pod := range p.Pods {
		nodes[pod.Node]++
		o.MostOnNode = max(o.MostOnNode, nodes[pod.Node])
		if zone := s.zone(pod.Node); zone != "" {
			zones[zone]++
			o.MostPerZone = max(o.MostPerZone, zones[zone])
		}
	}
	return o
}

// helmOrder is the order in which Helm creates what makes pods.
// https://github.com/helm/helm/blob/v3.22.0/pkg/releaseutil/kind_sorter.go (InstallOrder)
var helmOrder = []string{"DaemonSet", "Pod", "ReplicationController", "ReplicaSet", "Deployment", "StatefulSet", "Job", "CronJob"}

func installOrder(a, b *render.Workload) int {
	rank := func(w *render.Workload) int {
		if i := slices.Index(helmOrder, w.Kind); i >= 0 {
			return i
		}
		return len(helmOrder)
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), strings.Compare(a.Kind, b.Kind), strings.Compare(a.Namespace, b.Namespace), kube.CompareNames(a.Name, b.Name))
}

const (
	mostGrowth   = 500  // pods that an autoscaler is followed to
	mostReplicas = 5000 // pods of a workload that are placed
)

// growAll lets each autoscaler grow its workload on its own, pod by pod. Once a pod finds no place no later one will:
// they are all alike and nothing else changes.
func (s *Simulation) growAll(run *installation) error {
	for _, p := range run.placements {
		if p.Workload.MaxReplicas <= p.Workload.Replicas || p.Skipped != "" {
			continue
		}
		w := run.world.fork(s.options.Seed)
		c := w.crewFor(p.Workload)
		if c == nil {
			continue
		}
		p.Growth = &Growth{Most: len(p.Pods), Maximum: p.Workload.MaxReplicas, Tried: min(p.Workload.MaxReplicas, max(mostGrowth, p.Workload.Replicas))}
		for {
			if err := w.settle(); err != nil {
				return err
			}
			running, pending, _ := c.counts()
			p.Growth.Most = max(p.Growth.Most, running)
			if pending > 0 {
				for _, m := range c.pods {
					if m.pending() {
						why := m.whyPending()
						p.Growth.Message, p.Growth.Event = why.Message, why.Event
						break
					}
				}
				break
			}
			if c.want >= p.Growth.Tried {
				break
			}
			c.want++
		}
	}
	return nil
}

func (w *world) crewFor(workload *render.Workload) *crew {
	for _, c := range w.crews {
		if c.current.workload == workload {
			return c
		}
	}
	return nil
}
