package kube

import (
	"reflect"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kubernetes/pkg/apis/policy"
	"k8s.io/kubernetes/pkg/apis/policy/validation"

	"github.com/spreadlint/spreadlint/values"
)

// Budget is what a PodDisruptionBudget says, decoded field by field. What has the wrong type is left out and refused.
type Budget struct {
	MinAvailable, MaxUnavailable *intstr.IntOrString
	Selector                     *metav1.LabelSelector
	Refused                      []FieldError // paths are those of the object
}

// DecodeBudget decodes a PodDisruptionBudget and asks the API server's validation about it. See
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/apis/policy/validation/validation.go (ValidatePodDisruptionBudgetSpec)
func DecodeBudget(object map[string]any) Budget {
	var b Budget
	d := &decoder{kept: map[string][]int{}}
	root := values.Path{values.Name("spec")}
	spec, ok := object["spec"].(map[string]any)
	if !ok && object["spec"] != nil {
		d.refuse(root, object["spec"], "a map")
	}
	part := func(name string, out any) {
		d.decode(spec[name], reflect.ValueOf(out).Elem(), root.Key(name))
	}
	part("minAvailable", &b.MinAvailable)
	part("maxUnavailable", &b.MaxUnavailable)
	part("selector", &b.Selector)
	b.Refused = d.errors
	checked := policy.PodDisruptionBudgetSpec{MinAvailable: b.MinAvailable, MaxUnavailable: b.MaxUnavailable, Selector: b.Selector}
	refused := validation.ValidatePodDisruptionBudgetSpec(checked, validation.PodDisruptionBudgetValidationOptions{}, field.NewPath("spec"))
	source := &Template{source: object, kept: d.kept}
	gaps := newGaps(d.errors)
	for _, e := range refused {
		if path := source.original(parse(e.Field)); !gaps.explain(e, path) {
			b.Refused = append(b.Refused, source.fieldError(e, path))
		}
	}
	sortErrors(b.Refused)
	return b
}
