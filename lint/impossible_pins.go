package lint

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// demand is one thing that a nodeSelector or a node affinity term asks of a
// node's label, or of a field of the node.
type demand struct {
	key      string
	operator corev1.NodeSelectorOperator
	values   []string
	path     values.Path // in the pod template
}

func (d demand) String() string {
	switch d.operator {
	case corev1.NodeSelectorOpExists, corev1.NodeSelectorOpDoesNotExist:
		return fmt.Sprintf("%s %s", d.key, d.operator)
	}
	return fmt.Sprintf("%s %s %s", d.key, d.operator, strings.Join(d.values, ", "))
}

// impossiblePins finds a nodeSelector and a required node affinity that no node
// can meet, whatever its labels are. The terms are alternatives; an empty one
// matches no node.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/staging/src/k8s.io/component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go
func impossiblePins(w *render.Workload) []Finding {
	spec := w.Pod.Object.Spec
	if spec.NodeName != "" || spec.Affinity == nil || spec.Affinity.NodeAffinity == nil || spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution == nil {
		return nil
	}
	root := values.Path{values.Name("spec")}
	at := root.Key("affinity").Key("nodeAffinity").Key(required).Key("nodeSelectorTerms")
	var fixed []demand
	for _, key := range slices.Sorted(maps.Keys(spec.NodeSelector)) {
		fixed = append(fixed, demand{key, corev1.NodeSelectorOpIn, []string{spec.NodeSelector[key]}, root.Key("nodeSelector").Key(key)})
	}
	var first *Finding
	for i, term := range spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms {
		f := impossibleTerm(w, term, at.Item(i), fixed)
		if f == nil {
			return nil // a way out
		}
		if first == nil {
			first = f
		}
	}
	if first == nil {
		return nil // without terms the API server refuses it
	}
	first.Effect = "no node can match, whatever its labels are: every pod stays Pending"
	if w.Kind == "DaemonSet" {
		first.Effect = "no node can match, whatever its labels are: the DaemonSet runs no pod"
	}
	return []Finding{*first}
}

// impossibleTerm says why no node meets a term beside the nodeSelector, nil if
// one might.
func impossibleTerm(w *render.Workload, term corev1.NodeSelectorTerm, at values.Path, fixed []demand) *Finding {
	if len(term.MatchExpressions)+len(term.MatchFields) == 0 {
		f := atEntry(w, at)
		f.Message = "an empty term of a required nodeAffinity matches no node"
		f.Caret = "a term needs matchExpressions; without a rule about nodes leave nodeAffinity out"
		return &f
	}
	demands := slices.Clone(fixed)
	for j, e := range term.MatchExpressions {
		demands = append(demands, demand{e.Key, e.Operator, e.Values, at.Key("matchExpressions").Item(j)})
	}
	for j, e := range term.MatchFields {
		demands = append(demands, demand{"the field " + e.Key, e.Operator, e.Values, at.Key("matchFields").Item(j)})
	}
	for i, d := range demands {
		beside := slices.DeleteFunc(slices.Clone(demands[:i]), func(x demand) bool { return x.key != d.key })
		if len(beside) == 0 || satisfiable(append(beside, d)) {
			continue
		}
		f := atEntry(w, d.path)
		f.Message = fmt.Sprintf("%s excludes %s", d, beside[len(beside)-1])
		f.Caret = "no node has both"
		f.Notes = []string{"the other is " + shortField(beside[len(beside)-1].path)}
		return &f
	}
	return nil
}

// atEntry starts a finding about an entry that should not be there.
func atEntry(w *render.Workload, path values.Path) Finding {
	f := at(w, path)
	f.target.presence = true
	return f
}

// satisfiable reports whether a value of the label, or its absence, meets all
// demands. Of those without a list of values (Exists, Gt ...) any two but
// Exists and DoesNotExist are taken to leave one.
func satisfiable(demands []demand) bool {
	candidates := []string(nil)
	listed, needed, forbidden := false, false, false
	for _, d := range demands {
		switch d.operator {
		case corev1.NodeSelectorOpIn:
			listed = true
			candidates = append(candidates, d.values...)
		case corev1.NodeSelectorOpExists, corev1.NodeSelectorOpGt, corev1.NodeSelectorOpLt:
			needed = true
		case corev1.NodeSelectorOpDoesNotExist:
			forbidden = true
		}
	}
	if !listed {
		return !needed || !forbidden
	}
	return slices.ContainsFunc(candidates, func(value string) bool {
		return !slices.ContainsFunc(demands, func(d demand) bool { return !d.admits(value) })
	})
}

// operators are those of node affinity as a label selector knows them.
var operators = map[corev1.NodeSelectorOperator]selection.Operator{
	corev1.NodeSelectorOpIn: selection.In, corev1.NodeSelectorOpNotIn: selection.NotIn, corev1.NodeSelectorOpExists: selection.Exists,
	corev1.NodeSelectorOpDoesNotExist: selection.DoesNotExist, corev1.NodeSelectorOpGt: selection.GreaterThan, corev1.NodeSelectorOpLt: selection.LessThan,
}

// admits asks whether a node with the value meets the demand. What the API
// server refuses is taken to.
func (d demand) admits(value string) bool {
	r, err := labels.NewRequirement("key", operators[d.operator], d.values)
	return err != nil || r.Matches(labels.Set{"key": value})
}
