package render

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// What a chart asks for with `required` or `fail` is named, with where it is
// set and what to type.
func TestDemanded(t *testing.T) {
	const chartValues = "clusterName: null\nserver: {url: \"\"}\nnodes: []\nold: {key: 1}\nnew: {key: 2}\nmode: \"\"\n"
	for _, c := range []struct {
		name, template string
		want           []string
	}{
		{"required", `{{ required "no cluster!" .Values.clusterName }}`, []string{"clusterName is null, set at", "set clusterName in a values file (-f), or with --set clusterName=..."}},
		{"fail that names a value", `{{ fail "server.url must be specified, see docs.example.com or server.yaml" }}`, []string{"server.url is an empty text, set at", "set server.url in a values file (-f), or with --set server.url=..."}},
		{"fail that spells .Values", `{{ fail "set .Values.licence" }}`, []string{"licence is set nowhere", "set licence in a values file (-f), or with --set licence=..."}},
		{"a bare word", `{{ fail "at least one of nodes is needed" }}`, []string{"nodes is an empty list, set at", "set nodes in a values file (-f)"}},
		{"the condition around it", "{{ if not .Values.mode }}\n{{ fail \"choose!\" }}\n{{ end }}", []string{"mode is an empty text, set at", "set mode in a values file (-f), or with --set mode=..."}},
		{"values that are set", `{{ fail "old.key is gone, use new.key" }}`, []string{"old.key is 1, set at", "new.key is 2, set at"}},
		{"nothing to name", `{{ fail "no" }}`, nil},
		{"an object of the cluster", `{{ if not (lookup "v1" "Secret" "" "s") }}{{ fail "no such Secret" }}{{ end }}`, []string{"the template asks the cluster with `lookup`"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			chart := writeChart(t, map[string]string{"values.yaml": chartValues, "templates/a.yaml": c.template})
			_, err := Render(chart, Options{})
			var failure *Failure
			if !errors.As(err, &failure) {
				t.Fatalf("got %v, want a failure", err)
			}
			got := slices.Concat(failure.Notes, failure.Hints)
			if len(got) != len(c.want) {
				t.Fatalf("got %q, want %q", got, c.want)
			}
			for i, want := range c.want {
				if !strings.HasPrefix(got[i], want) {
					t.Errorf("got %q, want %q", got[i], want)
				}
			}
		})
	}
}
