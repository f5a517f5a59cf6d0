package lint

import (
	"fmt"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

var _ = register(Rule{
	ID: "duplicate-workload", Category: "consistency", Severity: Error, Since: "0.1.0",
	Title: "The same workload twice",
	NoFix: "which of the two is meant, only you can tell",
	Doc: `Two objects of one kind and name in one namespace are one object to the API server. ` + "`helm install`" + ` stops at the second
("already exists"); with ` + "`kubectl apply`" + ` the last one wins, and the first one's rules are gone without a word. Helm hooks are
not reported: they may replace each other.

Source: https://github.com/helm/helm/blob/v3.22.0/pkg/kube/client.go (Create)`,
	Check: func(in *Input) []Finding {
		type identity struct{ kind, group, namespace, name string }
		var found []Finding
		seen := map[identity]*render.Workload{}
		for _, w := range in.running() {
			id := identity{w.Kind, w.APIVersion, w.Namespace, w.ID()}
			first := seen[id]
			if first == nil || w.Name == "" {
				seen[id] = w
				continue
			}
			field := w.ObjectPath(values.Path{values.Name("metadata"), values.Name("name")})
			f := Finding{Workloads: []string{w.ID()}, Field: field.String(), group: field.String(), target: target{workload: w, field: field}}
			f.Message = fmt.Sprintf("%s is there twice", w.ID())
			f.Caret = "an object of this kind and name comes before"
			f.Effect = "`helm install` stops with \"already exists\"; with `kubectl apply` this one replaces the other, and the other's rules are gone"
			if first.Template != w.Template {
				f.Notes = []string{"the other is from " + first.Template}
			}
			found = append(found, f)
		}
		return found
	},
})
