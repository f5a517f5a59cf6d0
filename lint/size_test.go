package lint

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spreadlint/spreadlint/render"
)

// TestSizes lints charts as large as any that is public: a tree of 400
// templates, and an output of 8 MB. A clean one is rendered once, one with
// a finding once more for each template that has it, that template alone; and
// no rule is offered that has a term for each of hundreds of workloads.
func TestSizes(t *testing.T) {
	for _, tt := range []struct {
		name             string
		templates, lines int
		bytes            int
	}{
		{"400 templates", 400, 4, 250_000},
		{"8 MB of output", 20, 4500, 7_000_000},
	} {
		t.Run(tt.name, func(t *testing.T) {
			chart := sizedChart(t, tt.templates, tt.lines)
			for _, replicas := range []int{1, 3} {
				options := render.Options{Name: "demo"}
				options.Values.Sets = []render.SetArgument{{Flag: "--set", Text: fmt.Sprintf("replicas=%d", replicas)}}
				release, err := render.Render(chart, options)
				if err != nil {
					t.Fatal(err)
				}
				size := 0
				for _, text := range release.Texts() {
					size += len(text)
				}
				if len(release.Workloads) != tt.templates || size < tt.bytes {
					t.Errorf("%d workloads, %d bytes of output", len(release.Workloads), size)
				}
				report, err := Run(release, Options{})
				if err != nil {
					t.Fatal(err)
				}
				switch renders := release.Renders(); {
				case replicas == 1 && (len(report.Findings) != 0 || renders != 1):
					t.Errorf("clean: %d findings, %d renders", len(report.Findings), renders)
				case replicas == 3 && (len(report.Findings) != 1 || len(report.Findings[0].Workloads) != tt.templates):
					t.Errorf("not spread: %d findings", len(report.Findings))
				case replicas == 3 && (renders > tt.templates+5 || len(report.Findings[0].Fixes) > 0):
					t.Errorf("not spread: %d renders, %d fixes", renders, len(report.Findings[0].Fixes))
				}
			}
		})
	}
}

// sizedChart writes a chart of so many templates, each a Deployment and a
// ConfigMap of so many lines.
func sizedChart(t *testing.T, templates, lines int) string {
	t.Helper()
	dir := t.TempDir()
	files := map[string]string{
		"Chart.yaml":             "apiVersion: v2\nname: sized\nversion: 1.0.0\n",
		"values.yaml":            fmt.Sprintf("replicas: 1\naffinity: {}\nlines: %d\n", lines),
		"templates/_helpers.tpl": `{{ define "labels" }}{app: {{ .name }}, instance: {{ .root.Release.Name }}}{{ end }}`,
	}
	for i := range templates {
		files[fmt.Sprintf("templates/web%03d.yaml", i)] = strings.ReplaceAll(sizedTemplate, "NUMBER", fmt.Sprintf("%03d", i))
	}
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const sizedTemplate = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-webNUMBER
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels: {{ include "labels" (dict "name" "webNUMBER" "root" .) }}
  template:
    metadata:
      labels: {{ include "labels" (dict "name" "webNUMBER" "root" .) }}
    spec:
      {{- with .Values.affinity }}
      affinity: {{- toYaml . | nindent 8 }}
      {{- end }}
      containers: [{name: main, image: example.com/web}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}-textNUMBER}
data:
  text: |
    {{- range until (int .Values.lines) }}
    line {{ . }} of a long text, as those of dashboards and of definitions of custom resources
    {{- end }}
`
