package kube

import (
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/spreadlint/spreadlint/values"
)

// Feature is a placement field and the Kubernetes versions that know it. Versions are minors of 1; 0 is "not yet".
type Feature struct {
	Name   string
	Alpha  int // first version whose API has the field; before, it is unknown
	On     int // first version in which it works without a feature gate
	Stable int
	Source string // the enhancement that says so
	Field  string // its name in a constraint or a term; "" for a field of the pod itself
	Spread bool   // it is one of constraints

	constraint func(*corev1.TopologySpreadConstraint) any // a pointer to the field
	term       func(*corev1.PodAffinityTerm) any
}

// Features is the one table of stages. Sources: the enhancements, and the feature gates of each release, for instance
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/features/kube_features.go
var Features = []Feature{
	{Name: "topologySpreadConstraints", Alpha: 16, On: 18, Stable: 19, Source: "KEP-895"},
	{Name: "namespaceSelector of affinity terms", Alpha: 21, On: 22, Stable: 24, Source: "KEP-2249", Field: "namespaceSelector",
		term: func(t *corev1.PodAffinityTerm) any { return &t.NamespaceSelector }},
	{Name: "minDomains", Alpha: 24, On: 27, Stable: 30, Source: "KEP-3022", Field: "minDomains", Spread: true,
		constraint: func(c *corev1.TopologySpreadConstraint) any { return &c.MinDomains }},
	{Name: "nodeAffinityPolicy", Alpha: 25, On: 26, Stable: 33, Source: "KEP-3094", Field: "nodeAffinityPolicy", Spread: true,
		constraint: func(c *corev1.TopologySpreadConstraint) any { return &c.NodeAffinityPolicy }},
	{Name: "nodeTaintsPolicy", Alpha: 25, On: 26, Stable: 33, Source: "KEP-3094", Field: "nodeTaintsPolicy", Spread: true,
		constraint: func(c *corev1.TopologySpreadConstraint) any { return &c.NodeTaintsPolicy }},
	{Name: "matchLabelKeys of spread constraints", Alpha: 25, On: 27, Source: "KEP-3243", Field: "matchLabelKeys", Spread: true,
		constraint: func(c *corev1.TopologySpreadConstraint) any { return &c.MatchLabelKeys }},
	{Name: "matchLabelKeys of affinity terms", Alpha: 29, On: 31, Stable: 33, Source: "KEP-3633", Field: "matchLabelKeys",
		term: func(t *corev1.PodAffinityTerm) any { return &t.MatchLabelKeys }},
	{Name: "mismatchLabelKeys of affinity terms", Alpha: 29, On: 31, Stable: 33, Source: "KEP-3633", Field: "mismatchLabelKeys",
		term: func(t *corev1.PodAffinityTerm) any { return &t.MismatchLabelKeys }},
}

// Stage says what a version does with the feature's field; "" when it works.
func (f *Feature) Stage(minor int) string {
	switch {
	case minor < f.Alpha:
		return "does not know"
	case minor < f.On:
		return "drops"
	}
	return ""
}

// Uses lists where a pod template has the field.
func (f *Feature) Uses(spec *corev1.PodSpec) []values.Path {
	var found []values.Path
	f.visit(spec, func(path values.Path, field any) {
		if !empty(field) {
			found = append(found, path)
		}
	})
	return found
}

// visit goes to every place where the field may be, given a pointer to it.
func (f *Feature) visit(spec *corev1.PodSpec, do func(values.Path, any)) {
	root := values.Path{values.Name("spec")}
	switch {
	case f.constraint != nil:
		for i := range spec.TopologySpreadConstraints {
			do(root.Key("topologySpreadConstraints").Item(i).Key(f.Field), f.constraint(&spec.TopologySpreadConstraints[i]))
		}
	case f.term != nil:
		eachTerm(spec.Affinity, func(path values.Path, term *corev1.PodAffinityTerm) {
			do(slices.Concat(root, path).Key(f.Field), f.term(term))
		})
	default:
		do(root.Key("topologySpreadConstraints"), &spec.TopologySpreadConstraints)
	}
}

// eachTerm visits the terms about pods, anti-affinity first.
func eachTerm(a *corev1.Affinity, visit func(values.Path, *corev1.PodAffinityTerm)) {
	if a == nil {
		return
	}
	list := func(kind string, required []corev1.PodAffinityTerm, preferred []corev1.WeightedPodAffinityTerm) {
		at := values.Path{values.Name("affinity"), values.Name(kind)}
		for i := range required {
			visit(at.Key("requiredDuringSchedulingIgnoredDuringExecution").Item(i), &required[i])
		}
		for i := range preferred {
			visit(at.Key("preferredDuringSchedulingIgnoredDuringExecution").Item(i).Key("podAffinityTerm"), &preferred[i].PodAffinityTerm)
		}
	}
	if p := a.PodAntiAffinity; p != nil {
		list("podAntiAffinity", p.RequiredDuringSchedulingIgnoredDuringExecution, p.PreferredDuringSchedulingIgnoredDuringExecution)
	}
	if p := a.PodAffinity; p != nil {
		list("podAffinity", p.RequiredDuringSchedulingIgnoredDuringExecution, p.PreferredDuringSchedulingIgnoredDuringExecution)
	}
}

// empty reports whether a field that a pointer leads to is not set.
func empty(field any) bool {
	switch p := field.(type) {
	case **metav1.LabelSelector:
		return *p == nil
	case **int32:
		return *p == nil
	case **corev1.NodeInclusionPolicy:
		return *p == nil
	case *[]string:
		return len(*p) == 0
	case *[]corev1.TopologySpreadConstraint:
		return len(*p) == 0
	}
	panic("kube: a feature of a type that nothing knows to be empty")
}

func clearField(field any) {
	switch p := field.(type) {
	case **metav1.LabelSelector:
		*p = nil
	case **int32:
		*p = nil
	case **corev1.NodeInclusionPolicy:
		*p = nil
	case *[]string:
		*p = nil
	case *[]corev1.TopologySpreadConstraint:
		*p = nil
	}
}

// AsOf makes of a pod what a cluster of an older version would see: fields that it drops or does not know are gone, and up to
// 1.26 an empty selector of a spread constraint counts every pod. 0 is the newest version. The pod is changed in place.
// The counting changed with https://github.com/kubernetes/kubernetes/pull/116607
func AsOf(pod *corev1.Pod, minor int) {
	if minor == 0 {
		return
	}
	for i := range Features {
		if Features[i].Stage(minor) != "" {
			Features[i].visit(&pod.Spec, func(_ values.Path, field any) { clearField(field) })
		}
	}
	if minor > lastCountingAll {
		return
	}
	for i := range pod.Spec.TopologySpreadConstraints {
		s := pod.Spec.TopologySpreadConstraints[i].LabelSelector
		if s != nil && len(s.MatchLabels)+len(s.MatchExpressions) == 0 {
			pod.Spec.TopologySpreadConstraints[i].LabelSelector = &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{
				{Key: "no-pod-has-this-label", Operator: metav1.LabelSelectorOpDoesNotExist}}}
		}
	}
}

// lastCountingAll is the last version in which an empty selector of a constraint counts every pod of the namespace.
const lastCountingAll = 26

// MinorOf is the minor of a version such as 1.33, v1.33.2 or 1.33.0; 0 when it is none.
func MinorOf(version string) int {
	parts := strings.Split(strings.TrimPrefix(version, "v"), ".")
	if len(parts) < 2 || parts[0] != "1" {
		return 0
	}
	minor, err := strconv.Atoi(strings.TrimRight(parts[1], "+"))
	if err != nil {
		return 0
	}
	return minor
}
