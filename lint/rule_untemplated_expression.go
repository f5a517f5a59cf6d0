package lint

import (
	"fmt"
	"strings"

	"github.com/spreadlint/spreadlint/values"
)

var _ = register(Rule{
	ID: "untemplated-expression", Category: "values", Severity: Error, Since: "0.1.0",
	Title: "A template expression that reaches the cluster as text",
	Doc: `Values are not templates: ` + "`{{ .Release.Name }}`" + ` in a values file is text unless the chart runs it through ` + "`tpl`" + `. Here it
does not, and the braces stand in the manifest: a label selector with them matches nothing. Write the label out, or
use an empty selector with ` + "`matchLabelKeys: [pod-template-hash]`" + `, which needs no names.`,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, w := range in.Release.Workloads {
			for _, field := range []string{"affinity", "topologySpreadConstraints"} {
				path := w.SpecPath.Key(field)
				tree, _ := w.Lookup(path)
				expressions(tree, path, func(at values.Path, text string) {
					f := Finding{Workloads: []string{w.ID()}, Field: at.String(), target: target{workload: w, field: at}}
					f.Message = fmt.Sprintf("%q reaches the manifest as it is", text)
					f.Caret = "the chart does not run this value through tpl"
					f.Effect = "the braces are part of the label or key: the rule matches nothing, or the object is refused"
					found = append(found, f)
				})
			}
		}
		return found
	},
})

// expressions visits the texts of a tree that hold template code.
func expressions(v any, at values.Path, visit func(values.Path, string)) {
	switch v := v.(type) {
	case map[string]any:
		for _, k := range sortedKeys(v) {
			expressions(v[k], at.Key(k), visit)
		}
	case []any:
		for i, x := range v {
			expressions(x, at.Item(i), visit)
		}
	case string:
		if strings.Contains(v, "{{") {
			visit(at, v)
		}
	}
}
