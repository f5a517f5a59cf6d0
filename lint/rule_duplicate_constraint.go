package lint

import (
	"fmt"
	"reflect"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
)

var _ = register(Rule{
	ID: "duplicate-constraint", Category: "api", Severity: Error, Since: "0.1.0",
	Title: "Two spread constraints with the same key and mode",
	NoFix: "which of the two constraints is to hold, only you can tell",
	Doc: `The pair of ` + "`topologyKey` and `whenUnsatisfiable`" + ` must be unique among the topology spread constraints of a pod, even
if the selectors differ. The same key once with DoNotSchedule and once with ScheduleAnyway is legal. The API server
refuses the object otherwise. Keep the constraint that you mean.`,
	Refusal: func(w *render.Workload, e kube.FieldError) (Finding, bool) {
		if e.Type != kube.Duplicate || len(e.Path) < 3 || e.Path[1].IsIndex() || e.Path[1].Name() != "topologySpreadConstraints" {
			return Finding{}, false
		}
		// What is rendered, for a constraint of a wrong type is not among the decoded ones.
		rendered, _ := w.Lookup(w.FieldPath(e.Path[:2]))
		constraints, _ := rendered.([]any)
		first := e.Path[2].Index()
		if first >= len(constraints) {
			return Finding{}, false
		}
		key, mode := pairOf(constraints[first])
		second := first
		for i := first + 1; i < len(constraints) && second == first; i++ {
			if k, m := pairOf(constraints[i]); k == key && m == mode {
				second = i
			}
		}
		f := at(w, e.Path[:2].Item(second))
		f.Message = fmt.Sprintf("a second topology spread constraint on %s with %s", key, mode)
		f.Caret = "key and whenUnsatisfiable must be unique among the constraints"
		f.Notes = []string{fmt.Sprintf("the first is topologySpreadConstraints[%d]", first)}
		if second > first && reflect.DeepEqual(constraints[first], constraints[second]) {
			f.Fixes = []Fix{{Title: "remove the repetition", Safety: Safe, Sets: []Set{{Remove: true}}}}
		}
		return f, true
	},
})

// pairOf reads what must be unique of a rendered constraint.
func pairOf(constraint any) (key, mode string) {
	m, _ := constraint.(map[string]any)
	key, _ = m["topologyKey"].(string)
	mode, _ = m["whenUnsatisfiable"].(string)
	return key, mode
}
