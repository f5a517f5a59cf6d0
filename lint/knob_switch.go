package lint

import (
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// Switch is a boolean value that is proven to choose a workload's
// anti-affinity: it was turned over, and the rendered rules were other ones.
type Switch struct {
	Path  values.Path
	Value bool // that brings these rules
	Terms []render.Term
}

// Switches are the booleans that choose the anti-affinity of a workload, each
// with what the value that it does not have now would bring.
func Switches(release *render.Release, w *render.Workload) []Switch {
	var found []Switch
	for _, d := range release.Candidates(w, render.MentionsAntiAffinity|render.MentionsAffinity) {
		now, isBool := d.Value.(bool)
		if !isBool {
			continue
		}
		changed, err := release.Probe(w, render.Change{Path: d.Path, Value: !now})
		if err != nil {
			continue
		}
		after := changed.Workload(w)
		if after == nil || strengths(after) == strengths(w) || len(after.Pod.Validate()) > 0 {
			continue
		}
		s := Switch{Path: d.Path, Value: !now}
		for _, t := range after.Terms() {
			if !t.Spread && selectsSelf(t, after) {
				s.Terms = append(s.Terms, t)
			}
		}
		found = append(found, s)
	}
	return found
}

// switchKnobs are the booleans that choose the rules of a workload, those named
// after such rules first.
func (in *Input) switchKnobs(w *render.Workload, candidates []render.Decider) []Knob {
	var knobs []Knob
	isSwitch := func(d render.Decider) bool { _, isBool := d.Value.(bool); return isBool }
	for _, d := range in.likeliest(candidates, isSwitch) {
		now, _ := d.Value.(bool)
		changed, err := in.try(in.askers[d.Path.String()], d.Path, !now)
		if err != nil {
			continue
		}
		after := changed.Workload(w)
		if after == nil || strengths(after) == strengths(w) || len(after.Pod.Validate()) > 0 {
			continue
		}
		k := in.knob(w, FieldSwitch, d)
		k.Legal = []string{"true", "false"}
		knobs = append(knobs, k)
	}
	return knobs
}

// strengths is what tells the rules of a workload apart.
func strengths(w *render.Workload) string {
	text := ""
	for _, t := range w.Terms() {
		text += t.Kind() + " " + t.TopologyKey
		if t.Hard {
			text += " hard"
		}
		text += "\n"
	}
	return text
}

// RuleTexts are the values of a workload that hold a whole rule as text, such
// as a template of an affinity. They are a person's words: nothing rewrites
// them.
func RuleTexts(release *render.Release, w *render.Workload) []values.Path {
	var found []values.Path
	for _, d := range release.Candidates(w, render.MentionsAntiAffinity|render.MentionsAffinity|render.MentionsSpread) {
		if text, isText := d.Value.(string); isText && text != "" && mayHoldRule(text) {
			found = append(found, d.Path)
		}
	}
	return found
}

// StrategyValues are the values that make a Deployment's rolling update need
// no spare node: maxSurge 0 and maxUnavailable 1; nil when none are proven.
func StrategyValues(release *render.Release, w *render.Workload) []Set {
	if w.Kind != "Deployment" {
		return nil
	}
	return (&Input{Release: release}).strategySets(w)
}
