package lint

import (
	"fmt"

	"github.com/spreadlint/spreadlint/render"
)

var _ = register(Rule{
	ID: "soft-only", Category: "availability", Severity: Info, Since: "0.1.0", OptIn: true,
	Title: "Only soft rules",
	NoFix: "no value is known that makes the rule hard",
	Doc: `Soft rules are preferences: after a drain all replicas may sit on one node and stay there. Select this rule for
releases whose every workload is critical. A hard rule, or a spread constraint with DoNotSchedule, is a promise.`,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, w := range in.shouldSpread() {
			terms := w.Terms()
			hard := w.HasHostPort()
			for _, t := range terms {
				hard = hard || t.Hard && (!w.LabelsKnown || selectsSelf(t, w))
			}
			if hard || len(terms) == 0 || !w.Scalable() {
				continue
			}
			f := at(w, terms[0].Path)
			f.target.presence = true
			f.Message = fmt.Sprintf("%d replicas are spread by soft rules only", w.MaxReplicas)
			f.Caret = "a preference, no promise"
			f.Effect = fmt.Sprintf("the worst legal placement has all %d pods on one node", w.MaxReplicas)
			f.offer = offerHard
			found = append(found, f)
		}
		return found
	},
})

// offerHard offers the hard form of a soft rule.
func offerHard(f *Finding, d render.Decider) {
	for _, word := range d.Words {
		if meaning(word) == "hard" {
			f.Fixes = append(f.Fixes, setHere(Unsafe, word))
			return
		}
	}
	if rule, isMap := d.Value.(map[string]any); isMap && rule["whenUnsatisfiable"] == "ScheduleAnyway" {
		f.Fixes = append(f.Fixes, Fix{Title: "write DoNotSchedule", Safety: Unsafe,
			Sets: []Set{{Path: d.Path.Key("whenUnsatisfiable"), Value: "DoNotSchedule"}}})
	}
}
