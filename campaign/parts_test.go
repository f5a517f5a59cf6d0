package main

import (
	"reflect"
	"strings"
	"testing"

	"github.com/spreadlint/spreadlint/values"
)

func TestWrittenLines(t *testing.T) {
	out := write(map[string]any{"web": map[string]any{
		"affinity": map[string]any{"terms": []any{map[string]any{"key": "a", "weight": 1.0}}},
		"text":     "one\ntwo\n",
	}}, true)
	lines := strings.Split(out.text, "\n")
	for path, want := range map[string]string{"web.affinity.terms[0].weight": "weight: 1", "web.text": "text: |", "web.affinity.terms[0]": "- key: a"} {
		at, ok := out.lines[path]
		if !ok || !strings.Contains(lines[at[0]-1], want) {
			t.Errorf("%s is at %v, which is %q, not %q\n%s", path, at, lines[max(0, at[0]-1)], want, out.text)
		}
	}
	shared := write(map[string]any{"web": map[string]any{"affinity": shared{map[string]any{"a": "b"}}}}, false)
	if want := anchorKey + ": &placement\n  a: b\nweb:\n  affinity: *placement\n"; shared.text != want || shared.lines[anchorKey+".a"] != [2]int{2, 2} {
		t.Errorf("got %s%v, want %s", shared.text, shared.lines, want)
	}
}

func TestOverrideCopiesLists(t *testing.T) {
	base := map[string]any{"items": []any{map[string]any{"name": "a"}, map[string]any{"name": "b"}}, "other": 1.0}
	got, ok := override(base, setting{pathOf("items", 1, "replicas"), 3.0})
	want := map[string]any{"items": []any{map[string]any{"name": "a"}, map[string]any{"name": "b", "replicas": 3.0}}}
	if !ok || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if _, ok := base["items"].([]any)[1].(map[string]any)["replicas"]; ok {
		t.Error("the defaults were changed")
	}
}

func TestFirstDifference(t *testing.T) {
	const first = "---\n# Source: c/a.yaml\nkind: Secret\nmetadata:\n  name: s\ndata:\n  p: AAA\n---\n# Source: c/a.yaml\nkind: Service\nmetadata:\n  name: a\n"
	again, other := strings.ReplaceAll(first, "AAA", "BBB"), strings.ReplaceAll(first, "AAA", "CCC")
	if got, masked := firstDifference(documents([]byte(first)), documents([]byte(again)), documents([]byte(other))); got != "" || masked != 1 {
		t.Errorf("chance counts: %q, %d", got, masked)
	}
	changed := strings.Replace(other, "name: a", "name: b", 1)
	if got, _ := firstDifference(documents([]byte(first)), documents([]byte(again)), documents([]byte(changed))); !strings.Contains(got, "name: b") {
		t.Errorf("got %q", got)
	}
}

func TestFamilies(t *testing.T) {
	for _, c := range []struct {
		path    values.Path
		current any
		want    family
	}{
		{pathOf("affinity"), map[string]any{}, affinityMap},
		{pathOf("server", "affinity"), "podAntiAffinity:\n  x: y\n", affinityMap},
		{pathOf("podAntiAffinityPreset"), "soft", modeWord},
		{pathOf("antiAffinity"), "hard", modeWord},
		{pathOf("antiAffinityTopologyKey"), "", topologyKey},
		{pathOf("service", "sessionAffinity"), "None", ""},
		{pathOf("service", "affinity"), 3.0, ""},
		{pathOf("pdb", "minAvailable"), nil, budget},
		{pathOf("updateStrategy", "maxUnavailable"), 1.0, ""},
		{pathOf("shards", 0, "replicas"), 2.0, replicaCount},
	} {
		if got, ok := familyOf(c.path, c.current); ok != (c.want != "") || ok && got != c.want {
			t.Errorf("%s is %q, want %q", c.path, got, c.want)
		}
	}
}

// TestDefectsAreSpoilt makes each defect of the table from a legal value: it
// differs, and what is below its path exists, or was taken away there.
func TestDefectsAreSpoilt(t *testing.T) {
	labels := map[string]any{"app": "web"}
	names := map[string]bool{}
	for _, d := range defects {
		if names[d.name] {
			t.Errorf("two defects are called %s", d.name)
		}
		names[d.name] = true
		for _, f := range d.families {
			c := candidate{path: pathOf("web", "minAvailable"), family: f}
			for _, value := range legalValues(c, labels) {
				p := proven{candidate: c, labels: labels, value: value, form: tree}
				if d.change == nil {
					continue
				}
				spoilt, at, ok := d.change(p)
				if !ok {
					continue
				}
				if reflect.DeepEqual(spoilt, value) {
					t.Errorf("%s leaves %v as it is", d.name, value)
				}
				if _, exists := values.Lookup(spoilt, at); !exists {
					t.Errorf("%s: nothing is at %s of %v", d.name, at, spoilt)
				}
			}
		}
	}
}

func TestTransposed(t *testing.T) {
	for word, want := range map[string]string{"hard": "hrad", "affinity": "affniity", "aa": "aax", "soft": "sfot"} {
		if got := transposed(word); got != want {
			t.Errorf("%s became %s, want %s", word, got, want)
		}
	}
}
