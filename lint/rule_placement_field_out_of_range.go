package lint

import (
	"fmt"
	"strconv"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
)

var _ = register(Rule{
	ID: "placement-field-out-of-range", Category: "api", Severity: Error, Since: "0.1.0",
	Title: "A number of a term or constraint is out of range or of the wrong type",
	Doc: `` + "`maxSkew` and `minDomains`" + ` must be greater than zero, ` + "`weight`" + ` from 1 to 100, and all of them numbers: a number in
quotes (often from a template that quotes its values) is a string, which the API server's decoder refuses.

Source: https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/apis/core/validation/validation.go`,
	Refusal: func(w *render.Workload, e kube.FieldError) (Finding, bool) {
		if len(e.Path) == 0 || e.Path.Last().IsIndex() {
			return Finding{}, false
		}
		name := e.Path.Last().Name()
		low, high := 1, 0
		switch name {
		case "maxSkew", "minDomains":
		case "weight":
			high = 100
		default:
			return Finding{}, false
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
			f.Message = fmt.Sprintf("%s of %s is not a number: %s", name, owner(e.Path), e.Detail)
			f.Caret = "must be a number without quotes"
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
