package kube

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/kubernetes/pkg/scheduler/apis/config/latest"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/names"
)

// TestProfileIsTheDefault compares order, weights and arguments with what Kubernetes' own defaulting gives.
func TestProfileIsTheDefault(t *testing.T) {
	defaults, err := latest.Default()
	if err != nil {
		t.Fatal(err)
	}
	leftOut := []string{names.SchedulingGates, names.PrioritySort, names.NodeVolumeLimits,
		names.DynamicResources, names.DefaultPreemption, names.ImageLocality, names.DefaultBinder, names.NodeDeclaredFeatures}
	arguments := map[string]any{}
	for _, c := range defaults.Profiles[0].PluginConfig {
		arguments[c.Name] = c.Args
	}
	s := scheduler(t, nil)
	entries := profile()
	var got []string
	for i, p := range s.plugins {
		got = append(got, fmt.Sprintf("%s %d", p.name, p.weight))
		if entries[i].arguments != nil && !reflect.DeepEqual(entries[i].arguments, arguments[p.name]) {
			t.Errorf("%s: arguments %+v, want %+v", p.name, entries[i].arguments, arguments[p.name])
		}
	}
	var want []string
	for _, p := range defaults.Profiles[0].Plugins.MultiPoint.Enabled {
		if !slices.Contains(leftOut, p.Name) {
			want = append(want, fmt.Sprintf("%s %d", p.Name, p.Weight))
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("profile:\n%q\nwant\n%q", got, want)
	}
}

func scheduler(t testing.TB, nodes []*corev1.Node) *Scheduler {
	t.Helper()
	s, err := NewScheduler(Surroundings{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.AddNodes(nodes...); err != nil {
		t.Fatal(err)
	}
	return s
}

func sixNodes() []*corev1.Node {
	var nodes []*corev1.Node
	for i, zone := range []string{"a", "a", "b", "b", "c", "c"} {
		nodes = append(nodes, node(fmt.Sprintf("n%d", i+1), zone))
	}
	return nodes
}

func node(name, zone string) *corev1.Node {
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{corev1.LabelHostname: name, corev1.LabelTopologyZone: zone}},
		Status: corev1.NodeStatus{Allocatable: corev1.ResourceList{
			corev1.ResourceCPU: resource.MustParse("4"), corev1.ResourceMemory: resource.MustParse("8Gi"), corev1.ResourcePods: resource.MustParse("110")}},
	}
}

var web = &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}}

func pod(i int, change func(*corev1.PodSpec)) *corev1.Pod {
	name := fmt.Sprintf("web-%d", i)
	p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "default", UID: types.UID(name), Labels: map[string]string{"app": "web"}},
		Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "c"}}}}
	if change != nil {
		change(&p.Spec)
	}
	Admit(p)
	return p
}

func repelled(key string) func(*corev1.PodSpec) {
	return func(spec *corev1.PodSpec) {
		spec.Affinity = &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{
			RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{{LabelSelector: web, TopologyKey: key}}}}
	}
}

func spread(key string, change func(*corev1.TopologySpreadConstraint)) func(*corev1.PodSpec) {
	return func(spec *corev1.PodSpec) {
		c := corev1.TopologySpreadConstraint{MaxSkew: 1, TopologyKey: key, WhenUnsatisfiable: corev1.DoNotSchedule, LabelSelector: web}
		if change != nil {
			change(&c)
		}
		spec.TopologySpreadConstraints = []corev1.TopologySpreadConstraint{c}
	}
}

// TestEventsAsObserved has the events that a real control plane wrote, word for word.
func TestEventsAsObserved(t *testing.T) {
	const nobody = " preemption: 0/6 nodes are available: 6 No preemption victims found for incoming pod."
	four := int32(4)
	cases := []struct {
		name    string
		rule    func(*corev1.PodSpec)
		cordon  []string
		pods    int
		pending int
		event   string
	}{
		{"hard anti-affinity, 8 pods on 6 nodes", repelled(corev1.LabelHostname), nil, 8, 2,
			"0/6 nodes are available: 6 node(s) didn't match pod anti-affinity rules." + nobody},
		{"zone spread, zone c cordoned", spread(corev1.LabelTopologyZone, nil), []string{"n5", "n6"}, 7, 5,
			"0/6 nodes are available: 2 node(s) were unschedulable, 4 node(s) didn't match pod topology spread constraints. preemption: 0/6 nodes are available: 2 Preemption is not helpful for scheduling, 4 No preemption victims found for incoming pod."},
		{"minDomains 4 on 3 zones", spread(corev1.LabelTopologyZone, func(c *corev1.TopologySpreadConstraint) { c.MinDomains = &four }), nil, 6, 3,
			"0/6 nodes are available: 6 node(s) didn't match pod topology spread constraints." + nobody},
		{"a key that no node has", spread("example.com/rack", nil), nil, 1, 1,
			"0/6 nodes are available: 6 node(s) didn't match pod topology spread constraints (missing required label). preemption: 0/6 nodes are available: 6 Preemption is not helpful for scheduling."},
		{"zone spread, 7 pods", spread(corev1.LabelTopologyZone, nil), nil, 7, 0, ""},
		{"anti-affinity over a key that no node has", repelled("example.com/rack"), nil, 8, 0, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			nodes := sixNodes()
			for _, n := range nodes {
				if slices.Contains(c.cordon, n.Name) {
					n.Spec.Unschedulable = true
					n.Spec.Taints = []corev1.Taint{{Key: corev1.TaintNodeUnschedulable, Effect: corev1.TaintEffectNoSchedule}}
				}
			}
			s := scheduler(t, nodes)
			pending := 0
			for i := range c.pods {
				p := pod(i, c.rule)
				d, err := s.Schedule(p)
				if err != nil {
					t.Fatal(err)
				}
				if d.Node == "" {
					pending++
					if event, known := d.Event(); event != c.event || !known {
						t.Errorf("event\n%s\nwant\n%s", event, c.event)
					}
				} else if err := s.Bind(p, d.Node); err != nil {
					t.Fatal(err)
				}
			}
			if pending != c.pending {
				t.Errorf("%d pods are Pending, want %d", pending, c.pending)
			}
		})
	}
}

// TestForksAreApart changes a fork in every way there is and looks at the original, and the other way round.
func TestForksAreApart(t *testing.T) {
	s := scheduler(t, sixNodes())
	for i := range 3 {
		if err := s.Bind(pod(i, repelled(corev1.LabelHostname)), fmt.Sprintf("n%d", i+1)); err != nil {
			t.Fatal(err)
		}
	}
	state := func(s *Scheduler) string {
		d, err := s.Filter(pod(99, repelled(corev1.LabelHostname)))
		if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprint(d.Feasible())
		for _, n := range s.NodeNames() {
			text += " " + n
			for _, p := range s.PodsOn(n) {
				text += fmt.Sprint(":", p.Name, p.DeletionTimestamp != nil)
			}
		}
		return text
	}
	before := state(s)
	fork := s.Fork(0)
	if got := state(fork); got != before {
		t.Fatalf("the fork starts with %s, want %s", got, before)
	}
	for _, err := range []error{fork.Remove("web-0"), fork.Terminate("web-1"), fork.Bind(pod(7, repelled(corev1.LabelHostname)), "n6"), fork.AddNodes(node("n7", "c"))} {
		if err != nil {
			t.Fatal(err)
		}
	}
	fork.RemoveNode("n3")
	if got := state(s); got != before {
		t.Errorf("the original became %s, was %s", got, before)
	}
	after := state(fork)
	if want := "[n1 n4 n5 n7] n1 n2:web-1true n4 n5 n6:web-7false n7"; after != want {
		t.Errorf("the fork is %s, want %s", after, want)
	}
	if err := s.Remove("web-1"); err != nil {
		t.Fatal(err)
	}
	if got := state(fork); got != after {
		t.Errorf("the fork became %s, was %s", got, after)
	}
}

// TestSeeds sees to it that a seed repeats itself and that seeds differ among nodes of equal score.
func TestSeeds(t *testing.T) {
	place := func(seed uint64) string {
		s := scheduler(t, sixNodes()).Fork(seed)
		text := ""
		for i := range 6 {
			p := pod(i, repelled(corev1.LabelHostname))
			d, err := s.Schedule(p)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Bind(p, d.Node); err != nil {
				t.Fatal(err)
			}
			text += d.Node
		}
		return text
	}
	if got := place(0); got != "n1n2n3n4n5n6" {
		t.Errorf("without a seed: %s", got)
	}
	seen := map[string]bool{}
	for seed := range uint64(8) {
		a, b := place(seed), place(seed)
		if a != b {
			t.Errorf("seed %d: %s, then %s", seed, a, b)
		}
		seen[a] = true
	}
	if len(seen) < 4 {
		t.Errorf("8 seeds give only %d placements", len(seen))
	}
}

func TestCompareNames(t *testing.T) {
	want := []string{"n", "n1", "n2", "n02", "n10", "n10-a", "n10-b", "node"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, CompareNames)
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestAdmit merges the label keys and fills in what the scheduler looks at.
func TestAdmit(t *testing.T) {
	p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "p", Labels: map[string]string{"app": "web", "pod-template-hash": "abc"}},
		Spec: corev1.PodSpec{HostNetwork: true, PriorityClassName: "system-node-critical", Containers: []corev1.Container{{Name: "c",
			Ports:     []corev1.ContainerPort{{ContainerPort: 80}},
			Resources: corev1.ResourceRequirements{Limits: corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("1")}}}}}}
	spread(corev1.LabelHostname, func(c *corev1.TopologySpreadConstraint) { c.MatchLabelKeys = []string{"pod-template-hash", "absent"} })(&p.Spec)
	p = p.DeepCopy()
	Admit(p)
	want := []metav1.LabelSelectorRequirement{{Key: "pod-template-hash", Operator: metav1.LabelSelectorOpIn, Values: []string{"abc"}}}
	if got := p.Spec.TopologySpreadConstraints[0].LabelSelector.MatchExpressions; !reflect.DeepEqual(got, want) {
		t.Errorf("selector %v, want %v", got, want)
	}
	c := p.Spec.Containers[0]
	if c.Ports[0].HostPort != 80 || c.Resources.Requests.Cpu().String() != "1" || *p.Spec.Priority != 2000001000 || len(p.Spec.Tolerations) != 2 {
		t.Errorf("defaults are missing: %+v", p.Spec)
	}
}
