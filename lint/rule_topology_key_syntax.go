package lint

import (
	"fmt"
	"strings"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
)

var _ = register(Rule{
	ID: "topology-key-syntax", Category: "api", Severity: Error, Since: "0.1.0",
	Title: "An affinity topology key is no label key",
	NoFix: "no label key is near to what was found",
	Doc: `A ` + "`topologyKey`" + ` names a node label: only its key, never ` + "`key=value`" + `. In podAffinity and podAntiAffinity the
API server checks that it is a qualified name (an optional DNS prefix and a slash, then at most 63 letters, digits,
` + "`-`, `_` and `.`" + `) and refuses the whole object otherwise, so ` + "`helm upgrade`" + ` fails.

In topology spread constraints the same mistake is *accepted* and leaves pods Pending; see topology-key-suspicious.

Source: https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/apis/core/validation/validation.go (validatePodAffinityTerm)`,
	Refusal: func(w *render.Workload, e kube.FieldError) (Finding, bool) {
		key, isText := e.Value.(string)
		if fieldName(e.Path) != "topologyKey" || e.Type == kube.Required || e.Decode || !isText {
			return Finding{}, false
		}
		f := at(w, e.Path)
		f.Message = fmt.Sprintf("%q is no node label key", key)
		name, _, hasValue := strings.Cut(key, "=")
		trimmed := strings.TrimSpace(key)
		switch {
		case hasValue:
			f.Caret = fmt.Sprintf("a key has no %q part", "="+key[len(name)+1:])
		case trimmed != key:
			f.Caret = "a key has no white space around it"
		default:
			f.Caret = withoutExample(e.Detail)
		}
		if hasValue && isShared(name) {
			f.Notes = append(f.Notes, fmt.Sprintf("without the value the key would still be wrong: %s", whyShared(name)))
		}
		f.Fixes = keyFixes(key)
		return f, true
	},
})
