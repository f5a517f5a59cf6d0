package lint

import (
	"fmt"
	"strings"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

var _ = register(Rule{
	ID: "value-without-effect", Category: "values", Severity: Warning, Since: "0.1.0",
	Title: "A placement value that changes nothing",
	NoFix: "whether the value or what overrides it is to hold, only you can tell",
	Doc: `The value differs from the chart's default, and the chart does read it, yet rendering without it gives the same output: a
preset beside a raw affinity that beats it, or a topology key while the mode is ` + "`none`" + ` (advice), or a value of a part
of the chart that is switched off (advice). A line that ` + "`--set`" + ` overrides is advice too; what a later ` + "`-f`" + ` says otherwise
is what overlays are for, and is not reported. Reported is also a whole rule under a key that a values.yaml declares and no
template takes: the chart forgot it, or imports only its default from a dependency (` + "`import-values`" + `). A line equal to the default is never reported: people keep full copies of a
chart's values.`,
	Needs: needsValues,
	Check: func(in *Input) []Finding {
		if in.Release.Chart == "" {
			return nil
		}
		found := append(in.overridden(), in.ignored()...)
		for _, path := range in.idle() {
			f := atValue(path)
			value, _ := values.Lookup(any(in.Release.Values()), path)
			f.Message = fmt.Sprintf("%s: %s changes nothing", path, show(value))
			f.Caret = "another value decides, or the rule is off"
			if winner, ok := in.winner(path); ok {
				f.Caret = winner.String() + " decides"
				if places := in.Release.Layers.All(winner); len(places) > 0 {
					f.Related = []Related{{Message: "this one decides", Location: locate(places[0])}}
				}
			}
			f.Effect = "the output is the same without this line: what it says does not hold"
			f.Fixes = []Fix{{Title: "remove it", Safety: Unsafe, Last: true, Sets: []Set{{Path: path, Remove: true}}}}
			if parent := path.Parent(); in.switchedOff(parent) {
				f.Severity = Info
				f.Message = fmt.Sprintf("%s: %s changes nothing: no workload of %s is rendered", path, show(value), parent)
				f.Caret = "this part of the chart is switched off"
			}
			if strings.Contains(strings.ToLower(path.Last().Name()), "key") {
				f.Severity = Info
			}
			found = append(found, f)
		}
		return found
	},
})

// overridden reports placement values of a file that an argument replaces.
func (in *Input) overridden() []Finding {
	var found []Finding
	for i, layer := range in.Release.Layers {
		if layer.Kind != render.LayerFile {
			continue
		}
		layer.Walk(func(path values.Path, value any) {
			if _, isMap := value.(map[string]any); isMap || !pathAboutPlacement(path) {
				return
			}
			for _, later := range in.Release.Layers[i+1:] {
				if later.Kind == render.LayerFile {
					continue // an overlay is there to differ
				}
				other, set := later.Value(path)
				_, isList := other.([]any)
				if !set || isList && later.Kind == render.LayerSet || // --set a[0].b=c changes one entry
					fmt.Sprint(other) == fmt.Sprint(value) {
					continue
				}
				node, ok := layer.File.Find(path)
				if !ok {
					return
				}
				f := Finding{Severity: Info, Path: path, target: target{file: layer.File, span: firstLine(layer.File, node.Value)}}
				f.Message = fmt.Sprintf("%s: %s is overridden", path, show(value))
				f.Caret = "a later layer wins"
				f.Effect = "what this line says does not hold"
				if places := in.Release.Layers.All(path); len(places) > 0 {
					f.Related = []Related{{Message: "this one wins", Location: locate(places[0])}}
				}
				found = append(found, f)
				return
			}
		})
	}
	return found
}

// idle lists placement values of the user, set otherwise than the default,
// without which the output is the same. Only values that do not show in any
// workload's rules are tried: each proof is a render.
func (in *Input) idle() []values.Path {
	shown := in.renderedWords()
	var candidates []values.Path
	for _, layer := range in.Release.Layers {
		if layer.Kind == render.LayerChart {
			continue
		}
		layer.Walk(func(path values.Path, value any) {
			word, isText := value.(string)
			fallback, declared := in.Release.Layers.Default(path)
			if !isText || word == "" || !declared || fmt.Sprint(fallback) == word || !pathAboutPlacement(path) || shown[word] || strings.Contains(word, "\n") || len(candidates) >= 10 {
				return
			}
			isWord := modeWords[word] != "" // spelt right; others are unknown-mode's
			if winner, ok := in.Release.Layers.Find(path); ok && winner.Layer == layer && (isLabelKey(word) && strings.Contains(word, "/") || isWord) {
				candidates = append(candidates, path)
			}
		})
	}
	if len(candidates) == 0 {
		return nil
	}
	return in.provenUnread(candidates)
}

// switchedOff reports whether no rendered workload asks for a placement value
// of a block: then no workload of it is rendered.
func (in *Input) switchedOff(block values.Path) bool {
	if len(block) == 0 {
		return false
	}
	for _, key := range in.Release.Layers.DeclaredKeys(block) {
		if aboutPlacement(key, nil) && in.Release.Reads(block.Key(key)) {
			return false
		}
	}
	return true
}

// winner is the value without which an idle one would matter: of those beside
// it that the templates ask about rules, the first whose absence is seen to
// wake it.
func (in *Input) winner(idle values.Path) (values.Path, bool) {
	tried := map[string]bool{}
	for _, w := range in.running() {
		for _, d := range in.Release.Candidates(w, render.MentionsAffinity|render.MentionsAntiAffinity|render.MentionsSpread) {
			if !d.Set || d.Path.Equal(idle) || !d.Path.Parent().Equal(idle.Parent()) || isEmpty(d.Value) || tried[d.Path.String()] || len(tried) == 5 {
				continue
			}
			tried[d.Path.String()] = true
			without, err := in.Release.With(render.Change{Path: d.Path, Value: nil})
			if err != nil {
				continue
			}
			if same, err := without.Unchanged(render.Change{Path: idle, Remove: true}); err == nil && !same {
				return d.Path, true
			}
		}
	}
	return nil, false
}

// renderedWords are the topology keys and strengths that the rules of the
// release show.
func (in *Input) renderedWords() map[string]bool {
	shown := map[string]bool{}
	for _, w := range in.Release.Workloads {
		for _, t := range append(w.Terms(), w.AffinityTerms()...) {
			shown[t.TopologyKey] = true
			for word, strength := range modeWords {
				if (strength == "hard") == t.Hard {
					shown[word] = true
				}
			}
		}
	}
	return shown
}
