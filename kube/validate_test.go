package kube_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/yaml"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/values"
)

// Short names for the places that the tests talk about. In a template, HARD: and SOFT: open a list of required and of
// preferred anti-affinity terms, SPREAD: one of constraints, NODE: the required node affinity.
const (
	hardPath   = "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution"
	softPath   = "spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution"
	spreadPath = "spec.topologySpreadConstraints"
	nodePath   = "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution"
)

var shorthand = strings.NewReplacer(
	"HARD:", "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: ",
	"SOFT:", "affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: ",
	"NODE:", "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: ",
	":DONE", "}}",
	"SPREAD:", "topologySpreadConstraints:",
	"SEL", "labelSelector: {matchLabels: {app: web}}",
)

func parse(t testing.TB, text string) map[string]any {
	t.Helper()
	var tree map[string]any
	if err := yaml.Unmarshal([]byte(text), &tree); err != nil {
		t.Fatalf("parse test template: %v\n%s", err, text)
	}
	return tree
}

func decode(t testing.TB, spec string) *kube.Template {
	t.Helper()
	return kube.Decode(map[string]any{"spec": parse(t, shorthand.Replace(spec))})
}

// show writes an error as "path type", with the short names for long paths.
func show(errors []kube.FieldError) []string {
	short := strings.NewReplacer(hardPath, "HARD", softPath, "SOFT", spreadPath, "SPREAD", nodePath, "NODE")
	lines := []string{}
	for _, e := range errors {
		line := fmt.Sprintf("%s %s", short.Replace(e.Path.String()), e.Type)
		if e.Decode {
			line += " decode"
		}
		lines = append(lines, line)
	}
	return lines
}

// TestValidate walks the table "What the API server does with each field" of the rule catalogue.
func TestValidate(t *testing.T) {
	tests := []struct {
		name string
		spec string
		want []string
	}{
		{"nothing at all", `{}`, nil},
		{"sound hard term", `HARD: [{topologyKey: kubernetes.io/hostname, SEL}] :DONE`, nil},
		{"sound soft term", `SOFT: [{weight: 100, podAffinityTerm: {topologyKey: zone, SEL}}] :DONE`, nil},
		{"sound constraint", `SPREAD: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, SEL}]`, nil},

		{"term: key empty", `HARD: [{topologyKey: "", SEL}] :DONE`,
			[]string{"HARD[0].topologyKey Invalid", "HARD[0].topologyKey Invalid", "HARD[0].topologyKey Required"}},
		{"term: key absent", `HARD: [{SEL}] :DONE`,
			[]string{"HARD[0].topologyKey Invalid", "HARD[0].topologyKey Invalid", "HARD[0].topologyKey Required"}},
		{"spread: key empty", `SPREAD: [{maxSkew: 1, topologyKey: "", whenUnsatisfiable: DoNotSchedule}]`,
			[]string{"SPREAD[0].topologyKey Required"}},
		{"spread: key absent", `SPREAD: [{maxSkew: 1, whenUnsatisfiable: DoNotSchedule}]`,
			[]string{"SPREAD[0].topologyKey Required"}},

		{"term: key a=b", `HARD: [{topologyKey: kubernetes.io/os=linux}] :DONE`, []string{"HARD[0].topologyKey Invalid"}},
		{"term: key a/b/c", `HARD: [{topologyKey: a/b/c}] :DONE`, []string{"HARD[0].topologyKey Invalid"}},
		{"term: key trailing space", `HARD: [{topologyKey: "zone "}] :DONE`, []string{"HARD[0].topologyKey Invalid"}},
		{"term: key upper-case prefix", `HARD: [{topologyKey: Kubernetes.io/zone}] :DONE`,
			[]string{"HARD[0].topologyKey Invalid"}},
		{"term: key -zone", `HARD: [{topologyKey: -zone}] :DONE`, []string{"HARD[0].topologyKey Invalid"}},
		{"term: key without a name", `HARD: [{topologyKey: kubernetes.io/}] :DONE`,
			[]string{"HARD[0].topologyKey Invalid", "HARD[0].topologyKey Invalid"}},
		{"soft term: key a=b", `SOFT: [{weight: 1, podAffinityTerm: {topologyKey: a=b}}] :DONE`,
			[]string{"SOFT[0].podAffinityTerm.topologyKey Invalid"}},
		{"spread: odd keys are accepted", `SPREAD:
  - {maxSkew: 1, topologyKey: a=b, whenUnsatisfiable: DoNotSchedule}
  - {maxSkew: 1, topologyKey: a/b/c, whenUnsatisfiable: DoNotSchedule}
  - {maxSkew: 1, topologyKey: "zone ", whenUnsatisfiable: DoNotSchedule}
  - {maxSkew: 1, topologyKey: -zone, whenUnsatisfiable: DoNotSchedule}
  - {maxSkew: 1, topologyKey: kubernetes.io/, whenUnsatisfiable: DoNotSchedule}`, nil},
		{"unknown well-formed key", `{HARD: [{topologyKey: topology.kubernetes.io/hostname}] :DONE,
  SPREAD: [{maxSkew: 1, topologyKey: topology.kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule}]}`, nil},
		{"deprecated key", `HARD: [{topologyKey: failure-domain.beta.kubernetes.io/zone}] :DONE`, nil},

		{"weight absent", `SOFT: [{podAffinityTerm: {topologyKey: zone}}] :DONE`, []string{"SOFT[0].weight Invalid"}},
		{"weight 0", `SOFT: [{weight: 0, podAffinityTerm: {topologyKey: zone}}] :DONE`, []string{"SOFT[0].weight Invalid"}},
		{"weight 101", `SOFT: [{weight: 101, podAffinityTerm: {topologyKey: zone}}] :DONE`,
			[]string{"SOFT[0].weight Invalid"}},
		{"term absent", `SOFT: [{weight: 1}] :DONE`, []string{"SOFT[0].podAffinityTerm.topologyKey Invalid",
			"SOFT[0].podAffinityTerm.topologyKey Invalid", "SOFT[0].podAffinityTerm.topologyKey Required"}},

		{"maxSkew absent", `SPREAD: [{topologyKey: zone, whenUnsatisfiable: DoNotSchedule}]`,
			[]string{"SPREAD[0].maxSkew Invalid"}},
		{"maxSkew 0", `SPREAD: [{maxSkew: 0, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}]`,
			[]string{"SPREAD[0].maxSkew Invalid"}},
		{"maxSkew -1", `SPREAD: [{maxSkew: -1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}]`,
			[]string{"SPREAD[0].maxSkew Invalid"}},
		{"whenUnsatisfiable absent", `SPREAD: [{maxSkew: 1, topologyKey: zone}]`,
			[]string{"SPREAD[0].whenUnsatisfiable NotSupported"}},
		{"whenUnsatisfiable in another case", `SPREAD: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: doNotSchedule}]`,
			[]string{"SPREAD[0].whenUnsatisfiable NotSupported"}},

		{"pair repeated", `SPREAD:
  - {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}
  - {maxSkew: 1, topologyKey: rack, whenUnsatisfiable: DoNotSchedule}
  - {maxSkew: 2, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}`, []string{"SPREAD[0] Duplicate"}},
		{"same key hard and soft", `SPREAD:
  - {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}
  - {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway}`, nil},
		{"same term twice", `HARD: [{topologyKey: zone, SEL}, {topologyKey: zone, SEL}] :DONE`, nil},

		{"minDomains", `SPREAD: [{maxSkew: 1, minDomains: 2, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}]`, nil},
		{"minDomains 0", `SPREAD: [{maxSkew: 1, minDomains: 0, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}]`,
			[]string{"SPREAD[0].minDomains Invalid"}},
		{"minDomains soft", `SPREAD: [{maxSkew: 1, minDomains: 2, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway}]`,
			[]string{"SPREAD[0].minDomains Invalid"}},
		{"policies", `SPREAD: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule,
  nodeAffinityPolicy: Honor, nodeTaintsPolicy: Ignore}]`, nil},
		{"policies in another case", `SPREAD: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule,
  nodeAffinityPolicy: honor, nodeTaintsPolicy: IGNORE}]`,
			[]string{"SPREAD[0].nodeAffinityPolicy NotSupported", "SPREAD[0].nodeTaintsPolicy NotSupported"}},

		{"selector absent or empty", `{HARD: [{topologyKey: zone}, {topologyKey: zone, labelSelector: {}}] :DONE,
  SPREAD: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule},
    {maxSkew: 1, topologyKey: rack, whenUnsatisfiable: DoNotSchedule, labelSelector: {}}]}`, nil},
		{"selector: In without values", `HARD: [{topologyKey: zone,
  labelSelector: {matchExpressions: [{key: app, operator: In}]}}] :DONE`,
			[]string{"HARD[0].labelSelector.matchExpressions[0].values Required"}},
		{"selector: Exists with values", `SPREAD: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule,
  labelSelector: {matchExpressions: [{key: app, operator: Exists, values: [a]}]}}]`,
			[]string{"SPREAD[0].labelSelector.matchExpressions[0].values Forbidden"}},
		{"selector: unknown operator", `HARD: [{topologyKey: zone,
  labelSelector: {matchExpressions: [{key: app, operator: in, values: [a]}]}}] :DONE`,
			[]string{"HARD[0].labelSelector.matchExpressions[0].operator Invalid"}},
		{"selector: bad key", `HARD: [{topologyKey: zone, labelSelector: {matchLabels: {"app=x": z, b: c}}}] :DONE`,
			[]string{`HARD[0].labelSelector.matchLabels."app=x" Invalid`}},
		{"selector: bad values", `HARD: [{topologyKey: zone, labelSelector: {matchLabels: {a: "x y", b: ok, c: "x y"}}}] :DONE`,
			[]string{"HARD[0].labelSelector.matchLabels.a Invalid", "HARD[0].labelSelector.matchLabels.c Invalid"}},
		{"namespaceSelector: bad value", `HARD: [{topologyKey: zone, namespaceSelector: {matchLabels: {a: "x y"}}}] :DONE`,
			[]string{"HARD[0].namespaceSelector.matchLabels.a Invalid"}},
		{"namespaces", `HARD: [{topologyKey: zone, namespaces: [ok, Bad, worse_, Bad]}] :DONE`,
			[]string{"HARD[0].namespaces[1] Invalid", "HARD[0].namespaces[2] Invalid", "HARD[0].namespaces[3] Invalid"}},

		{"matchLabelKeys without selector", `{HARD: [{topologyKey: zone, matchLabelKeys: [a]}] :DONE,
  SPREAD: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, matchLabelKeys: [a]}]}`,
			[]string{"HARD[0].matchLabelKeys Forbidden", "SPREAD[0].matchLabelKeys Forbidden"}},
		{"matchLabelKeys also in matchLabels: only the pods are refused",
			`{HARD: [{topologyKey: zone, SEL, matchLabelKeys: [app]}] :DONE,
  SPREAD: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, SEL, matchLabelKeys: [app]}]}`, nil},
		{"matchLabelKeys twice in the selector",
			`{SOFT: [{weight: 1, podAffinityTerm: {topologyKey: zone, matchLabelKeys: [b, app],
    labelSelector: {matchLabels: {app: x}, matchExpressions: [{key: app, operator: Exists}]}}}] :DONE,
  SPREAD: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, matchLabelKeys: [app],
    labelSelector: {matchLabels: {app: x}, matchExpressions: [{key: app, operator: Exists}]}}]}`,
			[]string{"SOFT[0].podAffinityTerm.matchLabelKeys[1] Invalid", "SPREAD[0].matchLabelKeys[0] Invalid"}},
		{"matchLabelKeys and mismatchLabelKeys", `HARD: [{topologyKey: zone, SEL, matchLabelKeys: [b], mismatchLabelKeys: [b]}] :DONE`,
			[]string{"HARD[0].matchLabelKeys[0] Invalid"}},
		{"matchLabelKeys: bad name", `SPREAD: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, SEL,
  matchLabelKeys: [a, b=c]}]`, []string{"SPREAD[0].matchLabelKeys[1] Invalid"}},

		{"node affinity: no terms", `NODE: {nodeSelectorTerms: []} :DONE`, []string{"NODE.nodeSelectorTerms Required"}},
		{"node affinity: Gt with two values",
			`NODE: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Gt, values: ["1", "2"]}]}]} :DONE`,
			[]string{"NODE.nodeSelectorTerms[0].matchExpressions[0].values Required"}},

		{"node selector: key and value", `{nodeSelector: {"a b": c, disk: "b c", rack: 7, "": null}}`,
			[]string{"spec.nodeSelector.rack TypeInvalid decode", `spec.nodeSelector."" Invalid`, `spec.nodeSelector."" Invalid`, `spec.nodeSelector."a b" Invalid`, "spec.nodeSelector.disk Invalid"}},
		{"tolerations: key, operator, effect", `{tolerations: [{key: "a b"}, {key: a, operator: exists}, {key: a, effect: noschedule}, {value: b}]}`,
			[]string{"spec.tolerations[0].key Invalid", "spec.tolerations[1].operator NotSupported", "spec.tolerations[2].effect NotSupported", "spec.tolerations[3].operator Invalid"}},
		{"tolerations: a map", `{tolerations: {key: a}}`, []string{"spec.tolerations TypeInvalid decode"}},
		{"tolerations: a key of a wrong type", `{tolerations: [{key: 5}]}`, []string{"spec.tolerations[0].key TypeInvalid decode"}},

		{"other fields are not our business", `{containers: x, volumes: 3, restartPolicy: Sometimes, hostNetwork: maybe}`, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := show(decode(t, test.spec).Validate())
			want := append([]string{}, test.want...)
			if !slices.Equal(got, want) {
				t.Errorf("got  %q\nwant %q", got, want)
			}
		})
	}
}

func TestValidateDetails(t *testing.T) {
	template := decode(t, `SPREAD:
  - {maxSkew: 0, topologyKey: zone, whenUnsatisfiable: doNotSchedule, minDomains: -2, nodeTaintsPolicy: honor}
  - {topologyKey: zone, whenUnsatisfiable: null}
  - {maxSkew: 1, topologyKey: rack, whenUnsatisfiable: DoNotSchedule}
  - {maxSkew: 1, topologyKey: rack, whenUnsatisfiable: DoNotSchedule}`)
	want := []kube.FieldError{
		{Path: path(t, spreadPath+"[0].maxSkew"), Type: kube.Invalid, Value: int64(0), Detail: "must be greater than zero"},
		{Path: path(t, spreadPath+"[0].minDomains"), Type: kube.Invalid, Value: int64(-2),
			Detail: "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not doNotSchedule"},
		{Path: path(t, spreadPath+"[0].minDomains"), Type: kube.Invalid, Value: int64(-2), Detail: "must be greater than zero"},
		{Path: path(t, spreadPath+"[0].nodeTaintsPolicy"), Type: kube.NotSupported, Value: "honor",
			Detail: `supported values: "Honor", "Ignore"`, Supported: []string{"Honor", "Ignore"}},
		{Path: path(t, spreadPath+"[0].whenUnsatisfiable"), Type: kube.NotSupported, Value: "doNotSchedule",
			Detail:    `supported values: "DoNotSchedule", "ScheduleAnyway"`,
			Supported: []string{"DoNotSchedule", "ScheduleAnyway"}},
		{Path: path(t, spreadPath+"[1].maxSkew"), Type: kube.Invalid, Detail: "must be greater than zero"},
		{Path: path(t, spreadPath+"[1].whenUnsatisfiable"), Type: kube.NotSupported,
			Detail:    `supported values: "DoNotSchedule", "ScheduleAnyway"`,
			Supported: []string{"DoNotSchedule", "ScheduleAnyway"}},
		{Path: path(t, spreadPath+"[2]"), Type: kube.Duplicate, Value: "{rack, DoNotSchedule}"},
	}
	got := template.Validate()
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) {
			t.Fatalf("got %d errors, want %d:\n%+v", len(got), len(want), got)
		}
		if fmt.Sprintf("%#v", got[i]) != fmt.Sprintf("%#v", want[i]) {
			t.Errorf("error %d\ngot  %#v\nwant %#v", i, got[i], want[i])
		}
	}
}

func path(t testing.TB, text string) values.Path {
	t.Helper()
	p, err := values.ParsePath(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Validation must not change what it judges, and must stay quick on silly input.
func TestValidateMany(t *testing.T) {
	term := map[string]any{"topologyKey": "a=b", "namespaces": []any{"Bad"}, "matchLabelKeys": 5}
	var terms, constraints []any
	for i := range 10_000 {
		terms = append(terms, term)
		constraints = append(constraints, map[string]any{"topologyKey": fmt.Sprint(i), "minDomains": "1"})
	}
	template := kube.Decode(map[string]any{"spec": map[string]any{
		"affinity": map[string]any{"podAntiAffinity": map[string]any{
			"requiredDuringSchedulingIgnoredDuringExecution": terms}},
		"topologySpreadConstraints": constraints,
	}})
	before := template.Object.DeepCopy()
	got := template.Validate()
	if want := 6 * 10_000; len(got) != want {
		t.Errorf("got %d errors, want %d", len(got), want)
	}
	if last, want := got[len(got)-1].Path.String(), spreadPath+"[9999].whenUnsatisfiable"; last != want {
		t.Errorf("last error at %s, want %s", last, want)
	}
	if !reflect.DeepEqual(before, &template.Object) {
		t.Error("Validate changed the template")
	}
}
