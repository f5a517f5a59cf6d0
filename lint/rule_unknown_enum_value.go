package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

var _ = register(Rule{
	ID: "unknown-enum-value", Category: "api", Severity: Error, Since: "0.1.0",
	Title: "A word that the API server does not know",
	NoFix: "no legal word is near to the one found",
	Doc: `` + "`whenUnsatisfiable`" + ` is ` + "`DoNotSchedule`" + ` or ` + "`ScheduleAnyway`" + `; ` + "`nodeAffinityPolicy`" + ` and ` + "`nodeTaintsPolicy`" + ` are
` + "`Honor`" + ` or ` + "`Ignore`" + `; a toleration's operator is ` + "`Equal` or `Exists`, its effect `NoSchedule`, `PreferNoSchedule` or `NoExecute`" + `; a selector's operator is ` + "`In`, `NotIn`, `Exists` or `DoesNotExist`" + `, that of a nodeAffinity term also ` + "`Gt` or `Lt`" + `. Case
matters. The API server refuses the object for any other word, and for anything that is no text, such as the ` + "`yes`" + ` that
YAML takes for a boolean.`,
	Refusal: func(w *render.Workload, e kube.FieldError) (Finding, bool) {
		name, legal := fieldName(e.Path), legalWordsOf(e.Path)
		if legal == nil || e.Type != kube.NotSupported && name != "operator" && !e.Decode {
			return Finding{}, false
		}
		word, _ := e.Value.(string)
		f := at(w, e.Path)
		f.Message = fmt.Sprintf("%q is no %s", word, name)
		if e.Decode {
			f.Message = fmt.Sprintf("%s is no %s", show(e.Value), name)
		}
		f.Caret = "must be " + oneOf(legal)
		for _, l := range legal {
			if strings.EqualFold(strings.TrimSpace(word), l) {
				f.Fixes = []Fix{setHere(Safe, l)}
				if l == "DoNotSchedule" {
					f.Fixes[0].Safety = Unsafe // a hard constraint wakes
				}
			}
		}
		if len(f.Fixes) == 0 {
			for _, l := range values.Nearest(word, legal, 1) {
				f.Fixes = []Fix{setHere(Unsafe, l)}
			}
		}
		return f, true
	},
})

// legalWordsOf lists the words that a field takes; nil when it is none of
// those that take words.
func legalWordsOf(p values.Path) []string {
	switch fieldName(p) {
	case "whenUnsatisfiable":
		return []string{"DoNotSchedule", "ScheduleAnyway"}
	case "nodeAffinityPolicy", "nodeTaintsPolicy":
		return []string{"Honor", "Ignore"}
	case "effect":
		if slices.Contains(p, values.Name("tolerations")) {
			return []string{"NoSchedule", "PreferNoSchedule", "NoExecute"}
		}
	case "operator":
		switch {
		case slices.Contains(p, values.Name("tolerations")):
			return []string{"Equal", "Exists"}
		case slices.Contains(p, values.Name("matchFields")):
			return []string{"In", "NotIn"}
		case slices.Contains(p, values.Name("nodeAffinity")):
			return []string{"In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"}
		}
		return []string{"In", "NotIn", "Exists", "DoesNotExist"}
	}
	return nil
}

// oneOf lists words for people: `a, b or c`.
func oneOf(words []string) string {
	switch len(words) {
	case 0:
		return "another word"
	case 1:
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}
