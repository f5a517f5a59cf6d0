package lint

import (
	"fmt"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
)

var _ = register(Rule{
	ID: "duplicate-constraint", Category: "api", Severity: Error, Since: "0.1.0",
	Title: "Two spread constraints with the same key and mode",
	Doc: `The pair of ` + "`topologyKey` and `whenUnsatisfiable`" + ` must be unique among the topology spread constraints of a pod, even
if the selectors differ. The same key once with DoNotSchedule and once with ScheduleAnyway is legal. The API server
refuses the object otherwise. Keep the constraint that you mean.`,
	Refusal: func(w *render.Workload, e kube.FieldError) (Finding, bool) {
		if e.Type != kube.Duplicate || len(e.Path) < 3 || e.Path[1].IsIndex() || e.Path[1].Name() != "topologySpreadConstraints" {
			return Finding{}, false
		}
		constraints := w.Pod.Object.Spec.TopologySpreadConstraints
		first := e.Path[2].Index()
		if first >= len(constraints) {
			return Finding{}, false
		}
		c := constraints[first]
		second := first
		for i := first + 1; i < len(constraints); i++ {
			if constraints[i].TopologyKey == c.TopologyKey && constraints[i].WhenUnsatisfiable == c.WhenUnsatisfiable {
				second = i
				break
			}
		}
		f := at(w, e.Path[:2].Item(second))
		f.Message = fmt.Sprintf("a second topology spread constraint on %s with %s", c.TopologyKey, c.WhenUnsatisfiable)
		f.Caret = "key and whenUnsatisfiable must be unique among the constraints"
		f.Notes = []string{fmt.Sprintf("the first is topologySpreadConstraints[%d]", first)}
		return f, true
	},
})
