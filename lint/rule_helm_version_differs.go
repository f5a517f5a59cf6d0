package lint

import (
	"fmt"
	"slices"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

var _ = register(Rule{
	ID: "helm-version-differs", Category: "version", Severity: Warning, Since: "0.1.0",
	Title: "Helm 3 and Helm 4 render this otherwise",
	NoFix: "which of the two results is wanted, only you can tell",
	Doc: `A ` + "`null`" + ` in a parent chart's own values.yaml removes a dependency's default with Helm 3 (3.22.0 measured) and is ignored by
Helm 4 (4.3.1 measured; https://github.com/helm/helm/issues/32132): the dependency's rule comes back. In *your* values
file null works with both. Further YAML documents in a values file differ too, see lost-yaml. Reported for keys about
placement.`,
	Needs: needsValues,
	Check: func(in *Input) []Finding {
		var found []Finding
		dependency := func(l *render.Layer) bool { return l.Kind == render.LayerChart && len(l.Prefix) > 0 }
		if !slices.ContainsFunc(in.Release.Layers, dependency) {
			return nil
		}
		for _, layer := range in.Release.Layers {
			if layer.Kind != render.LayerChart {
				continue
			}
			layer.Walk(func(path values.Path, value any) {
				if value != nil || !pathAboutPlacement(path) {
					return
				}
				below, declared := in.Release.Layers.DefaultBelow(layer, path)
				if !declared || below == nil {
					return
				}
				f := atValue(path)
				f.Location = Location{}
				f.Message = fmt.Sprintf("%s: null in the chart's own values.yaml", path)
				f.Caret = "put it into your own values file"
				f.Effect = "Helm 3 removes the dependency's default, Helm 4 keeps it: the same chart spreads otherwise"
				f.Fixes = []Fix{{Title: "set it to null in your own values file", Safety: ShowOnly, Sets: []Set{{Path: path, Value: nil}}}}
				found = append(found, f)
			})
		}
		return found
	},
})
