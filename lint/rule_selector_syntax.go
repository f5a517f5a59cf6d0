package lint

import (
	"fmt"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

var _ = register(Rule{
	ID: "selector-syntax", Category: "api", Severity: Error, Since: "0.1.0",
	Title: "A malformed label selector",
	Doc: `A selector's keys and values must be label keys and values; ` + "`In` and `NotIn`" + ` need values, ` + "`Exists` and `DoesNotExist`" + ` must
have none. The API server refuses the object otherwise. Numbers and booleans must be quoted: label values are strings.

Source: https://github.com/kubernetes/kubernetes/blob/v1.37.1/staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go`,
	Refusal: func(w *render.Workload, e kube.FieldError) (Finding, bool) {
		if !inSelector(e.Path) || isKey(e.Path, "operator") {
			return Finding{}, false
		}
		f := at(w, e.Path)
		last := ""
		if !e.Path.Last().IsIndex() {
			last = e.Path.Last().Name()
		}
		switch {
		case e.Decode:
			f.Message = fmt.Sprintf("the selector of %s is malformed: %s", owner(e.Path), e.Detail)
			f.Caret = "label keys and values are strings: quote it"
			if v, ok := w.Lookup(w.FieldPath(e.Path)); ok && isScalarValue(v) {
				f.Fixes = []Fix{setHere(Unsafe, fmt.Sprint(v))}
			}
		case last == "values" && e.Type == kube.Required:
			f.Message = fmt.Sprintf("the selector of %s has In or NotIn without values", owner(e.Path))
			f.Caret = "In and NotIn need values; Exists needs none"
		case last == "values" && e.Type == kube.Forbidden:
			f.Message = fmt.Sprintf("the selector of %s has Exists or DoesNotExist with values", owner(e.Path))
			f.Caret = "Exists and DoesNotExist take no values"
			f.Fixes = []Fix{{Title: "remove the values", Safety: Unsafe, Sets: []Set{{Remove: true}}}}
		default:
			f.Message = fmt.Sprintf("%s is no label key or value in the selector of %s", show(e.Value), owner(e.Path))
			f.Caret = e.Detail
		}
		return f, true
	},
})

func inSelector(p values.Path) bool {
	for _, k := range p {
		if !k.IsIndex() && (k.Name() == "labelSelector" || k.Name() == "namespaceSelector") {
			return true
		}
	}
	return false
}

func isScalarValue(v any) bool {
	switch v.(type) {
	case nil, map[string]any, []any:
		return false
	}
	return true
}
