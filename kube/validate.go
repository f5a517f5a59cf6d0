package kube

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	unversioned "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	podutil "k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/core"
	defaults "k8s.io/kubernetes/pkg/apis/core/v1"
	"k8s.io/kubernetes/pkg/apis/core/validation"

	"github.com/spreadlint/spreadlint/values"
)

// Validate returns the API server's refusals of the fields that decide placement: affinity (node, pod, anti),
// topologySpreadConstraints, nodeSelector, tolerations, and the pods' labels, after defaulting. The decode errors come first; both halves are sorted by path. While there
// is a decode error the API server reports only that; what it will say once the types are right is told at once, except
// what merely follows from a value that was left out.
//
// It is the verdict on the template. Some pairs of fields are refused only later, when a controller creates a pod from
// it: from 1.34 a matchLabelKeys entry that is also in labelSelector.matchLabels. See
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/apis/core/validation/validation.go (validateAffinity,
// validateTopologySpreadConstraints, ValidateMatchLabelKeysAndMismatchLabelKeys).
func (t *Template) Validate() []FieldError {
	var refused []FieldError
	tr := &translator{template: t, seen: map[string]int{}}
	gaps := newGaps(t.errors)
	for _, e := range t.validatePod() {
		if !slices.ContainsFunc(placementFields, func(f string) bool { return strings.HasPrefix(e.Field, f) }) {
			continue
		}
		path := tr.path(e)
		if gaps.explain(e, path) {
			continue
		}
		refused = append(refused, t.fieldError(e, path))
	}
	sortErrors(refused)
	return append(append([]FieldError(nil), t.errors...), refused...)
}

// soundContainer is nothing that validation could refuse. The pull policy is given, for else defaulting parses the image's name.
var soundContainer = corev1.Container{Name: "placement", Image: "placement", ImagePullPolicy: corev1.PullAlways}

// placementFields are those whose refusals are told.
var placementFields = []string{"spec.affinity", "spec.topologySpreadConstraints", "spec.nodeSelector", "spec.tolerations", "metadata.labels"}

// validatePod runs the API server's validation on a pod that has the template's placement fields and is sound otherwise.
func (t *Template) validatePod() field.ErrorList {
	pod := corev1.Pod{Spec: corev1.PodSpec{
		Containers:    []corev1.Container{soundContainer},
		RestartPolicy: corev1.RestartPolicyAlways,
	}}
	pod.Labels = t.Object.Labels
	spec := &t.Object.Spec
	pod.Spec.Affinity, pod.Spec.TopologySpreadConstraints = spec.Affinity, spec.TopologySpreadConstraints
	pod.Spec.NodeSelector, pod.Spec.Tolerations = spec.NodeSelector, spec.Tolerations
	pod = *pod.DeepCopy() // defaulting writes to what it is given
	defaults.SetObjectDefaults_Pod(&pod)
	var internal core.Pod
	root := field.NewPath("spec")
	if err := defaults.Convert_v1_Pod_To_core_Pod(&pod, &internal, nil); err != nil {
		return field.ErrorList{field.InternalError(root.Child("affinity"), err)}
	}
	opts := podutil.GetValidationOptionsFromPodSpecAndMeta(&internal.Spec, nil, &internal.ObjectMeta, nil)
	refused := unversioned.ValidateLabels(internal.Labels, field.NewPath("metadata", "labels"))
	return append(refused, validation.ValidatePodSpec(&internal.Spec, &internal.ObjectMeta, root, opts)...)
}

func (t *Template) fieldError(e *field.Error, path values.Path) FieldError {
	out := FieldError{
		Path:      path,
		Type:      ErrorType(strings.TrimPrefix(string(e.Type), "FieldValue")),
		Detail:    e.Detail,
		Supported: supported(e),
	}
	found, present := values.Lookup(any(t.source), path)
	if present && found != nil && e.Type != field.ErrorTypeRequired && e.Type != field.ErrorTypeForbidden {
		out.Value = plain(e.BadValue)
	}
	return out
}

// supported reads the legal values back from the detail that field.NotSupported composes: they are kept nowhere else.
func supported(e *field.Error) []string {
	rest, ok := strings.CutPrefix(e.Detail, "supported values: ")
	if !ok || e.Type != field.ErrorTypeNotSupported {
		return nil
	}
	var legal []string
	for {
		quoted, err := strconv.QuotedPrefix(rest)
		if err != nil {
			return legal
		}
		word, err := strconv.Unquote(quoted)
		if err != nil {
			return legal
		}
		legal = append(legal, word)
		if rest, ok = strings.CutPrefix(rest[len(quoted):], ", "); !ok {
			return legal
		}
	}
}

// plain turns a bad value of a Kubernetes type (a named string, a pointer to a number) into a plain Go value.
func plain(bad any) any {
	v := reflect.ValueOf(bad)
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	switch {
	case v.Kind() == reflect.String:
		return v.String()
	case v.CanInt():
		return v.Int()
	case v.Kind() == reflect.Bool:
		return v.Bool()
	default:
		return bad
	}
}
