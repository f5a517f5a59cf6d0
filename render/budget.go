package render

import (
	"fmt"
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/values"
)

// Budget is a PodDisruptionBudget.
type Budget struct {
	Name    string            // "PodDisruptionBudget/web"
	Object  *Workload         // the object, to find what decides its fields; it makes no pods
	Field   values.Path       // minAvailable or maxUnavailable, in the object's document; its spec where it has neither
	Text    string            // "minAvailable: 1"
	Other   values.Path       // the other of the two, when both are set: the API server refuses that
	Refused []kube.FieldError // by the API server: then there is no such budget

	selector *metav1.LabelSelector
	bound    *intstr.IntOrString // nil: neither
	minimum  bool
}

// SelectorPath is where the budget's selector stands in its document.
func (b *Budget) SelectorPath() values.Path { return b.Object.ObjectPath(names("spec", "selector")) }

// Covers reports whether the budget selects the workload's pods. Without a
// selector it selects none, with an empty one all of its namespace.
func (b *Budget) Covers(w *Workload) bool {
	if len(b.Refused) > 0 || b.Object.Namespace != w.Namespace {
		return false
	}
	ok, err := Term{Selector: b.selector}.Selects(w)
	return err == nil && ok
}

// CountsScale reports whether the budget needs to know the scale of its pods'
// controllers. A whole number as a minimum is compared with the pods that are
// there.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/controller/disruption/disruption.go (getExpectedPodCount)
func (b *Budget) CountsScale() bool {
	return b.bound != nil && (!b.minimum || b.bound.Type == intstr.String)
}

// Allowed is how many of the pods that the budget covers, of all workloads
// together, may be evicted at once. Percentages are rounded up; without a
// bound none is allowed (updatePdbStatus).
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/controller/disruption/disruption.go (getExpectedPodCount)
func (b *Budget) Allowed(pods int) int {
	if b.bound == nil {
		return 0
	}
	n, err := intstr.GetScaledValueFromIntOrPercent(b.bound, pods, true)
	if err != nil {
		return pods // the API server refuses it
	}
	if b.minimum {
		return max(0, pods-n)
	}
	return min(n, pods)
}

func findBudgets(objects []object) []*Budget {
	var found []*Budget
	for i := range objects {
		o := &objects[i]
		if o.text("kind") != "PodDisruptionBudget" || !strings.HasPrefix(o.text("apiVersion"), "policy/") {
			continue
		}
		decoded := kube.DecodeBudget(o.body)
		b := &Budget{Name: "PodDisruptionBudget/" + o.text("metadata", "name"), Object: o.subject(), Refused: decoded.Refused,
			Field: o.path.Key("spec"), Text: "no minAvailable and no maxUnavailable", selector: decoded.Selector}
		var bounds []values.Path
		for _, field := range []string{"minAvailable", "maxUnavailable"} {
			v := o.value("spec", field)
			if v == nil {
				continue
			}
			bounds = append(bounds, o.path.Child(names("spec", field)...))
			b.Text = fmt.Sprintf("%s: %s", field, spelled(v))
			b.minimum, b.bound = field == "minAvailable", decoded.MinAvailable
			if !b.minimum {
				b.bound = decoded.MaxUnavailable
			}
		}
		if len(bounds) > 0 {
			b.Field = bounds[len(bounds)-1]
		}
		if len(bounds) == 2 {
			b.Other = bounds[0]
		}
		// The beta's empty selector selects nothing:
		// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/apis/policy/v1beta1/conversion.go
		if s := b.selector; s != nil && o.text("apiVersion") == "policy/v1beta1" && len(s.MatchLabels)+len(s.MatchExpressions) == 0 {
			b.selector = nil
		}
		found = append(found, b)
	}
	return found
}

// spelled writes a bound as it has to be typed: a text that is no percentage
// with its quotes, for they are what is wrong.
func spelled(v any) string {
	if text, ok := v.(string); ok && !strings.HasSuffix(text, "%") {
		return strconv.Quote(text)
	}
	return fmt.Sprint(v)
}

// subject wraps an object that makes no pods, so that causes can be found for
// its fields.
func (o *object) subject() *Workload {
	return &Workload{APIVersion: o.text("apiVersion"), Kind: o.text("kind"), Namespace: o.text("metadata", "namespace"), Name: o.text("metadata", "name"),
		Template: o.doc.shown, Hook: o.doc.hook, Pod: kube.Decode(nil), doc: o.doc, path: o.path, body: o.body}
}
