package kube

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	unversioned "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	validate "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/apis/core/validation"
)

// What the API server has against the parts of a node, "" for nothing. Such a node cannot be: a list that has one was
// written by hand, and a rule that speaks of the part would be judged against what no cluster has. The parts are asked
// one by one, for only then the line is known in every form in which nodes are written.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/apis/core/validation/validation.go (ValidateNode)

// NodeNameObjection is that against a node's name.
func NodeNameObjection(name string) string {
	return strings.Join(validation.ValidateNodeName(name, false), "; ")
}

// NamespaceNameObjection is that against a namespace's name.
func NamespaceNameObjection(name string) string {
	return strings.Join(validation.ValidateNamespaceName(name, false), "; ")
}

// LabelKeyObjection is that against the key of a label or of a taint.
func LabelKeyObjection(key string) string {
	return details(unversioned.ValidateLabelName(key, field.NewPath("key")))
}

// LabelValueObjection is that against the value of a label or of a taint.
func LabelValueObjection(value string) string {
	return strings.Join(validate.IsValidLabelValue(value), "; ")
}

// ResourceNameObjection is that against the name of a resource with a domain before it: the kubelet refuses to announce it.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/apis/core/v1/helper/helpers.go (IsExtendedResourceName)
func ResourceNameObjection(name string) string {
	return details(validation.ValidateContainerResourceName(core.ResourceName(name), field.NewPath("name")))
}

// ResourceAmountObjection is that against how much there is of a resource.
func ResourceAmountObjection(name corev1.ResourceName, amount resource.Quantity) string {
	return details(validation.ValidateResourceQuantityValue(core.ResourceName(name), amount, field.NewPath("amount")))
}

func details(all field.ErrorList) string {
	var texts []string
	for _, e := range all {
		texts = append(texts, e.Detail)
	}
	return strings.Join(texts, "; ")
}
