package cluster

import (
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// ruleset is what the hard rules of a workload say about pods of its own, on the nodes as they are before any of them
// runs: what bounds are computed from. The rules themselves are judged by the scheduler; a bound only saves trying.
type ruleset struct {
	nodes  []string       // those with room, sorted
	room   map[string]int // how many of the pods a node could take if only it and no rule among them counted
	anti   []antiRule
	spread []spreadRule
}

// antiRule allows one pod of the workload per value of the key. It says nothing about nodes without the key.
type antiRule struct {
	path   values.Path // in the pod template
	key    string
	values map[string]string // node -> value, nodes without the key left out
}

// spreadRule is a hard constraint that counts the workload's own pods.
type spreadRule struct {
	path       values.Path
	key        string
	skew       int
	minDomains int
	values     map[string]string // node -> value, of the nodes with room
	counted    map[string]int    // value -> pods of others that it counts already, for all domains that it counts
	free       int               // how many pods of the release's other workloads it counts, too
}

// ErrRefused is the answer to questions about pods that the API server never lets in.
var ErrRefused = errors.New("the API server refuses the workload's pods")

// rules reads the hard rules of a workload.
func (s *Simulation) rules(w *render.Workload) (*ruleset, error) {
	t := s.template(w, 1)
	if len(t.refused()) > 0 {
		return nil, ErrRefused
	}
	pod, sibling := s.anyPod(w), t.pod(1, 2, "")
	r := &ruleset{}
	alone := pod.DeepCopy()
	alone.Spec.TopologySpreadConstraints = nil
	if alone.Spec.Affinity != nil {
		alone.Spec.Affinity.PodAffinity = nil
	}
	var err error
	// What anti-affinity rejects before the first pod runs, it rejects for ever.
	if r.room, err = s.bare.Room(alone); err != nil {
		return nil, err
	}
	if affinity := pod.Spec.Affinity; affinity != nil && affinity.PodAntiAffinity != nil {
		for i, term := range affinity.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution {
			own, err := kube.TermMatches(pod, term, sibling, s.bare.NamespaceLabels(pod.Namespace))
			if err != nil {
				return nil, err
			}
			if own {
				path := values.Path{values.Name("spec"), values.Name("affinity"), values.Name("podAntiAffinity"), values.Name("requiredDuringSchedulingIgnoredDuringExecution"), values.Index(i)}
				r.anti = append(r.anti, antiRule{path: path, key: term.TopologyKey})
			}
		}
	}
	keys := map[string]bool{}
	for i, c := range pod.Spec.TopologySpreadConstraints {
		if c.WhenUnsatisfiable != corev1.DoNotSchedule {
			continue
		}
		keys[c.TopologyKey] = true
		rule, counts, err := s.spreadRule(pod, sibling, w, c)
		if err != nil {
			return nil, err
		}
		if counts {
			rule.path = values.Path{values.Name("spec"), values.Name("topologySpreadConstraints"), values.Index(i)}
			r.spread = append(r.spread, rule)
		}
	}
	for _, name := range s.bare.NodeNames() {
		node := s.bare.Node(name)
		if r.room[name] < 1 || lacks(node, keys) {
			delete(r.room, name)
			continue
		}
		r.nodes = append(r.nodes, name)
	}
	for i := range r.anti {
		r.anti[i].values = s.valuesOf(r.nodes, r.anti[i].key)
	}
	for i := range r.spread {
		r.spread[i].values = s.valuesOf(r.nodes, r.spread[i].key)
		s.countDomains(&r.spread[i], pod, keys)
	}
	return r, nil
}

func lacks(node *corev1.Node, keys map[string]bool) bool {
	for key := range keys {
		if _, ok := node.Labels[key]; !ok {
			return true
		}
	}
	return false
}

func (s *Simulation) valuesOf(nodes []string, key string) map[string]string {
	found := map[string]string{}
	for _, name := range nodes {
		if value, ok := s.bare.Node(name).Labels[key]; ok {
			found[name] = value
		}
	}
	return found
}

// spreadRule reads a hard constraint. counts is false for one that does not count the workload's own pods: it never
// stops them. An empty selector counts none.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/scheduler/framework/plugins/podtopologyspread/common.go (countPodsMatchSelector)
func (s *Simulation) spreadRule(pod, sibling *corev1.Pod, w *render.Workload, c corev1.TopologySpreadConstraint) (rule spreadRule, counts bool, err error) {
	selector, err := metav1.LabelSelectorAsSelector(c.LabelSelector)
	if err != nil {
		return rule, false, fmt.Errorf("selector of the constraint over %s: %w", c.TopologyKey, err)
	}
	if selector.Empty() || !selector.Matches(labels.Set(sibling.Labels)) || !selector.Matches(labels.Set(pod.Labels)) {
		return rule, false, nil
	}
	rule = spreadRule{key: c.TopologyKey, skew: int(c.MaxSkew), minDomains: 1, counted: map[string]int{}}
	if c.MinDomains != nil {
		rule.minDomains = int(*c.MinDomains)
	}
	for _, other := range s.Release.Workloads {
		if other == w || other.Hook != "" {
			continue
		}
		p := s.template(other, 1).pod(0, 0, "")
		if p.Namespace == pod.Namespace && selector.Matches(labels.Set(p.Labels)) {
			rule.free += max(other.Replicas, other.MaxReplicas)
			if other.Kind == "DaemonSet" {
				rule.free += len(s.bare.NodeNames())
			}
		}
	}
	return rule, true, nil
}

// countDomains finds the domains that a constraint counts, and the pods in them.
func (s *Simulation) countDomains(rule *spreadRule, pod *corev1.Pod, keys map[string]bool) {
	var constraint corev1.TopologySpreadConstraint
	for _, c := range pod.Spec.TopologySpreadConstraints {
		if c.TopologyKey == rule.key && c.WhenUnsatisfiable == corev1.DoNotSchedule {
			constraint = c
		}
	}
	selector, err := metav1.LabelSelectorAsSelector(constraint.LabelSelector)
	if err != nil {
		return // spreadRule has reported it
	}
	for _, name := range s.bare.NodeNames() {
		node := s.bare.Node(name)
		if lacks(node, keys) {
			continue
		}
		affinity, taints := kube.NodeMatches(pod, node)
		if !affinity && (constraint.NodeAffinityPolicy == nil || *constraint.NodeAffinityPolicy == corev1.NodeInclusionPolicyHonor) {
			continue
		}
		if !taints && constraint.NodeTaintsPolicy != nil && *constraint.NodeTaintsPolicy == corev1.NodeInclusionPolicyHonor {
			continue
		}
		n := 0
		for _, p := range s.bare.PodsOn(name) {
			if p.Namespace == pod.Namespace && p.DeletionTimestamp == nil && selector.Matches(labels.Set(p.Labels)) {
				n++
			}
		}
		rule.counted[node.Labels[rule.key]] += n
	}
}
