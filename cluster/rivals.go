package cluster

import (
	"cmp"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
)

// Rivals lists the workloads whose pods a term of owner's is about, in their given order; owner itself is among them when
// the term matches its own pods. For an anti-affinity term they repel each other: agents are often several StatefulSets of
// one replica each, and only together they need as many domains as there are agents. Hooks and tests are left out: they
// come and go. namespaces are the labels of namespaces by name and may be nil. A term with a malformed selector has none:
// the API server refuses it.
func Rivals(owner *render.Workload, term render.Term, workloads []*render.Workload, namespaces map[string]map[string]string) []*render.Workload {
	subject := newTemplate(owner, 1).pod(0, 0, "")
	var rivals []*render.Workload
	for _, w := range workloads {
		if w.Hook != "" && w != owner {
			continue
		}
		t := newTemplate(w, 1)
		other := t.pod(1, 1, "")
		var matches bool
		if term.Spread {
			matches = spreadMatches(subject, term, other)
		} else {
			matches = termMatches(subject, term, other, namespaces[cmp.Or(w.Namespace, metav1.NamespaceDefault)])
		}
		if matches {
			rivals = append(rivals, w)
		}
	}
	return rivals
}

// RivalPods is how many pods the rivals run together: at most when an autoscaler makes the most of them.
func RivalPods(rivals []*render.Workload) (least, most int) {
	for _, w := range rivals {
		least, most = least+w.Replicas, most+max(w.Replicas, w.MaxReplicas)
	}
	return least, most
}

func termMatches(owner *corev1.Pod, term render.Term, other *corev1.Pod, namespaceLabels map[string]string) bool {
	written := corev1.PodAffinityTerm{TopologyKey: term.TopologyKey, LabelSelector: term.Selector.DeepCopy(), Namespaces: term.NamespaceNames,
		NamespaceSelector: term.NamespaceSelector, MatchLabelKeys: term.MatchLabelKeys, MismatchLabelKeys: term.MismatchLabelKeys}
	created := corev1.Pod{ObjectMeta: owner.ObjectMeta, Spec: corev1.PodSpec{Affinity: &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{
		RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{written}}}}}
	kube.Admit(&created)
	ok, err := kube.TermMatches(&created, created.Spec.Affinity.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution[0], other, namespaceLabels)
	return err == nil && ok
}

func spreadMatches(owner *corev1.Pod, term render.Term, other *corev1.Pod) bool {
	created := corev1.Pod{ObjectMeta: owner.ObjectMeta, Spec: corev1.PodSpec{TopologySpreadConstraints: []corev1.TopologySpreadConstraint{
		{TopologyKey: term.TopologyKey, MaxSkew: 1, WhenUnsatisfiable: corev1.DoNotSchedule, LabelSelector: term.Selector.DeepCopy(), MatchLabelKeys: term.MatchLabelKeys}}}}
	kube.Admit(&created)
	selector, err := metav1.LabelSelectorAsSelector(created.Spec.TopologySpreadConstraints[0].LabelSelector)
	return err == nil && !selector.Empty() && owner.Namespace == other.Namespace && selector.Matches(labels.Set(other.Labels))
}
