package lint

import (
	"fmt"
	"strings"

	"github.com/spreadlint/spreadlint/render"
)

var _ = register(Rule{
	ID: "selector-ignores-release", Category: "selector", Severity: Warning, Since: "0.1.0",
	Title: "A selector that matches the pods of any release of the chart",
	NoFix: "no value is known that makes the selector",
	Doc: `Two releases of the chart in one namespace, say a blue and a green one, keep away from each other, or are counted
together, because nothing in the selector tells them apart. Seen by rendering once more under another release name.
Add the label that carries the release's name, usually ` + "`app.kubernetes.io/instance`" + `.`,
	Needs: needsValues,
	Check: func(in *Input) []Finding {
		var found []Finding
		in.eachTwinTerm(func(w *render.Workload, t render.Term, twin *render.Workload) {
			if namesRelease(t, in.Release.Name) {
				return
			}
			if ok, err := t.Matches(withoutVersion(twin.Labels(), w.Labels(), in.Release)); err != nil || !ok {
				return
			}
			if twin.Name == w.Name {
				return // its name has no place for a second release
			}
			f := at(w, t.SelectorPath)
			f.Message = fmt.Sprintf("the labelSelector of a %s matches the pods of every release of this chart", t.Kind())
			f.Caret = "add a label with the release's name"
			f.Effect = "a second release in the namespace takes up the domains: its pods are avoided or counted as this one's"
			if own := w.SelectorLabels(); strings.Contains(labelText(own), in.Release.Name) {
				f.Fixes, f.selector = ownSelectorFix(w, t), &t
			}
			found = append(found, f)
		})
		return found
	},
})

// eachTwinTerm visits the self-matching terms that may not tell releases or
// versions apart, with the workload's counterpart in another release. It
// renders only if there is such a term.
func (in *Input) eachTwinTerm(visit func(w *render.Workload, t render.Term, twin *render.Workload)) {
	if in.Release.Chart == "" {
		return
	}
	workloads := in.shouldSpread()
	for _, w := range workloads {
		if !w.LabelsKnown {
			continue
		}
		for _, t := range w.Terms() {
			if t.Selector == nil || len(t.Selector.MatchLabels)+len(t.Selector.MatchExpressions) == 0 || !selectsSelf(t, w) ||
				namesRelease(t, in.Release.Name) && !in.namesVersion(t) {
				continue
			}
			if in.twin == nil {
				twin, err := in.Release.Twin(workloads)
				if err != nil {
					return
				}
				in.twin = twin
			}
			if other := in.Release.Counterpart(w, in.twin); other != nil {
				visit(w, t, other)
			}
		}
	}
}

// selectorValues are the label keys and values that a selector asks for.
func selectorValues(t render.Term) map[string][]string {
	all := map[string][]string{}
	for k, v := range t.Selector.MatchLabels {
		all[k] = append(all[k], v)
	}
	for _, e := range t.Selector.MatchExpressions {
		all[e.Key] = append(all[e.Key], e.Values...)
	}
	return all
}

func namesRelease(t render.Term, name string) bool {
	for _, list := range selectorValues(t) {
		for _, v := range list {
			if strings.Contains(v, name) {
				return true
			}
		}
	}
	return false
}

func (in *Input) namesVersion(t render.Term) bool {
	for key, list := range selectorValues(t) {
		for _, v := range list {
			if volatileKey(key) || in.Release.MentionsVersion(v) {
				return true
			}
		}
	}
	return false
}

// volatileKey reports whether a label changes with every upgrade by its
// meaning.
func volatileKey(key string) bool {
	return key == "helm.sh/chart" || key == "app.kubernetes.io/version" || strings.HasPrefix(key, "checksum/")
}

// withoutVersion undoes what only the twin's version changed in its labels.
func withoutVersion(labels, own map[string]string, r *render.Release) map[string]string {
	all := map[string]string{}
	for k, v := range labels {
		all[k] = v
		if strings.Contains(v, render.TwinVersion) && (volatileKey(k) || r.MentionsVersion(own[k])) {
			all[k] = own[k]
		}
	}
	return all
}
