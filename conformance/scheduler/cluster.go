// Package scheduler compares package kube's scheduler, which runs the plugins of kube-scheduler behind a handle of its own,
// with the same plugins in the framework runtime that kube-scheduler itself runs them in, on generated clusters.
package scheduler

import (
	"fmt"
	"math/rand/v2"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/spreadlint/spreadlint/kube"
)

// Cluster is a generated cluster with pods that come to it. Number n of a seed is always the same.
type Cluster struct {
	Nodes      []*corev1.Node
	Namespaces []*corev1.Namespace
	Services   []*corev1.Service
	Owners     []kube.Controller
	Storage    *kube.Storage
	Bound      []*corev1.Pod // with a node; some are being deleted
	Incoming   []*corev1.Pod
}

// Generate makes up a cluster of up to 20 nodes and 40 pods.
func Generate(seed, number uint64) *Cluster {
	g := generator{rand.New(rand.NewPCG(seed, number))}
	c := &Cluster{}
	for i := range 1 + g.IntN(20) {
		c.Nodes = append(c.Nodes, g.node(i))
	}
	for _, name := range []string{"default", "blue", "green"} {
		n := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"kubernetes.io/metadata.name": name}}}
		if g.chance(0.5) {
			n.Labels["team"] = g.one("a", "b")
		}
		if name == "default" || g.chance(0.9) { // pods may be in a namespace that is not known
			c.Namespaces = append(c.Namespaces, n)
		}
	}
	for i := range g.IntN(3) {
		c.Services = append(c.Services, &corev1.Service{
			ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("s%d", i), Namespace: g.namespace()},
			Spec:       corev1.ServiceSpec{Selector: map[string]string{"app": g.app()}}})
	}
	for i, kind := range []string{"ReplicaSet", "StatefulSet", "ReplicationController", "DaemonSet"} {
		c.Owners = append(c.Owners, kube.Controller{Kind: kind, Namespace: "default", Name: fmt.Sprintf("o%d", i),
			Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": g.app()}}})
	}
	c.Storage = g.storage()
	bound := g.IntN(33)
	for i := range bound {
		pod := g.pod(i, c.Owners)
		pod.Spec.NodeName = c.Nodes[g.IntN(len(c.Nodes))].Name
		if g.chance(0.15) {
			now := metav1.Unix(1, 0)
			pod.DeletionTimestamp = &now
		}
		c.Bound = append(c.Bound, pod)
	}
	for i := range 2 + g.IntN(7) {
		pod := g.pod(bound+i, c.Owners)
		switch {
		case g.chance(0.05):
			kube.DaemonPod(pod, c.Nodes[g.IntN(len(c.Nodes))].Name)
		case g.chance(0.03):
			kube.DaemonPod(pod, "gone")
		}
		if g.chance(0.2) {
			g.attach(pod)
		}
		c.Incoming = append(c.Incoming, pod)
	}
	return c
}

type generator struct{ *rand.Rand }

func (g generator) chance(p float64) bool   { return g.Float64() < p }
func (g generator) one(of ...string) string { return of[g.IntN(len(of))] }
func (g generator) app() string             { return g.one("web", "db", "cache") }
func (g generator) namespace() string       { return g.one("default", "default", "default", "blue", "green") }
func (g generator) key() string {
	return g.one(corev1.LabelHostname, corev1.LabelTopologyZone, corev1.LabelTopologyZone, "rack")
}
func (g generator) quantity(n int) resource.Quantity {
	return *resource.NewQuantity(int64(n), resource.DecimalSI)
}

func (g generator) node(i int) *corev1.Node {
	name := fmt.Sprintf("node-%d", i)
	n := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{corev1.LabelOSStable: "linux"}}}
	if g.chance(0.95) {
		n.Labels[corev1.LabelHostname] = name
	}
	if g.chance(0.85) {
		n.Labels[corev1.LabelTopologyZone] = g.one("a", "b", "c")
	}
	if g.chance(0.3) {
		n.Labels[corev1.LabelTopologyRegion] = "r"
	}
	if g.chance(0.6) {
		n.Labels["rack"] = g.one("1", "2", "3", "4")
	}
	if g.chance(0.5) {
		n.Labels["disk"] = g.one("ssd", "hdd")
	}
	for g.chance(0.15) {
		n.Spec.Taints = append(n.Spec.Taints, corev1.Taint{Key: g.one("dedicated", "gpu"), Value: g.one("", "x"),
			Effect: []corev1.TaintEffect{corev1.TaintEffectNoSchedule, corev1.TaintEffectNoExecute, corev1.TaintEffectPreferNoSchedule}[g.IntN(3)]})
	}
	if g.chance(0.08) {
		n.Spec.Unschedulable = true
		n.Spec.Taints = append(n.Spec.Taints, corev1.Taint{Key: corev1.TaintNodeUnschedulable, Effect: corev1.TaintEffectNoSchedule})
	}
	n.Status.Allocatable = corev1.ResourceList{corev1.ResourceCPU: g.quantity(1 + g.IntN(8)), corev1.ResourceMemory: g.quantity((1 + g.IntN(16)) << 30),
		corev1.ResourcePods: g.quantity(2 + g.IntN(20)), corev1.ResourceEphemeralStorage: g.quantity(100 << 30)}
	return n
}

func (g generator) pod(i int, owners []kube.Controller) *corev1.Pod {
	name := fmt.Sprintf("pod-%d", i)
	p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: g.namespace(), UID: types.UID(name), Labels: map[string]string{}}}
	if g.chance(0.95) {
		p.Labels["app"] = g.app()
	}
	if g.chance(0.4) {
		p.Labels["version"] = g.one("1", "2")
	}
	if g.chance(0.4) {
		p.OwnerReferences = []metav1.OwnerReference{owners[g.IntN(len(owners))].Reference()}
	}
	container := corev1.Container{Name: "c", Image: "image", Resources: corev1.ResourceRequirements{Requests: corev1.ResourceList{}}}
	if g.chance(0.5) {
		container.Resources.Requests[corev1.ResourceCPU] = *resource.NewMilliQuantity(int64(100*(1+g.IntN(20))), resource.DecimalSI)
	}
	if g.chance(0.5) {
		container.Resources.Requests[corev1.ResourceMemory] = g.quantity((1 + g.IntN(20)) << 27)
	}
	if g.chance(0.1) {
		container.Ports = []corev1.ContainerPort{{ContainerPort: 80, HostPort: int32(8000 + g.IntN(2))}}
	}
	p.Spec.Containers = []corev1.Container{container}
	p.Spec.HostNetwork = g.chance(0.03)
	if g.chance(0.2) {
		p.Spec.NodeSelector = map[string]string{"disk": g.one("ssd", "hdd")}
	}
	for g.chance(0.3) {
		p.Spec.Tolerations = append(p.Spec.Tolerations, g.toleration())
	}
	for g.chance(0.4) {
		p.Spec.TopologySpreadConstraints = append(p.Spec.TopologySpreadConstraints, g.constraint())
	}
	p.Spec.Affinity = g.affinity()
	kube.Admit(p)
	return p
}

func (g generator) toleration() corev1.Toleration {
	t := corev1.Toleration{Key: g.one("dedicated", "gpu"), Operator: corev1.TolerationOpExists}
	if g.chance(0.3) {
		t.Effect = corev1.TaintEffectNoSchedule
	}
	if g.chance(0.3) {
		t.Operator, t.Value = corev1.TolerationOpEqual, "x"
	}
	return t
}

func (g generator) selector() *metav1.LabelSelector {
	switch n := g.Float64(); {
	case n < 0.05:
		return nil
	case n < 0.1:
		return &metav1.LabelSelector{}
	case n < 0.2:
		return &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{
			{Key: "app", Operator: metav1.LabelSelectorOpNotIn, Values: []string{g.app()}}}}
	case n < 0.3:
		return &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "version", Operator: metav1.LabelSelectorOpExists}}}
	}
	return &metav1.LabelSelector{MatchLabels: map[string]string{"app": g.app()}}
}

func (g generator) constraint() corev1.TopologySpreadConstraint {
	c := corev1.TopologySpreadConstraint{MaxSkew: int32(1 + g.IntN(3)), TopologyKey: g.key(), LabelSelector: g.selector(), WhenUnsatisfiable: corev1.DoNotSchedule}
	if g.chance(0.4) {
		c.WhenUnsatisfiable = corev1.ScheduleAnyway
	} else if g.chance(0.2) {
		n := int32(1 + g.IntN(5))
		c.MinDomains = &n
	}
	policy := func() *corev1.NodeInclusionPolicy {
		if g.chance(0.6) {
			return nil
		}
		p := corev1.NodeInclusionPolicyHonor
		if g.chance(0.5) {
			p = corev1.NodeInclusionPolicyIgnore
		}
		return &p
	}
	c.NodeAffinityPolicy, c.NodeTaintsPolicy = policy(), policy()
	if c.LabelSelector != nil && g.chance(0.2) {
		c.MatchLabelKeys = []string{g.one("version", "absent")}
	}
	return c
}

func (g generator) term() corev1.PodAffinityTerm {
	t := corev1.PodAffinityTerm{TopologyKey: g.key(), LabelSelector: g.selector()}
	if g.chance(0.15) {
		t.Namespaces = []string{g.namespace()}
	}
	if g.chance(0.15) {
		t.NamespaceSelector = &metav1.LabelSelector{}
		if g.chance(0.7) {
			t.NamespaceSelector.MatchLabels = map[string]string{"team": g.one("a", "b")}
		}
	}
	if t.LabelSelector != nil && g.chance(0.1) {
		t.MatchLabelKeys = []string{"version"}
	} else if t.LabelSelector != nil && g.chance(0.1) {
		t.MismatchLabelKeys = []string{"version"}
	}
	return t
}

func (g generator) affinity() *corev1.Affinity {
	if g.chance(0.4) {
		return nil
	}
	a := &corev1.Affinity{}
	if g.chance(0.5) {
		a.PodAntiAffinity = &corev1.PodAntiAffinity{}
		for g.chance(0.4) {
			a.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution = append(a.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution, g.term())
		}
		for g.chance(0.4) {
			a.PodAntiAffinity.PreferredDuringSchedulingIgnoredDuringExecution = append(a.PodAntiAffinity.PreferredDuringSchedulingIgnoredDuringExecution,
				corev1.WeightedPodAffinityTerm{Weight: int32(1 + g.IntN(100)), PodAffinityTerm: g.term()})
		}
	}
	if g.chance(0.3) {
		a.PodAffinity = &corev1.PodAffinity{}
		for g.chance(0.3) {
			a.PodAffinity.RequiredDuringSchedulingIgnoredDuringExecution = append(a.PodAffinity.RequiredDuringSchedulingIgnoredDuringExecution, g.term())
		}
		for g.chance(0.4) {
			a.PodAffinity.PreferredDuringSchedulingIgnoredDuringExecution = append(a.PodAffinity.PreferredDuringSchedulingIgnoredDuringExecution,
				corev1.WeightedPodAffinityTerm{Weight: int32(1 + g.IntN(100)), PodAffinityTerm: g.term()})
		}
	}
	if g.chance(0.2) {
		a.NodeAffinity = &corev1.NodeAffinity{}
		requirement := corev1.NodeSelectorRequirement{Key: g.one("disk", "rack", corev1.LabelTopologyZone), Operator: corev1.NodeSelectorOpIn, Values: []string{g.one("ssd", "1", "a"), g.one("hdd", "2", "b")}}
		if g.chance(0.3) {
			requirement.Operator = corev1.NodeSelectorOpNotIn
		}
		terms := []corev1.NodeSelectorTerm{{MatchExpressions: []corev1.NodeSelectorRequirement{requirement}}}
		if g.chance(0.5) {
			a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution = &corev1.NodeSelector{NodeSelectorTerms: terms}
		} else {
			a.NodeAffinity.PreferredDuringSchedulingIgnoredDuringExecution = []corev1.PreferredSchedulingTerm{{Weight: int32(1 + g.IntN(100)), Preference: terms[0]}}
		}
	}
	return a
}
