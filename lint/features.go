package lint

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// feature is a placement field and the Kubernetes versions that know it.
// Versions are minors of 1; 0 is "not yet".
type feature struct {
	name   string
	alpha  int // first version whose API has the field; before, it is unknown
	on     int // first version in which it works without a feature gate
	stable int
	source string // the enhancement that says so
	field  string // its name, and whether it is one of constraints, for those that younger versions know only
	spread bool
	uses   func(*render.Workload) []values.Path
}

// features is the one table of stages. Sources: the enhancements, and the
// feature gates of each release, for instance
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/features/kube_features.go
var features = []feature{
	{"topologySpreadConstraints", 16, 18, 19, "KEP-895", "", false, func(w *render.Workload) []values.Path {
		if len(w.Pod.Object.Spec.TopologySpreadConstraints) == 0 {
			return nil
		}
		return []values.Path{{values.Name("spec"), values.Name("topologySpreadConstraints")}}
	}},
	{"namespaceSelector of affinity terms", 21, 22, 24, "KEP-2249", "namespaceSelector", false, usesInTerms(func(t render.Term) string {
		if !t.Spread && t.NamespaceSelector != nil {
			return "namespaceSelector"
		}
		return ""
	})},
	{"minDomains", 24, 27, 30, "KEP-3022", "minDomains", true, usesInConstraints("minDomains", func(c corev1.TopologySpreadConstraint) bool { return c.MinDomains != nil })},
	{"nodeAffinityPolicy", 25, 26, 33, "KEP-3094", "nodeAffinityPolicy", true, usesInConstraints("nodeAffinityPolicy", func(c corev1.TopologySpreadConstraint) bool { return c.NodeAffinityPolicy != nil })},
	{"nodeTaintsPolicy", 25, 26, 33, "KEP-3094", "nodeTaintsPolicy", true, usesInConstraints("nodeTaintsPolicy", func(c corev1.TopologySpreadConstraint) bool { return c.NodeTaintsPolicy != nil })},
	{"matchLabelKeys of spread constraints", 25, 27, 0, "KEP-3243", "matchLabelKeys", true, usesInConstraints("matchLabelKeys", func(c corev1.TopologySpreadConstraint) bool { return len(c.MatchLabelKeys) > 0 })},
	{"matchLabelKeys of affinity terms", 29, 31, 33, "KEP-3633", "matchLabelKeys", false, usesInTerms(func(t render.Term) string {
		if !t.Spread && len(t.MatchLabelKeys) > 0 {
			return "matchLabelKeys"
		}
		return ""
	})},
	{"mismatchLabelKeys of affinity terms", 29, 31, 33, "KEP-3633", "mismatchLabelKeys", false, usesInTerms(func(t render.Term) string {
		if !t.Spread && len(t.MismatchLabelKeys) > 0 {
			return "mismatchLabelKeys"
		}
		return ""
	})},
}

func usesInTerms(field func(render.Term) string) func(*render.Workload) []values.Path {
	return func(w *render.Workload) []values.Path {
		var found []values.Path
		for _, t := range append(w.Terms(), w.AffinityTerms()...) {
			if name := field(t); name != "" {
				found = append(found, t.Path.Key(name))
			}
		}
		return found
	}
}

func usesInConstraints(field string, used func(corev1.TopologySpreadConstraint) bool) func(*render.Workload) []values.Path {
	return func(w *render.Workload) []values.Path {
		var found []values.Path
		for i, c := range w.Pod.Object.Spec.TopologySpreadConstraints {
			if used(c) {
				found = append(found, values.Path{values.Name("spec"), values.Name("topologySpreadConstraints"), values.Index(i), values.Name(field)})
			}
		}
		return found
	}
}

// featureAt is the feature that a field of the pod template belongs to.
func featureAt(p values.Path) (feature, bool) {
	for _, f := range features {
		if f.field != "" && f.spread == inConstraint(p) && slices.Contains(p, values.Name(f.field)) {
			return f, true
		}
	}
	return feature{}, false
}

// stage says what a version does with the feature's field; "" when it works.
func (f feature) stage(minor int) string {
	switch {
	case minor < f.alpha:
		return "does not know"
	case minor < f.on:
		return "drops"
	}
	return ""
}

// minorOf is the minor of a version such as 1.33, v1.33.2 or 1.33.0; 0 when
// it is none.
func minorOf(version string) int {
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

// featureTable is the table as markdown, for the documentation.
func featureTable() string {
	var b strings.Builder
	b.WriteString("| field | known from | works from | stable | source |\n|---|---|---|---|---|\n")
	for _, f := range features {
		stable := "not yet"
		if f.stable > 0 {
			stable = fmt.Sprintf("1.%d", f.stable)
		}
		fmt.Fprintf(&b, "| %s | 1.%d | 1.%d | %s | %s |\n", f.name, f.alpha, f.on, stable, f.source)
	}
	return b.String()
}
