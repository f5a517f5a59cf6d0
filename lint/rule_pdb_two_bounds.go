package lint

import (
	"fmt"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

var _ = register(Rule{
	ID: "pdb-two-bounds", Category: "api", Severity: Error, Since: "0.1.0",
	Title: "A disruption budget with minAvailable and maxUnavailable",
	NoFix: "which of the two bounds is meant, only you can tell",
	Doc: `A PodDisruptionBudget has one bound. With both set the API server refuses it. Often one of them is a default of the chart:
setting the other in your values does not take it away, ` + "`null`" + ` does. ` + "`maxUnavailable: 1`" + ` is right at every number of replicas.

Source: https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/apis/policy/validation/validation.go (ValidatePodDisruptionBudgetSpec)`,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, b := range in.Release.Budgets {
			if b.Other == nil {
				continue
			}
			field, other := b.Field, b.Other
			if in.Release.Chart != "" && in.ownBound(b, other) && !in.ownBound(b, field) {
				field, other = other, field // the line that the user can change
			}
			f := Finding{Workloads: []string{b.Name}, Field: field.String(), target: target{workload: b.Object, field: field}}
			f.Message = fmt.Sprintf("%s has minAvailable and maxUnavailable", b.Name)
			f.Caret = "only one of the two may be set"
			f.Effect = "every Kubernetes version refuses the PodDisruptionBudget: `helm upgrade` stops with an error"
			f.offer = in.offerOneBound(b, other)
			found = append(found, f)
		}
		return found
	},
})

// offerOneBound takes one bound away. Where the other is a default of the
// chart, it is clear which; else maxUnavailable stays, for it is right at every
// size.
func (in *Input) offerOneBound(b *render.Budget, other values.Path) func(*Finding, render.Decider) {
	return func(f *Finding, here render.Decider) {
		there, ok := in.bound(b, other)
		if !ok || len(there.Path) == 0 || len(here.Path) == 0 || there.Path.Equal(here.Path) {
			return
		}
		without := func(d render.Decider, safety Safety) Fix {
			set := in.clear(d.Path)
			title := "remove " + d.Path.Last().Name()
			if !set.Remove {
				title = fmt.Sprintf("set %s to null", d.Path.Last().Name())
			}
			return Fix{Title: title, Safety: safety, Sets: []Set{set}}
		}
		safety := Unsafe
		if in.ownValue(here.Path) && !in.ownValue(there.Path) {
			safety = Safe
		}
		f.Fixes = append(f.Fixes, without(there, safety), without(here, Unsafe))
	}
}

// bound is the value behind a bound of a budget.
func (in *Input) bound(b *render.Budget, field values.Path) (render.Decider, bool) {
	d, _, ok := in.decider(target{workload: b.Object, field: field}, in.Release.Cause(b.Object, field))
	return d, ok
}

func (in *Input) ownBound(b *render.Budget, field values.Path) bool {
	d, ok := in.bound(b, field)
	return ok && in.ownValue(d.Path)
}

// ownValue reports whether the user sets a value, and not the chart.
func (in *Input) ownValue(path values.Path) bool {
	origin, found := in.Release.Layers.Find(path)
	return found && origin.Layer.Kind != render.LayerChart
}
