package cluster

import (
	"fmt"
	"slices"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
)

// Drain is what `kubectl drain` of one node does to the placed release: the node is cordoned, its pods are evicted as far as
// the disruption budgets of the release allow, and replaced elsewhere. Pods of DaemonSets stay.
type Drain struct {
	Node    string
	Like    string       // the node whose drain this one equals but for names, so that it was not simulated again; or ""
	Done    bool         // all pods could be evicted
	Evicted []string     // pods, in order
	Pending []PendingPod // replacements without a node while the node is cordoned
	// Blocked names the pod that cannot be evicted and why, in the API server's words; both "" when Done.
	Blocked, Reason string
	Budget          *render.Budget // that blocks; nil when something else does
}

// Drains drains every node that holds pods of the release, one at a time.
func (s *Simulation) Drains() ([]*Drain, error) {
	if _, err := s.Place(); err != nil {
		return nil, err
	}
	var all []*Drain
	known := map[string]*Drain{} // by what is on the node
	classes := s.classes(s.bare, s.Release.Workloads)
	for _, node := range s.bare.NodeNames() {
		taken := s.taken([]string{node}, classes)
		if taken == "" {
			continue
		}
		if like := known[taken]; like != nil {
			same := *like
			same.Node, same.Like = node, like.Node
			all = append(all, &same)
			continue
		}
		d, err := s.Drain(node)
		if err != nil {
			return nil, err
		}
		known[taken] = d
		all = append(all, d)
	}
	return all, nil
}

// What an eviction is answered that a budget forbids, and what kubectl says of a pod that nobody would make again.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/registry/core/pod/storage/eviction.go
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/staging/src/k8s.io/kubectl/pkg/drain/filters.go
const (
	noController    = "cannot delete Pods that declare no controller (use --force to override)"
	evictionRefused = "Cannot evict pod as it would violate the pod's disruption budget."
	severalBudgets  = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
)

// Drain drains one node.
func (s *Simulation) Drain(node string) (*Drain, error) {
	if _, err := s.Place(); err != nil {
		return nil, err
	}
	object := s.bare.Node(node)
	if object == nil {
		return nil, fmt.Errorf("there is no node %s", node)
	}
	d := &Drain{Node: node}
	w := s.placed.fork(s.options.Seed)
	cordoned := object.DeepCopy()
	cordoned.Spec.Unschedulable = true
	cordonTaint(cordoned)
	if err := w.scheduler.UpdateNode(cordoned); err != nil {
		return nil, err
	}
	w.changes++
	// Pods that come back to the node, because they tolerate that it is cordoned, are not evicted again.
	var targets []*target
	for _, c := range w.crews {
		for _, m := range c.pods {
			if m.node == node && !c.daemon() {
				targets = append(targets, &target{c, m})
			}
		}
	}
	for _, t := range targets {
		if t.crew.current.workload.Kind == "Pod" {
			d.Blocked, d.Reason = t.member.pod.Name, noController // kubectl does not even begin
			return d, nil
		}
	}
	for len(targets) > 0 {
		// kubectl tries all of them again and again: one that goes may open the budget of another.
		at := slices.IndexFunc(targets, func(t *target) bool { _, reason := s.forbids(w, t.crew); return reason == "" })
		if at < 0 {
			d.Budget, d.Reason = s.forbids(w, targets[0].crew)
			d.Blocked = targets[0].member.pod.Name
			break
		}
		gone := targets[at]
		targets = slices.Delete(targets, at, at+1)
		d.Evicted = append(d.Evicted, gone.member.pod.Name)
		if err := w.remove(gone.crew, gone.member); err != nil {
			return nil, err
		}
		if err := w.settle(); err != nil {
			return nil, err
		}
	}
	d.Done = d.Blocked == ""
	for _, c := range w.crews {
		for _, m := range c.pods {
			if m.pending() && !wasPending(s.placed, m) {
				d.Pending = append(d.Pending, m.whyPending())
			}
		}
	}
	return d, nil
}

func wasPending(before *world, m *member) bool {
	for _, c := range before.crews {
		for _, o := range c.pods {
			if o.pod.UID == m.pod.UID {
				return o.pending()
			}
		}
	}
	return false
}

// target is a pod that a drain evicts.
type target struct {
	crew   *crew
	member *member
}

// forbids says which budget forbids the eviction of a running pod, and in what words; "" when none does. A budget counts
// the replicas of all workloads that it covers.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/controller/disruption/disruption.go (trySync)
func (s *Simulation) forbids(w *world, c *crew) (*render.Budget, string) {
	var covering []*render.Budget
	for _, b := range s.Release.Budgets {
		if b.Covers(c.current.workload) {
			covering = append(covering, b)
		}
	}
	switch len(covering) {
	case 0:
		return nil, ""
	case 1:
	default:
		return covering[0], severalBudgets
	}
	expected, healthy := 0, 0
	for _, other := range w.crews {
		if covering[0].Covers(other.current.workload) {
			expected += other.want
			running, _, _ := other.counts()
			healthy += running
		}
	}
	needed := expected - covering[0].Allowed(expected)
	if healthy-1 < needed {
		return covering[0], evictionRefused
	}
	return nil, ""
}

// NodesOf lists the nodes on which pods of a workload likely run, sorted: those whose loss or drain concerns it.
func (s *Simulation) NodesOf(w *render.Workload) ([]string, error) {
	if _, err := s.Place(); err != nil {
		return nil, err
	}
	var nodes []string
	if c := s.placed.crewFor(w); c != nil {
		for _, m := range c.pods {
			if m.node != "" && !slices.Contains(nodes, m.node) {
				nodes = append(nodes, m.node)
			}
		}
	}
	slices.SortFunc(nodes, kube.CompareNames)
	return nodes, nil
}
