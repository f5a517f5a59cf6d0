package lint

import (
	"slices"
	"strings"
	"testing"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// TestRefusalsAreExplained has a row for each statement of Kubernetes'
// validation that refuses a placement field, and for what its decoder refuses:
// a rule has words for each.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/apis/core/validation/validation.go
func TestRefusalsAreExplained(t *testing.T) {
	shorthand := strings.NewReplacer(
		"NODE:", "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: ",
		"NODES:", "affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: ",
		"HARD:", "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: ",
		"SOFT:", "affinity: {podAffinity: {preferredDuringSchedulingIgnoredDuringExecution: ",
		"SPREAD:", "topologySpreadConstraints: ",
		"SOUND", "maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule",
		"SEL", "labelSelector: {matchLabels: {app: web}}",
		"EXPR:", "labelSelector: {matchExpressions: ")
	tests := []struct{ name, spec, want string }{
		// ValidateNodeSelector, ValidateNodeSelectorRequirement
		{"no terms", `NODE: []}}}`, "placement-field-missing"},
		{"In without values", `NODE: [{matchExpressions: [{key: a, operator: In}]}]}}}`, "selector-syntax"},
		{"Exists with values", `NODE: [{matchExpressions: [{key: a, operator: Exists, values: [b]}]}]}}}`, "selector-syntax"},
		{"Gt with two values", `NODE: [{matchExpressions: [{key: a, operator: Gt, values: ["1", "2"]}]}]}}}`, "selector-syntax"},
		{"operator", `NODE: [{matchExpressions: [{key: a, operator: gt, values: ["1"]}]}]}}}`, "unknown-enum-value"},
		{"no operator", `NODE: [{matchExpressions: [{key: a}]}]}}}`, "placement-field-missing"},
		{"label key", `NODE: [{matchExpressions: [{key: a b, operator: Exists}]}]}}}`, "selector-syntax"},
		{"no label key", `NODE: [{matchExpressions: [{operator: Exists}]}]}}}`, "placement-field-missing"},
		{"label value", `NODE: [{matchExpressions: [{key: a, operator: In, values: [b c]}]}]}}}`, "selector-syntax"},
		// ValidateNodeFieldSelectorRequirement
		{"two values of a field", `NODE: [{matchFields: [{key: metadata.name, operator: In, values: [a, b]}]}]}}}`, "selector-syntax"},
		{"operator on a field", `NODE: [{matchFields: [{key: metadata.name, operator: Exists}]}]}}}`, "unknown-enum-value"},
		{"field", `NODE: [{matchFields: [{key: name, operator: In, values: [a]}]}]}}}`, "selector-syntax"},
		{"no field", `NODE: [{matchFields: [{operator: In, values: [a]}]}]}}}`, "placement-field-missing"},
		{"name of a node", `NODE: [{matchFields: [{key: metadata.name, operator: In, values: [A_]}]}]}}}`, "selector-syntax"},
		// ValidatePreferredSchedulingTerms, validateWeightedPodAffinityTerms
		{"weight of a node term", `NODES: [{weight: 101, preference: {}}]}}`, "placement-field-out-of-range"},
		{"no weight of a node term", `NODES: [{preference: {}}]}}`, "placement-field-missing"},
		{"weight", `SOFT: [{weight: 0, podAffinityTerm: {topologyKey: zone, SEL}}]}}`, "placement-field-out-of-range"},
		{"no weight", `SOFT: [{podAffinityTerm: {topologyKey: zone, SEL}}]}}`, "placement-field-missing"},
		// validatePodAffinityTerm
		{"no term", `SOFT: [{weight: 1}]}}`, "placement-field-missing"},
		{"no key", `HARD: [{SEL}]}}`, "placement-field-missing"},
		{"key", `HARD: [{topologyKey: a=b, SEL}]}}`, "topology-key-syntax"},
		{"namespace", `HARD: [{topologyKey: zone, SEL, namespaces: [A]}]}}`, "selector-syntax"},
		{"namespace with a dot", `HARD: [{topologyKey: zone, SEL, namespaces: [a.b]}]}}`, "selector-syntax"},
		// ValidateLabelSelector, ValidateLabels
		{"selector: In without values", `HARD: [{topologyKey: zone, EXPR: [{key: a, operator: In}]}}]}}`, "selector-syntax"},
		{"selector: Exists with values", `HARD: [{topologyKey: zone, EXPR: [{key: a, operator: Exists, values: [b]}]}}]}}`, "selector-syntax"},
		{"selector: operator", `HARD: [{topologyKey: zone, EXPR: [{key: a, operator: Gt, values: ["1"]}]}}]}}`, "unknown-enum-value"},
		{"selector: no operator", `HARD: [{topologyKey: zone, EXPR: [{key: a}]}}]}}`, "placement-field-missing"},
		{"selector: key", `HARD: [{topologyKey: zone, EXPR: [{key: a b, operator: Exists}]}}]}}`, "selector-syntax"},
		{"selector: no key", `HARD: [{topologyKey: zone, EXPR: [{operator: Exists}]}}]}}`, "placement-field-missing"},
		{"selector: value", `HARD: [{topologyKey: zone, EXPR: [{key: a, operator: In, values: [b c]}]}}]}}`, "selector-syntax"},
		{"selector: label", `HARD: [{topologyKey: zone, labelSelector: {matchLabels: {a b: c}}}]}}`, "selector-syntax"},
		{"selector: label without a name", `HARD: [{topologyKey: zone, labelSelector: {matchLabels: {"": c}}}]}}`, "selector-syntax"},
		{"selector: label value", `SPREAD: [{SOUND, labelSelector: {matchLabels: {a: b c}}}]`, "selector-syntax"},
		{"selector: label called like a field", `SPREAD: [{SOUND, labelSelector: {matchLabels: {topologyKey: b c}}}]`, "selector-syntax"},
		{"namespaceSelector", `HARD: [{topologyKey: zone, SEL, namespaceSelector: {matchLabels: {a: b c}}}]}}`, "selector-syntax"},
		// ValidateMatchLabelKeysAndMismatchLabelKeys
		{"matchLabelKeys: no selector", `HARD: [{topologyKey: zone, matchLabelKeys: [a]}]}}`, "match-label-keys-misuse"},
		{"mismatchLabelKeys: no selector", `HARD: [{topologyKey: zone, mismatchLabelKeys: [a]}]}}`, "match-label-keys-misuse"},
		{"matchLabelKeys: key", `HARD: [{topologyKey: zone, SEL, matchLabelKeys: [a b]}]}}`, "match-label-keys-misuse"},
		{"matchLabelKeys: empty key", `SPREAD: [{SOUND, SEL, matchLabelKeys: [""]}]`, "match-label-keys-misuse"},
		{"mismatchLabelKeys: key", `HARD: [{topologyKey: zone, SEL, mismatchLabelKeys: [a b]}]}}`, "match-label-keys-misuse"},
		{"matchLabelKeys: overlap when the pod is created", `SPREAD: [{SOUND, SEL, matchLabelKeys: [app]}]`, "match-label-keys-misuse"},
		{"matchLabelKeys: also mismatchLabelKeys", `HARD: [{topologyKey: zone, SEL, matchLabelKeys: [a], mismatchLabelKeys: [a]}]}}`, "match-label-keys-misuse"},
		// validateTopologySpreadConstraints
		{"maxSkew", `SPREAD: [{maxSkew: 0, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, SEL}]`, "placement-field-out-of-range"},
		{"no maxSkew", `SPREAD: [{topologyKey: zone, whenUnsatisfiable: DoNotSchedule, SEL}]`, "placement-field-missing"},
		{"no topologyKey", `SPREAD: [{maxSkew: 1, whenUnsatisfiable: DoNotSchedule, SEL}]`, "placement-field-missing"},
		{"whenUnsatisfiable", `SPREAD: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: Never, SEL}]`, "unknown-enum-value"},
		{"no whenUnsatisfiable", `SPREAD: [{maxSkew: 1, topologyKey: zone, SEL}]`, "placement-field-missing"},
		{"repeated", `SPREAD: [{SOUND, SEL}, {SOUND}]`, "duplicate-constraint"},
		{"minDomains", `SPREAD: [{SOUND, SEL, minDomains: 0}]`, "placement-field-out-of-range"},
		{"minDomains soft", `SPREAD: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway, SEL, minDomains: 2}]`, "min-domains-misuse"},
		{"nodeAffinityPolicy", `SPREAD: [{SOUND, SEL, nodeAffinityPolicy: honor}]`, "unknown-enum-value"},
		{"nodeTaintsPolicy", `SPREAD: [{SOUND, SEL, nodeTaintsPolicy: ""}]`, "unknown-enum-value"},
		// the decoder
		{"a map for a list", `SPREAD: {SOUND, SEL}`, "placement-field-out-of-range"},
		{"text for a map", `affinity: hard`, "placement-field-out-of-range"},
		{"text for an item", `SPREAD: [zone]`, "placement-field-out-of-range"},
		{"number in quotes", `SPREAD: [{maxSkew: "1", topologyKey: zone, whenUnsatisfiable: DoNotSchedule, SEL}]`, "placement-field-out-of-range"},
		{"number for text", `HARD: [{topologyKey: 5, SEL}]}}`, "placement-field-out-of-range"},
		{"boolean for a word", `SPREAD: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: yes, SEL}]`, "unknown-enum-value"},
		{"boolean for an operator", `NODE: [{matchExpressions: [{key: a, operator: yes}]}]}}}`, "unknown-enum-value"},
		{"text for matchLabelKeys", `SPREAD: [{SOUND, SEL, matchLabelKeys: app}]`, "placement-field-out-of-range"},
		{"number in namespaces", `HARD: [{topologyKey: zone, SEL, namespaces: [5]}]}}`, "placement-field-out-of-range"},
		{"number for a label", `HARD: [{topologyKey: zone, labelSelector: {matchLabels: {weight: 5}}}]}}`, "selector-syntax"},
		{"text for a selector", `HARD: [{topologyKey: zone, labelSelector: web}]}}`, "selector-syntax"},
		{"text for expressions", `NODE: [{matchExpressions: a}]}}}`, "selector-syntax"},
		{"text for node terms", `NODE: a}}}`, "placement-field-out-of-range"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text := "{apiVersion: v1, kind: Pod, metadata: {name: web, labels: {app: web}}, spec: {" + shorthand.Replace(test.spec) + "}}"
			release, err := render.FromManifests("pod.yaml", []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			report, err := Run(release, Options{Select: []string{"api"}, Ignore: []string{"topology-key-forbidden"}})
			if err != nil {
				t.Fatal(err)
			}
			if len(report.Findings) == 0 {
				t.Error("nothing found")
			}
			for _, f := range report.Findings {
				if f.Rule != test.want {
					t.Errorf("%s: %s, want %s", f.Rule, f.Message, test.want)
				}
			}
		})
	}
}

// A refusal that no rule knows, as a later Kubernetes may have one, is
// reported in Kubernetes' words.
func TestUnknownRefusal(t *testing.T) {
	release, err := render.FromManifests("pod.yaml", []byte("{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {}}"))
	if err != nil {
		t.Fatal(err)
	}
	path := values.Path{values.Name("spec"), values.Name("affinity"), values.Name("moodAffinity")}
	f := (&Input{Release: release}).explainRefusal(release.Workloads[0], kube.FieldError{Path: path, Type: kube.Invalid, Detail: "must be cheerful"})
	if want := "the API server refuses affinity.moodAffinity: Invalid: must be cheerful"; f.Rule != placementRefused.ID || f.Message != want {
		t.Errorf("%s: %s, want %s", f.Rule, f.Message, want)
	}
}

// The words that the messages offer are Kubernetes' own.
func TestLegalWords(t *testing.T) {
	pod := `{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {topologySpreadConstraints: [{whenUnsatisfiable: x, nodeAffinityPolicy: x, nodeTaintsPolicy: x}]}}`
	release, err := render.FromManifests("pod.yaml", []byte(pod))
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, e := range release.Workloads[0].Pod.Validate() {
		if e.Type != kube.NotSupported {
			continue
		}
		checked++
		if got := legalWordsOf(e.Path); !slices.Equal(got, e.Supported) {
			t.Errorf("%s: got %q, want %q", e.Path, got, e.Supported)
		}
	}
	if checked != 3 {
		t.Errorf("%d fields checked, want 3", checked)
	}
}
