package lint

import (
	"fmt"
	"slices"
	"strconv"
	"sync"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
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
		inCluster := sync.OnceValue(in.withBudgetKind)
		for _, b := range in.Release.Budgets {
			for _, e := range b.Refused {
				if b.Other != nil && len(e.Path) == 1 {
					continue // both are set: pdb-two-bounds
				}
				found = append(found, refusedBudget(b, e))
			}
			if b.Object.APIVersion == "policy/v1beta1" && kube.MinorOf(in.Release.KubeVersion) >= 25 {
				field := b.Object.ObjectPath(values.Path{values.Name("apiVersion")})
				f := Finding{Workloads: []string{b.Name}, Field: field.String(), target: target{workload: b.Object, field: field}}
				f.Message = fmt.Sprintf("%s: Kubernetes from 1.25 on has no policy/v1beta1", b.Name)
				f.Caret = "policy/v1; there an empty selector selects every pod, not none"
				f.Effect = "the API server does not know the object: `helm upgrade` stops with an error"
				if slices.ContainsFunc(inCluster(), func(x *render.Budget) bool { return x.Name == b.Name && x.Object.APIVersion == "policy/v1" }) {
					f.Severity = Info
					f.Message = fmt.Sprintf("%s: policy/v1beta1, for want of a cluster that the chart could ask", b.Name)
					f.Caret = "the chart asks for " + budgetKind + "; --api-versions " + budgetKind + " answers it"
					f.Effect = "`helm upgrade` asks the cluster and renders policy/v1; what `helm template` prints is refused from Kubernetes 1.25 on"
				}
				found = append(found, f)
			}
		}
		return found
	},
})

// budgetKind is the form in which a cluster, but not `helm template`, also
// lists its APIs.
// https://github.com/helm/helm/blob/v3.22.0/pkg/action/action.go (GetVersionSet)
const budgetKind = "policy/v1/PodDisruptionBudget"

// withBudgetKind are the budgets that the chart would render in a cluster,
// which may be of the newer version; nil when that cannot be told.
func (in *Input) withBudgetKind() []*render.Budget {
	if in.Release.Chart == "" {
		return nil
	}
	there, err := in.Release.WithAPIs(budgetKind)
	if err != nil {
		return nil
	}
	return there.Budgets
}

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
