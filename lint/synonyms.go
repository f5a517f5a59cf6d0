package lint

import (
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// synonyms are the names that charts have for one thing. Who knows one chart
// writes its name into the values of another.
var synonyms = [][]string{
	{"replicas", "replicaCount", "replica", "replicasCount", "numReplicas"},
	{"podAntiAffinity", "podAntiAffinityPreset", "podAntiAffinityMode", "podAntiAffinityPolicy", "antiAffinity"},
	{"topologySpreadConstraints", "topologySpread", "spreadConstraints"},
	{"podDisruptionBudget", "pdb", "disruptionBudget"},
	{"autoscaling", "hpa", "horizontalPodAutoscaler", "autoscaler"},
	{"strategy", "updateStrategy", "deploymentStrategy"},
}

// meant is where the chart has what a key was probably meant for: under a name
// of the same map that differs in a few letters or is what this chart calls the thing,
// or under such a name in a map around it.
func (in *Input) meant(path values.Path) (values.Path, bool) {
	name := path.Last().Name()
	beside := in.knownBeside(path)
	for _, known := range beside {
		if strings.EqualFold(known, name) {
			return path.Parent().Key(known), true
		}
	}
	value, _ := values.Lookup(any(in.Release.Values()), path)
	if near := values.Nearest(name, beside, 1); len(near) > 0 && (aboutPlacement(near[0], nil) || shapeOf(value) == "map") {
		return path.Parent().Key(near[0]), true
	}
	for level := path.Parent(); ; level = level.Parent() {
		for _, other := range otherNames(name) {
			if home := level.Key(other); in.takes(home, path) {
				return home, true
			}
		}
		if len(level) == 0 || level.Last().IsIndex() {
			return nil, false
		}
	}
}

// takes reports whether the chart has a value at home, of the shape of the one
// at path.
func (in *Input) takes(home, path values.Path) bool {
	value, _ := values.Lookup(any(in.Release.Values()), path)
	if fallback, declared := in.Release.Layers.Default(home); declared {
		return fallback == nil || shapeOf(fallback) == shapeOf(value)
	}
	return in.Release.Reads(home)
}

// otherNames are what other charts call the thing of this name.
func otherNames(name string) []string {
	for _, group := range synonyms {
		if i := slices.Index(group, name); i >= 0 {
			return slices.Delete(slices.Clone(group), i, i+1)
		}
	}
	return nil
}

// offerMeant says what a key was probably meant for. Nothing is moved to where
// the user has set something else.
func (f *Finding) offerMeant(in *Input, path, home values.Path) {
	value, _ := values.Lookup(any(in.Release.Values()), path)
	title := "move it to " + home.String()
	f.Caret = "did you mean " + home.String() + "?"
	if home.Parent().Equal(path.Parent()) {
		title = "rename " + path.Last().Name() + " to " + home.Last().Name()
		f.Caret = "did you mean " + home.Last().Name() + "?"
	}
	if origin, found := in.Release.Layers.Find(home); found && origin.Layer.Kind != render.LayerChart {
		f.Caret += " that is set already"
		return
	}
	f.Fixes = []Fix{{Title: title, Safety: renameSafety(value), Sets: []Set{{Path: path, Move: home}}}}
}
