package lint

import (
	"fmt"
	"sort"

	"github.com/spreadlint/spreadlint/render"
)

var _ = register(Rule{
	ID: "inconsistent-modes", Category: "availability", Severity: Info, Since: "0.1.0", OptIn: true,
	Title: "One workload spreads by another mode than its peers",
	NoFix: "which of the workloads is the odd one, only you can tell",
	Doc: `Most workloads of the release have podAntiAffinity of one strength and key, this one has another, or none. Often that is
a leftover. Select the rule for releases that are meant to be uniform.`,
	Check: func(in *Input) []Finding {
		byShape := map[string][]*render.Workload{}
		for _, w := range in.shouldSpread() {
			byShape[shape(w)] = append(byShape[shape(w)], w)
		}
		usual, total := "", 0
		for s, list := range byShape {
			total += len(list)
			if len(list) > len(byShape[usual]) || len(list) == len(byShape[usual]) && s < usual {
				usual = s
			}
		}
		if len(byShape[usual])*2 <= total {
			return nil // no majority
		}
		var found []Finding
		shapes := make([]string, 0, len(byShape))
		for s := range byShape {
			shapes = append(shapes, s)
		}
		sort.Strings(shapes)
		for _, s := range shapes {
			if s == usual {
				continue
			}
			for _, w := range byShape[s] {
				f := atAbsent(w, render.MentionsAntiAffinity|render.MentionsAffinity)
				if terms := w.Terms(); len(terms) > 0 {
					f = at(w, terms[0].Path)
					f.target.presence = true
				}
				f.Message = fmt.Sprintf("spreads by %s, its peers by %s", s, usual)
				f.Effect = "the workload survives other failures than its peers"
				found = append(found, f)
			}
		}
		return found
	},
})

// shape is how a workload's podAntiAffinity looks: strength and key.
func shape(w *render.Workload) string {
	for _, t := range w.Terms() {
		if t.AntiAffinity {
			return t.Kind() + " on " + t.TopologyKey
		}
	}
	return "no podAntiAffinity"
}
