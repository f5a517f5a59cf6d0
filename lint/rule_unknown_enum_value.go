package lint

import (
	"fmt"
	"strings"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
)

var _ = register(Rule{
	ID: "unknown-enum-value", Category: "api", Severity: Error, Since: "0.1.0",
	Title: "A word that the API server does not know",
	Doc: `` + "`whenUnsatisfiable`" + ` is ` + "`DoNotSchedule`" + ` or ` + "`ScheduleAnyway`" + `; ` + "`nodeAffinityPolicy`" + ` and ` + "`nodeTaintsPolicy`" + ` are
` + "`Honor`" + ` or ` + "`Ignore`" + `; a selector's operator is ` + "`In`, `NotIn`, `Exists` or `DoesNotExist`" + `. Case matters. The API server
refuses the object for any other word.`,
	Refusal: func(w *render.Workload, e kube.FieldError) (Finding, bool) {
		word, isText := e.Value.(string)
		if e.Decode || !isText || word == "" || e.Type != kube.NotSupported && !isKey(e.Path, "operator") {
			return Finding{}, false
		}
		legal := e.Supported
		if isKey(e.Path, "operator") && len(legal) == 0 {
			legal = []string{"In", "NotIn", "Exists", "DoesNotExist"}
		}
		f := at(w, e.Path)
		f.Message = fmt.Sprintf("%q is no %s", word, e.Path.Last().Name())
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
			for _, l := range nearest(word, legal, 1) {
				f.Fixes = []Fix{setHere(Unsafe, l)}
			}
		}
		return f, true
	},
})

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
