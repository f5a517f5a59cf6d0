package lint

import (
	"fmt"
	"strings"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

var _ = register(Rule{
	ID: "type-conflict", Category: "values", Severity: Error, Since: "0.1.0",
	Title: "A word where the chart has a map or list, or the reverse",
	Doc: `Your value is a word or number where the chart's default is a map or a list, or the other way round. Helm replaces the
default without a message, or with a warning that scrolls by, and the template renders something that is no rule.

A frequent cause is ` + "`--set`" + `: ` + "`--set x=[]`" + ` sets the *text* ` + "`[]`" + `, ` + "`--set x={}`" + ` a list with one empty text; only
` + "`--set-json 'x=[]'`" + ` sets an empty list. Reported for keys about placement.`,
	Needs: needsValues,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, layer := range in.Release.Layers {
			if layer.Kind == render.LayerChart {
				continue
			}
			for _, c := range in.conflicts(layer) {
				found = append(found, c)
			}
		}
		return found
	},
})

// conflicts compares the user's values with the charts' defaults.
func (in *Input) conflicts(layer *render.Layer) []Finding {
	var found []Finding
	layer.Walk(func(path values.Path, value any) {
		fallback, declared := in.Release.Layers.Default(path)
		if !declared || value == nil || fallback == nil || !pathAboutPlacement(path) {
			return
		}
		mine, theirs := shapeOf(value), shapeOf(fallback)
		argument := layer.Kind == render.LayerSet && layer.Flag == "--set" && (value == "[]" || isEmptyText(value))
		if mine == theirs && !argument || theirs == "text" && !argument {
			return
		}
		if winner, ok := in.Release.Layers.Find(path); !ok || winner.Layer != layer {
			return
		}
		f := atValue(path)
		f.Message = fmt.Sprintf("%s is %s, the chart's default is %s", path, article(mine), article(theirs))
		f.Caret = "must be " + article(theirs)
		f.Effect = "the template renders something that is no rule, or stops"
		if argument {
			f.Message = fmt.Sprintf("--set makes %s the %s, not an empty list", path, setMeaning(value))
			f.Caret = fmt.Sprintf("write --set-json '%s=[]'", path)
			f.Fixes = []Fix{{Title: fmt.Sprintf("use --set-json '%s=[]'", path), Safety: Safe}}
		}
		found = append(found, f)
	})
	return found
}

func isEmptyText(v any) bool {
	list, ok := v.([]any)
	return ok && len(list) == 1 && list[0] == ""
}

func setMeaning(v any) string {
	if v == "[]" {
		return "text \"[]\""
	}
	return "list [\"\"] with one empty text"
}

func shapeOf(v any) string {
	switch v := v.(type) {
	case map[string]any:
		return "map"
	case []any:
		return "list"
	case string:
		if v == "" || strings.Contains(v, "\n") || strings.Contains(v, "{{") {
			return "text"
		}
		return "scalar"
	}
	return "scalar"
}

func article(shape string) string {
	switch shape {
	case "scalar":
		return "a single value"
	case "text":
		return "a text"
	}
	return "a " + shape
}

func pathAboutPlacement(path values.Path) bool {
	for _, k := range path {
		if !k.IsIndex() && aboutPlacement(k.Name(), nil) {
			return true
		}
	}
	return false
}
