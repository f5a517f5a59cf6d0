package kube_test

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/yaml"
	kjson "sigs.k8s.io/json"

	"github.com/spreadlint/spreadlint/kube"
)

func TestDecodeErrors(t *testing.T) {
	const sound = "topologyKey: zone, whenUnsatisfiable: DoNotSchedule"
	tests := []struct {
		name string
		spec string
		want []string // path: detail; of decode errors, then path and type of the others
	}{
		{"number as string", `SPREAD: [{maxSkew: "1", ` + sound + `}]`,
			[]string{`SPREAD[0].maxSkew: expected an integer, found the string "1"`}},
		{"weight as string", `SOFT: [{weight: "100", podAffinityTerm: {topologyKey: zone}}] :DONE`,
			[]string{`SOFT[0].weight: expected an integer, found the string "100"`}},
		{"fraction", `SPREAD: [{maxSkew: 1.5, ` + sound + `}]`,
			[]string{`SPREAD[0].maxSkew: expected an integer, found the number 1.5`}},
		{"float without fraction", `SPREAD: [{maxSkew: 1.0, ` + sound + `}]`, nil},
		{"too large", `SPREAD: [{maxSkew: 3000000000, ` + sound + `}]`,
			[]string{`SPREAD[0].maxSkew: expected an integer from -2147483648 to 2147483647, found the number 3000000000`}},
		{"far too large", `SPREAD: [{maxSkew: 1e30, ` + sound + `}]`,
			[]string{`SPREAD[0].maxSkew: expected an integer from -2147483648 to 2147483647, found the number 1e+30`}},
		{"map for list", `SPREAD: {maxSkew: 1, ` + sound + `}`, []string{`SPREAD: expected a list, found a map`}},
		{"list for map", `affinity: []`, []string{`spec.affinity: expected a map, found a list`}},
		{"string for affinity", `affinity: hard`, []string{`spec.affinity: expected a map, found the string "hard"`}},
		{"selector as string", `HARD: [{topologyKey: zone, labelSelector: x, matchLabelKeys: [a]}] :DONE`,
			[]string{`HARD[0].labelSelector: expected a map, found the string "x"`}},
		{"labels with numbers", `HARD: [{topologyKey: zone, labelSelector: {matchLabels: {a: 1, b: true, c: x}}}] :DONE`,
			[]string{`HARD[0].labelSelector.matchLabels.a: expected a string, found the number 1`,
				`HARD[0].labelSelector.matchLabels.b: expected a string, found the boolean true`}},
		{"values with numbers", `NODE: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Gt, values: [5]}]}]} :DONE`,
			[]string{`NODE.nodeSelectorTerms[0].matchExpressions[0].values[0]: expected a string, found the number 5`}},
		{"values as string",
			`HARD: [{topologyKey: zone, labelSelector: {matchExpressions: [{key: a, operator: In, values: b}]}}] :DONE`,
			[]string{`HARD[0].labelSelector.matchExpressions[0].values: expected a list, found the string "b"`}},
		{"key as number", `SPREAD: [{maxSkew: 1, topologyKey: 5, whenUnsatisfiable: DoNotSchedule}]`,
			[]string{`SPREAD[0].topologyKey: expected a string, found the number 5`}},
		{"all terms of the wrong type", `NODE: {nodeSelectorTerms: [x]} :DONE`,
			[]string{`NODE.nodeSelectorTerms[0]: expected a map, found the string "x"`}},
		{"indexes after a left-out item",
			`{HARD: [x, {topologyKey: a=b, namespaces: [5, Bad]}, z, {topologyKey: c=d}] :DONE}`,
			[]string{`HARD[0]: expected a map, found the string "x"`,
				`HARD[1].namespaces[0]: expected a string, found the number 5`,
				`HARD[2]: expected a map, found the string "z"`,
				`HARD[1].namespaces[1] Invalid`, `HARD[1].topologyKey Invalid`, `HARD[3].topologyKey Invalid`}},
		{"what follows is not told", `SPREAD:
  - {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: 1, minDomains: 2}
  - {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: 2, minDomains: 0}`,
			[]string{`SPREAD[0].whenUnsatisfiable: expected a string, found the number 1`,
				`SPREAD[1].whenUnsatisfiable: expected a string, found the number 2`,
				`SPREAD[1].minDomains Invalid`}},
		{"long string", `affinity: ` + strings.Repeat("é", 100),
			[]string{`spec.affinity: expected a map, found the string "` + strings.Repeat("é", 60) + `…"`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			errors := decode(t, test.spec).Validate()
			got := show(errors)
			for i, e := range errors {
				if e.Decode {
					where, _, _ := strings.Cut(got[i], " ")
					got[i] = where + ": " + e.Detail
				}
			}
			if want := append([]string{}, test.want...); !slices.Equal(got, want) {
				t.Errorf("got  %q\nwant %q", got, want)
			}
		})
	}
}

func TestDecodeNumbers(t *testing.T) {
	for _, value := range []any{2, int32(2), int64(2), uint8(2), uint64(2), 2.0, float32(2), json.Number("2"), json.Number("2.0")} {
		template := kube.Decode(map[string]any{"spec": map[string]any{
			"topologySpreadConstraints": []any{map[string]any{"maxSkew": value}}}})
		if got := template.Object.Spec.TopologySpreadConstraints[0].MaxSkew; got != 2 {
			t.Errorf("%T(%v): got %d, want 2", value, value, got)
		}
	}
	for _, value := range []any{math.NaN(), math.Inf(1), json.Number("1e400"), json.Number("x"), uint64(math.MaxUint64), struct{}{}} {
		template := kube.Decode(map[string]any{"spec": map[string]any{
			"topologySpreadConstraints": []any{map[string]any{"maxSkew": value}}}})
		if errors := template.Validate(); len(errors) == 0 || !errors[0].Decode {
			t.Errorf("%T(%v): got %v, want a decode error", value, value, errors)
		}
	}
}

func TestDecodeNulls(t *testing.T) {
	template := decode(t, `{HARD: [{topologyKey: zone, labelSelector: null, namespaces: null}] :DONE, SPREAD: null, nodeSelector: null}`)
	if errors := template.Validate(); len(errors) != 0 {
		t.Errorf("got %v, want no errors", errors)
	}
	term := template.Object.Spec.Affinity.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution[0]
	if term.LabelSelector != nil || term.Namespaces != nil || template.Object.Spec.TopologySpreadConstraints != nil {
		t.Errorf("got %+v, want nulls to be absent", term)
	}
	if got := kube.Decode(nil).Validate(); len(got) != 0 {
		t.Errorf("nil template: got %v", got)
	}
	// As in encoding/json a null item is an item without anything, not an absent one.
	got := show(decode(t, `SPREAD: [null]`).Validate())
	want := []string{"SPREAD[0].maxSkew Invalid", "SPREAD[0].topologyKey Required", "SPREAD[0].whenUnsatisfiable NotSupported"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDecodeSpecOfWrongType(t *testing.T) {
	got := kube.Decode(map[string]any{"spec": "x", "metadata": 3}).Validate()
	if want := "[metadata TypeInvalid decode spec TypeInvalid decode]"; fmt.Sprint(show(got)) != want {
		t.Errorf("got %v, want %s", show(got), want)
	}
}

func TestDecodeUnknown(t *testing.T) {
	template := decode(t, `{affinity: {podantiaffinity: {}, podAntiAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: [{weight: 100, podAffinityTerm: {topologyKey: zone}}]}},
  SPREAD: [{maxskew: 1, maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, "": 1}], volumez: []}`)
	var got []string
	for _, p := range template.Unknown {
		got = append(got, p.String())
	}
	want := []string{hardPath + "[0].podAffinityTerm", hardPath + "[0].weight", "spec.affinity.podantiaffinity",
		spreadPath + `[0].""`, spreadPath + "[0].maxskew"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestDecodeRest(t *testing.T) {
	template := kube.Decode(parse(t, `
metadata: {namespace: demo, labels: {app: web, tier: 1, empty: null}, annotations: {a: b}}
spec:
  nodeSelector: {disk: ssd, number: 3}
  nodeName: n1
  schedulerName: other
  hostNetwork: true
  tolerations: [{key: a, operator: Exists}, {key: 5}]
  containers:
  - {name: web, image: [], resources: {requests: {cpu: 500m}}, ports: [{hostPort: 80, containerPort: 80}]}
  - {name: odd, resources: {requests: {cpu: lots}}}
  - 5
  initContainers: [{name: init, resources: {requests: {memory: 1Gi}}, restartPolicy: Always}]
`))
	object := template.Object
	if got, want := fmt.Sprint(object.Labels), "map[app:web empty:]"; got != want {
		t.Errorf("labels: got %s, want %s", got, want)
	}
	if object.Namespace != "demo" || object.Annotations["a"] != "b" {
		t.Errorf("metadata: got %+v", object.ObjectMeta)
	}
	spec := object.Spec
	if got, want := fmt.Sprint(spec.NodeSelector), "map[disk:ssd]"; got != want {
		t.Errorf("nodeSelector: got %s, want %s", got, want)
	}
	if spec.NodeName != "n1" || spec.SchedulerName != "other" || !spec.HostNetwork {
		t.Errorf("got node %q, scheduler %q, hostNetwork %v", spec.NodeName, spec.SchedulerName, spec.HostNetwork)
	}
	if len(spec.Tolerations) != 2 || spec.Tolerations[0].Key != "a" {
		t.Errorf("tolerations: got %+v", spec.Tolerations)
	}
	var names []string
	for _, c := range append(spec.Containers, spec.InitContainers...) {
		names = append(names, c.Name)
	}
	if want := []string{"web", "", "init"}; !slices.Equal(names, want) {
		t.Errorf("containers: got %q, want %q", names, want)
	}
	if got := spec.Containers[0].Resources.Requests.Cpu().MilliValue(); got != 500 {
		t.Errorf("cpu: got %d, want 500", got)
	}
	got := show(template.Validate())
	want := []string{"metadata.labels.tier TypeInvalid decode", "spec.nodeSelector.number TypeInvalid decode", "spec.tolerations[1].key TypeInvalid decode"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	custom := kube.DecodeCustom(parse(t, `{metadata: {labels: {tier: 1}}, spec: {nodeSelector: {matchLabels: {a: b}}, tolerations: none}}`))
	if got := custom.Validate(); len(got) != 0 {
		t.Errorf("custom resource: got %v, want no errors", got)
	}
}

// TestKinds walks the types of the placement fields: the decoder must know every kind in them, also after an update of
// Kubernetes.
func TestKinds(t *testing.T) {
	known := []reflect.Kind{reflect.Pointer, reflect.Struct, reflect.Slice, reflect.Map, reflect.String, reflect.Int32}
	seen := map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(typ reflect.Type) {
		if seen[typ] {
			return
		}
		seen[typ] = true
		if !slices.Contains(known, typ.Kind()) {
			t.Errorf("%s is a %s, which the decoder does not know", typ, typ.Kind())
		}
		switch typ.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			walk(typ.Elem())
		case reflect.Struct:
			for i := range typ.NumField() {
				if typ.Field(i).Anonymous {
					t.Errorf("%s embeds %s, which the decoder does not know", typ, typ.Field(i).Type)
				}
				walk(typ.Field(i).Type)
			}
		}
	}
	walk(reflect.TypeFor[corev1.Affinity]())
	walk(reflect.TypeFor[[]corev1.TopologySpreadConstraint]())
}

// FuzzDecode compares the decoder with the API server's own on any YAML: the same verdict, the same object, the same
// opinion on unknown fields. And nothing panics.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`SPREAD: [{maxSkew: "1", topologyKey: zone, whenUnsatisfiable: DoNotSchedule}]`,
		`SPREAD: [{maxSkew: 1.0, topologyKey: zone, minDomains: -0.0, unknown: 1}, null, 5]`,
		`HARD: [x, {topologyKey: a=b, namespaces: [5, Bad, Bad], matchLabelKeys: [a]}] :DONE`,
		`HARD: [{topologyKey: z, labelSelector: {matchLabels: {"a b": "c d", e: null, f: 1}}}] :DONE`,
		`SOFT: [{weight: 1e3, podAffinityTerm: {SEL, matchLabelKeys: [app]}}] :DONE`,
		`NODE: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Gt, values: [5]}]}]} :DONE`,
		`affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {}}}`,
		`{affinity: [[[[[[[[]]]]]]]], tolerations: {a: b}, containers: [{resources: {requests: {cpu: 1}}}], nodeSelector: [1]}`,
	} {
		f.Add([]byte(shorthand.Replace(seed)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var spec map[string]any
		if yaml.Unmarshal(data, &spec) != nil {
			t.Skip("not YAML")
		}
		template := kube.Decode(map[string]any{"spec": spec})
		refused := slices.ContainsFunc(template.Validate(), func(e kube.FieldError) bool { return e.Decode })

		placement := map[string]any{"affinity": spec["affinity"], "topologySpreadConstraints": spec["topologySpreadConstraints"]}
		text, err := json.Marshal(placement)
		if err != nil || !utf8.Valid(data) {
			t.Skip("not JSON")
		}
		var want corev1.PodSpec
		unknown, err := kjson.UnmarshalStrict(text, &want, kjson.DisallowUnknownFields)
		if err != nil && strings.Contains(err.Error(), "exceeded max depth") {
			t.Skip("deeper than JSON may be")
		}
		if (err != nil) != refused {
			t.Fatalf("the API server's decoder says %v, ours says refused=%v", err, refused)
		}
		if refused {
			return
		}
		got := template.Object.Spec
		if !reflect.DeepEqual(got.Affinity, want.Affinity) ||
			!reflect.DeepEqual(got.TopologySpreadConstraints, want.TopologySpreadConstraints) {
			t.Fatalf("got  %+v\nwant %+v", got, want)
		}
		if (len(unknown) > 0) != (len(template.Unknown) > 0) {
			t.Fatalf("unknown fields: got %v, want %v", template.Unknown, unknown)
		}
	})
}
