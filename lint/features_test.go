package lint

import (
	"fmt"
	"strings"
	"testing"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
)

// featureUses is one manifest a row of the table of features, in which only
// that feature's field is used; {} is the pod's spec.
var featureUses = map[string]string{
	"topologySpreadConstraints": `
      topologySpreadConstraints: [{maxSkew: 1, topologyKey: rack, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: web}}}]`,
	"namespaceSelector of affinity terms": `
      affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: rack, labelSelector: {matchLabels: {app: web}}, namespaceSelector: {}}]}}`,
	"minDomains": `
      topologySpreadConstraints: [{maxSkew: 1, topologyKey: rack, whenUnsatisfiable: DoNotSchedule, minDomains: 2, labelSelector: {matchLabels: {app: web}}}]`,
	"nodeAffinityPolicy": `
      topologySpreadConstraints: [{maxSkew: 1, topologyKey: rack, whenUnsatisfiable: DoNotSchedule, nodeAffinityPolicy: Ignore, labelSelector: {matchLabels: {app: web}}}]`,
	"nodeTaintsPolicy": `
      topologySpreadConstraints: [{maxSkew: 1, topologyKey: rack, whenUnsatisfiable: DoNotSchedule, nodeTaintsPolicy: Honor, labelSelector: {matchLabels: {app: web}}}]`,
	"matchLabelKeys of spread constraints": `
      topologySpreadConstraints: [{maxSkew: 1, topologyKey: rack, whenUnsatisfiable: DoNotSchedule, matchLabelKeys: [pod-template-hash], labelSelector: {matchLabels: {app: web}}}]`,
	"matchLabelKeys of affinity terms": `
      affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: rack, matchLabelKeys: [pod-template-hash], labelSelector: {matchLabels: {app: web}}}]}}`,
	"mismatchLabelKeys of affinity terms": `
      affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: rack, mismatchLabelKeys: [tenant], labelSelector: {matchLabels: {app: web}}}]}}`,
}

// TestFeatures: each row of the table decides by itself what each version does
// with the field. The rows repeat the versions on purpose: a change of the
// table has to be made, with its source, twice.
func TestFeatures(t *testing.T) {
	tested := map[string]bool{}
	for _, c := range []struct {
		name      string
		alpha, on int
	}{
		{"topologySpreadConstraints", 16, 18},
		{"namespaceSelector of affinity terms", 21, 22},
		{"minDomains", 24, 27},
		{"nodeAffinityPolicy", 25, 26},
		{"nodeTaintsPolicy", 25, 26},
		{"matchLabelKeys of spread constraints", 25, 27},
		{"matchLabelKeys of affinity terms", 29, 31},
		{"mismatchLabelKeys of affinity terms", 29, 31},
	} {
		tested[c.name] = true
		for minor := 14; minor <= 40; minor++ {
			want := ""
			switch {
			case minor < c.alpha:
				want = "does not know"
			case minor < c.on:
				want = "drops"
			}
			release, err := render.FromManifests("web.yaml", []byte(`apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: web}]`+featureUses[c.name]+"\n"))
			if err != nil {
				t.Fatal(err)
			}
			release.KubeVersion = fmt.Sprintf("1.%d.0", minor)
			report, err := Run(release, Options{Select: []string{"feature-unavailable"}})
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, f := range report.Findings {
				// A constraint's own field is also unknown where constraints are.
				if f.Message != "" && strings.Contains(f.Message, c.name) {
					got = f.Message
				}
			}
			if (want == "") != (got == "") || !strings.Contains(got, want) {
				t.Errorf("%s in 1.%d: %q, want %q", c.name, minor, got, want)
			}
		}
	}
	for _, f := range kube.Features {
		if !tested[f.Name] {
			t.Errorf("%s has no row here", f.Name)
		}
		if !strings.Contains(featureTable(), fmt.Sprintf("| %s | 1.%d | 1.%d |", f.Name, f.Alpha, f.On)) {
			t.Errorf("%s is not in the table of the documentation", f.Name)
		}
	}
}
