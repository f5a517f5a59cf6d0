package lint

import (
	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
)

var _ = register(Rule{
	ID: "min-domains-misuse", Category: "api", Severity: Error, Since: "0.1.0",
	Title: "minDomains without DoNotSchedule",
	NoFix: "whether the mode or minDomains is meant, only you can tell",
	Doc: `` + "`minDomains`" + ` says how many domains a *hard* constraint must see before the skew counts from a real minimum; with
ScheduleAnyway there is nothing it could mean, and the API server refuses the object.

Source: https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/apis/core/validation/validation.go (validateMinDomains)`,
	Refusal: func(w *render.Workload, e kube.FieldError) (Finding, bool) {
		if fieldName(e.Path) != "minDomains" || e.Decode || e.Detail == "must be greater than zero" {
			return Finding{}, false // the latter is placement-field-out-of-range
		}
		f := at(w, e.Path)
		f.Message = "minDomains needs whenUnsatisfiable: DoNotSchedule"
		f.Caret = "remove it, or make the constraint hard"
		f.Fixes = []Fix{{Title: "remove minDomains", Safety: Unsafe, Sets: []Set{{Remove: true}}}}
		return f, true
	},
})
