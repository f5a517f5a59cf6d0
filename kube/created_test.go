package kube_test

import (
	"slices"
	"testing"
)

func TestValidateCreated(t *testing.T) {
	const sound = "maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule"
	labels := map[string]string{"app": "web", "pod-template-hash": "x", "odd": "no label"}
	tests := []struct {
		name, spec string
		want       []string
	}{
		{"no keys", `SPREAD: [{` + sound + `, SEL}]`, nil},
		{"key of its own", `SPREAD: [{` + sound + `, SEL, matchLabelKeys: [pod-template-hash]}]`, nil},
		{"constraint: key in matchLabels too", `SPREAD: [{` + sound + `, SEL, matchLabelKeys: [pod-template-hash, app]}]`,
			[]string{"SPREAD[0].matchLabelKeys[1] Invalid"}},
		{"term: key in matchLabels too", `HARD: [{topologyKey: zone, SEL, matchLabelKeys: [app]}] :DONE`,
			[]string{"HARD[0].matchLabelKeys[0] Invalid"}},
		{"preferred term: key in matchExpressions too", `SOFT: [{weight: 1, podAffinityTerm: {topologyKey: zone, matchLabelKeys: [app],
  labelSelector: {matchExpressions: [{key: app, operator: Exists}]}}}] :DONE`,
			[]string{"SOFT[0].podAffinityTerm.matchLabelKeys[0] Invalid"}},
		{"key given twice", `SPREAD: [{` + sound + `, labelSelector: {}, matchLabelKeys: [app, app]}]`,
			[]string{"SPREAD[0].matchLabelKeys[1] Invalid"}},
		{"mismatchLabelKeys may overlap", `HARD: [{topologyKey: zone, SEL, mismatchLabelKeys: [app]}] :DONE`, nil},
		{"key that the pod lacks", `SPREAD: [{` + sound + `, labelSelector: {matchLabels: {tier: a}}, matchLabelKeys: [tier]}]`, nil},
		{"without selector the template is refused", `SPREAD: [{` + sound + `, matchLabelKeys: [app]}]`, nil},
		{"overlap that the template has already", `SPREAD: [{` + sound + `, matchLabelKeys: [app],
  labelSelector: {matchLabels: {app: web}, matchExpressions: [{key: app, operator: Exists}]}}]`, nil},
		{"value that no label may have", `SPREAD: [{` + sound + `, SEL, matchLabelKeys: [odd]}]`, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			template := decode(t, test.spec)
			errors := template.ValidateCreated(labels)
			if got, want := show(errors), append([]string{}, test.want...); !slices.Equal(got, want) {
				t.Errorf("got  %q\nwant %q", got, want)
			}
			for _, e := range errors {
				if !e.PodOnly {
					t.Errorf("%s: not marked as one of the pods only", e.Path)
				}
			}
		})
	}
}
