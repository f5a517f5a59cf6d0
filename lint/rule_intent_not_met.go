package lint

import (
	"fmt"
	"slices"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

var _ = register(Rule{
	ID: "intent-not-met", Category: "fit", Severity: Error, Since: "0.1.0",
	NoFix: "`spreadlint generate` finds the values, where there are any",
	Title: "A workload that does not survive what the configuration says it must",
	Doc: `The configuration says what must survive: ` + "`intent: {broker: {survive: zone, strict: true}}`" + `. Surviving means that the loss of any
one node, or of any one zone, leaves at least one pod running. With strict only what hard rules enforce counts: the worst
placement that they allow is searched. Without it the likely placement counts, as long as a rule asks for it; chance does
not count.

Where the nodes leave no choice (one node, one zone) this is advice: no values can meet the intent there.
` + "`spreadlint generate`" + ` writes values that meet it.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/`,
	Needs: needsIntent,
	Check: func(in *Input) []Finding {
		var found []Finding
		told := map[*render.Workload]bool{}
		for _, w := range in.scheduled() {
			intent, wanted := in.wanted[w]
			if !wanted || told[w] {
				continue
			}
			unit := in.unit(w)
			for _, x := range unit {
				told[x] = true
			}
			if s := in.stands(w, intent); !s.Met {
				found = append(found, in.notMet(w, unit, intent, s))
			}
		}
		return found
	},
})

func (in *Input) notMet(w *render.Workload, unit []*render.Workload, intent Intent, s Standing) Finding {
	f := atAbsent(w, render.MentionsAntiAffinity|render.MentionsSpread|render.MentionsAffinity)
	if s.Alone {
		f = atReplicas(w)
	}
	for _, t := range w.Terms() {
		if selectsSelf(t, w) {
			f = at(w, t.Path)
			f.target.presence = true
			if intent.Strict && within(intent.Key(), t.TopologyKey) {
				f.offer = offerHard
			}
			break
		}
	}
	for _, x := range unit {
		if x != w {
			f.Workloads = append(f.Workloads, x.ID())
		}
	}
	slices.Sort(f.Workloads)
	if at := intent.Place; s.Cannot && at.Text != nil {
		// The nodes are the same for all: one finding, where the intent stands.
		f = Finding{Workloads: f.Workloads, target: target{file: at.Text, span: values.Span{Start: at.Start, End: at.End}}}
		intent.Place = Location{}
	}
	f.Message = fmt.Sprintf("the intent (%s) is not met: %s", intent, s.Why)
	pods := 0
	for _, x := range unit {
		pods += x.Replicas
	}
	what := fmt.Sprintf("all %d pods", pods)
	if pods == 1 {
		what = "its only pod"
	}
	f.Effect = fmt.Sprintf("the loss of one %s can take %s", intent.Survive, what)
	if !s.Cannot {
		f.group = "intent " + w.ID()
	}
	switch {
	case s.Cannot:
		f.Effect = fmt.Sprintf("the loss of one %s can take all pods", intent.Survive)
		f.Severity = Info
		f.Caret = "no values can meet it on these nodes"
		f.offer = nil
	case s.Alone:
		f.Caret = "two or more pods can survive"
	default:
		f.Caret = "no promise over " + intent.Key()
		f.Notes = []string{"spreadlint generate writes values that meet it"}
	}
	if intent.Place.File != "" {
		f.Related = append(f.Related, Related{Message: "the intent", Location: intent.Place})
	}
	return f
}
