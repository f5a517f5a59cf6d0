package lint

import (
	"fmt"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

var _ = register(Rule{
	ID: "null-semantics", Category: "values", Severity: Warning, Since: "0.1.0",
	Title: "A default that is not cleared, or more is cleared than meant",
	NoFix: "what the value is to be instead of the default, only you can tell",
	Doc: `Helm merges maps: ` + "`affinity: {}`" + ` adds nothing to the chart's default and so clears nothing. Only ` + "`null`" + ` in your own
values removes a default. And ` + "`null`" + ` for a whole dependency resets it to the dependency's own defaults, it does not
switch it off.

Source: https://github.com/helm/helm/blob/v3.22.0/pkg/chartutil/coalesce.go`,
	Needs: needsValues,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, layer := range in.Release.Layers {
			if layer.Kind == render.LayerChart {
				continue
			}
			layer.Walk(func(path values.Path, value any) {
				if f, wrong := in.nullSemantics(path, value); wrong {
					found = append(found, f)
				}
			})
		}
		return found
	},
})

func (in *Input) nullSemantics(path values.Path, value any) (Finding, bool) {
	fallback, declared := in.Release.Layers.Default(path)
	m, isMap := value.(map[string]any)
	theirs, theirMap := fallback.(map[string]any)
	switch {
	case isMap && len(m) == 0 && theirMap && len(theirs) > 0 && pathAboutPlacement(path):
		effective, _ := values.Lookup(any(in.Release.Values()), path)
		if left, ok := effective.(map[string]any); !ok || len(left) == 0 {
			return Finding{}, false
		}
		f := atValue(path)
		f.Message = fmt.Sprintf("%s: {} does not clear the chart's default", path)
		f.Caret = "write null to remove it"
		f.Effect = "maps are merged: the default rule stays in place"
		f.Fixes = []Fix{setHere(Unsafe, nil)}
		return f, true
	case value == nil && len(path) == 1 && declared && theirMap && in.Release.IsDependency(path[0].Name()):
		f := atValue(path)
		f.target.onKey = true
		f.Message = fmt.Sprintf("%s: null resets the dependency to its own defaults", path)
		f.Caret = "null does not switch a dependency off"
		f.Effect = "what the parent chart sets for the dependency is lost, its spreading rules included"
		return f, true
	}
	return Finding{}, false
}
