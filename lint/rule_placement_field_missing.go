package lint

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

var _ = register(Rule{
	ID: "placement-field-missing", Category: "api", Severity: Error, Since: "0.1.0",
	Title: "A required field of a term or constraint is missing",
	NoFix: "what the field is to say, only you can tell",
	Doc: `A topology spread constraint needs ` + "`maxSkew`, `topologyKey` and `whenUnsatisfiable`" + `; there are no defaults, although
some documents speak of them. A podAffinity or podAntiAffinity term needs a ` + "`topologyKey`" + `, a preferred one also a
` + "`weight`" + ` from 1 to 100 and its ` + "`podAffinityTerm`" + `. A required nodeAffinity needs at least one of its
` + "`nodeSelectorTerms`" + `. The API server refuses the object otherwise.

Source: https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/apis/core/validation/validation.go
(validateTopologySpreadConstraints, validatePodAffinityTerm, ValidateNodeSelector)`,
	Refusal: func(w *render.Workload, e kube.FieldError) (Finding, bool) {
		name := fieldName(e.Path)
		if e.Decode || name == "" {
			return Finding{}, false
		}
		if v, present := w.Lookup(w.FieldPath(e.Path)); present && !isNothing(v) {
			return Finding{}, false
		}
		switch name {
		case "topologyKey", "whenUnsatisfiable", "maxSkew", "weight", "podAffinityTerm", "operator", "key", "nodeSelectorTerms":
		default:
			return Finding{}, false
		}
		if name == "topologyKey" && isKey(e.Path.Parent(), "podAffinityTerm") {
			if v, present := w.Lookup(w.FieldPath(e.Path.Parent())); !present || v == nil {
				name, e.Path = "podAffinityTerm", e.Path.Parent()
			}
		}
		f := at(w, e.Path)
		f.Message = fmt.Sprintf("%s lacks %s", owner(e.Path), name)
		f.Caret = name + " is required"
		switch name {
		case "weight":
			f.Caret += ": 1 to 100"
			f.Fixes = []Fix{setHere(Safe, 100)}
		case "maxSkew":
			f.Notes = []string{"the API text speaks of a default of 1, but there is none"}
			f.Fixes = []Fix{setHere(Unsafe, 1)}
		case "whenUnsatisfiable":
			f.Caret += ": DoNotSchedule or ScheduleAnyway"
			f.Notes = []string{"the documentation speaks of a default of DoNotSchedule, but there is none"}
			f.Fixes = []Fix{setHere(Unsafe, "ScheduleAnyway"), setHere(Unsafe, "DoNotSchedule")}
		case "nodeSelectorTerms":
			f.Caret += ": at least one term"
		case "topologyKey":
			f.Caret += ": a node label such as " + hostnameKey
			f.Fixes = []Fix{setHere(Unsafe, hostnameKey), setHere(Unsafe, zoneKey)}
		}
		if typed := misspelt(w, e.Path, name); typed != "" {
			f.Caret = fmt.Sprintf("%s is required; did you mean it by %s?", name, typed)
			f.Fixes = nil
			f.offer = func(f *Finding, d render.Decider) {
				if len(d.Path) > 0 && isKey(d.Path, name) {
					f.Fixes = []Fix{{Title: fmt.Sprintf("rename %s to %s", typed, name), Safety: Unsafe,
						Sets: []Set{{Path: d.Path.Parent().Key(typed), Move: d.Path}}}}
				}
			}
		}
		return f, true
	},
})

// misspelt is the key beside a missing field that was probably meant to be it.
func misspelt(w *render.Workload, field values.Path, name string) string {
	beside, _ := w.Lookup(w.FieldPath(field.Parent()))
	m, _ := beside.(map[string]any)
	for _, key := range slices.Sorted(maps.Keys(m)) {
		if key != name && (strings.EqualFold(key, name) || len(key) > 4 && values.Distance(key, name) <= 2) {
			return key
		}
	}
	return ""
}

// isNothing reports whether a value that is there says as little as an absent
// one.
func isNothing(v any) bool {
	list, isList := v.([]any)
	return v == nil || v == "" || isList && len(list) == 0
}

// owner names what a field belongs to: "the topology spread constraint".
func owner(p values.Path) string {
	for _, k := range p {
		if k.IsIndex() {
			continue
		}
		switch k.Name() {
		case "topologySpreadConstraints":
			return "the topology spread constraint"
		case "podAntiAffinity":
			return "the podAntiAffinity term"
		case "podAffinity":
			return "the podAffinity term"
		case "nodeAffinity":
			return "the nodeAffinity term"
		case "tolerations":
			return "the toleration"
		}
	}
	return "the pod spec"
}
