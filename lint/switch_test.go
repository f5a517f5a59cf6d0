package lint

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spreadlint/spreadlint/render"
)

// TestSwitchAmongMany: a pod template in one helper asks about a hundred
// values; the one that takes a rule is found in a few renders, wherever it
// stands, and none is found in bounded time where there is none.
func TestSwitchAmongMany(t *testing.T) {
	for _, c := range []struct {
		name, last, path string
		most             int
	}{
		{"named", "{{ with .Values.affinity }}\naffinity: {{ toYaml . | nindent 2 }}\n{{ end }}", "affinity", 10},
		{"none", "{{ if .Values.never }}affinity: {}{{ end }}", "", 2*maxSwitches + 10},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			var helper strings.Builder
			helper.WriteString(`{{ define "pod" }}` + "\n")
			for i := range 100 {
				fmt.Fprintf(&helper, "{{ with .Values.a%02d }}\nfield%02d: {{ toYaml . | nindent 2 }}\n{{ end }}\n", i, i)
			}
			helper.WriteString("containers: [{name: web, image: web}]\n" + c.last + "\n{{ end }}\n")
			for name, text := range map[string]string{
				"Chart.yaml":             "apiVersion: v2\nname: many\nversion: 0.1.0\n",
				"templates/_helpers.tpl": helper.String(),
				"templates/web.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      {{- include "pod" . | nindent 6 }}
`,
			} {
				file := filepath.Join(dir, filepath.FromSlash(name))
				if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			release, err := render.Render(dir, render.Options{})
			if err != nil {
				t.Fatal(err)
			}
			report, err := Run(release, Options{Select: []string{"no-spread"}})
			if err != nil {
				t.Fatal(err)
			}
			if len(report.Findings) != 1 || report.Findings[0].Path.String() != c.path {
				t.Errorf("got %+v, want one finding at %q", report.Findings, c.path)
			}
			if report.Renders > c.most {
				t.Errorf("%d renders, at most %d are enough", report.Renders, c.most)
			}
		})
	}
}
