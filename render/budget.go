package render

import (
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"sigs.k8s.io/yaml"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/values"
)

// Budget is a PodDisruptionBudget.
type Budget struct {
	Name   string      // "PodDisruptionBudget/web"
	Object *Workload   // the object, to find what decides its fields; it makes no pods
	Field  values.Path // minAvailable or maxUnavailable, in the object's document
	Text   string      // "minAvailable: 1"
	Other  values.Path // the other of the two, when both are set: the API server refuses that

	selector *metav1.LabelSelector
	bound    intstr.IntOrString
	minimum  bool
}

// Covers reports whether the budget selects the workload's pods. Without a
// selector it selects none, with an empty one all of its namespace.
func (b *Budget) Covers(w *Workload) bool {
	ok, err := Term{Selector: b.selector}.Matches(w.Labels())
	return err == nil && ok && b.Object.Namespace == w.Namespace
}

// Allowed is how many of the replicas may be evicted at once.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/controller/disruption/disruption.go (getExpectedPodCount)
func (b *Budget) Allowed(replicas int) int {
	n, err := intstr.GetScaledValueFromIntOrPercent(&b.bound, replicas, true)
	if err != nil {
		return replicas // the API server refuses it
	}
	if b.minimum {
		return max(0, replicas-n)
	}
	return min(n, replicas)
}

func findBudgets(objects []object) []*Budget {
	var found []*Budget
	for i := range objects {
		o := &objects[i]
		if o.text("kind") != "PodDisruptionBudget" || !strings.HasPrefix(o.text("apiVersion"), "policy/") {
			continue
		}
		b := &Budget{Name: "PodDisruptionBudget/" + o.text("metadata", "name"), Object: o.subject()}
		for _, field := range []string{"minAvailable", "maxUnavailable"} {
			v := o.value("spec", field)
			if v == nil {
				continue
			}
			b.Other = b.Field
			b.minimum = field == "minAvailable"
			b.Field = o.path.Child(names("spec", field)...)
			b.Text = fmt.Sprintf("%s: %v", field, v)
			b.bound = intstr.Parse(fmt.Sprint(v))
		}
		if text, err := yaml.Marshal(o.value("spec", "selector")); err == nil && o.value("spec", "selector") != nil {
			b.selector = &metav1.LabelSelector{}
			if yaml.Unmarshal(text, b.selector) != nil {
				continue
			}
		}
		if b.Field != nil {
			found = append(found, b)
		}
	}
	return found
}

// subject wraps an object that makes no pods, so that causes can be found for
// its fields.
func (o *object) subject() *Workload {
	return &Workload{APIVersion: o.text("apiVersion"), Kind: o.text("kind"), Namespace: o.text("metadata", "namespace"), Name: o.text("metadata", "name"),
		Template: o.doc.shown, Hook: o.doc.hook, Pod: kube.Decode(nil), doc: o.doc, path: o.path, body: o.body}
}
