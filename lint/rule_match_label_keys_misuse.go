package lint

import (
	"fmt"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

var _ = register(Rule{
	ID: "match-label-keys-misuse", Category: "api", Severity: Error, Since: "0.1.0",
	Title: "matchLabelKeys without a selector, or with a key that stands elsewhere too",
	NoFix: "which key or selector is meant, only you can tell",
	Doc: `` + "`matchLabelKeys`" + ` adds ` + "`key In (the pod's value)`" + ` to the labelSelector when a pod is created. It needs a labelSelector,
its keys must be label names, and a key must not stand in the selector, nor in ` + "`mismatchLabelKeys`" + `, as well.

Who refuses differs. A missing selector and, in spread constraints up to Kubernetes 1.33, a key that the selector has
too are refused with the workload. A key of an affinity term's selector, and from 1.34 on one of a spread
constraint's, is refused only when a pod is created: the upgrade succeeds and then no pod ever appears
(https://github.com/kubernetes/kubernetes/issues/130063).

Source: https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/apis/core/validation/validation.go
(ValidateMatchLabelKeysAndMismatchLabelKeys) and pkg/registry/core/pod/strategy.go (applyMatchLabelKeys)`,
	Refusal: func(w *render.Workload, e kube.FieldError) (Finding, bool) {
		list := labelKeyList(e.Path)
		if list == "" || e.Decode {
			return Finding{}, false
		}
		f := at(w, e.Path)
		key, _ := e.Value.(string)
		switch {
		case e.Type == kube.Forbidden:
			f.Message = fmt.Sprintf("%s of %s without labelSelector", list, owner(e.Path))
			f.Caret = "needs a labelSelector beside it"
			for _, t := range w.Terms() {
				if e.Path.HasPrefix(t.Path) {
					f.Fixes, f.selector, f.fixField = ownSelectorFix(w, t), &t, w.FieldPath(t.SelectorPath)
				}
			}
		case isLabelKey(key):
			f.Message = fmt.Sprintf("%s stands in %s and again beside it", key, list)
			f.Caret = e.Detail
			safety := Unsafe // a hard rule wakes
			for _, t := range w.Terms() {
				if e.Path.HasPrefix(t.Path) && !t.Hard {
					safety = Safe
				}
			}
			f.Fixes = []Fix{{Title: "remove it from " + list, Safety: safety, Sets: []Set{{Remove: true}}}}
		default:
			f.Message = fmt.Sprintf("%q in %s is no label key", key, list)
			f.Caret = "must be a label key"
		}
		return f, true
	},
})

// labelKeyList is the name of the list of label keys that a path is, or is an
// item of.
func labelKeyList(p values.Path) string {
	if len(p) > 0 && p.Last().IsIndex() {
		p = p.Parent()
	}
	if name := fieldName(p); name == "matchLabelKeys" || name == "mismatchLabelKeys" {
		return name
	}
	return ""
}
