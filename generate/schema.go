package generate

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/schema"
	"github.com/spreadlint/spreadlint/values"
)

// Schema is a chart's values.schema.json with what is known of the values that
// decide how pods spread.
type Schema struct {
	Given []byte   // the chart's own, nil for none
	Text  []byte   // with what was added
	Added []string // value paths, sorted
	Kept  []string // paths that the given schema says something else of
}

// draft is what Helm 3 and 4 read.
const draft = "http://json-schema.org/draft-07/schema#"

// labelKey is what Kubernetes accepts as the key of a label.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/staging/src/k8s.io/apimachinery/pkg/api/validate/content/kube.go
const labelKey = `([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?`

// MakeSchema writes the schema of a chart: what its templates are proven to do
// with the values that decide spreading, merged into the schema that it has.
// Only maps that hold nothing else are closed; the root and global never are,
// for a chart may become the dependency of another.
func MakeSchema(release *render.Release) (*Schema, error) {
	s := &Schema{}
	for _, own := range release.Schemas() {
		if len(own.Prefix) == 0 {
			s.Given = own.JSON
		}
	}
	skip := map[string]bool{}
	knobs, _ := lint.Knobs(release)
	for {
		w := &schemaWriter{release: release, skip: skip, root: schema.NewObject("$schema", draft), seen: map[string]bool{}}
		if s.Given != nil {
			var err error
			if w.root, err = schema.ParseObject(s.Given); err != nil {
				return nil, fmt.Errorf("values.schema.json: %w", err)
			}
		}
		w.write(knobs)
		text, err := w.root.Indented(s.Given)
		if err != nil {
			return nil, err
		}
		s.Text, s.Added, s.Kept = text, sortedTexts(w.added), sortedTexts(w.kept)
		if len(w.added) == 0 && s.Given != nil {
			s.Text = s.Given
		}
		violations, err := schema.Chart(s.Text, release.Values())
		if err != nil {
			return nil, err
		}
		again := false
		for _, v := range violations { // what the chart itself holds is legal
			for _, path := range w.added {
				if v.Path.HasPrefix(path) && !skip[path.String()] {
					skip[path.String()], again = true, true
				}
			}
		}
		if !again {
			return s, nil
		}
	}
}

func sortedTexts(paths []values.Path) []string {
	var all []string
	for _, path := range paths {
		all = append(all, path.String())
	}
	slices.Sort(all)
	return all
}

// schemaWriter adds to a schema.
type schemaWriter struct {
	release     *render.Release
	root        *schema.Object
	skip, seen  map[string]bool
	added, kept []values.Path
}

func (w *schemaWriter) write(knobs []lint.Knob) {
	for _, k := range knobs {
		id := k.Field + " " + k.Path.String()
		workload := w.workload(k.Workload)
		if w.seen[id] || len(k.Path) == 0 || slices.Contains(k.Path, values.Name("global")) || w.skip[k.Path.String()] || workload == nil {
			continue
		}
		w.seen[id] = true
		switch k.Field {
		case lint.FieldMode:
			w.add(k.Path, w.mode(workload, k))
		case lint.FieldTopologyKey:
			w.add(k.Path, w.key(workload, k))
			w.closeBlock(workload, k.Path.Parent())
		case lint.FieldSpread:
			if list := w.list(workload, k); list != nil {
				w.add(k.Path, list)
			}
		case lint.FieldAffinity:
			if affinity := w.affinity(k); affinity != nil {
				w.add(k.Path, affinity)
			}
		}
	}
	w.dependencies(knobs)
}

func (w *schemaWriter) workload(id string) *render.Workload {
	for _, x := range w.release.Workloads {
		if x.ID() == id {
			return x
		}
	}
	return nil
}

// add puts the schema of a value at its path. What a person has said of it
// stays: then nothing is added.
func (w *schemaWriter) add(path values.Path, node *schema.Object) {
	at := w.at(path.Parent())
	if at == nil {
		w.keep(path)
		return
	}
	var holder *schema.Object
	name := "items"
	if path.Last().IsIndex() {
		holder = at
	} else if holder = at.Below("properties"); holder != nil {
		name = path.Last().Name()
	}
	if holder == nil {
		w.keep(path)
		return
	}
	now, there := holder.Lookup(name)
	old, isObject := now.(*schema.Object)
	switch {
	case !there:
		holder.Set(name, node)
	case isObject && equalNodes(old, node):
		return
	case !isObject || !mergeNode(old, node):
		w.keep(path)
		return
	}
	w.note(path)
}

func (w *schemaWriter) note(path values.Path) {
	if !slices.ContainsFunc(w.added, path.Equal) {
		w.added = append(w.added, path)
	}
}

func (w *schemaWriter) keep(path values.Path) {
	if !slices.ContainsFunc(w.kept, path.Equal) {
		w.kept = append(w.kept, path)
	}
}

// at is the schema of a map or list, with those above it; nil where the given
// schema refers elsewhere.
func (w *schemaWriter) at(path values.Path) *schema.Object {
	node := w.root
	for _, key := range path {
		if _, refers := node.Lookup("$ref"); refers {
			return nil
		}
		if key.IsIndex() {
			node = node.Below("items")
		} else if node = node.Below("properties"); node != nil {
			node = node.Below(key.Name())
		}
		if node == nil {
			return nil
		}
	}
	if _, refers := node.Lookup("$ref"); refers {
		return nil
	}
	return node
}

func equalNodes(a, b *schema.Object) bool {
	x, err := a.MarshalJSON()
	y, other := b.MarshalJSON()
	return err == nil && other == nil && string(x) == string(y)
}

// says are the keywords by which a person has said what is legal.
var says = []string{"$ref", "enum", "const", "pattern", "anyOf", "oneOf", "allOf", "not", "if", "items"}

// mergeNode adds to what a given schema says of a value the keywords that it
// lacks. It reports whether there was anything to add, and room for it.
func mergeNode(old, node *schema.Object) bool {
	for _, key := range says {
		if _, said := old.Lookup(key); said {
			return false
		}
	}
	if kind, said := old.Lookup("type"); said {
		if ours, _ := node.Lookup("type"); !reflect.DeepEqual(kind, ours) {
			return false
		}
	}
	if _, closed := old.Lookup("properties"); closed {
		return false
	}
	changed := false
	for _, key := range node.Keys() {
		if _, said := old.Lookup(key); !said {
			v, _ := node.Lookup(key)
			old.Set(key, v)
			changed = true
		}
	}
	return changed
}

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
	full := map[string]any{"maxSkew": 1, "topologyKey": hostnameKey, "whenUnsatisfiable": "ScheduleAnyway",
		"labelSelector": map[string]any{"matchLabels": texts(workload.SelectorLabels())}}
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
