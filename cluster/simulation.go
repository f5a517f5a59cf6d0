package cluster

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
)

// Options steer a simulation; the zero value is useful.
type Options struct {
	// Seed decides where the real scheduler throws dice: between nodes of equal score. 0 takes the
	// one with the fewest pods, of those the first by name.
	Seed uint64
	// Seeds is how many seeds, from Seed on, are tried to show how much is left to chance; 0 and 1 try one.
	Seeds int
}

// Simulation answers questions about a release on the nodes of an inventory. All of them start from the same state: the
// pods of the inventory run, but for those that belong to the release itself. Answers are worked out on first need and
// kept. It is not safe for concurrent use.
type Simulation struct {
	Inventory *Inventory
	Release   *render.Release

	options Options
	bare    *kube.Scheduler // nodes and the pods of others
	strange []string        // what of the inventory was left out, in words
	live    map[*render.Workload][]*corev1.Pod

	placed    *world
	placement *Placement
	eligible  map[*render.Workload]*Eligibility
	storage   *kube.Storage // of the cluster and of the release
}

// New prepares a simulation. The error is one of the program: an inventory that was read is always good.
func New(inventory *Inventory, release *render.Release, options Options) (*Simulation, error) {
	s := &Simulation{Inventory: inventory, Release: release, options: options,
		live: map[*render.Workload][]*corev1.Pod{}, eligible: map[*render.Workload]*Eligibility{}}
	services := release.Services()
	s.storage = s.withVolumes()
	for _, service := range services {
		if service.Namespace == "" {
			service.Namespace = metav1.NamespaceDefault
		}
	}
	var err error
	s.bare, err = kube.NewScheduler(kube.Surroundings{Namespaces: inventory.withNamespaces(release), Services: services, Storage: s.storage}, options.Seed)
	if err != nil {
		return nil, err
	}
	if err := s.bare.AddNodes(enlarged(inventory, release.Workloads)...); err != nil {
		return nil, err
	}
	return s, s.addPods()
}

// withNamespaces are the known namespaces. Those of the release exist, too: with the label that every namespace has.
// https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name
func (inv *Inventory) withNamespaces(release *render.Release) []*corev1.Namespace {
	all := map[string]*corev1.Namespace{}
	for _, n := range inv.Namespaces {
		all[n.Name] = n.DeepCopy()
	}
	names := []string{metav1.NamespaceDefault}
	for _, w := range release.Workloads {
		names = append(names, w.Namespace)
	}
	for _, p := range inv.Pods {
		names = append(names, p.Namespace)
	}
	for _, name := range names {
		if name != "" && all[name] == nil {
			all[name] = &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
		}
	}
	var sorted []*corev1.Namespace
	for _, n := range all {
		if n.Labels == nil {
			n.Labels = map[string]string{}
		}
		n.Labels[corev1.LabelMetadataName] = n.Name
		sorted = append(sorted, n)
	}
	slices.SortFunc(sorted, func(a, b *corev1.Namespace) int { return strings.Compare(a.Name, b.Name) })
	return sorted
}

// enlarged are the nodes; those of unknown size are large enough for all pods at once, and not larger: in a node that is far
// larger than its pods, scores by resources tell nothing.
func enlarged(inventory *Inventory, workloads []*render.Workload) []*corev1.Node {
	if len(inventory.Unsized) == 0 {
		return inventory.Nodes
	}
	needed := needs(inventory, workloads)
	var nodes []*corev1.Node
	for _, n := range inventory.Nodes {
		if _, unsized := slices.BinarySearchFunc(inventory.Unsized, n.Name, kube.CompareNames); unsized {
			n = n.DeepCopy()
			for name, amount := range needed {
				if given, known := n.Status.Allocatable[name]; !known || given.Value() >= plenty[name] && plenty[name] > 0 {
					n.Status.Allocatable[name] = amount
				}
			}
		}
		nodes = append(nodes, n)
	}
	return nodes
}

// needs is twice what all pods ask for together, for a rollout may run two revisions; of CPU and memory at least a usual node.
func needs(inventory *Inventory, workloads []*render.Workload) corev1.ResourceList {
	sum := corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("2"), corev1.ResourceMemory: resource.MustParse("8Gi"), corev1.ResourceEphemeralStorage: resource.MustParse("100Gi")}
	add := func(spec *corev1.PodSpec, times int) {
		for _, containers := range [][]corev1.Container{spec.Containers, spec.InitContainers} {
			for _, c := range containers {
				for _, list := range []corev1.ResourceList{c.Resources.Requests, c.Resources.Limits} {
					for name, amount := range list {
						all := sum[name]
						amount.Mul(int64(times))
						all.Add(amount)
						sum[name] = all
					}
				}
			}
		}
	}
	for _, w := range workloads {
		add(&w.Pod.Object.Spec, max(1, w.Replicas, w.MaxReplicas))
	}
	for _, p := range inventory.Pods {
		add(&p.Spec, 1)
	}
	for name, amount := range sum {
		amount.Mul(2)
		sum[name] = amount
	}
	return sum
}

// addPods puts the inventory's pods on their nodes.
func (s *Simulation) addPods() error {
	waiting, elsewhere, own, going := 0, 0, 0, 0
	for _, pod := range s.Inventory.Pods {
		if w := s.owner(pod); w != nil {
			s.live[w] = append(s.live[w], pod)
			own++
			continue
		}
		switch {
		case pod.Spec.NodeName == "":
			waiting++
		case s.bare.Node(pod.Spec.NodeName) == nil:
			elsewhere++
		default:
			if s.bare.NodeOf(pod.UID) != "" {
				continue // listed twice
			}
			if pod.DeletionTimestamp != nil {
				going++
			}
			if err := s.bare.Bind(pod, pod.Spec.NodeName); err != nil {
				return err
			}
		}
	}
	if own > 0 {
		s.strange = append(s.strange, fmt.Sprintf("the placement is shown as if the release were installed anew, without the %s that it runs already", count(own, "pod")))
	}
	if going > 0 {
		s.strange = append(s.strange, fmt.Sprintf("taken to stay: %s of others that are being deleted", count(going, "pod")))
	}
	if waiting > 0 {
		s.strange = append(s.strange, fmt.Sprintf("left out: %s of others that wait for a node", count(waiting, "pod")))
	}
	if elsewhere > 0 {
		s.strange = append(s.strange, fmt.Sprintf("left out: %s on nodes that are not in the list of nodes", count(elsewhere, "pod")))
	}
	return nil
}

// owner finds the workload of the release that a running pod belongs to, nil for none.
func (s *Simulation) owner(pod *corev1.Pod) *render.Workload {
	ref := metav1.GetControllerOfNoCopy(pod)
	for _, w := range s.Release.Workloads {
		namespace := cmp.Or(w.Namespace, metav1.NamespaceDefault)
		if namespace != pod.Namespace || w.Custom {
			continue
		}
		byName := false
		switch {
		case ref == nil:
			byName = w.Kind == "Pod" && w.Name == pod.Name
		case w.Kind == "Deployment" || w.Kind == "Rollout":
			byName = ref.Kind == "ReplicaSet" && strings.HasPrefix(ref.Name, w.Name+"-")
		case w.Kind == "CronJob":
			byName = ref.Kind == "Job" && strings.HasPrefix(ref.Name, w.Name+"-")
		default:
			byName = ref.Kind == w.Kind && ref.Name == w.Name
		}
		if byName && labels.SelectorFromSet(w.SelectorLabels()).Matches(labels.Set(pod.Labels)) {
			return w
		}
	}
	return nil
}

// template makes the pods of a workload, with their volumes and as the release's Kubernetes version sees them.
func (s *Simulation) template(w *render.Workload, revision int) *template {
	t := newTemplate(w, revision)
	t.minor = versionOf(s.Release)
	t.volumes = &volumes{known: s.storage}
	return t
}

// versionOf is the minor of the Kubernetes version that the release will run on, 0 when it is not known.
func versionOf(release *render.Release) int {
	return kube.MinorOf(cmp.Or(release.TargetKubeVersion, release.KubeVersion))
}

// crewOf prepares the pods of a workload.
func (s *Simulation) crewOf(w *render.Workload, scheduler *kube.Scheduler, revision int) (*crew, error) {
	t := s.template(w, revision)
	if err := scheduler.Own(t.owner); err != nil {
		return nil, err
	}
	c := &crew{current: t, want: w.Replicas}
	switch w.Kind {
	case "StatefulSet":
		c.ordered = setting(w, "podManagementPolicy") != "Parallel"
	case "Job", "CronJob":
		if completions := integer(setting(w, "completions"), -1); completions >= 0 {
			c.want = min(c.want, completions)
		}
	}
	return c, nil
}
