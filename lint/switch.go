package lint

import (
	"fmt"
	"maps"
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

// maxSwitches is how many values are tried as the switch of a missing rule;
// each costs one or two renders. Of a template that makes a whole workload in
// one action, all that it reads could be the switch.
const maxSwitches = 12

// switchFor finds the value that would give a workload the rule it lacks: of
// all values that its template asks about such rules, the first whose change
// is seen to bring one. Those that are named after such rules come first. If
// there is none, note says what that is known from.
func (in *Input) switchFor(w *render.Workload, what render.Mention) (d render.Decider, note string, ok bool) {
	candidates := in.Release.Candidates(w, what)
	for _, d := range candidates {
		if word, ok := in.wakes(w, d); ok {
			d.Words = []string{word} // the one to write
			return d, "", true
		}
	}
	slices.SortStableFunc(candidates, func(a, b render.Decider) int { return byName(a) - byName(b) })
	tried := 0
	for _, d := range candidates {
		offers := in.offers(w, &d)
		if len(offers) == 0 {
			continue
		}
		if tried++; tried > maxSwitches {
			return render.Decider{}, fmt.Sprintf("no value is known to bring a rule: of those that the template reads, the %d likeliest were tried", maxSwitches), false
		}
		for _, rule := range offers {
			if gained := in.gained(w, d.Path, rule); gained != nil {
				d.Rule = in.uncompleted(w, d.Path, rule, gained)
				return d, "", true
			}
		}
	}
	return render.Decider{}, "no value was found that brings a rule: the template would have to", false
}

// byName is 0 for values that are called after rules that spread, else 1.
func byName(d render.Decider) int {
	if name := strings.ToLower(d.Path.String()); strings.Contains(name, "affinit") || strings.Contains(name, "spread") {
		return 0
	}
	return 1
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

// offers are the rules that a value that is passed on may take: an affinity,
// or a list of constraints. What the value holds already stays: to an affinity
// the lacking part is added, which moves the path, a list of constraints is
// left alone. Words and numbers hold no rule.
func (in *Input) offers(w *render.Workload, d *render.Decider) []any {
	affinity, constraints := softAffinity(w, hostnameKey), []any{softConstraint(w, hostnameKey)}
	switch v := d.Value.(type) {
	case bool:
		if v {
			return nil
		}
		return []any{true}
	case map[string]any:
		if len(v) == 0 && strings.Contains(strings.ToLower(d.Path.Last().Name()), "spread") {
			return []any{byKey(constraints), constraints, affinity}
		} else if len(v) == 0 && byName(*d) == 0 {
			return []any{affinity, constraints}
		} else if len(v) == 0 {
			return []any{affinity}
		}
		if byName(*d) != 0 || !isEmpty(v["podAntiAffinity"]) {
			return nil
		}
		*d = render.Decider{Path: d.Path.Key("podAntiAffinity")}
		return []any{affinity["podAntiAffinity"]}
	case []any:
		if len(v) > 0 {
			return nil
		} else if byName(*d) == 0 {
			return []any{constraints, affinity}
		}
		return []any{constraints}
	}
	if !mayHoldRule(d.Value) {
		return nil
	}
	return []any{affinity, constraints}
}

// byKey is a list of constraints for charts that take them by their topology
// keys.
func byKey(constraints []any) map[string]any {
	keyed := map[string]any{}
	for _, c := range constraints {
		constraint := maps.Clone(c.(map[string]any))
		key := constraint["topologyKey"].(string)
		delete(constraint, "topologyKey")
		keyed[key] = constraint
	}
	return keyed
}

func (in *Input) gainsRule(w *render.Workload, path values.Path, value any) bool {
	return in.gained(w, path, value) != nil
}

// gained is the workload with a rule more, nil if the value does not bring one.
func (in *Input) gained(w *render.Workload, path values.Path, value any) *render.Workload {
	changed, err := in.Release.Probe(w, render.Change{Path: path, Value: value})
	if err != nil {
		return nil
	}
	after := changed.Workload(w)
	if after == nil || len(after.Terms()) <= len(w.Terms()) || len(after.Pod.Validate()) > 0 {
		return nil
	}
	return after
}

// uncompleted is a list of constraints as the chart wants it: some charts add
// the selector to each, and with one of the user's own there would be two.
func (in *Input) uncompleted(w *render.Workload, path values.Path, rule any, gained *render.Workload) any {
	const key = "labelSelector"
	list, isList := rule.([]any)
	if !isList || gained.Repeats(key) <= w.Repeats(key) {
		return rule
	}
	var bare []any
	for _, c := range list {
		constraint, isMap := c.(map[string]any)
		if !isMap {
			return rule
		}
		constraint = maps.Clone(constraint)
		delete(constraint, key)
		bare = append(bare, constraint)
	}
	after := in.gained(w, path, bare)
	if after == nil || !slices.ContainsFunc(after.Terms(), func(t render.Term) bool { return t.Spread && selectsSelf(t, after) }) {
		return rule
	}
	return bare
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
	return affinityOf(selectorOf(w), key)
}

func affinityOf(selector map[string]any, key string) map[string]any {
	return map[string]any{"podAntiAffinity": map[string]any{preferred: []any{map[string]any{
		"weight": 100, "podAffinityTerm": map[string]any{"topologyKey": key, "labelSelector": selector}}}}}
}

// softConstraint is the same as a topology spread constraint.
func softConstraint(w *render.Workload, key string) map[string]any {
	return constraintOf(selectorOf(w), key)
}

func constraintOf(selector map[string]any, key string) map[string]any {
	return map[string]any{"maxSkew": 1, "topologyKey": key, "whenUnsatisfiable": "ScheduleAnyway", "labelSelector": selector}
}
