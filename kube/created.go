package kube

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/spreadlint/spreadlint/values"
)

// ValidateCreated returns what the API server refuses only when a pod is created from the template: the template itself
// is accepted. podLabels are the pod's labels, those that the controller adds included. When a pod is created, the API
// server first merges matchLabelKeys and mismatchLabelKeys into the selectors and then validates, see
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/registry/core/pod/strategy.go (mutatePodAffinity,
// mutateTopologySpreadConstraints). The merge of spread constraints is there from Kubernetes 1.34 on; before, their overlap
// was refused with the template already.
func (t *Template) ValidateCreated(podLabels map[string]string) []FieldError {
	if !t.hasLabelKeys() {
		return nil
	}
	created := *t
	created.Object = *t.Object.DeepCopy()
	mergeLabelKeys(&created.Object.Spec, podLabels)
	before := t.Validate()
	var only []FieldError
	for _, e := range created.Validate() {
		known := slices.ContainsFunc(before, func(b FieldError) bool { return b.Path.Equal(e.Path) && b.Detail == e.Detail })
		if !known {
			e.PodOnly = true
			only = append(only, e)
		}
	}
	return only
}

func (t *Template) hasLabelKeys() bool {
	found := false
	eachTerm(t.Object.Spec.Affinity, func(_ values.Path, term *corev1.PodAffinityTerm) {
		found = found || len(term.MatchLabelKeys)+len(term.MismatchLabelKeys) > 0
	})
	for _, c := range t.Object.Spec.TopologySpreadConstraints {
		found = found || len(c.MatchLabelKeys) > 0
	}
	return found
}

// mergeLabelKeys does what the API server does to a pod that is created.
func mergeLabelKeys(spec *corev1.PodSpec, podLabels map[string]string) {
	eachTerm(spec.Affinity, func(_ values.Path, term *corev1.PodAffinityTerm) {
		mergeKeys(term.LabelSelector, term.MatchLabelKeys, metav1.LabelSelectorOpIn, podLabels)
		mergeKeys(term.LabelSelector, term.MismatchLabelKeys, metav1.LabelSelectorOpNotIn, podLabels)
	})
	for i := range spec.TopologySpreadConstraints {
		c := &spec.TopologySpreadConstraints[i]
		mergeKeys(c.LabelSelector, c.MatchLabelKeys, metav1.LabelSelectorOpIn, podLabels)
	}
}

// mergeKeys adds `key operator (the pod's value)` to a selector for every key that the pod carries. A value that no label
// may have is left out: the API server refuses it where it stands, not in a selector that nobody wrote.
func mergeKeys(selector *metav1.LabelSelector, keys []string, operator metav1.LabelSelectorOperator, podLabels map[string]string) {
	if selector == nil {
		return
	}
	for _, key := range keys {
		if value, carried := podLabels[key]; carried && len(validation.IsValidLabelValue(value)) == 0 {
			selector.MatchExpressions = append(selector.MatchExpressions, metav1.LabelSelectorRequirement{Key: key, Operator: operator, Values: []string{value}})
		}
	}
}
