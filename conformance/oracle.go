// Package conformance compares what `spreadlint lint --manifests` says about a
// manifest with what the API server's own code does with the same bytes: its
// decoder, its defaulting and its create strategies. The two share nothing but
// the validation that package kube links, so that a wrong path to it, a gap in
// front of it or a rule that hides its verdict shows as a disagreement.
//
// It knows the pod spec's affinity, topologySpreadConstraints and nodeSelector only; what the
// generator writes is sound otherwise.
package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/apis/apps"
	_ "k8s.io/kubernetes/pkg/apis/apps/install" // the scheme's defaults and conversions
	"k8s.io/kubernetes/pkg/apis/batch"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	"k8s.io/kubernetes/pkg/apis/core"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	"k8s.io/kubernetes/pkg/registry/apps/daemonset"
	"k8s.io/kubernetes/pkg/registry/apps/deployment"
	"k8s.io/kubernetes/pkg/registry/apps/statefulset"
	"k8s.io/kubernetes/pkg/registry/batch/cronjob"
	"k8s.io/kubernetes/pkg/registry/batch/job"
	"k8s.io/kubernetes/pkg/registry/core/pod"
)

// Verdict is what a judge says about one object. Fields are spelled as in the
// object's document, sorted, each once.
type Verdict struct {
	Unreadable string   // why the bytes are no object at all
	Decode     string   // the API server's first value of a wrong type; a path without indexes, for it gives none
	Refused    []string // fields for which the object is refused
	Created    []string // fields for which only the pods made from it are refused
	Unknown    []string // fields that Kubernetes does not have
	Elsewhere  []string // the API server's refusals of other fields; of spreadlint, faults of its report
}

// kind is how the API server handles objects of a kind.
type kind struct {
	strategy rest.RESTCreateStrategy
	spec     string                                     // where the pod spec stands, with a dot
	template func(runtime.Object) *core.PodTemplateSpec // nil for Pod
	// added are the labels that the controller gives its pods beyond those of the
	// template, all with a stand-in as value.
	added func(runtime.Object) []string
}

// kinds are those that the generator writes. The labels are from
// pkg/controller/deployment/sync.go (getNewReplicaSet), daemon/util/daemonset_util.go (CreatePodTemplate),
// statefulset/stateful_set_utils.go (updateIdentity, newVersionedStatefulSetPod), job/indexed_job_utils.go and
// pkg/registry/batch/job/strategy.go (generateSelector).
var kinds = map[string]kind{
	"apps/v1, Kind=Deployment": {
		strategy: deployment.Strategy,
		template: func(o runtime.Object) *core.PodTemplateSpec { return &o.(*apps.Deployment).Spec.Template },
		spec:     "spec.template.spec.",
		added:    labels("pod-template-hash"),
	},
	"apps/v1, Kind=StatefulSet": {
		strategy: statefulset.Strategy,
		template: func(o runtime.Object) *core.PodTemplateSpec { return &o.(*apps.StatefulSet).Spec.Template },
		spec:     "spec.template.spec.",
		added:    labels("controller-revision-hash", "statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index"),
	},
	"apps/v1, Kind=DaemonSet": {
		strategy: daemonset.Strategy,
		template: func(o runtime.Object) *core.PodTemplateSpec { return &o.(*apps.DaemonSet).Spec.Template },
		spec:     "spec.template.spec.",
		added:    labels("controller-revision-hash", "pod-template-generation"),
	},
	"batch/v1, Kind=Job": {
		strategy: job.Strategy,
		template: func(o runtime.Object) *core.PodTemplateSpec { return &o.(*batch.Job).Spec.Template },
		spec:     "spec.template.spec.",
		added:    func(o runtime.Object) []string { return jobLabels(&o.(*batch.Job).Spec) },
	},
	"batch/v1, Kind=CronJob": {
		strategy: cronjob.Strategy,
		template: func(o runtime.Object) *core.PodTemplateSpec {
			return &o.(*batch.CronJob).Spec.JobTemplate.Spec.Template
		},
		spec:  "spec.jobTemplate.spec.template.spec.",
		added: func(o runtime.Object) []string { return jobLabels(&o.(*batch.CronJob).Spec.JobTemplate.Spec) },
	},
	"/v1, Kind=Pod": {strategy: pod.Strategy, spec: "spec."},
}

func labels(names ...string) func(runtime.Object) []string {
	return func(runtime.Object) []string { return names }
}

// jobLabels are those that a Job's strategy writes into its template, and that
// of an Indexed one's pods.
func jobLabels(spec *batch.JobSpec) []string {
	names := []string{"job-name", "batch.kubernetes.io/job-name", "controller-uid", "batch.kubernetes.io/controller-uid"}
	if mode := spec.CompletionMode; mode != nil && *mode == batch.IndexedCompletion {
		names = append(names, "batch.kubernetes.io/job-completion-index")
	}
	return names
}

const namespace = "default"

// Ask is the oracle: the API server's verdict on the bytes of one object.
func Ask(doc []byte) Verdict {
	var v Verdict
	object, gvk, err := decode(doc)
	var wrongType *json.UnmarshalTypeError
	switch strict, isStrict := runtime.AsStrictDecodingError(err); {
	case err == nil:
	case isStrict && object != nil:
		v.Unknown = unknownFields(strict.Errors())
	case errors.As(err, &wrongType):
		v.Decode = wrongType.Field
		return v
	default:
		v.Unreadable = err.Error()
		return v
	}
	k, known := kinds[gvk.String()]
	if !known {
		v.Unreadable = "the oracle does not know " + gvk.String()
		return v
	}
	refusals, err := create(k.strategy, object, gvk)
	if err != nil {
		v.Unreadable = err.Error()
		return v
	}
	var constraints []core.TopologySpreadConstraint
	if k.template == nil {
		constraints = object.(*core.Pod).Spec.TopologySpreadConstraints
	} else {
		constraints = k.template(object).Spec.TopologySpreadConstraints
	}
	for _, field := range refusals {
		if !placement(field) {
			v.Elsewhere = append(v.Elsewhere, field)
			continue
		}
		v.Refused = append(v.Refused, ourSpelling(field, constraints))
	}
	if k.template != nil {
		v.Created = askPod(k, object, constraints)
	}
	v.Refused, v.Created = sorted(v.Refused), sorted(v.Created)
	v.Created = slices.DeleteFunc(v.Created, func(f string) bool { return slices.Contains(v.Refused, f) })
	return v
}

// askPod creates the pod that the controller makes from the template, as it
// arrives at the API server: as bytes.
func askPod(k kind, object runtime.Object, constraints []core.TopologySpreadConstraint) []string {
	made := corev1.Pod{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"}}
	var template corev1.PodTemplateSpec
	if err := legacyscheme.Scheme.Convert(k.template(object), &template, nil); err != nil {
		return []string{"convert the template: " + err.Error()}
	}
	made.ObjectMeta, made.Spec = template.ObjectMeta, template.Spec
	made.Name, made.Namespace = "web-0", namespace
	made.Labels = map[string]string{}
	maps.Copy(made.Labels, template.Labels)
	for _, label := range k.added(object) {
		made.Labels[label] = "x"
	}
	doc, err := json.Marshal(made)
	if err != nil {
		return []string{"encode the pod: " + err.Error()}
	}
	internal, _, err := decode(doc)
	if err != nil {
		return []string{"decode the pod: " + err.Error()}
	}
	refusals, err := create(pod.Strategy, internal, corev1.SchemeGroupVersion.WithKind("Pod"))
	if err != nil {
		return []string{"create the pod: " + err.Error()}
	}
	var found []string
	for _, field := range refusals {
		if rest, inSpec := strings.CutPrefix(field, "spec."); inSpec && placement(field) {
			found = append(found, ourSpelling(k.spec+rest, constraints))
		}
	}
	return found
}

// decode is what the API server does with a request's body: strict decoding of
// YAML, defaulting and conversion, see
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/staging/src/k8s.io/apiserver/pkg/endpoints/handlers/create.go
// An object comes with the error when only strictness complains.
func decode(doc []byte) (runtime.Object, schema.GroupVersionKind, error) {
	info, ok := runtime.SerializerInfoForMediaType(legacyscheme.Codecs.SupportedMediaTypes(), runtime.ContentTypeYAML)
	if !ok {
		panic("conformance: the API server reads no YAML")
	}
	object, gvk, err := legacyscheme.Codecs.DecoderToVersion(info.StrictSerializer, runtime.InternalGroupVersioner).Decode(doc, nil, nil)
	if gvk == nil {
		gvk = &schema.GroupVersionKind{}
	}
	return object, *gvk, err
}

// create runs what precedes the write to the store and returns the fields of
// its refusals; no admission plugin is asked.
func create(strategy rest.RESTCreateStrategy, object runtime.Object, gvk schema.GroupVersionKind) ([]string, error) {
	meta, ok := object.(metav1.Object)
	if !ok {
		return nil, fmt.Errorf("%T has no metadata", object)
	}
	rest.FillObjectMetaSystemFields(meta)
	ctx := request.WithNamespace(context.Background(), namespace)
	ctx = request.WithRequestInfo(ctx, &request.RequestInfo{IsResourceRequest: true, Verb: "create",
		APIGroup: gvk.Group, APIVersion: gvk.Version, Resource: strings.ToLower(gvk.Kind) + "s", Namespace: namespace})
	err := rest.BeforeCreate(strategy, ctx, object)
	var status *apierrors.StatusError
	switch {
	case err == nil:
		return nil, nil
	case !errors.As(err, &status) || !apierrors.IsInvalid(err):
		return nil, err
	}
	var fields []string
	for _, cause := range status.ErrStatus.Details.Causes {
		fields = append(fields, cause.Field)
	}
	return fields, nil
}

// placement reports whether a field is one of those that spreadlint judges.
func placement(field string) bool {
	for _, k := range kinds {
		for _, name := range []string{"affinity", "topologySpreadConstraints", "nodeSelector"} {
			rest, found := strings.CutPrefix(field, k.spec+name)
			if found && (rest == "" || rest[0] == '.' || rest[0] == '[') {
				return true
			}
		}
	}
	return false
}

func sorted(fields []string) []string {
	slices.Sort(fields)
	return slices.Compact(fields)
}
