package lint

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

var _ = register(Rule{
	ID: "unknown-mode", Category: "values", Severity: Error, Since: "0.1.0",
	Title: "A spreading mode that the chart does not know",
	NoFix: "none of the chart's words is near to the one found",
	Doc: `Charts compare a mode such as ` + "`podAntiAffinity`" + ` with fixed words, letter by letter. Any other word (` + "`Hard`, `required`" + `,
a typing error) renders no rule at all, and nothing says so. Beware of YAML 1.1, which Helm reads: the bare words
` + "`off`, `no`, `on` and `yes`" + ` are booleans.

Workloads of a single pod are not judged: a mode has nothing to decide there.

The legal words are taken from the chart's own templates and from the schemas of known chart families.`,
	Needs: needsValues,
	Check: func(in *Input) []Finding {
		if in.Release.Chart == "" {
			return nil
		}
		odd := map[string]bool{}
		in.oddModes(in.Release.Values(), nil, odd)
		var found []Finding
		look := func(w *render.Workload) {
			if f := in.unknownMode(w); f != nil {
				delete(odd, f.target.value.String())
				found = append(found, *f)
			}
		}
		for _, w := range in.shouldSpread() {
			if !in.protected(w) && in.quotesModes() {
				look(w)
			}
		}
		for _, w := range in.shouldSpread() {
			if len(odd) > 0 && in.protected(w) { // a chart that falls back to another rule
				look(w)
			}
		}
		return found
	},
})

// oddModes collects the paths of values that look like a misspelt mode. It
// only tells whether a closer look, which costs a render, may be worth it.
// What is after at in its array is overwritten.
func (in *Input) oddModes(v any, at values.Path, odd map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			name := strings.ToLower(k)
			named := strings.Contains(name, "affinity") && !strings.HasPrefix(name, "sessionaffinity")
			switch x := x.(type) {
			case string:
				if named && x != "soft" && x != "hard" && x != "none" && x != "" && !strings.Contains(name, "key") && !strings.Contains(x, "\n") {
					odd[at.Key(k).String()] = true
				}
			case bool:
				if path := at.Key(k); named && !in.isSwitch(path) {
					odd[path.String()] = true
				}
			case map[string]any, []any:
				in.oddModes(x, append(at, values.Name(k)), odd)
			}
		}
	case []any:
		for i, x := range v {
			in.oddModes(x, append(at, values.Index(i)), odd)
		}
	}
}

// longestMode bounds the search for the end of a quoted word.
const longestMode = 60

// quotesModes reports whether the chart has a mode's word in quotes anywhere:
// without one its templates compare nothing with it. Asked before a closer
// look at a workload without rules, which costs a render.
func (in *Input) quotesModes() bool {
	found := false
	in.Release.TemplateText(func(_ string, data []byte) {
		for rest := data; !found; {
			start := bytes.IndexAny(rest, "\"`")
			if start < 0 {
				return
			}
			quote := rest[start]
			rest = rest[start+1:]
			word, _, closed := bytes.Cut(rest[:min(len(rest), longestMode)], []byte{quote})
			found = closed && meaning(string(word)) != ""
		}
	})
	return found
}

// isSwitch reports whether the chart's own default is a boolean too.
func (in *Input) isSwitch(path values.Path) bool {
	fallback, _ := in.Release.Layers.Default(path)
	_, isBool := fallback.(bool)
	return isBool
}

// unknownMode reports a mode value of the workload that its chart does not
// know, nil if there is none.
func (in *Input) unknownMode(w *render.Workload) *Finding {
	if in.Release.Chart == "" {
		return nil
	}
	for _, d := range in.Release.Candidates(w, render.MentionsAntiAffinity|render.MentionsAffinity|render.MentionsSpread) {
		if !d.Set || !isMode(d) {
			continue
		}
		legal, off := in.legalWords(d)
		var word string
		switch v := d.Value.(type) {
		case string:
			word = v
		case bool:
			word = fmt.Sprint(v)
		case []any, map[string]any:
			if fallback, ok := in.Release.Layers.Default(d.Path); ok && shapeOf(fallback) == "scalar" && !isEmpty(v) && len(w.Terms()) == 0 && !in.breaksSchema(d.Path) {
				return in.modeNoWord(w, d, legal, off)
			}
			continue
		default:
			continue
		}
		if slices.Contains(legal, word) || slices.Contains(off, word) || meansOff(d.Value) {
			continue
		}
		if in.protected(w) && meaning(word) == "" || in.breaksSchema(d.Path) {
			continue // another rule holds and none was asked for, or schema-violation says it
		}
		if isText := d.Value == any(word); isText && in.understood(w, d, word) {
			continue
		}
		f := atValue(d.Path)
		f.Workloads, f.Field = []string{w.ID()}, w.SpecPath.Key("affinity").String()
		f.Message = fmt.Sprintf("%q is no mode of this chart", word)
		if _, isBool := d.Value.(bool); isBool {
			f.Message = fmt.Sprintf("the mode is the boolean %s, not a word", word)
			f.Notes = []string{"YAML 1.1, which Helm reads, takes the bare words off, no, on and yes for booleans"}
		}
		f.Caret = "must be " + oneOf(legal)
		f.Effect = "the chart renders no rule for it: all replicas may land on one node, and nothing says so"
		if in.protected(w) {
			f.Effect = "the chart does not render the rule that was asked for; only the workload's other rule spreads the pods"
		}
		f.Fixes = modeFixes(d.Value, word, legal, off)
		return &f
	}
	return nil
}

// understood reports whether the chart does what a word asks for that it does
// not compare with anything: it prints the word, as the key of a rule, or the
// branch for all other words is the one that was meant.
func (in *Input) understood(w *render.Workload, d render.Decider, word string) bool {
	for _, t := range w.Terms() {
		if t.AntiAffinity && !t.Spread && meaning(word) == map[bool]string{true: "hard", false: "soft"}[t.Hard] {
			return true
		}
	}
	const nonsense = "spreadlint"
	changed, err := in.Release.Probe(w, render.Change{Path: d.Path, Value: nonsense})
	if err != nil {
		return false
	}
	after := changed.Workload(w)
	return after != nil && (rulesText(after) != rulesText(w) || len(after.Pod.Validate()) != len(w.Pod.Validate()))
}

// modeNoWord reports a list or map where the chart compares a word.
func (in *Input) modeNoWord(w *render.Workload, d render.Decider, legal, off []string) *Finding {
	f := atValue(d.Path)
	f.Workloads, f.Field = []string{w.ID()}, w.SpecPath.Key("affinity").String()
	f.Message = "the mode is a map, not a word"
	f.Caret = "must be " + oneOf(legal)
	f.Effect = "the chart renders no rule for it: all replicas may land on one node, and nothing says so"
	if list, isList := d.Value.([]any); isList {
		f.Message = fmt.Sprintf("the mode is the list %s, not a word", show(list))
		if word, isText := list[0].(string); isText && len(list) == 1 { // the word is there, in brackets
			f.Fixes = modeFixes(list, word, legal, off)
		}
	}
	for i := range f.Fixes {
		f.Fixes[i].Safety = Unsafe
	}
	return &f
}

// meansOff accepts the words that people write for "no rule": a word that the
// chart does not know renders none, which is what they mean.
func meansOff(v any) bool {
	word, isText := v.(string)
	return isText && slices.Contains([]string{"", "none", "off", "disabled", "false", "no", "custom"}, word)
}

// modeFixes offers the words that were probably meant. Only a word that wakes
// no hard rule is safe.
func modeFixes(v any, word string, legal, off []string) []Fix {
	var meant []string
	for _, word := range off {
		if v == false && word != "" {
			meant = append(meant, word)
		}
	}
	for _, l := range legal {
		if strings.EqualFold(l, strings.TrimSpace(word)) {
			meant = append(meant, l)
		}
	}
	for _, l := range legal {
		if meaning(word) != "" && meaning(l) == meaning(word) && !slices.Contains(meant, l) {
			meant = append(meant, l)
		}
	}
	exact := len(meant) > 0 && meaning(word) != "hard"
	if len(meant) == 0 {
		meant = values.Nearest(word, legal, 2)
	}
	if len(meant) == 0 {
		meant = legal
	}
	var fixes []Fix
	for _, m := range meant {
		safety := Unsafe
		if exact && meaning(m) != "hard" {
			safety = Safe
		}
		fixes = append(fixes, setHere(safety, m))
	}
	return fixes
}
