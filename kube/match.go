package kube

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	v1helper "k8s.io/component-helpers/scheduling/corev1"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"
	"k8s.io/klog/v2"
	fwk "k8s.io/kube-scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/helper"
)

// TermMatches reports whether an affinity or anti-affinity term of owner's is about other: its namespaces and its selector
// match. namespaceLabels are those of other's namespace. The error is that of a malformed selector.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/staging/src/k8s.io/kube-scheduler/framework/types.go (AffinityTerm)
func TermMatches(owner *corev1.Pod, term corev1.PodAffinityTerm, other *corev1.Pod, namespaceLabels map[string]string) (bool, error) {
	parsed, err := fwk.GetAffinityTerms(owner, []corev1.PodAffinityTerm{term})
	if err != nil {
		return false, fmt.Errorf("selector of the term over %s: %w", term.TopologyKey, err)
	}
	return parsed[0].Matches(other, namespaceLabels), nil
}

// NodeMatches says of a node what the policies of a spread constraint ask: whether the pod's node selector and required
// node affinity match, and whether the pod tolerates the taints that keep pods away.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/scheduler/framework/plugins/podtopologyspread/common.go (matchNodeInclusionPolicies)
func NodeMatches(pod *corev1.Pod, node *corev1.Node) (affinity, taints bool) {
	affinity, _ = nodeaffinity.GetRequiredNodeAffinity(pod).Match(node) // errors are ignored there, too
	_, untolerated := v1helper.FindMatchingUntoleratedTaint(klog.Background(), node.Spec.Taints, pod.Spec.Tolerations, helper.DoNotScheduleTaintsFilterFunc(), features().EnableTaintTolerationComparisonOperators)
	return affinity, !untolerated
}

// NamespaceLabels are the labels of a namespace, nil when it is not known.
func (s *Scheduler) NamespaceLabels(name string) map[string]string {
	object, found, err := s.objects.namespaces.GetByKey(name)
	if err != nil || !found {
		return nil
	}
	namespace, _ := object.(*corev1.Namespace)
	return namespace.Labels
}
