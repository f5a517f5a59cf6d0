package lint

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// ignored finds rules in the user's values that a values.yaml declares and no
// template takes: the chart has the key and forgot it, or imports no more than
// its default.
func (in *Input) ignored() []Finding {
	paths := in.rulesNotShown()
	if len(paths) == 0 {
		return nil
	}
	var found []Finding
	for _, path := range in.withoutSleepers(in.provenUnread(paths)) {
		if in.Release.Reads(path) {
			continue
		}
		f := atValue(path)
		f.target.onKey = true
		f.Message = fmt.Sprintf("%s changes nothing: nothing that is rendered takes it", path)
		f.Caret = "the chart declares this key, and uses it nowhere in this release"
		f.Effect = "the output is the same without it: the rule does not hold"
		if home, imported := in.Release.Layers.ImportedAs(path); imported {
			f.Caret = "the chart imports the default of it as " + home.String() + ": set that"
			f.Fixes = []Fix{{Title: "move it to " + home.String(), Safety: Unsafe, Sets: []Set{{Path: path, Move: home}}}}
		}
		if in.switchedOff(path.Parent()) {
			f.Severity = Info // no workload of this part is rendered
		}
		found = append(found, f)
	}
	return found
}

// rulesNotShown lists declared values that hold a rule of the user's, no
// default, of which a part does not occur in the output.
func (in *Input) rulesNotShown() []values.Path {
	r := in.Release
	var found []values.Path
	for _, layer := range r.Layers {
		if layer.Kind == render.LayerChart {
			continue
		}
		layer.Walk(func(path values.Path, value any) {
			fallback, declared := r.Layers.Default(path)
			winner, set := r.Layers.Find(path)
			if !declared || !set || winner.Layer != layer || !holdsRule(path.Last().Name(), value) || reflect.DeepEqual(value, fallback) {
				return
			}
			if !r.BelongsToDisabledChart(path) && !r.Shows(value) {
				found = append(found, path)
			}
		})
	}
	return found
}

// holdsRule reports whether a value is called after a spreading rule and has
// the form of one: what holds switches and presets is a map of another form.
func holdsRule(name string, value any) bool {
	lower := strings.ToLower(name)
	switch v := value.(type) {
	case map[string]any:
		return strings.Contains(lower, "affinity") && (v["podAntiAffinity"] != nil || v[required] != nil || v[preferred] != nil)
	case []any:
		return strings.Contains(lower, "spread") && len(v) > 0
	}
	return false
}
