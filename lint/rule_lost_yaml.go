package lint

import (
	"fmt"

	"github.com/spreadlint/spreadlint/render"
)

var _ = register(Rule{
	ID: "lost-yaml", Category: "values", Severity: Error, Since: "0.1.0",
	Title: "A part of a values file that Helm drops",
	NoFix: "which of the parts is meant, only you can tell",
	Doc: `Of a key that stands twice in one map the last wins, and nothing says so. Of a values file with several YAML documents
(separated by ` + "`---`" + `) Helm 3 reads the first only; Helm 4 merges them all. Put everything into one map.`,
	Needs: needsValues,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, layer := range in.Release.Layers {
			if layer.Kind != render.LayerFile {
				continue
			}
			for _, d := range layer.File.Duplicates() {
				f := Finding{target: target{file: layer.File, span: d.Last}, Path: d.Path}
				f.Message = fmt.Sprintf("%s is set twice in this file", d.Path)
				f.Caret = "this one wins"
				f.Effect = fmt.Sprintf("what line %d sets is lost", d.First.Start.Line)
				f.Related = []Related{{Message: "lost: first set here", Location: Location{File: layer.File.Name, Start: d.First.Start, End: d.First.End, Layer: LayerValues, Text: layer.File}}}
				found = append(found, f)
			}
			for _, span := range layer.File.MoreDocuments() {
				f := Finding{target: target{file: layer.File, span: firstLine(layer.File, span)}}
				f.Message = "a further YAML document in a values file"
				f.Caret = "Helm 3 stops reading before this"
				f.Effect = "Helm 3 drops all values from here on; Helm 4 merges them"
				found = append(found, f)
			}
		}
		return found
	},
})
