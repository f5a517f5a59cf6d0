package lint

import (
	"bytes"
	"reflect"

	"sigs.k8s.io/yaml"

	"github.com/spreadlint/spreadlint/values"
)

// formFix writes a value in the form of the chart's default, where that is
// known. Comments inside the value would be lost: then a person writes it.
func (in *Input) formFix(path values.Path, fallback, value any) (Fix, bool) {
	meant, ok := inFormOf(fallback, value)
	fix := setHere(Unsafe, meant)
	if origin, found := in.Release.Layers.Find(path); found {
		span := origin.Node.Value
		if bytes.ContainsRune(origin.Layer.File.Src[span.Start.Offset:span.End.Offset], '#') {
			fix.Safety = ShowOnly
		}
	}
	if shape := shapeOf(meant); shape != "scalar" {
		fix.Title = "write it as " + article(shape)
	}
	return fix, ok
}

// inFormOf is a value in the form of the chart's default, where what it says
// stays the same: text that is YAML of that form, one entry that is to be a
// list, a list that holds the one value.
func inFormOf(fallback, value any) (any, bool) {
	sameForm := func(v any) bool {
		return v != nil && fallback != nil && reflect.TypeOf(v) == reflect.TypeOf(fallback)
	}
	switch v := value.(type) {
	case string:
		var meant any
		if err := yaml.Unmarshal([]byte(v), &meant); err == nil && !isEmpty(meant) && sameForm(meant) {
			return meant, true
		}
	case map[string]any:
		if list := []any{v}; len(v) > 0 && sameForm(list) {
			return list, true
		}
	case []any:
		if len(v) == 1 && sameForm(v[0]) {
			return v[0], true
		}
	}
	return nil, false
}
