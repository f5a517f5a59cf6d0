package lint

import (
	"maps"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// ownSelectorFix offers a selector made of the labels by which the workload's
// pods are told apart.
func ownSelectorFix(w *render.Workload, t render.Term) []Fix {
	labels := w.SelectorLabels()
	if len(labels) == 0 {
		return nil
	}
	match := map[string]any{}
	for k, v := range labels {
		match[k] = v
	}
	safety := Safe
	if t.Hard {
		safety = Unsafe
	}
	if nameIsStandIn(labels) {
		safety = ShowOnly // the real release has another name
	}
	return []Fix{{Title: "select the workload's own pods: " + show(map[string]any{"matchLabels": match}), Safety: safety,
		Sets: []Set{{Value: map[string]any{"matchLabels": match}}}}}
}

// nameIsStandIn reports whether a label carries the release name that Helm
// makes up when none is given.
func nameIsStandIn(labels map[string]string) bool {
	for _, v := range labels {
		if strings.Contains(v, render.StandInName) {
			return true
		}
	}
	return false
}

// refineSelector writes only the labels that are wrong or lack, where the
// value holds a selector already: what is right stays as the user wrote it.
func (in *Input) refineSelector(f *Finding, written values.Path) {
	labels := f.target.workload.SelectorLabels()
	f.Fixes[0].Sets = []Set{{Path: written, Value: in.spelled(map[string]any{"matchLabels": texts(labels)})}}
	value, _ := values.Lookup(any(in.Release.Values()), written)
	selector, _ := value.(map[string]any)
	given, _ := selector["matchLabels"].(map[string]any)
	if len(given) == 0 || len(selector) > 1 || f.selector.Selector == nil {
		return
	}
	rendered := f.selector.Selector.MatchLabels
	var sets []Set
	for _, key := range slices.Sorted(maps.Keys(given)) {
		if _, own := labels[key]; !own && f.target.workload.Labels()[key] != rendered[key] {
			sets = append(sets, Set{Path: written.Key("matchLabels").Key(key), Remove: true})
		}
	}
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		if rendered[key] != labels[key] {
			sets = append(sets, Set{Path: written.Key("matchLabels").Key(key), Value: in.spelled(labels[key])})
		}
	}
	if len(sets) > 0 {
		f.Fixes[0].Sets = sets
	}
}

func texts(labels map[string]string) map[string]any {
	all := map[string]any{}
	for k, v := range labels {
		all[k] = v
	}
	return all
}

// spelled writes the release's name as a template does where the user's values
// do: then the value goes through tpl, and other releases may use it too.
func (in *Input) spelled(v any) any {
	if !in.namesTemplated() {
		return v
	}
	switch v := v.(type) {
	case string:
		if v == in.Release.Name {
			return "{{ .Release.Name }}"
		}
	case map[string]any:
		for k, x := range v {
			v[k] = in.spelled(x)
		}
	}
	return v
}

// namesTemplated reports whether a constraint or term of the release takes its
// name from a template expression in the values, and gets it.
func (in *Input) namesTemplated() bool {
	for _, layer := range in.Release.Layers {
		if layer.Kind == render.LayerFile && strings.Contains(string(layer.File.Src), "{{ .Release.Name }}") {
			for _, text := range in.Release.Texts() {
				if strings.Contains(text, "{{ .Release.Name }}") {
					return false
				}
			}
			return true
		}
	}
	return false
}
