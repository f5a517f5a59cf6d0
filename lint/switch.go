package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/schema"
	"github.com/spreadlint/spreadlint/values"
)

// modeWords are the words by which charts call a rule's strength; a condition
// that compares with one of them decides a mode.
var modeWords = map[string]string{
	"soft": "soft", "preferred": "soft", "preferredduringschedulingignoredduringexecution": "soft", "besteffort": "soft", "weak": "soft",
	"hard": "hard", "required": "hard", "requiredduringschedulingignoredduringexecution": "hard", "strict": "hard", "strong": "hard", "enforced": "hard",
}

// meaning is what a word means as a mode: "soft", "hard" or "".
func meaning(word string) string {
	return modeWords[strings.ToLower(strings.TrimSpace(word))]
}

// isMode reports whether the chart compares a value with mode words.
func isMode(d render.Decider) bool {
	return slices.ContainsFunc(d.Words, func(w string) bool { return meaning(w) != "" })
}

// legalWords are the words that a mode value may hold: those that the chart
// compares it with, and those of a dialect that has a key of this name. off
// are the words that switch the rule off.
func (in *Input) legalWords(d render.Decider) (legal, off []string) {
	add := func(list []string, words ...any) []string {
		for _, w := range words {
			if s := fmt.Sprint(w); !slices.Contains(list, s) {
				list = append(list, s)
			}
		}
		return list
	}
	for _, w := range d.Words {
		if w != "" {
			legal = add(legal, w)
		}
	}
	slices.SortFunc(legal, func(a, b string) int { return strings.Compare(meaning(b)+a, meaning(a)+b) })
	siblings, _ := values.Lookup(any(in.Release.Values()), d.Path.Parent())
	if m, ok := siblings.(map[string]any); ok && !d.Path.Last().IsIndex() {
		known, switchOff, _ := schema.Words(d.Path.Last().Name(), m)
		for _, word := range known {
			if word != "" { // legal, and nothing to write
				legal = add(legal, word)
			}
		}
		off = add(off, switchOff...)
	}
	return legal, off
}

// mostUnnamed bounds the values that are tried although nothing in their names
// speaks of placement: each try is a render, and a pod template that is one
// big helper asks about a hundred of them.
const mostUnnamed = 24

// switchFor finds the value that would give a workload the rule it lacks: of
// all values that its template asks about such rules, the first whose change
// is seen to bring one. What is named or filled like such a rule is tried
// first.
func (in *Input) switchFor(w *render.Workload, what render.Mention) (render.Decider, bool) {
	candidates := in.Release.Candidates(w, what)
	for _, d := range candidates {
		if word, ok := in.wakes(w, d); ok {
			d.Words = []string{word} // the one to write
			return d, true
		}
	}
	named := func(d render.Decider) bool { return aboutPlacement(d.Path.Last().Name(), d.Value) }
	slices.SortStableFunc(candidates, func(a, b render.Decider) int {
		switch left, right := named(a), named(b); {
		case left == right:
			return 0
		case left:
			return -1
		}
		return 1
	})
	unnamed := 0
	for _, d := range candidates {
		if !named(d) {
			if unnamed++; unnamed > mostUnnamed {
				break
			}
		}
		if taker, ok := in.takesRule(w, d); ok {
			return taker, true
		}
	}
	return render.Decider{}, false
}

// wakes tries the words of a mode, soft ones first, and returns the first
// that gives the workload a rule of its own.
func (in *Input) wakes(w *render.Workload, d render.Decider) (string, bool) {
	if !isMode(d) {
		return "", false
	}
	legal, _ := in.legalWords(d)
	slices.SortStableFunc(legal, func(a, b string) int { return strings.Compare(meaning(b), meaning(a)) })
	for _, word := range legal {
		if meaning(word) != "" && in.gainsRule(w, d.Path, word) {
			return word, true
		}
	}
	return "", false
}

// takesRule tries to hand the workload a whole rule through a value that is
// passed on: an affinity, or a list of constraints. What the value holds
// already stays: to an affinity the lacking part is added, a list of
// constraints is left alone.
func (in *Input) takesRule(w *render.Workload, d render.Decider) (render.Decider, bool) {
	affinity := softAffinity(w, hostnameKey)
	offers := []any{affinity, []any{softConstraint(w, hostnameKey)}}
	switch v := d.Value.(type) {
	case bool:
		offers = []any{true}
	case map[string]any:
		if len(v) == 0 {
			break
		}
		if v["podAntiAffinity"] != nil {
			return d, false
		}
		d = render.Decider{Path: d.Path.Key("podAntiAffinity")}
		offers = []any{affinity["podAntiAffinity"]}
	case []any:
		if len(v) > 0 {
			return d, false
		}
	}
	for _, rule := range offers {
		if in.gainsRule(w, d.Path, rule) {
			d.Rule = rule
			return d, true
		}
	}
	return d, false
}

func (in *Input) gainsRule(w *render.Workload, path values.Path, value any) bool {
	changed, err := in.Release.Probe(w, render.Change{Path: path, Value: value})
	if err != nil {
		return false
	}
	after := changed.Workload(w)
	return after != nil && len(after.Terms()) > len(w.Terms()) && len(after.Pod.Validate()) == 0
}

func selectorOf(w *render.Workload) map[string]any {
	match := map[string]any{}
	for k, v := range w.SelectorLabels() {
		match[k] = v
	}
	return map[string]any{"matchLabels": match}
}

// softAffinity is a preferred rule over a key for the workload's own pods.
func softAffinity(w *render.Workload, key string) map[string]any {
	return map[string]any{"podAntiAffinity": map[string]any{"preferredDuringSchedulingIgnoredDuringExecution": []any{map[string]any{
		"weight": 100, "podAffinityTerm": map[string]any{"topologyKey": key, "labelSelector": selectorOf(w)}}}}}
}

// softConstraint is the same as a topology spread constraint.
func softConstraint(w *render.Workload, key string) map[string]any {
	return map[string]any{"maxSkew": 1, "topologyKey": key, "whenUnsatisfiable": "ScheduleAnyway", "labelSelector": selectorOf(w)}
}
