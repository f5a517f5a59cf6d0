package kube

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kubernetes/pkg/apis/apps"
	appsdefaults "k8s.io/kubernetes/pkg/apis/apps/v1"
	appsvalidation "k8s.io/kubernetes/pkg/apis/apps/validation"
	"k8s.io/kubernetes/pkg/apis/batch"
	batchvalidation "k8s.io/kubernetes/pkg/apis/batch/validation"
	"k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/apis/core/validation"

	"github.com/spreadlint/spreadlint/values"
)

// ValidateWorkload returns what the API server has against the fields around a pod template that say how many pods run, which
// pods are counted and how they are replaced: replicas, parallelism and completions, the selector, the strategy. Paths are
// those of the object, apart from the template: that is for [Template.Validate]. Objects of other kinds than Kubernetes'
// own controllers of the groups apps/v1 and batch/v1 are not looked at. See
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/apis/apps/validation/validation.go
func ValidateWorkload(object map[string]any) []FieldError {
	o := &owner{object: object, decoder: decoder{kept: map[string][]int{}}}
	kind, _ := object["kind"].(string)
	group, _ := object["apiVersion"].(string)
	var refused field.ErrorList
	switch group + " " + kind {
	case "apps/v1 Deployment":
		refused = o.deployment()
	case "apps/v1 StatefulSet":
		refused = o.statefulSet()
	case "apps/v1 DaemonSet":
		refused = o.daemonSet()
	case "apps/v1 ReplicaSet":
		refused = o.replicaSet()
	case "batch/v1 Job":
		refused = o.job()
	case "batch/v1 CronJob":
		refused = o.cronJob()
	}
	if slices.ContainsFunc(refused, func(e *field.Error) bool { return e.Field == "spec.selector" }) {
		o.whole = false // without a selector there is nothing to match
	}
	found := o.errors
	source := &Template{source: object, kept: o.kept}
	gaps := newGaps(o.errors)
	for _, e := range refused {
		if path := source.original(parse(e.Field)); o.mine(e.Field) && !gaps.explain(e, path) {
			found = append(found, source.fieldError(e, path))
		}
	}
	sortErrors(found)
	return found
}

// owner is an object that owns pods, while it is decoded.
type owner struct {
	decoder
	object map[string]any
	whole  bool // all labels of the template could be decoded
}

// mine reports whether an error is about a field that is judged here: of the template only the labels, and only that the
// selector does not match them.
func (o *owner) mine(at string) bool {
	return !strings.HasPrefix(at, "spec.template.") || at == "spec.template.metadata.labels" && o.whole
}

// fields decodes fields of a map of the object.
func (o *owner) fields(in any, at values.Path, out map[string]any) map[string]any {
	source, ok := in.(map[string]any)
	if !ok && in != nil {
		o.refuse(at, in, "a map")
	}
	for name, target := range out {
		o.decode(source[name], reflect.ValueOf(target).Elem(), at.Key(name))
	}
	return source
}

// template is a sound pod template with those labels of the object's that the selector speaks of: the others are judged
// with the template itself.
func (o *owner) template(in any, selector *metav1.LabelSelector) corev1.PodTemplateSpec {
	source, _ := in.(map[string]any)
	metadata, _ := source["metadata"].(map[string]any)
	inner := &decoder{kept: map[string][]int{}}
	var t corev1.PodTemplateSpec
	inner.decode(metadata["labels"], reflect.ValueOf(&t.Labels).Elem(), nil)
	o.whole = len(inner.errors) == 0
	maps.DeleteFunc(t.Labels, func(key, _ string) bool { return !mentions(selector, key) })
	t.Spec.Containers = []corev1.Container{soundContainer}
	return t
}

// mentions reports whether a selector asks for a label.
func mentions(s *metav1.LabelSelector, label string) bool {
	if s == nil {
		return false
	}
	_, equal := s.MatchLabels[label]
	return equal || slices.ContainsFunc(s.MatchExpressions, func(r metav1.LabelSelectorRequirement) bool { return r.Key == label })
}

var specPath = values.Path{values.Name("spec")}

func (o *owner) deployment() field.ErrorList {
	var d appsv1.Deployment
	spec := o.fields(o.object["spec"], specPath, map[string]any{
		"replicas": &d.Spec.Replicas, "selector": &d.Spec.Selector, "strategy": &d.Spec.Strategy})
	d.Spec.Template = o.template(spec["template"], d.Spec.Selector)
	appsdefaults.SetObjectDefaults_Deployment(&d)
	var internal apps.DeploymentSpec
	if err := appsdefaults.Convert_v1_DeploymentSpec_To_apps_DeploymentSpec(&d.Spec, &internal, nil); err != nil {
		return field.ErrorList{field.InternalError(field.NewPath("spec"), err)}
	}
	return appsvalidation.ValidateDeploymentSpec(&internal, nil, field.NewPath("spec"), validation.PodValidationOptions{})
}

func (o *owner) statefulSet() field.ErrorList {
	var s appsv1.StatefulSet
	spec := o.fields(o.object["spec"], specPath, map[string]any{
		"replicas": &s.Spec.Replicas, "selector": &s.Spec.Selector, "updateStrategy": &s.Spec.UpdateStrategy,
		"podManagementPolicy": &s.Spec.PodManagementPolicy, "ordinals": &s.Spec.Ordinals})
	s.Spec.Template = o.template(spec["template"], s.Spec.Selector)
	appsdefaults.SetObjectDefaults_StatefulSet(&s)
	var internal apps.StatefulSetSpec
	if err := appsdefaults.Convert_v1_StatefulSetSpec_To_apps_StatefulSetSpec(&s.Spec, &internal, nil); err != nil {
		return field.ErrorList{field.InternalError(field.NewPath("spec"), err)}
	}
	return appsvalidation.ValidateStatefulSetSpec(&internal, field.NewPath("spec"), validation.PodValidationOptions{}, appsvalidation.StatefulSetValidationOptions{})
}

func (o *owner) daemonSet() field.ErrorList {
	var d appsv1.DaemonSet
	spec := o.fields(o.object["spec"], specPath, map[string]any{
		"selector": &d.Spec.Selector, "updateStrategy": &d.Spec.UpdateStrategy})
	d.Spec.Template = o.template(spec["template"], d.Spec.Selector)
	appsdefaults.SetObjectDefaults_DaemonSet(&d)
	var internal apps.DaemonSetSpec
	if err := appsdefaults.Convert_v1_DaemonSetSpec_To_apps_DaemonSetSpec(&d.Spec, &internal, nil); err != nil {
		return field.ErrorList{field.InternalError(field.NewPath("spec"), err)}
	}
	return appsvalidation.ValidateDaemonSetSpec(&internal, field.NewPath("spec"), validation.PodValidationOptions{})
}

func (o *owner) replicaSet() field.ErrorList {
	var r appsv1.ReplicaSet
	spec := o.fields(o.object["spec"], specPath, map[string]any{"replicas": &r.Spec.Replicas, "selector": &r.Spec.Selector})
	r.Spec.Template = o.template(spec["template"], r.Spec.Selector)
	appsdefaults.SetObjectDefaults_ReplicaSet(&r)
	var internal apps.ReplicaSetSpec
	if err := appsdefaults.Convert_v1_ReplicaSetSpec_To_apps_ReplicaSetSpec(&r.Spec, &internal, nil); err != nil {
		return field.ErrorList{field.InternalError(field.NewPath("spec"), err)}
	}
	return appsvalidation.ValidateReplicaSetSpec(&internal, nil, field.NewPath("spec"), validation.PodValidationOptions{})
}

func (o *owner) job() field.ErrorList {
	internal := o.jobSpec(o.object["spec"], specPath)
	refused := batchvalidation.ValidateJobSpec(&internal, nil, field.NewPath("spec"), validation.PodValidationOptions{})
	return withoutSelector(refused, "spec")
}

func (o *owner) cronJob() field.ErrorList {
	spec := o.fields(o.object["spec"], specPath, nil)
	template := o.fields(spec["jobTemplate"], specPath.Key("jobTemplate"), nil)
	internal := o.jobSpec(template["spec"], specPath.Key("jobTemplate").Key("spec"))
	at := field.NewPath("spec", "jobTemplate", "spec")
	return withoutSelector(batchvalidation.ValidateJobSpec(&internal, nil, at, validation.PodValidationOptions{}), at.String())
}

// jobSpec decodes what says how many pods a Job runs. Its selector is the API server's to make.
func (o *owner) jobSpec(in any, at values.Path) batch.JobSpec {
	var spec batch.JobSpec
	o.fields(in, at, map[string]any{"parallelism": &spec.Parallelism, "completions": &spec.Completions, "completionMode": &spec.CompletionMode})
	spec.Template.Spec = core.PodSpec{RestartPolicy: core.RestartPolicyNever}
	return spec
}

// withoutSelector keeps the errors about a Job's own fields.
func withoutSelector(refused field.ErrorList, spec string) field.ErrorList {
	return slices.DeleteFunc(refused, func(e *field.Error) bool {
		return e.Field == spec+".selector" || strings.HasPrefix(e.Field, spec+".template.")
	})
}
