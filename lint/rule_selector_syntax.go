package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

var _ = register(Rule{
	ID: "selector-syntax", Category: "api", Severity: Error, Since: "0.1.0",
	Title: "A malformed label, or selector of pods, namespaces or nodes",
	NoFix: "which pods are meant, only you can tell",
	Doc: `A selector's keys and values must be label keys and values; ` + "`In` and `NotIn`" + ` need values, ` + "`Exists` and `DoesNotExist`" + ` must
have none. The API server refuses the object otherwise. Numbers and booleans must be quoted: label values are strings. So it is
with a ` + "`nodeSelector`" + ` and with the labels of the pods themselves. ` + "`--set key=true`" + ` makes a boolean, ` + "`--set-string`" + ` a text.

The same holds for the expressions of nodeAffinity. There ` + "`Gt` and `Lt`" + ` take exactly one value, and ` + "`matchFields`" + ` knows one
field, ` + "`metadata.name`" + `, with one value. ` + "`namespaces`" + ` of a term lists names of namespaces.

Source: https://github.com/kubernetes/kubernetes/blob/v1.37.1/staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go
and https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/apis/core/validation/validation.go
(ValidatePodSpec, ValidateNodeSelectorRequirement, ValidateNodeFieldSelectorRequirement, validatePodAffinityTerm)`,
	Refusal: func(w *render.Workload, e kube.FieldError) (Finding, bool) {
		if !inSelector(e.Path) && !inNamespaces(e.Path) && !inLabels(e.Path) || fieldName(e.Path) == "operator" {
			return Finding{}, false
		}
		f := at(w, e.Path)
		selector := "the selector of " + owner(e.Path)
		switch {
		case slices.Contains(e.Path, values.Name("nodeAffinity")):
			selector = owner(e.Path)
		case slices.Contains(e.Path, values.Name("nodeSelector")):
			selector = "the nodeSelector"
		case inLabels(e.Path):
			selector = "the labels of the pods"
		}
		fields := slices.Contains(e.Path, values.Name("matchFields"))
		switch name := fieldName(e.Path); {
		case e.Decode:
			f.Message = fmt.Sprintf("%s %s malformed: %s", selector, is(selector), e.Detail)
			wanted, _, _ := strings.Cut(strings.TrimPrefix(e.Detail, "expected "), ",")
			f.Caret = "must be " + wanted
			switch v, ok := w.Lookup(w.FieldPath(e.Path)); {
			case !ok || !isScalarValue(v):
			case wanted == "a string":
				f.Caret = "label keys and values are strings: quote it"
				f.Fixes = []Fix{setHere(Unsafe, fmt.Sprint(v))}
			case name == "values":
				f.Fixes = []Fix{setHere(Unsafe, []any{fmt.Sprint(v)})}
			}
		case name == "values" && e.Type == kube.Required && strings.Contains(e.Detail, "Gt"):
			f.Message = fmt.Sprintf("%s has Gt or Lt without exactly one value", selector)
			f.Caret = "Gt and Lt need one value, a number in quotes"
		case name == "values" && e.Type == kube.Required && fields:
			f.Message = fmt.Sprintf("%s has a field without exactly one value", selector)
			f.Caret = "a field needs one value"
		case name == "values" && e.Type == kube.Required:
			f.Message = fmt.Sprintf("%s has In or NotIn without values", selector)
			f.Caret = "In and NotIn need values; Exists needs none"
		case name == "values" && e.Type == kube.Forbidden:
			f.Message = fmt.Sprintf("%s has Exists or DoesNotExist with values", selector)
			f.Caret = "Exists and DoesNotExist take no values"
			f.Fixes = []Fix{{Title: "remove the values", Safety: Unsafe, Sets: []Set{{Remove: true}}}}
		case inNamespaces(e.Path):
			f.Message = fmt.Sprintf("%s is no name of a namespace in %s", show(e.Value), owner(e.Path))
			f.Caret = withoutExample(e.Detail)
		case fields && name == "key":
			f.Message = fmt.Sprintf("%s is no field of a node that %s may name", show(e.Value), selector)
			f.Caret = "must be metadata.name"
			f.Fixes = []Fix{setHere(Unsafe, "metadata.name")}
		case fields:
			f.Message = fmt.Sprintf("%s is no name of a node in %s", show(e.Value), selector)
			f.Caret = withoutExample(e.Detail)
		default:
			what := "label key or value"
			if name == "key" {
				what = "label key"
			} else if e.Path.Last().IsIndex() {
				what = "label value"
			}
			f.target.onKey = !e.Path.Last().IsIndex() && e.Value == e.Path.Last().Name()
			f.Message = fmt.Sprintf("%s is no %s in %s", show(e.Value), what, selector)
			f.Caret = withoutExample(e.Detail)
		}
		return f, true
	},
})

// inSelector reports whether a path lies in a label selector or in the
// expressions of a nodeAffinity term.
func inSelector(p values.Path) bool {
	return slices.ContainsFunc(p, func(k values.Key) bool {
		return slices.Contains(selectors, k)
	})
}

var selectors = []values.Key{values.Name("labelSelector"), values.Name("namespaceSelector"), values.Name("matchExpressions"), values.Name("matchFields"), values.Name("nodeSelector")}

// inLabels reports whether a path is that of the pods' labels, or of one.
func inLabels(p values.Path) bool {
	return len(p) > 1 && p[0] == values.Name("metadata") && p[1] == values.Name("labels")
}

// is is the verb for one thing, or for labels.
func is(what string) string {
	if strings.HasPrefix(what, "the labels") {
		return "are"
	}
	return "is"
}

// inNamespaces reports whether a path is an item of a term's namespaces.
func inNamespaces(p values.Path) bool {
	return len(p) > 1 && p.Last().IsIndex() && fieldName(p.Parent()) == "namespaces"
}

// withoutExample cuts Kubernetes' examples and regular expressions off.
func withoutExample(detail string) string {
	detail, _, _ = strings.Cut(detail, " (e.g.")
	return detail
}

func isScalarValue(v any) bool {
	switch v.(type) {
	case nil, map[string]any, []any:
		return false
	}
	return true
}
