package lint

import (
	"fmt"
	"reflect"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

var _ = register(Rule{
	ID: "redundant-constraint", Category: "consistency", Severity: Warning, Since: "0.1.0",
	Title: "A spread constraint that can never decide",
	NoFix: "no value is known that makes the constraint",
	Doc: `A hard constraint with maxSkew 1 already keeps the domains as even as they can be: a soft one beside it on the same key,
for the same pods and with the same policies, never decides. The same holds for a constraint on the hostname beside
hard podAntiAffinity on the hostname for the same pods, where no node can have two of them.`,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, w := range in.shouldSpread() {
			constraints := w.Pod.Object.Spec.TopologySpreadConstraints
			for i, loose := range constraints {
				path := values.Path{values.Name("spec"), values.Name("topologySpreadConstraints"), values.Index(i)}
				why := ""
				for j, tight := range constraints {
					if i != j && tight.TopologyKey == loose.TopologyKey && tight.WhenUnsatisfiable == "DoNotSchedule" && tight.MaxSkew == 1 && loose.WhenUnsatisfiable == "ScheduleAnyway" &&
						reflect.DeepEqual(tight.LabelSelector, loose.LabelSelector) && reflect.DeepEqual(tight.MatchLabelKeys, loose.MatchLabelKeys) &&
						reflect.DeepEqual(tight.NodeAffinityPolicy, loose.NodeAffinityPolicy) && reflect.DeepEqual(tight.NodeTaintsPolicy, loose.NodeTaintsPolicy) && selectsSelf(w.Terms()[termIndex(w.Terms(), path)], w) {
						why = fmt.Sprintf("constraint %d is hard with maxSkew 1 on the same key", j)
					}
				}
				for _, t := range w.Terms() {
					if t.AntiAffinity && t.Hard && t.TopologyKey == hostnameKey && loose.TopologyKey == hostnameKey &&
						reflect.DeepEqual(t.Selector, loose.LabelSelector) && selectsSelf(t, w) && len(t.MatchLabelKeys) == 0 {
						why = "hard podAntiAffinity on the hostname for the same pods allows one pod a node anyway"
					}
				}
				if why == "" {
					continue
				}
				f := at(w, path)
				f.target.presence = true
				f.Message = fmt.Sprintf("the constraint on %s can never decide", loose.TopologyKey)
				f.Caret = "drop it, or align the two"
				f.Effect = "it changes nothing, and hides which rule holds: " + why
				f.Fixes = []Fix{{Title: "remove the constraint", Safety: Unsafe, Sets: []Set{{Remove: true}}}}
				found = append(found, f)
			}
		}
		return found
	},
})

func termIndex(terms []render.Term, path values.Path) int {
	for i, t := range terms {
		if t.Path.Equal(path) {
			return i
		}
	}
	return 0
}
