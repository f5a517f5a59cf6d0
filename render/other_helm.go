package render

import (
	"fmt"

	"github.com/spreadlint/spreadlint/values"
)

// MergedOtherwise lists what Helm 4 merges otherwise than the Helm 3 that
// renders here, with the place of each: nulls by which a chart's own
// values.yaml takes away a dependency's default (Helm 4 may keep it,
// https://github.com/helm/helm/issues/32132), and further documents of a
// values file (Helm 4 merges them). Measured with 3.22.0 and 4.3.1.
func (r *Release) MergedOtherwise() []string {
	var found []string
	for _, layer := range r.Layers {
		switch layer.Kind {
		case LayerFile:
			for _, span := range layer.File.MoreDocuments() {
				found = append(found, fmt.Sprintf("%s:%d: Helm 4 merges this further YAML document, Helm 3 drops it", layer.File.Name, span.Start.Line))
			}
		case LayerChart:
			layer.Walk(func(path values.Path, value any) {
				if value != nil {
					return
				}
				fallback, declared := r.Layers.DefaultBelow(layer, path)
				if origin, ok := layer.find(path); ok && declared && fallback != nil {
					found = append(found, fmt.Sprintf("%s: %s is null: Helm 3 takes the dependency's default away, Helm 4 may keep it", origin.place(), path))
				}
			})
		}
	}
	return found
}
