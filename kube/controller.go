package kube

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	v1helper "k8s.io/component-helpers/scheduling/corev1"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"
	"k8s.io/klog/v2"
	daemonutil "k8s.io/kubernetes/pkg/controller/daemon/util"
)

// Controller is an object that owns pods.
type Controller struct {
	Kind, Namespace, Name string
	Selector              *metav1.LabelSelector
}

// Reference is the owner reference that the controller's pods carry.
func (c Controller) Reference() metav1.OwnerReference {
	yes := true
	group := "apps/v1"
	switch c.Kind {
	case "ReplicationController":
		group = "v1"
	case "Job", "CronJob":
		group = "batch/v1"
	}
	return metav1.OwnerReference{APIVersion: group, Kind: c.Kind, Name: c.Name, Controller: &yes}
}

func (o *objects) own(c Controller) error {
	meta := metav1.ObjectMeta{Namespace: c.Namespace, Name: c.Name}
	var err error
	switch c.Kind {
	case "ReplicaSet":
		err = o.replicaSets.Add(&appsv1.ReplicaSet{ObjectMeta: meta, Spec: appsv1.ReplicaSetSpec{Selector: c.Selector}})
	case "StatefulSet":
		err = o.statefulSets.Add(&appsv1.StatefulSet{ObjectMeta: meta, Spec: appsv1.StatefulSetSpec{Selector: c.Selector}})
	case "ReplicationController":
		var labels map[string]string
		if c.Selector != nil {
			labels = c.Selector.MatchLabels
		}
		err = o.controllers.Add(&corev1.ReplicationController{ObjectMeta: meta, Spec: corev1.ReplicationControllerSpec{Selector: labels}})
	}
	if err != nil {
		return fmt.Errorf("add %s %s: %w", c.Kind, c.Name, err)
	}
	return nil
}

// DaemonPod makes of a pod the one that a DaemonSet creates for a node: bound to it by node affinity on its name, and with
// the tolerations of daemons. The pod is changed in place. It is the controller's own code:
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/controller/daemon/util/daemonset_util.go
func DaemonPod(pod *corev1.Pod, node string) {
	daemonutil.AddOrUpdateDaemonPodTolerations(&pod.Spec)
	pod.Spec.Affinity = daemonutil.ReplaceDaemonSetPodNodeNameNodeAffinity(pod.Spec.Affinity, node)
}

// DaemonTarget names the node that a DaemonSet's pod is meant for, "" when it does not say.
func DaemonTarget(pod *corev1.Pod) string {
	name, err := daemonutil.GetTargetNodeName(pod)
	if err != nil {
		return "" // no pod of a DaemonSet
	}
	return name
}

// DaemonRuns reports whether a DaemonSet of this template wants a pod on the node: node selector and required node affinity
// match, and the taints that keep pods away are tolerated. The rule is
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/controller/daemon/daemon_controller.go (nodeShouldRunDaemonPod)
func DaemonRuns(spec *corev1.PodSpec, node *corev1.Node) bool {
	if spec.NodeName != "" && spec.NodeName != node.Name {
		return false
	}
	// Errors in a node selector are ignored, as the controller does.
	if match, _ := nodeaffinity.NewRequiredNodeAffinity(spec.NodeSelector, spec.Affinity).Match(node); !match {
		return false
	}
	daemon := spec.DeepCopy()
	daemonutil.AddOrUpdateDaemonPodTolerations(daemon)
	keepsAway := func(t *corev1.Taint) bool {
		return t.Effect == corev1.TaintEffectNoExecute || t.Effect == corev1.TaintEffectNoSchedule
	}
	_, untolerated := v1helper.FindMatchingUntoleratedTaint(klog.Background(), node.Spec.Taints, daemon.Tolerations, keepsAway, features().EnableTaintTolerationComparisonOperators)
	return !untolerated
}
