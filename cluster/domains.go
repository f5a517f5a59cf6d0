package cluster

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
)

// Eligibility says on which nodes pods of a workload could run if nothing else ran there: those that its node selector
// and node affinity match, whose taints it tolerates, that are not cordoned and large enough.
type Eligibility struct {
	Nodes    []string         // eligible, sorted
	Rejected []kube.Rejection // the others, with the scheduler's reason
}

// Eligible asks the scheduler's own filters about an empty cluster, for a pod of the workload without its rules about
// other pods. For a DaemonSet it lists the nodes that get a pod.
func (s *Simulation) Eligible(w *render.Workload) (*Eligibility, error) {
	if e := s.eligible[w]; e != nil {
		return e, nil
	}
	empty, err := kube.NewScheduler(kube.Surroundings{}, 0)
	if err != nil {
		return nil, err
	}
	var nodes []*corev1.Node
	for _, name := range s.bare.NodeNames() {
		nodes = append(nodes, s.bare.Node(name))
	}
	if err := empty.AddNodes(nodes...); err != nil {
		return nil, err
	}
	e := &Eligibility{}
	if w.Kind == "DaemonSet" {
		for _, name := range s.bare.NodeNames() {
			if kube.DaemonRuns(&w.Pod.Object.Spec, s.bare.Node(name)) {
				e.Nodes = append(e.Nodes, name)
			}
		}
		s.eligible[w] = e
		return e, nil
	}
	decision, err := empty.Filter(unruly(s.anyPod(w)))
	if err != nil {
		return nil, err
	}
	e.Nodes, e.Rejected = decision.Feasible(), decision.Rejections()
	s.eligible[w] = e
	return e, nil
}

// unruly is a pod without rules about other pods.
func unruly(pod *corev1.Pod) *corev1.Pod {
	pod = pod.DeepCopy()
	pod.Spec.TopologySpreadConstraints = nil
	if pod.Spec.Affinity != nil {
		pod.Spec.Affinity.PodAffinity, pod.Spec.Affinity.PodAntiAffinity = nil, nil
	}
	return pod
}

// Domain is one value of a topology key.
type Domain struct {
	Value string
	Nodes []string // sorted
}

// Domains groups the eligible nodes of a workload by a topology key, sorted by value; lacking are the eligible nodes that
// do not carry the key. What such a node means depends on the rule: hard spread constraints reject it, anti-affinity does
// not see it. See
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/scheduler/framework/plugins/podtopologyspread/filtering.go (Filter) and
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/scheduler/framework/plugins/interpodaffinity/filtering.go (topologyToMatchedTermCount)
func (s *Simulation) Domains(w *render.Workload, key string) (domains []Domain, lacking []string, err error) {
	e, err := s.Eligible(w)
	if err != nil {
		return nil, nil, err
	}
	domains, lacking = s.group(e.Nodes, key)
	return domains, lacking, nil
}

// AllDomains groups all nodes of the cluster by a topology key.
func (s *Simulation) AllDomains(key string) (domains []Domain, lacking []string) {
	return s.group(s.bare.NodeNames(), key)
}

func (s *Simulation) group(nodes []string, key string) (domains []Domain, lacking []string) {
	byValue := map[string][]string{}
	for _, name := range nodes {
		value, ok := s.bare.Node(name).Labels[key]
		if !ok {
			lacking = append(lacking, name)
			continue
		}
		byValue[value] = append(byValue[value], name)
	}
	for _, value := range slices.SortedFunc(maps.Keys(byValue), kube.CompareNames) {
		domains = append(domains, Domain{value, byValue[value]})
	}
	return domains, lacking
}

// LabelKeys lists the label keys that nodes of the cluster carry, sorted: what a topology key may be.
func (s *Simulation) LabelKeys() []string {
	keys := map[string]bool{}
	for _, n := range s.Inventory.Nodes {
		for key := range n.Labels {
			keys[key] = true
		}
	}
	return slices.Sorted(maps.Keys(keys))
}

// zone is the zone of a node, "" when it has none.
func (s *Simulation) zone(node string) string {
	if n := s.bare.Node(node); n != nil {
		return n.Labels[corev1.LabelTopologyZone]
	}
	return ""
}
