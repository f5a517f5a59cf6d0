package lint

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

var _ = register(Rule{
	ID: "misnested-field", Category: "api", Severity: Error, Since: "0.1.0",
	Title: "A placement field at a place where Kubernetes does not know it",
	NoFix: "the right place is not certain, or the values do not hold the rule as it is rendered",
	Doc: `The API server drops fields that it does not know, at best with a warning: a rule written one level too high or too low,
or with a typing error in its name, is not there. Frequent: ` + "`weight` and `podAffinityTerm`" + ` under a required term (they
belong to preferred ones), ` + "`labelSelector`" + ` directly in a preferred item (it belongs below ` + "`podAffinityTerm`" + `),
` + "`topologySpreadConstraint`" + ` without the s, ` + "`affinity`" + ` beside the pod template instead of in its spec. Reported as well: the
same key rendered twice in one map, of which only one is kept.`,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, w := range in.Release.Workloads {
			for _, path := range w.Pod.Unknown {
				if in.Release.Chart != "" && isKey(path, "weight") && slices.ContainsFunc(w.Pod.Unknown, path.Parent().Key("podAffinityTerm").Equal) {
					continue // the two are one mistake
				}
				found = append(found, in.misnested(w, path))
			}
			if !w.Custom {
				found = append(found, strayFields(w)...)
			}
			for _, path := range w.DoubledFields() {
				f := Finding{Workloads: []string{w.ID()}, Field: path.String(), target: target{workload: w, field: path, presence: true}}
				f.Message = fmt.Sprintf("%s is rendered twice in one map", path.Last().Name())
				f.Caret = "one of the two is lost"
				f.Effect = "YAML keeps the last one: the other rule is gone without a word"
				f.offer = in.offerOneOfTwo(w, path)
				found = append(found, f)
			}
		}
		return found
	},
})

// placementKeys are the fields of a term and of a constraint.
var (
	termFields       = []string{"labelSelector", "topologyKey", "namespaces", "namespaceSelector", "matchLabelKeys", "mismatchLabelKeys"}
	preferredFields  = []string{"weight", "podAffinityTerm"}
	constraintFields = []string{"maxSkew", "topologyKey", "whenUnsatisfiable", "labelSelector", "minDomains", "nodeAffinityPolicy", "nodeTaintsPolicy", "matchLabelKeys"}
)

func (in *Input) misnested(w *render.Workload, path values.Path) Finding {
	f := at(w, path)
	f.offer = in.offerRelocation(w, path)
	f.target.onKey = true
	name := path.Last().Name()
	f.Message = fmt.Sprintf("Kubernetes knows no field %s here", shortField(path))
	f.Effect = "the API server drops it, at best with a warning: what it says does not hold"
	inRequired := slices.Contains(path, values.Name("requiredDuringSchedulingIgnoredDuringExecution"))
	switch {
	case inRequired && slices.Contains(preferredFields, name):
		f.Caret = "belongs to preferred terms; a required term has labelSelector and topologyKey at this level"
		if name == "podAffinityTerm" {
			f.Effect = "the API server drops it, at best with a warning, and refuses the term that is left without its topologyKey"
		}
	case !inRequired && slices.Contains(termFields, name):
		f.Caret = "belongs below podAffinityTerm"
	default:
		known := slices.Concat(termFields, preferredFields, constraintFields, []string{"podAffinity", "podAntiAffinity", "nodeAffinity",
			"requiredDuringSchedulingIgnoredDuringExecution", "preferredDuringSchedulingIgnoredDuringExecution", "matchLabels", "matchExpressions"})
		f.Caret = "no such field"
		switch close := values.Nearest(name, known, 1); {
		case slices.Contains(known, name) && strings.HasSuffix(name, "DuringExecution"):
			f.Caret = "belongs below podAntiAffinity or podAffinity"
		case slices.Contains([]string{"matchLabels", "matchExpressions"}, name):
			f.Caret = "belongs below labelSelector"
		case isKey(path.Parent(), "labelSelector") && slices.Contains(slices.Concat(termFields, constraintFields), name):
			f.Caret = "belongs beside labelSelector"
		case isKey(path.Parent(), "labelSelector"):
			f.Caret = "labels belong below matchLabels"
		case len(close) > 0 && close[0] != name:
			f.Caret = "did you mean " + close[0] + "?"
		}
	}
	return f
}

// strayFields finds placement fields of a built-in kind outside the pod spec,
// and misspelt ones in it.
func strayFields(w *render.Workload) []Finding {
	var found []Finding
	stray := func(path values.Path, why string) {
		f := Finding{Workloads: []string{w.ID()}, Field: path.String(), target: target{workload: w, field: path, onKey: true}}
		f.Message = fmt.Sprintf("Kubernetes knows no field %s", path)
		f.Caret = why
		f.Effect = "the API server drops it, at best with a warning: what it says does not hold"
		found = append(found, f)
	}
	spec, _ := w.Lookup(w.SpecPath)
	if m, ok := spec.(map[string]any); ok {
		for _, k := range slices.Sorted(maps.Keys(m)) {
			for _, known := range []string{"affinity", "topologySpreadConstraints"} {
				if k != known && len(k) > 5 && len(k) >= len(known)-2 && len(k) <= len(known)+2 && values.Distance(k, known) <= 2 {
					stray(w.SpecPath.Key(k), "did you mean "+known+"?")
				}
			}
			if k == "podAntiAffinity" || k == "podAffinity" || k == "nodeAffinity" {
				stray(w.SpecPath.Key(k), "belongs below affinity")
			}
		}
	}
	if len(w.SpecPath) > 0 {
		whole, _ := w.Lookup(w.SpecPath[:1])
		strayIn(whole, w.SpecPath[:1], w.SpecPath, stray)
	}
	slices.SortFunc(found, func(a, b Finding) int { return strings.Compare(a.Field, b.Field) }) // maps have no order
	return found
}

// strayIn looks for rules in all that stands below at, but for the place where
// they belong: the map at home.
func strayIn(v any, at, home values.Path, stray func(values.Path, string)) {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			rule := k == "affinity" || k == "topologySpreadConstraints"
			switch {
			case rule && at.Equal(home):
			case rule && x != nil && shapeOf(x) != "scalar":
				stray(at.Key(k), "belongs in the pod template's spec")
			case k != "metadata" && shapeOf(x) != "scalar": // annotations and labels may be called anything
				strayIn(x, at.Key(k), home, stray)
			}
		}
	case []any:
		for i, x := range v {
			if shapeOf(x) != "scalar" {
				strayIn(x, at.Item(i), home, stray)
			}
		}
	}
}
