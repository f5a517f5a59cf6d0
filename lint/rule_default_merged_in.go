package lint

import (
	"fmt"
	"slices"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

var _ = register(Rule{
	ID: "default-merged-in", Category: "values", Severity: Warning, Since: "0.1.0",
	Title: "Your rule was merged with the chart's",
	NoFix: "whether your rule or the chart's is to hold, only you can tell",
	Doc: `Helm merges maps. A chart whose default affinity has a preferred rule, and values that add a required one (or the
reverse), render both: the chart's rule is still there beside yours. To replace it, set the other key to ` + "`null`" + `.`,
	Needs: needsValues,
	Check: func(in *Input) []Finding {
		var found []Finding
		if !slices.ContainsFunc(in.Release.Layers, func(l *render.Layer) bool { return l.Kind != render.LayerChart && !l.Empty() }) {
			return nil // nothing that a default could be merged with
		}
		for _, w := range in.running() {
			a := w.Pod.Object.Spec.Affinity
			if in.Release.Chart == "" || a == nil || a.PodAntiAffinity == nil || len(a.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution) == 0 || len(a.PodAntiAffinity.PreferredDuringSchedulingIgnoredDuringExecution) == 0 {
				continue
			}
			if f, merged := in.mergedIn(w); merged {
				found = append(found, f)
			}
		}
		return found
	},
})

// mergedIn reports whether one of the two lists comes from the user and the
// other from the chart's defaults of the same map.
func (in *Input) mergedIn(w *render.Workload) (Finding, bool) {
	base := values.Path{values.Name("spec"), values.Name("affinity"), values.Name("podAntiAffinity")}
	lists := []values.Path{base.Key("requiredDuringSchedulingIgnoredDuringExecution"), base.Key("preferredDuringSchedulingIgnoredDuringExecution")}
	var paths [2]values.Path
	var user [2]bool
	for i, list := range lists {
		cause := in.Release.Cause(w, w.FieldPath(list))
		if len(cause.Values) == 0 {
			return Finding{}, false
		}
		origin, ok := in.Release.Layers.Find(cause.Values[0].Path)
		if !ok {
			return Finding{}, false
		}
		paths[i], user[i] = cause.Values[0].Path, origin.Layer.Kind != render.LayerChart
	}
	if user[0] == user[1] || !paths[0].Parent().Equal(paths[1].Parent()) {
		return Finding{}, false
	}
	mine, theirs := paths[0], paths[1]
	if user[1] {
		mine, theirs = theirs, mine
	}
	f := atValue(mine)
	f.target.onKey = true
	f.Workloads, f.Field = []string{w.ID()}, w.FieldPath(base).String()
	f.Message = fmt.Sprintf("the chart's default %s stays beside this rule", shortField(theirs[len(theirs)-1:]))
	f.Caret = "maps are merged"
	f.Effect = "the pods carry both rules, a hard one and a soft one"
	f.Fixes = []Fix{{Title: fmt.Sprintf("set %s to null", theirs), Safety: Unsafe, Sets: []Set{{Path: theirs, Value: nil}}}}
	return f, true
}
