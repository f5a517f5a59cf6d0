package lint

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

var _ = register(Rule{
	ID: "type-conflict", Category: "values", Severity: Error, Since: "0.1.0",
	Title: "A word where the chart has a map or list, or the reverse",
	NoFix: "what the value means in the chart's form is not known",
	Doc: `Your value is a word or number where the chart's default is a map or a list, or the other way round, and the chart
does not cope with it: Helm drops the value, the API server refuses what the template makes of it, the workload loses its
rule, or the output is the same as without the value. Many charts take several forms (a list or the same list as text, an
empty text for "nothing"); a value that works is not reported, whatever its form.

A frequent cause is ` + "`--set`" + `: ` + "`--set x=[]`" + ` sets the *text* ` + "`[]`" + `, ` + "`--set x={}`" + ` a list with one empty text; only
` + "`--set-json 'x=[]'`" + ` sets an empty list. Reported for keys about placement.

Source: https://github.com/helm/helm/blob/v3.22.0/pkg/strvals/parser.go`,
	Needs: needsValues,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, layer := range in.Release.Layers {
			if layer.Kind == render.LayerChart {
				continue
			}
			layer.Walk(func(path values.Path, value any) {
				if f, conflict := in.typeConflict(layer, path, value); conflict {
					found = append(found, f)
				}
			})
		}
		return found
	},
})

// typeConflict compares one of the user's values with the chart's default, and
// asks the render whether the difference does harm.
func (in *Input) typeConflict(layer *render.Layer, path values.Path, value any) (Finding, bool) {
	fallback, declared := in.Release.Layers.Default(path)
	if !declared || value == nil || fallback == nil || !pathAboutPlacement(path) {
		return Finding{}, false
	}
	mine, theirs := shapeOf(value), shapeOf(fallback)
	argument := layer.Kind == render.LayerSet && layer.Flag == "--set" && (value == "[]" || isEmptyText(value))
	if mine == theirs && !argument || !argument && isOpen(fallback) {
		return Finding{}, false
	}
	if winner, ok := in.Release.Layers.Find(path); !ok || winner.Layer != layer {
		return Finding{}, false
	}
	harm := in.conflictHarm(path, value, fallback, argument)
	if harm == "" {
		return Finding{}, false
	}
	f := atValue(path)
	f.Message = fmt.Sprintf("%s is %s, the chart's default is %s", path, article(mine), article(theirs))
	f.Caret = "must be " + article(theirs)
	f.Effect = harm
	if argument {
		f.Message = fmt.Sprintf("--set makes %s the %s, not an empty list", path, setMeaning(value))
		f.Caret = fmt.Sprintf("write --set-json '%s=[]'", path)
		f.Fixes = []Fix{{Title: fmt.Sprintf("use --set-json '%s=[]'", path), Safety: Safe}}
	} else if fix, ok := in.formFix(path, fallback, value); ok {
		f.Fixes = []Fix{fix}
	}
	return f, true
}

// conflictHarm says what a value of another form does, by a comparison with
// the render that has the default (for an argument that was meant to be empty:
// an empty list) in its place; "" when it does no harm.
func (in *Input) conflictHarm(path values.Path, value, fallback any, argument bool) string {
	if effective, _ := values.Lookup(any(in.Release.Values()), path); !reflect.DeepEqual(effective, value) {
		return "Helm drops the value with a warning: the chart's default holds instead"
	}
	meant := fallback
	if argument && shapeOf(fallback) == "list" {
		meant = []any{}
	}
	sound, err := in.try(in.Release.Workloads, path, meant)
	if err != nil {
		return "" // the default itself does not render: nothing to compare with
	}
	same := true
	for _, w := range in.Release.Workloads {
		other := sound.Workload(w)
		if other == nil {
			same = false
			continue
		}
		switch {
		case misshapen(w) > misshapen(other):
			return fmt.Sprintf("the API server refuses what the template makes of it for %s", w.ID())
		case len(w.Terms()) < len(other.Terms()):
			return fmt.Sprintf("the template makes nothing of it: %s loses its rule", w.ID())
		case !reflect.DeepEqual(pruned(w.Object()), pruned(other.Object())):
			if argument {
				return fmt.Sprintf("the template prints it as it is into %s", w.ID())
			}
			same = false
		}
	}
	if same && !argument && !isEmpty(value) && value != "[]" && value != "{}" && in.removalShows(path) {
		return "the template makes nothing of it: the output is the same without it"
	}
	return ""
}

// misshapen counts the fields of a pod that have another form than Kubernetes
// wants. A value of the right form may still be refused, for what it says.
func misshapen(w *render.Workload) (count int) {
	for _, e := range w.Pod.Validate() {
		if e.Decode {
			count++
		}
	}
	return count
}

// pruned drops what says nothing from a rendered object: an empty list and no
// list mean the same.
func pruned(v any) any {
	switch v := v.(type) {
	case map[string]any:
		kept := map[string]any{}
		for k, x := range v {
			if x = pruned(x); !isEmpty(x) {
				kept[k] = x
			}
		}
		return kept
	case []any:
		var kept []any
		for _, x := range v {
			kept = append(kept, pruned(x))
		}
		return kept
	}
	return v
}

// isEmpty reports whether a value says nothing, whatever its form.
func isEmpty(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		return len(v) == 0
	case []any:
		return len(v) == 0
	}
	return v == nil || v == ""
}

// isOpen reports whether a default leaves the form open: no text, or text of
// several lines or with expressions, which often stands for a whole map.
func isOpen(fallback any) bool {
	text, isText := fallback.(string)
	return isText && (text == "" || strings.Contains(text, "\n") || strings.Contains(text, "{{"))
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
	switch v.(type) {
	case map[string]any:
		return "map"
	case []any:
		return "list"
	}
	return "scalar"
}

func article(shape string) string {
	if shape == "scalar" {
		return "a single value"
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
