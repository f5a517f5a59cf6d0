package kube

import (
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/spreadlint/spreadlint/values"
)

// translator turns the field paths of Kubernetes' validation into paths of the template. They are not the same:
//
//   - an error about namespaces[i] is reported at "namespace",
//   - a repeated spread constraint at "{topologyKey, whenUnsatisfiable}", which no field is called,
//   - an overlap of matchLabelKeys[i] and labelSelector at "[i]" of the term itself,
//   - a bad label in matchLabels, nodeSelector or the pods' labels at the map, without its key,
//   - and indexes count the items that could be decoded.
//
// All are read from https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/apis/core/validation/validation.go
type translator struct {
	template *Template
	seen     map[string]int // how often one error text came up, to tell equal namespaces or labels apart
}

// path gives the place in the template that the error is about.
func (tr *translator) path(e *field.Error) values.Path {
	steps := parse(e.Field)
	last := len(steps) - 1
	switch {
	case last < 1:
	case strings.HasPrefix(steps[last].name, "{"):
		steps = steps[:last]
	case steps[last].name == "namespace":
		if i, ok := tr.namespace(steps[:last], e); ok {
			steps = append(steps[:last], step{name: "namespaces"}, step{index: i})
		}
	case steps[last].isIndex() && e.Origin == "duplicatedLabelKeys" && steps[last-1].name != "matchLabelKeys":
		steps = append(steps[:last], step{name: "matchLabelKeys"}, steps[last])
	case steps[last].name == "matchLabels", e.Field == "metadata.labels", e.Field == "spec.nodeSelector":
		if key, ok := tr.label(steps, e); ok {
			return tr.template.original(steps).Key(key)
		}
	}
	return tr.template.original(steps)
}

// original maps steps over what was decoded to a path in the template.
func (t *Template) original(steps []step) values.Path {
	var path values.Path
	for _, s := range steps {
		if !s.isIndex() {
			path = path.Key(s.name)
			continue
		}
		index := s.index
		if len(t.kept) > 0 {
			if kept, ok := t.kept[path.String()]; ok && index < len(kept) {
				index = kept[index]
			}
		}
		path = path.Item(index)
	}
	return path
}

// namespace finds the item of namespaces that an error names only by its value. Equal items give equal errors, so the
// second such error belongs to the second of them.
func (tr *translator) namespace(term []step, e *field.Error) (int, bool) {
	names, _ := tr.template.find(append(slices.Clone(term), step{name: "namespaces"})).([]string)
	var equal []int
	for i, name := range names {
		if name == e.BadValue {
			equal = append(equal, i)
		}
	}
	n := tr.count(e)
	if n >= len(equal) {
		return 0, false
	}
	return equal[n], true
}

// label finds the entry of matchLabels that an error names only by its key or its value.
func (tr *translator) label(matchLabels []step, e *field.Error) (string, bool) {
	labels, _ := tr.template.find(matchLabels).(map[string]string)
	if e.Origin == "format=k8s-label-key" {
		key, ok := e.BadValue.(string)
		return key, ok
	}
	var equal []string
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		if labels[key] == e.BadValue {
			equal = append(equal, key)
		}
	}
	n := tr.count(e)
	if n >= len(equal) {
		return "", false
	}
	return equal[n], true
}

// count says how often an error with this very text was seen before.
func (tr *translator) count(e *field.Error) int {
	text := e.Error()
	tr.seen[text]++
	return tr.seen[text] - 1
}
