package lint

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

var _ = register(Rule{
	ID: "placement-field-out-of-range", Category: "api", Severity: Error, Since: "0.1.0",
	Title: "A field of a term or constraint is out of range or of the wrong type",
	NoFix: "which value is meant is not known",
	Doc: `` + "`maxSkew` and `minDomains`" + ` must be greater than zero, ` + "`weight`" + ` from 1 to 100, and all of them numbers: a number in
quotes (often from a template that quotes its values) is a string, which the API server's decoder refuses.

It refuses every other value of the wrong type just as well: one constraint where a list of them belongs, a list where
` + "`affinity`" + ` should be a map, a word such as ` + "`hard`" + ` in its place, an unquoted number or ` + "`yes`" + ` where text belongs. The
API server names the first one only; all are reported here.

Source: https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/apis/core/validation/validation.go and, for the types,
https://github.com/kubernetes/kubernetes/blob/v1.37.1/staging/src/k8s.io/api/core/v1/types.go`,
	Refusal: func(w *render.Workload, e kube.FieldError) (Finding, bool) {
		name := fieldName(e.Path)
		low, high := 1, 0
		switch name {
		case "maxSkew", "minDomains":
		case "weight":
			high = 100
		default:
			return wrongType(w, e)
		}
		value, present := w.Lookup(w.FieldPath(e.Path))
		number, isNumber := value.(float64)
		if !present || name == "minDomains" && isNumber && number >= 1 && !e.Decode {
			return Finding{}, false
		}
		f := at(w, e.Path)
		f.Caret = "must be greater than zero"
		if high > 0 {
			f.Caret = fmt.Sprintf("must be from %d to %d", low, high)
		}
		if e.Decode {
			_, found, _ := strings.Cut(e.Detail, ", found ")
			f.Message = fmt.Sprintf("%s of %s is %s, not a number", name, owner(e.Path), found)
			f.Caret = "must be a number without quotes"
			if isNumber {
				f.Message = fmt.Sprintf("%s of %s is %s, not a whole number of 32 bits", name, owner(e.Path), show(value))
				f.Caret = "must be a whole number"
			}
			if text, isText := value.(string); isText {
				if n, err := strconv.Atoi(text); err == nil && n >= low && (high == 0 || n <= high) {
					f.Fixes = []Fix{setHere(Unsafe, n)}
				}
			}
			return f, true
		}
		f.Message = fmt.Sprintf("%s of %s is %s", name, owner(e.Path), show(value))
		switch {
		case name == "weight" && isNumber && number > float64(high):
			f.Fixes = []Fix{setHere(Safe, high)}
		case name == "weight":
			f.Fixes = []Fix{setHere(Safe, low)}
		default:
			f.Fixes = []Fix{setHere(Unsafe, low)}
		}
		return f, true
	},
})

// wrongType claims what the decoder refuses, except for selectors and for
// fields that take words: their rules can say more.
func wrongType(w *render.Workload, e kube.FieldError) (Finding, bool) {
	if !e.Decode || len(e.Path) == 0 || inSelector(e.Path) || inLabels(e.Path) || legalWordsOf(e.Path) != nil {
		return Finding{}, false
	}
	wanted, found, _ := strings.Cut(strings.TrimPrefix(e.Detail, "expected "), ", found ")
	f := at(w, e.Path)
	f.Message = fmt.Sprintf("%s is %s, not %s", namedPlace(e.Path), found, wanted)
	f.Caret = "must be " + wanted
	value, present := w.Lookup(w.FieldPath(e.Path))
	_, isText := value.(string)
	_, isMap := value.(map[string]any)
	if texts := fieldName(e.Path) == "namespaces" || labelKeyList(e.Path) != ""; present && wanted == "a list" && (isText && texts || isMap && !texts) {
		f.Fixes = []Fix{setHere(Unsafe, []any{value})}
	}
	return f, true
}

// namedPlace names a field or an item of a list: "item 0 of namespaces".
func namedPlace(p values.Path) string {
	if !p.Last().IsIndex() {
		return p.Last().Name()
	}
	return fmt.Sprintf("item %d of %s", p.Last().Index(), namedPlace(p.Parent()))
}
