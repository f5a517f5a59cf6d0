package lint

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/values"
)

var _ = register(Rule{
	ID: "untemplated-expression", Category: "values", Severity: Error, Since: "0.1.0",
	Title: "A template expression that reaches the cluster as text",
	NoFix: "what the expression is to give depends on the release; the chart does not evaluate it here",
	Doc: `Values are not templates: ` + "`{{ .Release.Name }}`" + ` in a values file is text unless the chart runs it through ` + "`tpl`" + `. Here it
does not, and the braces stand in the manifest: in a label selector, a label of the pods or a nodeSelector they are no
label, which the API server refuses. Write the label out, or
use an empty selector with ` + "`matchLabelKeys: [pod-template-hash]`" + `, which needs no names.`,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, w := range in.Release.Workloads {
			paths := []values.Path{w.LabelsPath}
			for _, field := range []string{"affinity", "topologySpreadConstraints", "nodeSelector", "nodeName", "tolerations"} {
				paths = append(paths, w.SpecPath.Key(field))
			}
			for _, path := range paths {
				tree, _ := w.Lookup(path)
				expressions(tree, path, func(at values.Path, text string, isKey bool) {
					f := Finding{Workloads: []string{w.ID()}, Field: at.String(), target: target{workload: w, field: at, onKey: isKey}}
					f.Message = fmt.Sprintf("%q reaches the manifest as it is", text)
					f.Caret = "the chart does not run this value through tpl"
					f.Effect = "the braces are part of the label or key: the API server refuses what is no label, and the rule matches nothing"
					if isKey {
						f.Caret = "keys of a values file are no templates"
					}
					found = append(found, f)
				})
			}
		}
		return found
	},
})

// expressions visits the texts of a tree, and its keys, that hold template
// code.
func expressions(v any, at values.Path, visit func(at values.Path, text string, isKey bool)) {
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			if strings.Contains(k, "{{") {
				visit(at.Key(k), k, true)
			}
			if mayHold(v[k]) {
				expressions(v[k], at.Key(k), visit)
			}
		}
	case []any:
		for i, x := range v {
			if mayHold(x) {
				expressions(x, at.Item(i), visit)
			}
		}
	case string:
		if strings.Contains(v, "{{") {
			visit(at, v, false)
		}
	}
}

// mayHold reports whether a value is, or may have in it, a text with template
// code.
func mayHold(v any) bool {
	switch v := v.(type) {
	case string:
		return strings.Contains(v, "{{")
	case map[string]any, []any:
		return true
	}
	return false
}
