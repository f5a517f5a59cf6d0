package lint

import (
	"fmt"
	"sort"
	"strings"

	"github.com/spreadlint/spreadlint/render"
)

var _ = register(Rule{
	ID: "selector-volatile", Category: "selector", Severity: Warning, Since: "0.1.0",
	Title: "A selector with a label that changes at every upgrade",
	NoFix: "no value is known that makes the selector",
	Doc: `Labels such as ` + "`helm.sh/chart` and `app.kubernetes.io/version`" + ` carry the version. A selector with one of them does not
match the pods of the running revision during an upgrade: new pods are spread as if the old ones were not there. Seen
by rendering once more under another chart version. Leave these labels out of selectors.`,
	Needs: needsValues,
	Check: func(in *Input) []Finding {
		var found []Finding
		in.eachTwinTerm(func(w *render.Workload, t render.Term, twin *render.Workload) {
			selector := selectorValues(t)
			keys := make([]string, 0, len(selector))
			for k := range selector {
				keys = append(keys, k)
			}
			sort.Strings(keys)
			for _, key := range keys {
				if !strings.Contains(twin.Labels()[key], render.TwinVersion) || !volatileKey(key) && !in.Release.MentionsVersion(w.Labels()[key]) {
					continue
				}
				path := t.SelectorPath.Key("matchLabels").Key(key)
				if _, plain := t.Selector.MatchLabels[key]; !plain {
					path = t.SelectorPath
				}
				f := at(w, path)
				f.Message = fmt.Sprintf("the labelSelector of a %s has %s, which changes with the version", t.Kind(), key)
				f.Caret = "leave it out of the selector"
				f.Effect = "during an upgrade the new pods do not see the old ones: they may share nodes with them"
				f.Fixes = []Fix{{Title: "remove " + key, Safety: Unsafe, Sets: []Set{{Remove: true}}}}
				found = append(found, f)
			}
		})
		return found
	},
})
