package cluster

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/rand"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// template makes the pods of one revision of a workload, named and labelled as its controller does it.
type template struct {
	workload  *render.Workload
	namespace string
	hash      string // of the revision; a stand-in of the right form, for the real one covers fields that are not known
	owner     kube.Controller
	first     int         // the lowest ordinal of a StatefulSet
	indexed   bool        // a Job whose pods are numbered
	volumes   *volumes    // nil when nothing is known of them
	minor     int         // of the Kubernetes version, 0 for the newest
	without   values.Path // of a hard rule that is left out
	model     *corev1.Pod // what the others are copies of, once one was made
}

// newTemplate reads the workload's template. Revisions of equal templates differ by their number.
func newTemplate(w *render.Workload, revision int) *template {
	t := &template{workload: w, namespace: w.Namespace, hash: revisionHash(w, revision)}
	if t.namespace == "" {
		t.namespace = metav1.NamespaceDefault
	}
	t.owner = kube.Controller{Kind: w.Kind, Namespace: t.namespace, Name: w.Name, Selector: selectorOf(w)}
	switch w.Kind {
	case "Deployment", "Rollout":
		t.owner.Kind, t.owner.Name = "ReplicaSet", w.Name+"-"+t.hash
		if t.owner.Selector != nil {
			t.owner.Selector = metav1.CloneSelectorAndAddLabel(t.owner.Selector, t.hashLabel(), t.hash)
		}
	case "StatefulSet":
		t.first = integer(setting(w, "ordinals", "start"), 0)
	case "Job":
		t.indexed = setting(w, "completionMode") == "Indexed"
	case "CronJob":
		t.owner.Kind, t.owner.Name = "Job", w.Name+"-"+cronTime
	}
	return t
}

// cronTime stands for the minute at which a CronJob starts a Job: it is part of the Job's name.
const cronTime = "29000000"

// revisionHash has the form of Kubernetes' own.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/controller/controller_utils.go (ComputeHash)
func revisionHash(w *render.Workload, revision int) string {
	h := fnv.New32a()
	text, err := json.Marshal(w.Pod.Object)
	if err != nil {
		text = []byte(err.Error()) // API types always encode
	}
	fmt.Fprintf(h, "%s\x00%s\x00%s\x00%d", w.Kind, w.Name, text, revision)
	return rand.SafeEncodeString(fmt.Sprint(h.Sum32()))
}

func (t *template) hashLabel() string {
	switch t.workload.Kind {
	case "Deployment":
		return "pod-template-hash"
	case "Rollout":
		return "rollouts-pod-template-hash"
	case "StatefulSet", "DaemonSet":
		return "controller-revision-hash"
	}
	return ""
}

// numbered reports whether each pod has labels of its own, so that one pod may be allowed where another is not.
func (t *template) numbered() bool {
	return t.workload.Kind == "StatefulSet" || t.workload.Kind == "DaemonSet" || t.indexed
}

// pod makes pod number i, admitted as the API server would. serial tells apart the pods that one number had one after
// another; node is the one that a DaemonSet's pod is meant for.
func (t *template) pod(i, serial int, node string) *corev1.Pod {
	w := t.workload
	pod := &corev1.Pod{ObjectMeta: *w.Pod.Object.ObjectMeta.DeepCopy(), Spec: *w.Pod.Object.Spec.DeepCopy()}
	pod.Namespace = t.namespace
	labels := map[string]string{}
	maps.Copy(labels, pod.Labels)
	pod.Labels = labels
	pod.Name, pod.UID = t.identity(i, serial)
	if key := t.hashLabel(); key != "" {
		labels[key] = t.hash
	}
	switch w.Kind {
	case "StatefulSet":
		// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/controller/statefulset/stateful_set_utils.go (updateIdentity)
		labels["controller-revision-hash"] = w.Name + "-" + t.hash
		labels["statefulset.kubernetes.io/pod-name"] = pod.Name
		labels["apps.kubernetes.io/pod-index"] = strconv.Itoa(t.first + i)
	case "DaemonSet":
		labels["pod-template-generation"] = "1"
		kube.DaemonPod(pod, node)
	case "Job", "CronJob":
		// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/controller/job/job_controller.go
		labels["controller-uid"], labels["batch.kubernetes.io/controller-uid"] = t.hash, t.hash
		labels["job-name"], labels["batch.kubernetes.io/job-name"] = t.owner.Name, t.owner.Name
		if t.indexed {
			labels["batch.kubernetes.io/job-completion-index"] = strconv.Itoa(i)
		}
	}
	if w.Kind != "Pod" {
		pod.OwnerReferences = []metav1.OwnerReference{t.owner.Reference()}
	}
	t.volumes.attach(pod, w, t.first+i)
	kube.AsOf(pod, t.minor)
	leaveOut(&pod.Spec, t.without)
	kube.Admit(pod)
	return pod
}

// another makes a pod as [template.pod] does, in less time: pods that differ in nothing but name and UID share the rest.
// It must not be changed, nor the template after it.
func (t *template) another(i, serial int, node string) *corev1.Pod {
	if t.numbered() || !t.generated() {
		return t.pod(i, serial, node)
	}
	if t.model == nil {
		t.model = t.pod(i, serial, node)
	}
	pod := *t.model
	pod.Name, pod.UID = t.identity(i, serial)
	return &pod
}

// identity is what a pod is called, and a UID of its own.
func (t *template) identity(i, serial int) (name string, uid types.UID) {
	w, suffix := t.workload, t.suffix(i, serial)
	switch {
	case w.Kind == "Pod":
		name = w.Name
	case w.Kind == "StatefulSet":
		name = fmt.Sprintf("%s-%d", w.Name, t.first+i)
	case t.indexed:
		name = fmt.Sprintf("%s-%d-%s", t.owner.Name, i, suffix)
	case t.generated():
		name = t.owner.Name + "-" + suffix
	default: // an operator's pods, most of which are a StatefulSet's
		name = fmt.Sprintf("%s-%d", w.Name, i)
	}
	return name, types.UID(fmt.Sprintf("%s/%s/%s/%d/%d/%s", t.namespace, w.ID(), t.hash, i, serial, suffix))
}

// generated reports whether pods get names that end in letters of the API server's choice.
func (t *template) generated() bool {
	switch t.workload.Kind {
	case "Deployment", "Rollout", "ReplicaSet", "ReplicationController", "DaemonSet", "Job", "CronJob":
		return true
	}
	return false
}

// leaveOut takes a hard constraint or anti-affinity term out of a pod.
func leaveOut(spec *corev1.PodSpec, rule values.Path) {
	if len(rule) == 0 {
		return
	}
	last := rule.Last()
	switch {
	case rule.HasPrefix(values.Path{values.Name("spec"), values.Name("topologySpreadConstraints")}) && last.Index() < len(spec.TopologySpreadConstraints):
		spec.TopologySpreadConstraints = slices.Delete(spec.TopologySpreadConstraints, last.Index(), last.Index()+1)
	case spec.Affinity != nil && spec.Affinity.PodAntiAffinity != nil && last.Index() < len(spec.Affinity.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution):
		terms := &spec.Affinity.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution
		*terms = slices.Delete(*terms, last.Index(), last.Index()+1)
	}
}

// suffix stands for the five letters that the API server appends to a generated name.
func (t *template) suffix(i, serial int) string {
	h := fnv.New32a()
	fmt.Fprintf(h, "%s\x00%s\x00%d\x00%d", t.owner.Name, t.hash, i, serial)
	return rand.SafeEncodeString(fmt.Sprintf("%010d", h.Sum32()))[5:]
}

// refused lists what the API server has against the template or the pods made from it: no pod ever appears.
func (t *template) refused() []kube.FieldError {
	errors := append(t.workload.Pod.Validate(), t.workload.Refused()...)
	return append(errors, t.workload.Pod.ValidateCreated(t.pod(0, 0, "").Labels)...)
}

// setting is a field of the workload's spec, beside its pod template.
func setting(w *render.Workload, keys ...string) any {
	path := w.SpecPath.Parent().Parent()
	if len(w.SpecPath) < 2 || w.Custom || w.Kind == "Pod" {
		return nil
	}
	for _, key := range keys {
		path = path.Key(key)
	}
	v, _ := w.Lookup(path)
	return v
}

// podSetting is a field of the workload's pod spec.
func podSetting(w *render.Workload, key string) any {
	v, _ := w.Lookup(w.SpecPath.Child(values.Name(key)))
	return v
}

func selectorOf(w *render.Workload) *metav1.LabelSelector {
	written := setting(w, "selector")
	if written == nil {
		return nil
	}
	text, err := json.Marshal(written)
	if err != nil {
		return nil
	}
	if w.Kind == "ReplicationController" {
		selector := &metav1.LabelSelector{}
		if json.Unmarshal(text, &selector.MatchLabels) != nil {
			return nil // the API server refuses it
		}
		return selector
	}
	selector := &metav1.LabelSelector{}
	if json.Unmarshal(text, selector) != nil {
		return nil
	}
	return selector
}

func integer(v any, absent int) int {
	if f, ok := v.(float64); ok {
		return int(f)
	}
	if n, ok := v.(int64); ok {
		return int(n)
	}
	return absent
}
