package generate

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/schema"
	"github.com/spreadlint/spreadlint/values"
)

// mostKeys bounds the keys of a map that is looked at: blocks about spreading
// are small, and each key costs a render.
const mostKeys = 8

// closeBlock closes a map whose keys are all seen to move nothing but where
// pods go: what else stands in it is a typing error. The root is never closed.
func (w *schemaWriter) closeBlock(workload *render.Workload, path values.Path) {
	block, _ := values.Lookup(any(w.release.Values()), path)
	m, isMap := block.(map[string]any)
	id := "block " + path.String()
	if !isMap || len(path) == 0 || len(m) > mostKeys || slices.ContainsFunc(path, values.Key.IsIndex) || w.seen[id] || w.skip[path.String()] {
		return
	}
	w.seen[id] = true
	for _, key := range slices.Sorted(maps.Keys(m)) {
		if !w.onlyPlaces(workload, path.Key(key), m[key]) {
			return
		}
	}
	at := w.at(path)
	if at == nil {
		return
	}
	known := at.Below("properties")
	if _, said := at.Lookup("additionalProperties"); said || known == nil {
		return
	}
	for _, key := range slices.Sorted(maps.Keys(m)) {
		if _, there := known.Lookup(key); !there {
			known.Set(key, &schema.Object{})
		}
	}
	at.Set("additionalProperties", false)
	w.note(path)
}

// onlyPlaces reports whether another value at a path leaves everything but the
// workloads' rules about placement as it is.
func (w *schemaWriter) onlyPlaces(workload *render.Workload, path values.Path, now any) bool {
	var other any
	switch now := now.(type) {
	case string:
		other = now + "x"
	case bool:
		other = !now
	case float64:
		other = now + 1
	case nil:
		other = "x"
	default:
		return false
	}
	changed, err := w.release.With(render.Change{Path: path, Value: other})
	if err != nil {
		return false
	}
	for _, before := range w.release.Workloads {
		after := changed.Workload(before)
		if after == nil || !reflect.DeepEqual(unplaced(before), unplaced(after)) {
			return false
		}
	}
	return true
}

// unplaced is a workload's object without its rules about placement.
func unplaced(w *render.Workload) any {
	var strip func(v any, path values.Path) any
	strip = func(v any, path values.Path) any {
		m, isMap := v.(map[string]any)
		if !isMap {
			return v
		}
		copied := maps.Clone(m)
		if len(path) == 0 {
			delete(copied, "affinity")
			delete(copied, "topologySpreadConstraints")
		} else if !path[0].IsIndex() {
			copied[path[0].Name()] = strip(copied[path[0].Name()], path[1:])
		}
		return copied
	}
	return strip(w.Object(), w.SpecPath)
}

// dependencies says of every mode that its topology key is of use only while
// the mode is on: with one of the words that switch it off the key must be the
// chart's default, for Helm checks values after it has merged the defaults in.
func (w *schemaWriter) dependencies(knobs []lint.Knob) {
	for _, mode := range knobs {
		if mode.Field != lint.FieldMode || slices.ContainsFunc(mode.Path, values.Key.IsIndex) || slices.Contains(mode.Path, values.Name("global")) || w.skip[mode.Path.String()] {
			continue
		}
		var keys []lint.Knob
		for _, k := range knobs {
			if k.Field == lint.FieldTopologyKey && k.Workload == mode.Workload && k.Path.HasPrefix(mode.Path.Parent()) {
				keys = append(keys, k)
			}
		}
		key, ok := nearest(mode.Path, keys)
		id := fmt.Sprint("dependency ", mode.Path, key.Path)
		if !ok || w.seen[id] || w.skip[key.Path.String()] {
			continue
		}
		fallback, declared := w.release.Layers.Default(key.Path)
		if !declared {
			continue
		}
		off := w.off(mode) // costs renders
		if len(off) == 0 {
			continue
		}
		w.seen[id] = true
		at := w.at(mode.Path.Parent())
		if at == nil {
			continue
		}
		then := schema.NewObject("const", fallback)
		for _, step := range slices.Backward(key.Path[len(mode.Path)-1:]) {
			then = schema.NewObject("properties", schema.NewObject(step.Name(), then))
		}
		name := mode.Path.Last().Name()
		condition := schema.NewObject(
			"if", schema.NewObject("properties", schema.NewObject(name, schema.NewObject("enum", off)), "required", []any{name}),
			"then", then)
		w.require(at, condition, key.Path)
	}
}

// require adds a condition to those of a map, once.
func (w *schemaWriter) require(at, condition *schema.Object, about values.Path) {
	now, there := at.Lookup("allOf")
	list, isList := now.([]any)
	if there && !isList {
		return
	}
	for _, x := range list {
		if o, isObject := x.(*schema.Object); isObject && equalNodes(o, condition) {
			return
		}
	}
	at.Set("allOf", append(slices.Clone(list), any(condition)))
	w.note(about)
}

// off are the words that the chart is seen to take for no rule.
func (w *schemaWriter) off(mode lint.Knob) []any {
	workload := w.workload(mode.Workload)
	var words []any
	for _, word := range append(slices.Clone(mode.Off), "none", "") {
		tried := w.tried(workload, mode.Path, word)
		if tried != nil && len(tried.Terms()) == 0 && !slices.Contains(words, any(word)) {
			words = append(words, word)
		}
	}
	return words
}
