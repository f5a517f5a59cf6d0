package lint

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/spreadlint/spreadlint/render"
)

// namespaceLabel is the label that the API server puts on every namespace: the
// namespace's name.
// https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name
const namespaceLabel = "kubernetes.io/metadata.name"

// selectsSelf reports whether the rule sees the workload's own pods: by its
// selector, in their namespace, and without a key that shuts out every pod
// but one.
func selectsSelf(t render.Term, w *render.Workload) bool {
	ok, err := t.Selects(w)
	if err != nil || !ok || len(shutOut(t, w)) > 0 || ownPodKey(t, w) >= 0 {
		return false
	}
	return seesNamespace(t, w)
}

// shutOut lists the keys of mismatchLabelKeys that the pods carry: the term
// then looks for pods with another value of the label only.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/registry/core/pod/strategy.go (applyMatchLabelKeysAndMismatchLabelKeys)
func shutOut(t render.Term, w *render.Workload) []string {
	carried := w.PodLabels()
	var keys []string
	for _, key := range t.MismatchLabelKeys {
		if _, ok := carried[key]; ok {
			keys = append(keys, key)
		}
	}
	return keys
}

// ownPodKey is the index of an entry of matchLabelKeys that lets each pod see
// only itself, -1 for none.
func ownPodKey(t render.Term, w *render.Workload) int {
	carried := w.PodLabels()
	return slices.IndexFunc(t.MatchLabelKeys, func(key string) bool {
		_, ok := carried[key]
		return ok && slices.Contains(render.PerPodLabels, key)
	})
}

// seesNamespace reports whether a term looks into the namespace of the pods
// that it stands in. Where the namespace is not known, or its labels would
// have to be, it is taken to.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/staging/src/k8s.io/kube-scheduler/framework/types.go (getNamespacesFromPodAffinityTerm)
func seesNamespace(t render.Term, w *render.Workload) bool {
	if t.Spread || w.Namespace == "" || w.NamespaceStandIn || len(t.NamespaceNames) == 0 && t.NamespaceSelector == nil {
		return true
	}
	if slices.Contains(t.NamespaceNames, w.Namespace) {
		return true
	}
	if t.NamespaceSelector == nil {
		return false
	}
	known := &metav1.LabelSelector{}
	if v, ok := t.NamespaceSelector.MatchLabels[namespaceLabel]; ok {
		known.MatchLabels = map[string]string{namespaceLabel: v}
	}
	for _, e := range t.NamespaceSelector.MatchExpressions {
		if e.Key == namespaceLabel {
			known.MatchExpressions = append(known.MatchExpressions, e)
		}
	}
	selector, err := metav1.LabelSelectorAsSelector(known)
	return err != nil || selector.Matches(labels.Set{namespaceLabel: w.Namespace})
}
