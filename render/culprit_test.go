package render

import (
	"errors"
	"strings"
	"testing"

	"github.com/spreadlint/spreadlint/values"
)

// A value that makes the output no YAML, or a function fail, is named.
func TestCulprit(t *testing.T) {
	chart := writeChart(t, map[string]string{
		"values.yaml": "labels: {}\nagents: []\nsize: 1\n",
		"templates/a.yaml": `apiVersion: v1
kind: ConfigMap
metadata:
  name: a
  labels:
    a: b
    {{- with .Values.labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
data:
  {{- range .Values.agents }}
  {{ .name }}:
    {{- with .options }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
    b: c
  {{- end }}
`})
	for _, c := range []struct{ name, text, want string }{
		{"a list for a map", "size: 2\nlabels: [a]\n", "labels is a list, set at v.yaml:2:9: without it the chart renders"},
		{"in an entry of a list", "agents:\n  - {name: x, options: {a: b}}\n  - {name: y, options: word}\n", `agents[1].options is a text, set at v.yaml:3:24: without it the chart renders`},
		{"nothing of the user's", "size: 3\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			file, err := values.Parse("v.yaml", []byte(c.text))
			if err != nil {
				t.Fatal(err)
			}
			_, err = Render(chart, Options{Values: UserValues{Files: []*values.File{file}}})
			if c.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			var failure *Failure
			if !errors.As(err, &failure) {
				t.Fatalf("got %v, want a failure", err)
			}
			if got := strings.Join(failure.Notes, "\n"); !strings.Contains(got, c.want) {
				t.Errorf("got notes\n%s\nwant %q", got, c.want)
			}
		})
	}
}
