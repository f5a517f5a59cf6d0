package lint

import (
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// Knob is a value that is proven to move a field of workloads: it was changed,
// the chart was rendered again, and the field was seen to change.
type Knob struct {
	Workload string
	Field    string // mode, topology key, replicas, affinity, spread constraints or switch
	Path     values.Path
	Legal    []string // words, where they are known
	Off      []string // of them, those that switch the rule off
	Current  any
	Set      bool // false: nothing sets it; Location is where it would be inserted
	Location Location
}

// Fields of workloads that knobs move.
const (
	FieldMode        = "mode"
	FieldTopologyKey = "topology key"
	FieldReplicas    = "replicas"
	FieldAffinity    = "affinity"
	FieldSpread      = "spread constraints"
	FieldSwitch      = "switch" // a boolean that chooses the rules
)

// Strength is what a legal word of a mode means: "soft", "hard" or "" for
// everything else.
func Strength(word string) string { return meaning(word) }

// probeKey is a topology key that no chart uses: a change to it shows.
const probeKey = "example.com/spreadlint"

// Knobs proves, for every workload, which values move the fields that decide
// how its pods spread. Each proof is a render. Of values that are not named
// after such rules only the likeliest are tried; untried says how many were
// not.
func Knobs(release *render.Release) (proven []Knob, untried int) {
	return knobs(release, false)
}

// KnobsAndSwitches are the knobs, and the booleans that choose the rules.
func KnobsAndSwitches(release *render.Release) (proven []Knob, untried int) {
	return knobs(release, true)
}

func knobs(release *render.Release, switches bool) (proven []Knob, untried int) {
	in := &Input{Release: release, untried: map[string]bool{}, askers: map[string][]*render.Workload{}}
	running := in.running()
	release.Focus(running)
	candidates := map[*render.Workload][]render.Decider{}
	for _, w := range running {
		candidates[w] = release.Candidates(w, render.MentionsAffinity|render.MentionsSpread)
		for _, d := range candidates[w] {
			in.askers[d.Path.String()] = append(in.askers[d.Path.String()], w)
		}
	}
	var knobs []Knob
	for _, w := range running {
		knobs = append(knobs, in.modeKnobs(w, candidates[w])...)
		if switches {
			knobs = append(knobs, in.switchKnobs(w)...)
		}
		knobs = append(knobs, in.wholeRules(w, candidates[w])...)
		knobs = append(knobs, in.replicaKnobs(w)...)
	}
	for _, k := range knobs {
		delete(in.untried, k.Path.String())
	}
	return slices.CompactFunc(knobs, func(a, b Knob) bool { return a.Workload == b.Workload && a.Field == b.Field && a.Path.Equal(b.Path) }), len(in.untried)
}

// try renders some workloads with another value, once for all that ask about
// the same ones.
func (in *Input) try(of []*render.Workload, path values.Path, value any) (*render.Release, error) {
	key := path.String() + "=" + show(value)
	for _, w := range of {
		key += " " + w.ID()
	}
	if tried, ok := in.tried[key]; ok {
		return tried.release, tried.err
	}
	release, err := in.Release.ProbeAll(of, render.Change{Path: path, Value: value})
	if in.tried == nil {
		in.tried = map[string]trial{}
	}
	in.tried[key] = trial{release, err}
	return release, err
}

// trial is the outcome of a render with another value.
type trial struct {
	release *render.Release
	err     error
}

// modeKnobs are the values compared with mode words, and the topology keys of
// the rules that they switch on.
func (in *Input) modeKnobs(w *render.Workload, candidates []render.Decider) []Knob {
	var knobs []Knob
	for _, d := range candidates {
		if !isMode(d) {
			continue
		}
		legal, off := in.legalWords(d)
		shapes := map[string]*render.Release{}
		var awake *render.Release
		for _, word := range legal {
			changed, err := in.try(in.askers[d.Path.String()], d.Path, word)
			if err != nil {
				continue
			}
			after := changed.Workload(w)
			if after == nil {
				continue
			}
			shapes[rulesText(after)] = changed
			if len(after.Terms()) > 0 && awake == nil {
				awake = changed
			}
		}
		if len(shapes) < 2 {
			continue // no word makes a difference
		}
		k := in.knob(w, FieldMode, d)
		k.Legal, k.Off = legal, off
		knobs = append(knobs, k)
		if awake != nil {
			knobs = append(knobs, in.topologyKnobs(w, awake)...)
		}
	}
	return knobs
}

// topologyKnobs finds what decides the topology key of rules that are on in a
// render of the same chart.
func (in *Input) topologyKnobs(w *render.Workload, awake *render.Release) []Knob {
	var knobs []Knob
	after := awake.Workload(w)
	for _, t := range after.Terms() {
		field := after.FieldPath(t.KeyPath)
		cause := awake.Cause(after, field)
		if len(cause.Values) == 0 {
			continue
		}
		d := awake.Prove(after, field, cause.Values)
		if now, _ := awake.FieldWith(after, field, render.Change{Path: d.Path, Value: probeKey}); now != any(probeKey) {
			continue // such as the mode: another word takes the rule away
		}
		if !slices.ContainsFunc(knobs, func(k Knob) bool { return k.Path.Equal(d.Path) }) {
			knobs = append(knobs, in.knob(w, FieldTopologyKey, d))
		}
	}
	return knobs
}

// wholeRules are the values through which a workload takes a whole affinity
// or list of constraints.
func (in *Input) wholeRules(w *render.Workload, candidates []render.Decider) []Knob {
	var knobs []Knob
	slices.SortStableFunc(candidates, func(a, b render.Decider) int { return byName(a) - byName(b) })
	others := 0
	for _, d := range candidates {
		if isMode(d) || !mayHoldRule(d.Value) {
			continue
		}
		if byName(d) != 0 {
			if others++; others > maxSwitches {
				in.untried[d.Path.String()] = true
				continue
			}
		}
		for _, try := range probes(d) {
			changed, err := in.try(in.askers[d.Path.String()], d.Path, try.rule)
			if err != nil {
				continue
			}
			after := changed.Workload(w)
			if after == nil || rulesText(after) == rulesText(w) || len(after.Pod.Validate()) > 0 {
				continue
			}
			took := false
			for _, t := range after.Terms() {
				took = took || t.Spread == (try.field == FieldSpread)
			}
			if took {
				knobs = append(knobs, in.knob(w, try.field, d))
				break
			}
		}
	}
	return knobs
}

// probe is a rule that is tried at a value, and the field that it would show in.
type probe struct {
	field string
	rule  any
}

// probes are the rules to try at a value: what is called after rules that
// spread may take either kind, anything else the one of its shape. The pods
// that they select do not matter, so that one render tells of all workloads.
func probes(d render.Decider) []probe {
	selector := map[string]any{"matchLabels": map[string]any{probeKey: "probe"}}
	affinity := probe{FieldAffinity, affinityOf(selector, probeKey)}
	spread := probe{FieldSpread, []any{constraintOf(selector, probeKey)}}
	switch _, isList := d.Value.([]any); {
	case byName(d) == 0:
		return []probe{affinity, spread}
	case isList:
		return []probe{spread}
	}
	return []probe{affinity}
}

// mayHoldRule reports whether a value may stand for a whole rule: a map, a
// list, a text of several lines, or nothing yet. Words and numbers do not.
func mayHoldRule(v any) bool {
	switch v := v.(type) {
	case nil, map[string]any, []any:
		return true
	case string:
		return v == "" || strings.Contains(v, "\n") || strings.Contains(v, "{{")
	}
	return false
}

func (in *Input) replicaKnobs(w *render.Workload) []Knob {
	if len(w.ReplicasPath) == 0 {
		return nil
	}
	if _, rendered := w.Lookup(w.ReplicasPath); !rendered {
		return nil
	}
	var knobs []Knob
	for _, d := range in.Release.Cause(w, w.ReplicasPath).Values {
		if in.Release.Moves(w, w.ReplicasPath, d.Path, 7) {
			knobs = append(knobs, in.knob(w, FieldReplicas, d))
		}
	}
	return knobs
}

func (in *Input) knob(w *render.Workload, field string, d render.Decider) Knob {
	k := Knob{Workload: w.ID(), Field: field, Path: d.Path, Current: d.Value, Set: d.Set}
	if places, ok := in.Release.Places(d); ok {
		k.Location = locate(places[0])
	}
	return k
}

// rulesText is the shape of a workload's rules, to see whether they changed.
func rulesText(w *render.Workload) string {
	text := ""
	for _, t := range w.Terms() {
		text += t.Kind() + " " + t.TopologyKey + "\n"
	}
	return text
}
