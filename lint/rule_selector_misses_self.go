package lint

import (
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

var _ = register(Rule{
	ID: "selector-misses-self", Category: "selector", Severity: Error, Since: "0.1.0",
	Title: "A selector that does not match the workload's own pods",
	NoFix: "no value is known that makes the selector or the labels",
	Doc: `Spreading works among pods that the selector matches. A selector that misses the labels of the pods it stands in
does not make replicas avoid each other: podAntiAffinity repels other pods, and a spread constraint sees its own pods
as nothing, so they pile up. Often a label was typed by hand and the chart or the release name has changed since.

Not reported: a podAntiAffinity term that matches another workload of the release (it means that one), or that stands
beside another rule which does match; where that one is soft and the term is hard, the finding is advice. A spread constraint is reported even so. Where no release name was given and only
the labels with that name differ, the finding is advice.

A key of ` + "`matchLabelKeys`" + ` that differs from pod to pod, such as a StatefulSet's ` + "`statefulset.kubernetes.io/pod-name`" + `, has the same
effect: each pod sees only itself.`,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, w := range in.shouldSpread() {
			if !w.LabelsKnown || mislabelled(w) {
				continue
			}
			for _, t := range w.Terms() {
				if t.Selector == nil || in.selectorRefused(w, t) {
					continue
				}
				if i := ownPodKey(t, w); i >= 0 {
					found = append(found, in.onlyItself(w, t, i))
					continue
				}
				matches, err := t.Selects(w)
				if err != nil || matches || !t.Spread && (in.matchesOther(t, w) || in.protected(w) && (!t.Hard || ownHardTerm(w))) {
					continue
				}
				path, why := mismatch(t, w)
				f := at(w, path)
				if !t.Spread && in.protected(w) {
					f.Severity = Info
					f.Message = fmt.Sprintf("the labelSelector of a %s matches no pod of this release", t.Kind())
					f.Caret = why
					f.Effect = "it keeps other pods away, if there are such; a soft rule alone spreads the workload's own"
					found = append(found, f)
					continue
				}
				if in.dependsOnName(t, w) {
					f.Severity = Info
					f.Message = fmt.Sprintf("whether the labelSelector of a %s matches depends on the release's name, which was not given", t.Kind())
					f.Caret = "right for one release name only"
					f.Effect = "under any other name the rule does not see the pods that it is for"
					f.Notes = []string{"give the name as for helm: spreadlint lint NAME CHART"}
					found = append(found, f)
					continue
				}
				f.Message = fmt.Sprintf("the labelSelector of a %s does not match the pods it is for", t.Kind())
				f.Caret = why
				f.Effect = in.noOpEffect(w, t)
				if t.Spread {
					f.Effect = "the pods do not count themselves: they may all land in one domain"
					if in.protected(w) {
						f.Effect = "the constraint does not count the pods that it is for; only the workload's other rule spreads them"
					}
				}
				if own := w.SelectorLabels(); len(own) > 0 {
					f.Notes = append(f.Notes, "the pods carry "+labelText(own))
				}
				f.Fixes, f.selector = ownSelectorFix(w, t), &t
				f.fixField = w.FieldPath(t.SelectorPath)
				found = append(found, f)
			}
		}
		return found
	},
})

// onlyItself reports an entry of matchLabelKeys whose value no two pods share.
func (in *Input) onlyItself(w *render.Workload, t render.Term, i int) Finding {
	f := at(w, t.Path.Key("matchLabelKeys").Item(i))
	f.Message = fmt.Sprintf("no two pods share a value of %s: by this %s each sees only itself", t.MatchLabelKeys[i], t.Kind())
	f.Caret = "a label that the pods of a revision share"
	f.Effect = in.noOpEffect(w, t)
	if right := revisionLabel(w); right != "" {
		f.Caret = right + " is the label that the pods of a revision share"
		f.Fixes = []Fix{setHere(Unsafe, right)}
	} else {
		f.Fixes = []Fix{{Title: "remove " + t.MatchLabelKeys[i], Safety: Unsafe, Sets: []Set{{Remove: true}}}}
	}
	return f
}

// dependsOnName reports whether the selector misses the pods only where their
// labels carry the name that stands in for the release's: with the right name
// it may well match.
func (in *Input) dependsOnName(t render.Term, w *render.Workload) bool {
	if in.Release.Name != render.StandInName {
		return false
	}
	named := maps.Clone(w.PodLabels())
	wants := selectorValues(t)
	for key, label := range named {
		before, after, standIn := strings.Cut(label, render.StandInName)
		if !standIn {
			continue
		}
		for _, want := range wants[key] {
			if len(want) > len(before)+len(after) && strings.HasPrefix(want, before) && strings.HasSuffix(want, after) {
				named[key] = want
			}
		}
	}
	ok, err := t.Matches(named)
	return err == nil && ok
}

// mismatch says which part of a selector the labels do not meet, and where it
// stands in the pod template.
func mismatch(t render.Term, w *render.Workload) (values.Path, string) {
	s, labels := t.Selector, w.PodLabels()
	keys := make([]string, 0, len(s.MatchLabels))
	for k := range s.MatchLabels {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		path := t.SelectorPath.Key("matchLabels").Key(k)
		if v, ok := labels[k]; !ok {
			return path, fmt.Sprintf("the pods have no label %s", k)
		} else if _, written := w.Labels()[k]; !written && (v != s.MatchLabels[k] || slices.Contains(render.PerPodLabels, k)) {
			return path, fmt.Sprintf("the pods have %s, the selector wants %s", addedLabel(w, k), orEmpty(s.MatchLabels[k]))
		} else if v != s.MatchLabels[k] {
			return path, fmt.Sprintf("the pods have %s=%s, the selector wants %s", k, orEmpty(v), orEmpty(s.MatchLabels[k]))
		}
	}
	for i, e := range s.MatchExpressions {
		_, added := labels[e.Key]
		_, written := w.Labels()[e.Key]
		one := &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{e}}
		if ok, err := (render.Term{Selector: one}).Selects(w); err != nil || ok {
			continue
		}
		path := t.SelectorPath.Key("matchExpressions").Item(i)
		if added && !written && len(e.Values) == 0 {
			return path.Key("operator"), fmt.Sprintf("a %s gives its pods the label %s", w.Kind, e.Key)
		}
		if added && !written {
			return path.Key("values").Item(0), fmt.Sprintf("the pods have %s, the selector wants %s %v", addedLabel(w, e.Key), e.Operator, e.Values)
		}
		if v, present := labels[e.Key]; present && len(e.Values) > 0 {
			return path.Key("values").Item(0), fmt.Sprintf("the pods have %s=%s, the selector wants %s %v", e.Key, v, e.Operator, e.Values)
		}
		return path.Key("key"), fmt.Sprintf("the pods have no label %s", e.Key)
	}
	return t.SelectorPath, "the pods do not match"
}

// addedLabel names a label that the controller gives its pods, with what is
// known of its value.
func addedLabel(w *render.Workload, key string) string {
	switch value := w.PodLabels()[key]; {
	case slices.Contains(render.PerPodLabels, key):
		return "each another " + key
	case value == w.Name:
		return key + "=" + value
	}
	return "a " + key + " that the cluster chooses"
}

func labelText(labels map[string]string) string {
	var parts []string
	for k, v := range labels {
		parts = append(parts, k+"="+v)
	}
	sort.Strings(parts)
	return strings.Join(parts, ", ")
}

// orEmpty shows a label's value so that an empty one is seen.
func orEmpty(v string) string {
	if v == "" {
		return `""`
	}
	return v
}

// ownHardTerm reports whether a hard term selects the workload's own pods.
func ownHardTerm(w *render.Workload) bool {
	return slices.ContainsFunc(w.Terms(), func(t render.Term) bool { return t.Hard && selectsSelf(t, w) })
}
