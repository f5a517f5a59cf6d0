package render

import (
	"maps"
	"slices"
	"strconv"
)

// Labels that differ from pod to pod of a workload.
const (
	podNameLabel         = "statefulset.kubernetes.io/pod-name"
	podIndexLabel        = "apps.kubernetes.io/pod-index"
	completionIndexLabel = "batch.kubernetes.io/job-completion-index"
)

// PerPodLabels are the labels whose value no two pods of a workload share.
// https://kubernetes.io/docs/reference/labels-annotations-taints/
var PerPodLabels = []string{podNameLabel, podIndexLabel, completionIndexLabel}

// unknownValue stands for the value of a label that is known only in the
// cluster, such as a hash.
const unknownValue = "x"

// controllerLabels are the labels that controllers add to the pods they make,
// pod number i of them. What only the cluster knows has a stand-in.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/controller/deployment/sync.go (getNewReplicaSet)
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/controller/statefulset/stateful_set_utils.go (updateIdentity)
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/controller/daemon/util/daemonset_util.go (CreatePodTemplate)
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/registry/batch/job/strategy.go (generateSelector)
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/controller/job/indexed_job_utils.go (addCompletionIndexLabel)
func (w *Workload) controllerLabels(i int) map[string]string {
	if w.Custom {
		return nil
	}
	switch w.Kind {
	case "Deployment":
		return map[string]string{"pod-template-hash": unknownValue}
	case "Rollout":
		return map[string]string{"rollouts-pod-template-hash": unknownValue}
	case "DaemonSet":
		return map[string]string{"controller-revision-hash": unknownValue, "pod-template-generation": unknownValue}
	case "StatefulSet":
		ordinal := strconv.Itoa(number(w.setting("ordinals", "start"), 0) + i)
		return map[string]string{"controller-revision-hash": unknownValue, podNameLabel: w.Name + "-" + ordinal, podIndexLabel: ordinal}
	case "Job", "CronJob":
		name := w.Name
		if w.Kind == "CronJob" { // its Jobs are numbered by the minute
			name = unknownValue
		}
		labels := map[string]string{"controller-uid": unknownValue, "batch.kubernetes.io/controller-uid": unknownValue,
			"job-name": name, "batch.kubernetes.io/job-name": name}
		if w.setting("completionMode") == "Indexed" {
			labels[completionIndexLabel] = strconv.Itoa(i)
		}
		return labels
	}
	return nil
}

// setting is a field beside the workload's pod template.
func (w *Workload) setting(keys ...string) any {
	if len(w.SpecPath) < 2 {
		return nil
	}
	v, _ := w.Lookup(w.SpecPath.Parent().Parent().Child(names(keys...)...))
	return v
}

// PodLabels are the labels of a running pod, the first of the workload: those
// of the template and those that the controller adds. Read only.
func (w *Workload) PodLabels() map[string]string {
	if w.podLabels == nil {
		w.podLabels = w.labelsOf(0)
	}
	return w.podLabels
}

// labelsOf are the labels of pod number i. A controller writes over what the
// template says, except that a Job leaves it, for the API server to refuse.
func (w *Workload) labelsOf(i int) map[string]string {
	first, second := w.Labels(), w.controllerLabels(i)
	if w.Kind == "Job" {
		first, second = second, first
	}
	all := maps.Clone(first)
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, second)
	return all
}

// mostCounted bounds how many pods of a workload are looked at one by one.
const mostCounted = 1000

// numbered is how many pods have labels of their own.
func (w *Workload) numbered() int {
	pods := w.MaxReplicas
	if w.Kind == "Job" || w.Kind == "CronJob" { // one after another, perhaps
		pods = number(w.setting("completions"), pods)
	}
	return min(max(pods, 1), mostCounted)
}

// Selects reports whether the term's selector matches the pods of a workload,
// with the labels that its controller adds: two of them, where the selector
// tells them apart, for one alone has nobody to keep away from. The error is
// that of a malformed selector, which the API server refuses.
func (t Term) Selects(w *Workload) (bool, error) {
	selects, err := t.Selecting()
	if err != nil {
		return false, err
	}
	return selects(w), nil
}

// Selecting is Selects for many workloads.
func (t Term) Selecting() (func(*Workload) bool, error) {
	match, err := t.Matcher()
	if err != nil {
		return nil, err
	}
	if !t.tellsPodsApart() {
		return func(w *Workload) bool { return match(w.PodLabels()) }, nil
	}
	return func(w *Workload) bool {
		pods, found := w.numbered(), 0
		for i := 0; i < pods && found < 2; i++ {
			if match(w.labelsOf(i)) {
				found++
			}
		}
		return found >= min(2, pods)
	}, nil
}

// tellsPodsApart reports whether the selector asks for a label that differs
// from pod to pod.
func (t Term) tellsPodsApart() bool {
	if t.Selector == nil {
		return false
	}
	for _, key := range PerPodLabels {
		if _, ok := t.Selector.MatchLabels[key]; ok {
			return true
		}
	}
	for _, e := range t.Selector.MatchExpressions {
		if slices.Contains(PerPodLabels, e.Key) {
			return true
		}
	}
	return false
}
