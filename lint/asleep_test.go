package lint

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// TestAwakeOnce: of many unknown keys in a part of the chart that is switched
// off, each is tried in the one render in which the part is on.
func TestAwakeOnce(t *testing.T) {
	const keys = 15
	dir := t.TempDir()
	var mine strings.Builder
	mine.WriteString("part:\n")
	for i := range keys {
		fmt.Fprintf(&mine, "  replicasUnknown%02d: 1\n", i)
	}
	for name, text := range map[string]string{
		"Chart.yaml":  "apiVersion: v2\nname: asleep\nversion: 0.1.0\n",
		"values.yaml": "part:\n  enabled: false\n  replicas: 1\n",
		"templates/part.yaml": `{{- with .Values.part }}{{ if .enabled }}
apiVersion: v1
kind: Pod
metadata: {name: part, labels: {replicas: "{{ .replicas }}"}}
spec: {containers: [{name: part, image: part}]}
{{- end }}{{ end }}
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
	file, err := values.Parse("my.yaml", []byte(mine.String()))
	if err != nil {
		t.Fatal(err)
	}
	options := render.Options{Values: render.UserValues{Files: []*values.File{file}}}
	release, err := render.Render(dir, options)
	if err != nil {
		t.Fatal(err)
	}
	report, err := Run(release, Options{Select: []string{"unknown-value"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Findings) != keys {
		t.Errorf("%d findings, want %d", len(report.Findings), keys)
	}
	if report.Renders >= 3*keys {
		t.Errorf("%d renders: the part is switched on for each key anew", report.Renders)
	}
}
