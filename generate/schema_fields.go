package generate

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/schema"
	"github.com/spreadlint/spreadlint/values"
)

// labelKey is what Kubernetes accepts as the key of a label.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/staging/src/k8s.io/apimachinery/pkg/api/validate/content/kube.go
const labelKey = `([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?`

// mode lists the words of a mode: those that the chart is seen to know, what
// it holds, and those that are seen to switch the rule off.
func (w *schemaWriter) mode(workload *render.Workload, k lint.Knob) *schema.Object {
	var words []any
	add := func(word any) {
		if !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	for _, word := range k.Legal {
		add(word)
	}
	for _, word := range k.Off {
		add(word)
	}
	for _, word := range []string{"none", ""} {
		if tried := w.tried(workload, k.Path, word); tried != nil && len(tried.Terms()) == 0 && len(tried.Pod.Validate()) == 0 {
			add(word)
		}
	}
	if _, isText := k.Current.(string); isText || k.Current == nil && k.Set {
		add(k.Current)
	}
	return schema.NewObject("description", "How pods are spread.", "enum", words)
}

func (w *schemaWriter) tried(workload *render.Workload, path values.Path, v any) *render.Workload {
	release, err := w.release.Probe(workload, render.Change{Path: path, Value: v})
	if err != nil {
		return nil
	}
	return release.Workload(workload)
}

// key is the schema of a topology key: a label's key, or a template expression
// where that is evaluated.
func (w *schemaWriter) key(workload *render.Workload, k lint.Knob) *schema.Object {
	pattern := "^" + labelKey + "$"
	if text, isText := k.Current.(string); isText && text == "" {
		pattern = "^(" + labelKey + ")?$"
	}
	if tried := w.tried(workload, k.Path, "{{ .Release.Name }}"); tried != nil && slices.ContainsFunc(tried.Terms(), func(t render.Term) bool { return t.TopologyKey == w.release.Name }) {
		pattern += `|\{\{`
	}
	kinds := any("string")
	if k.Current == nil {
		kinds = []any{"string", "null"}
	}
	return schema.NewObject("description", "The key of a node label, such as kubernetes.io/hostname: no value, no =.", "type", kinds, "pattern", pattern)
}

// list is the schema of a list of topology spread constraints; nil where the
// chart takes something else.
func (w *schemaWriter) list(workload *render.Workload, k lint.Knob) *schema.Object {
	kinds := []any{"array"}
	full := softConstraint(hostnameKey, texts(workload.SelectorLabels()))
	takes := func(v any) bool {
		tried := w.tried(workload, k.Path, v)
		return tried != nil && len(tried.Pod.Validate()) == 0 && slices.ContainsFunc(tried.Terms(), func(t render.Term) bool { return t.Spread && t.TopologyKey == hostnameKey })
	}
	switch k.Current.(type) {
	case nil:
		kinds = append(kinds, "null")
	case []any:
	default:
		return nil
	}
	if text, err := json.Marshal([]any{full}); err == nil && takes(string(text)) {
		kinds = append(kinds, "string") // JSON is YAML
	}
	var required []any
	for _, field := range []string{"maxSkew", "topologyKey", "whenUnsatisfiable"} {
		lacking := maps.Clone(full)
		delete(lacking, field)
		if tried := w.tried(workload, k.Path, []any{lacking}); tried == nil || len(tried.Pod.Validate()) > 0 {
			required = append(required, field) // the chart does not add it
		}
	}
	pattern := "^" + labelKey + `$|\{\{`
	word := func(words ...any) *schema.Object { return schema.NewObject("enum", words) }
	whole := schema.NewObject("type", "integer", "minimum", 1)
	constraint := schema.NewObject("description", "A topology spread constraint.", "type", "object", "additionalProperties", false)
	if len(required) > 0 {
		constraint.Set("required", required)
	}
	constraint.Set("properties", schema.NewObject(
		"maxSkew", whole, "minDomains", whole,
		"topologyKey", schema.NewObject("type", "string", "pattern", pattern),
		"whenUnsatisfiable", word("DoNotSchedule", "ScheduleAnyway"),
		"labelSelector", schema.NewObject("type", "object", "additionalProperties", false, "properties", schema.NewObject(
			"matchLabels", schema.NewObject("type", "object"), "matchExpressions", schema.NewObject("type", "array"))),
		"matchLabelKeys", schema.NewObject("type", "array", "items", schema.NewObject("type", "string")),
		"nodeAffinityPolicy", word("Honor", "Ignore"), "nodeTaintsPolicy", word("Honor", "Ignore")))
	return schema.NewObject("description", "Topology spread constraints, as Kubernetes has them.", "type", oneOrList(kinds), "items", w.defined("topologySpreadConstraint", constraint))
}

// defined refers to a part of the schema that several values share; where the
// given schema uses the name for something else, the part itself stands here.
func (w *schemaWriter) defined(name string, node *schema.Object) *schema.Object {
	all := w.root.Below("definitions")
	if all == nil {
		return node
	}
	if now, there := all.Lookup(name); !there {
		all.Set(name, node)
	} else if o, isObject := now.(*schema.Object); !isObject || !equalNodes(o, node) {
		return node
	}
	return schema.NewObject("$ref", "#/definitions/"+name)
}

func oneOrList(kinds []any) any {
	if len(kinds) == 1 {
		return kinds[0]
	}
	return kinds
}

// affinity is the schema of an affinity: only podAntiAffinity is known, and
// closed; the chart may read other keys beside it.
func (w *schemaWriter) affinity(k lint.Knob) *schema.Object {
	kinds := []any{"object"}
	switch k.Current.(type) {
	case nil:
		kinds = append(kinds, "null")
	case map[string]any:
	default:
		return nil
	}
	term := func() *schema.Object {
		return schema.NewObject("type", "object", "required", []any{"topologyKey"}, "properties",
			schema.NewObject("topologyKey", schema.NewObject("type", "string", "pattern", "^"+labelKey+`$|\{\{`)))
	}
	weighted := schema.NewObject("type", "object", "required", []any{"weight", "podAffinityTerm"}, "properties", schema.NewObject(
		"weight", schema.NewObject("type", "integer", "minimum", 1, "maximum", 100), "podAffinityTerm", term()))
	anti := schema.NewObject("type", []any{"object", "null"}, "additionalProperties", false, "properties", schema.NewObject(
		"requiredDuringSchedulingIgnoredDuringExecution", schema.NewObject("type", []any{"array", "null"}, "items", term()),
		"preferredDuringSchedulingIgnoredDuringExecution", schema.NewObject("type", []any{"array", "null"}, "items", weighted)))
	return schema.NewObject("description", "Affinity, as Kubernetes has it.", "type", oneOrList(kinds), "properties", schema.NewObject("podAntiAffinity", anti))
}

func texts(labels map[string]string) map[string]any {
	all := map[string]any{}
	for k, v := range labels {
		all[k] = v
	}
	return all
}
