package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/render"
)

var _ = register(Rule{
	ID: "unknown-mode", Category: "values", Severity: Error, Since: "0.1.0",
	Title: "A spreading mode that the chart does not know",
	Doc: `Charts compare a mode such as ` + "`podAntiAffinity`" + ` with fixed words, letter by letter. Any other word (` + "`Hard`, `required`" + `,
a typing error) renders no rule at all, and nothing says so. Beware of YAML 1.1, which Helm reads: the bare words
` + "`off`, `no`, `on` and `yes`" + ` are booleans.

The legal words are taken from the chart's own templates and from the schemas of known chart families.`,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, w := range in.shouldSpread() {
			if !in.mayHaveUnknownMode(w) {
				continue
			}
			if f := in.unknownMode(w); f != nil {
				found = append(found, *f)
			}
		}
		return found
	},
})

// mayHaveUnknownMode is a test that needs no second render: the workload has
// no rule of its own, or some value looks like a misspelt mode.
func (in *Input) mayHaveUnknownMode(w *render.Workload) bool {
	return in.Release.Chart != "" && (!in.protected(w) || in.oddMode(in.Release.Values()))
}

// oddMode looks for words that mean a mode but are not written as one.
func (in *Input) oddMode(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			name := strings.ToLower(k)
			if !strings.Contains(name, "affinity") || strings.HasPrefix(name, "sessionaffinity") {
				if in.oddMode(x) {
					return true
				}
				continue
			}
			switch x := x.(type) {
			case string:
				if x != "soft" && x != "hard" && x != "none" && x != "" && !strings.Contains(name, "key") && !strings.Contains(x, "\n") {
					return true
				}
			case bool:
				return true
			default:
				if in.oddMode(x) {
					return true
				}
			}
		}
	case []any:
		return slices.ContainsFunc(v, in.oddMode)
	}
	return false
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
		default:
			continue
		}
		if slices.Contains(legal, word) || slices.Contains(off, word) || meansOff(d.Value, off) {
			continue
		}
		f := atValue(d.Path)
		f.Workloads, f.Field = []string{w.ID()}, w.SpecPath.Key("affinity").String()
		f.Message = fmt.Sprintf("%s is no mode of this chart", show(d.Value))
		if _, isBool := d.Value.(bool); isBool {
			f.Message = fmt.Sprintf("the mode is the boolean %s, not a word", word)
			f.Notes = []string{"YAML 1.1, which Helm reads, takes the bare words off, no, on and yes for booleans"}
		}
		f.Caret = "must be " + oneOf(legal)
		f.Effect = "the chart renders no rule for it: all replicas may land on one node, and nothing says so"
		if in.protected(w) {
			f.Effect = "the chart falls back to another rule than the one asked for"
		}
		f.Fixes = modeFixes(d.Value, word, legal, off)
		return &f
	}
	return nil
}

// meansOff accepts words for "no rule" where no dialect says which they are.
func meansOff(v any, off []string) bool {
	if len(off) > 0 {
		return v == ""
	}
	word, isText := v.(string)
	return isText && slices.Contains([]string{"", "none", "off", "disabled", "false", "no", "custom"}, word)
}

// modeFixes offers the words that were probably meant. Only a word that wakes
// no hard rule is safe.
func modeFixes(v any, word string, legal, off []string) []Fix {
	var meant []string
	if v == false {
		meant = off
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
		meant = nearest(word, legal, 2)
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
