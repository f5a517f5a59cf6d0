package lint

import (
	"fmt"
	"strconv"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
)

var _ = register(Rule{
	ID: "pdb-refused", Category: "api", Severity: Error, Since: "0.1.0",
	Title: "A disruption budget that the API server refuses",
	NoFix: "how many pods may go, only you can tell",
	Doc: `` + "`minAvailable` and `maxUnavailable`" + ` are a whole number, not below 0 and without quotes, or a text of digits and a percent
sign, not above 100%. The selector must be one. Anything else is refused, and the upgrade with it. ` + "`policy/v1beta1`" + ` is
gone from Kubernetes 1.25 on.

Source: https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/apis/policy/validation/validation.go (ValidatePodDisruptionBudgetSpec)`,
	Check: func(in *Input) []Finding {
		var found []Finding
		var budgets []*render.Workload
		for _, b := range in.Release.Budgets {
			for _, e := range b.Refused {
				if b.Other != nil && len(e.Path) == 1 {
					continue // both are set: pdb-two-bounds
				}
				found = append(found, refusedBudget(b, e))
			}
			budgets = append(budgets, b.Object)
		}
		return append(found, in.unserved(budgets)...)
	},
})

func refusedBudget(b *render.Budget, e kube.FieldError) Finding {
	field := b.Object.ObjectPath(e.Path)
	f := Finding{Workloads: []string{b.Name}, Field: field.String(), target: target{workload: b.Object, field: field}}
	f.Effect = "the API server refuses the budget: `helm upgrade` stops with an error"
	name := shortField(e.Path)
	detail := withoutExample(e.Detail)
	f.Message = fmt.Sprintf("%s: %s: %s", b.Name, name, detail)
	f.Caret = detail
	if name != "minAvailable" && name != "maxUnavailable" {
		return f
	}
	f.Message = fmt.Sprintf("%s: %s is refused", b.Name, b.Text)
	f.Caret = "a number from 0 on, or a percentage up to 100%"
	v, _ := b.Object.Lookup(field)
	text, isText := v.(string)
	if n, err := strconv.Atoi(text); isText && err == nil && n >= 0 {
		f.Caret = "a number, without the quotes"
		f.Fixes = []Fix{setHere(Unsafe, n)}
	}
	return f
}
