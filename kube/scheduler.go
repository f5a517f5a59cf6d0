package kube

import (
	"context"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/component-helpers/node/topology"
	"k8s.io/kubernetes/pkg/scheduler/framework"
)

// Scheduler decides where pods may and would go, with the code of kube-scheduler: the filters and scores of its default
// profile, built by the plugins' own New. The cluster is held in memory; what is given to a Scheduler is not copied and
// must not be changed afterwards. A Scheduler is not safe for concurrent use.
//
// Left out of the default profile, because the cluster that is known here says nothing of it: limits of attached volumes,
// dynamic resource allocation, scheduling gates, declared node features, image locality and preemption.
type Scheduler struct {
	seed    uint64
	order   []*nodeState // as the scheduler visits nodes: zone after zone in turn
	byName  map[string]*nodeState
	pods    map[types.UID]boundPod
	objects *objects
	lister  *nodeLister
	plugins []plugin
	taken   map[types.NamespacedName]string // which volume a planned claim has come to
	start   int                             // where the search for feasible nodes begins when there are too many to look at all
}

// nodeState is a node with its pods. It is shared between forks until one of them changes it.
type nodeState struct {
	info  *framework.NodeInfo
	owner *Scheduler // nil: shared
}

type boundPod struct {
	node string
	info *framework.PodInfo
}

// Surroundings are the objects beside nodes and pods that the scheduler looks at.
type Surroundings struct {
	Namespaces []*corev1.Namespace // for the namespaceSelector of affinity terms
	Services   []*corev1.Service   // for the selector of the built-in default spreading
	Storage    *Storage            // nil: volumes are not looked at
}

// NewScheduler makes a scheduler of an empty cluster. The seed decides between nodes of equal score, where the real one
// throws dice; 0 takes the node with the fewest pods, of those the first by name.
func NewScheduler(around Surroundings, seed uint64) (*Scheduler, error) {
	s := &Scheduler{seed: seed, byName: map[string]*nodeState{}, pods: map[types.UID]boundPod{}, objects: newObjects()}
	s.objects.storage = around.Storage
	for _, n := range around.Namespaces {
		if err := s.objects.namespaces.Add(n); err != nil {
			return nil, fmt.Errorf("add namespace %s: %w", n.Name, err)
		}
	}
	for _, service := range around.Services {
		if err := s.objects.services.Add(service); err != nil {
			return nil, fmt.Errorf("add service %s: %w", service.Name, err)
		}
	}
	return s, s.wire()
}

// wire builds the plugins around this scheduler's own view of the cluster.
func (s *Scheduler) wire() (err error) {
	s.lister = &nodeLister{scheduler: s, stale: true}
	s.plugins, err = defaultProfile(context.Background(), &handle{lister: s.lister, objects: s.objects})
	return err
}

// Fork returns a scheduler of the same cluster that goes its own way from here: what happens to one is not seen by the
// other. Nodes are copied when one of the two first changes them. Services, namespaces and owners stay shared.
func (s *Scheduler) Fork(seed uint64) *Scheduler {
	fork := &Scheduler{seed: seed, start: s.start, objects: s.objects,
		taken: maps.Clone(s.taken), order: make([]*nodeState, len(s.order)), byName: make(map[string]*nodeState, len(s.byName)), pods: make(map[types.UID]boundPod, len(s.pods))}
	for i, n := range s.order {
		n.owner = nil
		fork.order[i] = n
		fork.byName[n.info.Node().Name] = n
	}
	for uid, p := range s.pods {
		fork.pods[uid] = p
	}
	if err := fork.wire(); err != nil {
		panic("kube: the plugins that worked before do not: " + err.Error())
	}
	return fork
}

// own returns the node for writing.
func (s *Scheduler) own(name string) *nodeState {
	n := s.byName[name]
	if n == nil || n.owner == s {
		return n
	}
	mine := &nodeState{info: n.info.SnapshotConcrete(), owner: s}
	s.byName[name] = mine
	s.order[slices.Index(s.order, n)] = mine
	s.lister.stale = true
	return mine
}

// AddNodes adds nodes. A name that is there already is an error.
func (s *Scheduler) AddNodes(nodes ...*corev1.Node) error {
	for _, node := range nodes {
		if s.byName[node.Name] != nil {
			return fmt.Errorf("two nodes are called %s", node.Name)
		}
		n := &nodeState{info: framework.NewNodeInfo(), owner: s}
		n.info.SetNode(node)
		s.byName[node.Name] = n
		s.order = append(s.order, n)
	}
	s.order = byZones(s.order)
	s.lister.stale = true
	return nil
}

// byZones sorts nodes by name and takes one of each zone in turn.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/scheduler/backend/cache/node_tree.go
func byZones(nodes []*nodeState) []*nodeState {
	slices.SortFunc(nodes, func(a, b *nodeState) int { return compareNames(a.info.Node().Name, b.info.Node().Name) })
	var zones []string
	members := map[string][]*nodeState{}
	for _, n := range nodes {
		zone := topology.GetZoneKey(n.info.Node())
		if members[zone] == nil {
			zones = append(zones, zone)
		}
		members[zone] = append(members[zone], n)
	}
	ordered := make([]*nodeState, 0, len(nodes))
	for i := 0; len(ordered) < len(nodes); i++ {
		for _, zone := range zones {
			if i < len(members[zone]) {
				ordered = append(ordered, members[zone][i])
			}
		}
	}
	return ordered
}

// UpdateNode replaces a node object (its labels, taints ...); its pods stay.
func (s *Scheduler) UpdateNode(node *corev1.Node) error {
	n := s.own(node.Name)
	if n == nil {
		return fmt.Errorf("there is no node %s", node.Name)
	}
	moved := topology.GetZoneKey(n.info.Node()) != topology.GetZoneKey(node)
	n.info.SetNode(node)
	if moved { // sorting is dear where a zone of a thousand nodes is lost
		s.order = byZones(s.order)
	}
	s.lister.stale = true
	return nil
}

// RemoveNode removes a node with all its pods and returns those, in the order in which they came.
func (s *Scheduler) RemoveNode(name string) []*corev1.Pod {
	n := s.byName[name]
	if n == nil {
		return nil
	}
	var pods []*corev1.Pod
	for _, p := range n.info.Pods {
		pods = append(pods, p.GetPod())
		delete(s.pods, p.GetPod().UID)
	}
	delete(s.byName, name)
	s.order = slices.DeleteFunc(slices.Clone(s.order), func(other *nodeState) bool { return other == n })
	s.lister.stale = true
	return pods
}

// Bind puts a pod on a node, as if it had been scheduled there: no rule is asked. The pod must have a UID.
func (s *Scheduler) Bind(pod *corev1.Pod, node string) error {
	n := s.own(node)
	switch {
	case n == nil:
		return fmt.Errorf("there is no node %s", node)
	case pod.UID == "":
		return fmt.Errorf("pod %s has no UID", pod.Name)
	case s.pods[pod.UID].info != nil:
		return fmt.Errorf("pod %s is bound already", pod.Name)
	}
	bound := *pod
	bound.Spec.NodeName = node
	// A pod with a malformed term still takes its place, as in the scheduler's cache.
	// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/scheduler/framework/types.go (NodeInfo.AddPod)
	info := s.objects.podInfo(&bound)
	n.info.AddPodInfo(info)
	s.pods[pod.UID] = boundPod{node: node, info: info}
	s.lister.noticed(&bound)
	return s.settle(&bound, n.info.Node())
}

// Remove takes a bound pod away.
func (s *Scheduler) Remove(uid types.UID) error {
	bound, ok := s.pods[uid]
	if !ok {
		return fmt.Errorf("no pod with the UID %s is bound", uid)
	}
	pod := bound.info.Pod
	n := s.own(bound.node)
	*n.info = *without(n.info, uid) // in place: the lists of nodes stay as they are
	delete(s.pods, uid)
	s.lister.noticed(pod)
	return nil
}

// without is a node without one of its pods, summed up anew: the scheduler's own NodeInfo.RemovePod changes the order of the
// pods, and forgets a host port that two pods hold, so that a result would depend on the way by which it was reached.
func without(info *framework.NodeInfo, uid types.UID) *framework.NodeInfo {
	fresh := framework.NewNodeInfo()
	fresh.SetNode(info.Node())
	for _, p := range info.Pods {
		if p.GetPod().UID != uid {
			fresh.AddPodInfo(p)
		}
	}
	return fresh
}

// Terminate marks a bound pod as being deleted. Until it is removed it keeps its place: it uses resources and ports and
// repels others by anti-affinity, but spread constraints no longer count it.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/scheduler/framework/plugins/podtopologyspread/common.go (countPodsMatchSelector)
func (s *Scheduler) Terminate(uid types.UID) error {
	bound, ok := s.pods[uid]
	if !ok {
		return fmt.Errorf("no pod with the UID %s is bound", uid)
	}
	if bound.info.Pod.DeletionTimestamp != nil {
		return nil
	}
	going := *bound.info.Pod
	going.DeletionTimestamp = &deletion
	if err := s.Remove(uid); err != nil {
		return err
	}
	return s.Bind(&going, bound.node)
}

// NodeOf names the node that a pod is bound to, "" for none.
func (s *Scheduler) NodeOf(uid types.UID) string { return s.pods[uid].node }

// NodeNames lists the nodes by name.
func (s *Scheduler) NodeNames() []string {
	names := make([]string, 0, len(s.order))
	for _, n := range s.order {
		names = append(names, n.info.Node().Name)
	}
	slices.SortFunc(names, compareNames)
	return names
}

// Node returns a node object, nil when there is none of that name.
func (s *Scheduler) Node(name string) *corev1.Node {
	if n := s.byName[name]; n != nil {
		return n.info.Node()
	}
	return nil
}

// PodsOn lists the pods of a node in the order in which they came.
func (s *Scheduler) PodsOn(node string) []*corev1.Pod {
	n := s.byName[node]
	if n == nil {
		return nil
	}
	pods := make([]*corev1.Pod, 0, len(n.info.Pods))
	for _, p := range n.info.Pods {
		pods = append(pods, p.GetPod())
	}
	return pods
}
