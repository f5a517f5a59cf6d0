package kube

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/klog/v2"
	defaults "k8s.io/kubernetes/pkg/apis/core/v1"
)

// Admit makes of a pod, as a controller sends it, the pod that the API server stores and the scheduler sees: defaults are
// filled in (host ports of hostNetwork, requests from limits ...), matchLabelKeys and mismatchLabelKeys are merged into the
// selectors, and the tolerations of the admission plugin DefaultTolerationSeconds are added. The priority classes of
// Kubernetes itself get their numbers; others stand in objects that are not known here and count as 0. The pod is
// changed in place. See
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/registry/core/pod/strategy.go (PrepareForCreate) and
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/plugin/pkg/admission/defaulttolerationseconds/admission.go
func Admit(pod *corev1.Pod) {
	defaults.SetObjectDefaults_Pod(pod)
	mergeLabelKeys(&pod.Spec, pod.Labels)
	toleratesAWhile(pod, corev1.TaintNodeNotReady)
	toleratesAWhile(pod, corev1.TaintNodeUnreachable)
	if value, known := systemPriorities[pod.Spec.PriorityClassName]; known && pod.Spec.Priority == nil {
		pod.Spec.Priority = &value
	}
}

// systemPriorities are the priority classes that every cluster has.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/apis/scheduling/v1/helpers.go
var systemPriorities = map[string]int32{"system-cluster-critical": 2000000000, "system-node-critical": 2000001000}

// toleratesAWhile adds a toleration of five minutes unless the pod has one for the taint.
func toleratesAWhile(pod *corev1.Pod, taint string) {
	for _, t := range pod.Spec.Tolerations {
		if (t.Key == taint || t.Key == "") && (t.Effect == corev1.TaintEffectNoExecute || t.Effect == "") {
			return
		}
	}
	seconds := int64(300)
	pod.Spec.Tolerations = append(pod.Spec.Tolerations, corev1.Toleration{
		Key: taint, Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute, TolerationSeconds: &seconds})
}

// OutlastsOutage reports whether a pod is never evicted from a node that cannot be reached.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/controller/tainteviction/taint_eviction.go (getMinTolerationTime)
func OutlastsOutage(pod *corev1.Pod) bool {
	taint := &corev1.Taint{Key: corev1.TaintNodeUnreachable, Effect: corev1.TaintEffectNoExecute}
	tolerated := false
	for _, t := range pod.Spec.Tolerations {
		if t.ToleratesTaint(klog.Background(), taint, features().EnableTaintTolerationComparisonOperators) {
			if t.TolerationSeconds != nil {
				return false
			}
			tolerated = true
		}
	}
	return tolerated
}

// Own tells the scheduler of the controller that owns pods: a ReplicaSet, StatefulSet or ReplicationController with the
// labels by which it selects. The built-in default spreading counts by it. Controllers of other kinds are not looked at.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/scheduler/framework/plugins/helper/spread.go (DefaultSelector)
func (s *Scheduler) Own(controller Controller) error { return s.objects.own(controller) }
