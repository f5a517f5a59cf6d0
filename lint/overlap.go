package lint

import (
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/values"
)

// withoutEchoes drops findings that say of one mistake what another finding
// says better. Findings have their place already. In rendered YAML every field
// that the API server refuses is named: there is no value that explains
// several at once, and what is refused is checked field by field.
func withoutEchoes(found []Finding, rendered bool) []Finding {
	kept := make([]Finding, 0, len(found))
	for i, f := range found {
		echoed := !(rendered && f.Category == "api") && slices.ContainsFunc(found, func(other Finding) bool { return f.echoes(other) })
		if !echoed {
			kept = append(kept, found[i])
		}
	}
	return kept
}

// echoes reports whether the other finding says the same, and says it better.
// No two findings echo each other.
func (f Finding) echoes(other Finding) bool {
	switch f.Rule {
	case "type-conflict": // a refusal or a legal word says more than a form
		return len(f.Fixes) == 0 && f.Path != nil && other.Path.HasPrefix(f.Path) &&
			(other.Category == "api" || other.Rule == "unknown-mode" || other.Rule == "schema-violation")
	case "schema-violation": // of a dialect: the chart itself ships no schema
		return f.advisory && other.Rule == "unknown-mode" && other.Path.Equal(f.Path)
	case "replicas-exceed-domains", "autoscaler-exceeds-domains", "rollout-deadlock", "spread-capped", "simulated-pending", "intent-not-met":
		return other.Rule == "profile-mismatch" && f.sharesWorkload(other) && f.Severity <= other.Severity
	case "no-spread": // the intent says how much is missing
		return other.Rule == "intent-not-met" && other.Severity > Info && f.sharesWorkload(other)
	case "selector-syntax", "topology-key-syntax": // the braces are why it is no label
		return other.Rule == "untemplated-expression" && f.sameField(other)
	case "placement-field-missing", "selector-missing": // it is there, at a wrong place
		return other.Rule == "misnested-field" && sameTerm(f.target.field, other.target.field) && f.sharesWorkload(other) && other.holds(f.target.field)
	}
	// A --set argument that means something else than was meant is told with
	// its remedy, not as the type that the API server finds.
	return f.Category == "api" && other.Rule == "type-conflict" && len(other.Fixes) > 0 && f.Path != nil && f.Path.HasPrefix(other.Path)
}

// sameField reports whether two findings are about one rendered field, or one
// about the other's key.
func (f Finding) sameField(other Finding) bool {
	return f.sharesWorkload(other) && (f.Field == other.Field || f.Field != "" && strings.HasPrefix(other.Field, f.Field))
}

func (f Finding) sharesWorkload(other Finding) bool {
	return slices.ContainsFunc(f.Workloads, func(w string) bool { return slices.Contains(other.Workloads, w) })
}

// sameTerm reports whether two rendered fields belong to one term.
func sameTerm(a, b values.Path) bool {
	term := termOf(a)
	return term != nil && term.Equal(termOf(b))
}

// termOf is the item of a list of terms that a field stands in.
func termOf(field values.Path) values.Path {
	for i := len(field) - 1; i > 0; i-- {
		if field[i].IsIndex() && strings.HasSuffix(field[i-1].Name(), "DuringExecution") {
			return field[:i+1]
		}
	}
	return nil
}

// holds reports whether a misplaced field is, or contains, what another
// finding calls absent.
func (f Finding) holds(absent values.Path) bool {
	w := f.target.workload
	if w == nil {
		return false
	}
	name := absent.Last().Name()
	if f.target.field.Last().Name() == name {
		return true
	}
	v, _ := w.Lookup(f.target.field)
	m, _ := v.(map[string]any)
	_, there := m[name]
	return there
}
