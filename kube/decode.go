package kube

import (
	"encoding/json"
	"reflect"
	"slices"

	corev1 "k8s.io/api/core/v1"
	kjson "sigs.k8s.io/json"

	"github.com/spreadlint/spreadlint/values"
)

// Template is a pod template as Kubernetes' own types, decoded field by field.
type Template struct {
	// Object holds what could be decoded of the fields that matter to placement: labels, annotations, namespace,
	// affinity, spread constraints, node selector, tolerations, node and scheduler name, and the containers' names,
	// resources and ports. Everything else is left out.
	Object corev1.PodTemplateSpec
	// Unknown lists the fields inside affinity and topologySpreadConstraints that Kubernetes does not have, sorted.
	// A client's strict field validation refuses them, otherwise they are dropped with a warning.
	Unknown []values.Path

	errors []FieldError
	source map[string]any
	kept   map[string][]int // see decoder.kept
}

// Decode turns a decoded YAML pod template ({metadata, spec}) into a [Template]. It never fails as a whole: what has the
// wrong type is left out of Object. For the fields that decide placement it is kept as a [FieldError] with Decode
// true, which [Template.Validate] returns; for all other fields it is not this package's business.
//
// Names are matched with their case and null means the zero value, as in the API server's decoder
// (https://github.com/kubernetes-sigs/json).
func Decode(template map[string]any) *Template { return decodeTemplate(template, true) }

// DecodeCustom is Decode for a custom resource that has a pod's placement fields in its own spec. Of the others it is not
// known that they have a pod's form: they are taken if they do.
func DecodeCustom(template map[string]any) *Template { return decodeTemplate(template, false) }

func decodeTemplate(template map[string]any, pod bool) *Template {
	t := &Template{source: template}
	d := &decoder{kept: map[string][]int{}}

	metadata, ok := template["metadata"].(map[string]any)
	if !ok && template["metadata"] != nil && pod {
		d.refuse(values.Path{values.Name("metadata")}, template["metadata"], "a map")
	}
	lenient(metadata["annotations"], &t.Object.Annotations)
	lenient(metadata["namespace"], &t.Object.Namespace)

	at := values.Path{values.Name("spec")}
	spec, ok := template["spec"].(map[string]any)
	if !ok && template["spec"] != nil {
		d.refuse(at, template["spec"], "a map")
	}
	t.decodeSpec(spec)
	if pod {
		t.decodePlain(d, metadata, spec)
	} else {
		lenient(metadata["labels"], &t.Object.Labels)
		lenient(spec["nodeSelector"], &t.Object.Spec.NodeSelector)
		lenient(spec["tolerations"], &t.Object.Spec.Tolerations)
	}
	d.decode(spec["affinity"], reflect.ValueOf(&t.Object.Spec.Affinity).Elem(), at.Key("affinity"))
	d.decode(spec["topologySpreadConstraints"],
		reflect.ValueOf(&t.Object.Spec.TopologySpreadConstraints).Elem(), at.Key("topologySpreadConstraints"))

	sortErrors(d.errors)
	slices.SortFunc(d.unknown, comparePaths)
	t.errors, t.Unknown, t.kept = d.errors, d.unknown, d.kept
	return t
}

// decodePlain decodes the pods' labels and the plain fields that decide placement. Fields that a toleration does not have are
// not this package's business.
func (t *Template) decodePlain(d *decoder, metadata, spec map[string]any) {
	part := func(in, out any, at values.Path) {
		d.decode(in, reflect.ValueOf(out).Elem(), at)
	}
	root := values.Path{values.Name("spec")}
	part(metadata["labels"], &t.Object.Labels, values.Path{values.Name("metadata"), values.Name("labels")})
	part(spec["nodeSelector"], &t.Object.Spec.NodeSelector, root.Key("nodeSelector"))
	part(spec["tolerations"], &t.Object.Spec.Tolerations, root.Key("tolerations"))
	d.unknown = nil
}

// decodeSpec fills in what a simulation of the scheduler needs beside the placement fields.
func (t *Template) decodeSpec(spec map[string]any) {
	out := &t.Object.Spec
	lenient(spec["nodeName"], &out.NodeName)
	lenient(spec["schedulerName"], &out.SchedulerName)
	lenient(spec["priorityClassName"], &out.PriorityClassName)
	lenient(spec["hostNetwork"], &out.HostNetwork)
	lenient(spec["overhead"], &out.Overhead)
	lenient(spec["resources"], &out.Resources)
	out.Containers = containers(spec["containers"])
	out.InitContainers = containers(spec["initContainers"])
	lenient(claiming(spec["volumes"]), &out.Volumes)
}

// claiming keeps the volumes that may live on some nodes only.
func claiming(in any) any {
	items, _ := in.([]any)
	var kept []any
	for _, item := range items {
		if v, _ := item.(map[string]any); v["persistentVolumeClaim"] != nil || v["ephemeral"] != nil {
			kept = append(kept, item)
		}
	}
	return kept
}

// containers keeps of each container what the scheduler looks at. A container that does not decode is left out.
func containers(in any) []corev1.Container {
	items, _ := in.([]any)
	var all []corev1.Container
	for _, item := range items {
		source, _ := item.(map[string]any)
		reduced := map[string]any{}
		for _, name := range []string{"name", "resources", "ports", "restartPolicy"} {
			if v, ok := source[name]; ok {
				reduced[name] = v
			}
		}
		var c corev1.Container
		if fromJSON(reduced, &c) == nil {
			all = append(all, c)
		}
	}
	return all
}

// lenient decodes a field that is not a placement field, leaving out what has the wrong type: the entries of a map and
// the items of a list one by one, anything else as a whole.
func lenient[T any](in any, out *T) {
	v := reflect.ValueOf(out).Elem()
	switch in := in.(type) {
	case nil:
	case map[string]any:
		if v.Kind() != reflect.Map {
			fresh := new(T)
			if fromJSON(in, fresh) == nil {
				*out = *fresh
			}
			return
		}
		for key, item := range in {
			entry := reflect.New(v.Type())
			if fromJSON(map[string]any{key: item}, entry.Interface()) != nil {
				continue
			}
			if v.IsNil() {
				v.Set(reflect.MakeMap(v.Type()))
			}
			for _, k := range entry.Elem().MapKeys() {
				v.SetMapIndex(k, entry.Elem().MapIndex(k))
			}
		}
	case []any:
		if v.Kind() != reflect.Slice {
			return
		}
		for _, item := range in {
			entry := reflect.New(v.Type().Elem())
			if fromJSON(item, entry.Interface()) == nil {
				v.Set(reflect.Append(v, entry.Elem()))
			}
		}
	default:
		fresh := new(T)
		if fromJSON(in, fresh) == nil {
			*out = *fresh
		}
	}
}

// fromJSON passes a value through the decoder of the API server.
func fromJSON(in, out any) error {
	data, err := json.Marshal(in)
	if err != nil {
		return err
	}
	return kjson.UnmarshalCaseSensitivePreserveInts(data, out)
}
