package lint

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

var _ = register(Rule{
	ID: "workload-refused", Category: "api", Severity: Error, Since: "0.1.0",
	Title: "A workload whose replicas, selector or strategy the API server refuses",
	NoFix: "what is meant, only you can tell",
	Doc: `Around the pod template a workload says how many pods run (` + "`replicas`" + `; of a Job ` + "`parallelism` and `completions`" + `), which
pods are its own (` + "`selector`" + `, which must match the template's labels) and how they are replaced. The API server
refuses numbers that are texts, booleans, fractions or below 0, strategies that it does not know, ` + "`maxSurge` and `maxUnavailable`" + `
that are both 0, and more than 100 % unavailable. Kubernetes' own decoder and validation are asked. It also does not know
versions of an API that are gone: ` + "`extensions/v1beta1`, `apps/v1beta1` and `apps/v1beta2`" + ` ended with 1.15, ` + "`batch/v1beta1`" + `
with 1.24.

Source: https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/apis/apps/validation/validation.go (ValidateDeploymentSpec)`,
	Check: func(in *Input) []Finding {
		var found []Finding
		var own []*render.Workload
		for _, w := range in.Release.Workloads {
			if w.Custom {
				continue
			}
			own = append(own, w)
			for _, e := range w.Refused() {
				found = append(found, refusedWorkload(w, e))
			}
		}
		return append(found, in.unserved(own)...)
	},
})

func refusedWorkload(w *render.Workload, e kube.FieldError) Finding {
	path := e.Path
	if name := fieldName(path); name == "strategy" || name == "updateStrategy" {
		if kind := path.Key("type"); e.Type != kube.Required && !e.Decode {
			if _, written := w.Lookup(w.ObjectPath(kind)); written {
				path = kind
			}
		}
	}
	f := Finding{Workloads: []string{w.ID()}}
	f.Message = fmt.Sprintf("%s: %s", shortField(path), e.Detail)
	f.Caret = withoutExample(e.Detail)
	f.Effect = fmt.Sprintf("the API server refuses the %s: `helm upgrade` stops with an error", w.Kind)
	current, _ := w.Lookup(w.ObjectPath(path))
	switch {
	case isKey(path, "labels"):
		path = mismatchedLabel(w, path)
		if wanted := selectorLabels(w)[path.Last().Name()]; wanted != "" && inTemplate(path) {
			f.Fixes = []Fix{setHere(Unsafe, wanted)}
		}
		f.Message = "the selector does not match the labels of the template"
		f.Caret = "the " + w.Kind + "'s own selector wants " + labelText(selectorLabels(w))
	case e.Type == kube.Required && e.Detail == "":
		f.Message, f.Caret = shortField(path)+" is required", "required"
	case e.Decode && strings.HasPrefix(e.Detail, "expected an integer"):
		f.Caret = "a whole number, without quotes"
		if n, err := strconv.Atoi(fmt.Sprint(current)); err == nil && n >= 0 {
			f.Fixes = []Fix{setHere(Unsafe, n)}
		}
	case e.Decode:
		wanted, _, _ := strings.Cut(strings.TrimPrefix(e.Detail, "expected "), ", found ")
		f.Caret = "must be " + wanted
	case len(e.Supported) > 0:
		f.Message = fmt.Sprintf("%s is no %s", show(current), shortField(path))
		f.Caret = "must be " + oneOf(e.Supported)
		word, _ := current.(string)
		for _, near := range values.Nearest(word, e.Supported, 1) {
			f.Fixes = []Fix{setHere(Unsafe, near)}
		}
	}
	field := w.ObjectPath(path)
	f.Field, f.target = field.String(), target{workload: w, field: field}
	return f
}

// mislabelled reports whether the workload is refused because its selector
// does not match its template: then it has no pods to speak of.
func mislabelled(w *render.Workload) bool {
	return !w.Custom && slices.ContainsFunc(w.Refused(), func(e kube.FieldError) bool { return isKey(e.Path, "labels") })
}

// inTemplate reports whether a path is that of one of the template's labels.
func inTemplate(p values.Path) bool { return isKey(p.Parent(), "labels") }

// selectorLabels are the matchLabels of the workload's own selector.
func selectorLabels(w *render.Workload) map[string]string {
	found := map[string]string{}
	written, _ := w.Lookup(w.ObjectPath(values.Path{values.Name("spec"), values.Name("selector"), values.Name("matchLabels")}))
	labels, _ := written.(map[string]any)
	for key, value := range labels {
		found[key] = fmt.Sprint(value)
	}
	return found
}

// mismatchedLabel is the label of the template, or of the selector where the
// template has none, that keeps the selector from matching.
func mismatchedLabel(w *render.Workload, labels values.Path) values.Path {
	wanted := selectorLabels(w)
	for _, key := range slices.Sorted(maps.Keys(wanted)) {
		carried, present := w.Labels()[key]
		switch {
		case !present:
			return values.Path{values.Name("spec"), values.Name("selector"), values.Name("matchLabels")}.Key(key)
		case carried != wanted[key]:
			return labels.Key(key)
		}
	}
	return labels
}
