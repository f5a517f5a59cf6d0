package lint

import (
	"fmt"

	"github.com/spreadlint/spreadlint/render"
)

var _ = register(Rule{
	ID: "pointless-rule", Category: "availability", Severity: Info, Since: "0.1.0",
	Title: "A spreading rule on a DaemonSet",
	NoFix: "no value is known that makes the rule",
	Doc:   `A DaemonSet runs one pod on each node anyway: a spread constraint or a hard rule can only keep it from a node.`,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, w := range in.running() {
			if w.Kind != "DaemonSet" {
				continue
			}
			for _, t := range w.Terms() {
				if !t.Spread && (!t.Hard || !selectsSelf(t, w)) {
					continue
				}
				f := at(w, t.Path)
				f.target.presence = true
				f.Message = fmt.Sprintf("a %s on a DaemonSet", t.Kind())
				f.Caret = "a DaemonSet runs one pod a node without it"
				f.Effect = "it spreads nothing more; where it is hard it can keep the pod from a node"
				f.offer = func(f *Finding, d render.Decider) {
					if len(d.Path) > 0 && d.Path.Last().IsIndex() { // an entry of the user's own list
						f.Fixes = append(f.Fixes, Fix{Title: "remove the rule", Safety: Unsafe, Sets: []Set{{Path: d.Path, Remove: true}}})
					}
				}
				found = append(found, f)
			}
		}
		return found
	},
})
