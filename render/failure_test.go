package render

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// writeChart writes a chart of the given files; Chart.yaml is added.
func writeChart(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	if _, ok := files["Chart.yaml"]; !ok {
		files["Chart.yaml"] = "apiVersion: v2\nname: broken\nversion: 0.1.0\n"
	}
	for name, text := range files {
		full := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestFailures: a chart that helm refuses is refused, at the same place and
// for the same reason.
func TestFailures(t *testing.T) {
	helm, err := exec.LookPath("helm")
	if err != nil {
		t.Log("helm is not on the PATH: what it says is not compared")
	}
	for _, c := range []struct {
		name  string
		files map[string]string
		place string // end of the file, line and column
		want  string // in our message
		helm  string // in helm's
	}{
		{"required", map[string]string{"templates/a.yaml": "a: b\nb: {{ required \"give b\" .Values.b }}\n"},
			"templates/a.yaml:2:7", "give b", "give b"},
		{"fail in a helper", map[string]string{"templates/_a.tpl": "{{ define \"x\" }}\n{{ fail \"no\" }}{{ end }}", "templates/a.yaml": "{{ include \"x\" . }}"},
			"templates/a.yaml:1:4", "no", "no"},
		{"nil pointer", map[string]string{"templates/a.yaml": "{{ .Values.a.b }}"}, "templates/a.yaml:1:11", "a is not set", "nil pointer"},
		{"parse error", map[string]string{"templates/a.yaml": "a\n{{ if }}"}, "templates/a.yaml:2", "missing value for if", "missing value for if"},
		{"unknown function", map[string]string{"templates/a.yaml": "{{ nope }}"}, "templates/a.yaml:1", "nope", `function "nope" not defined`},
		{"no environment", map[string]string{"templates/a.yaml": `{{ env "HOME" }}`}, "templates/a.yaml:1", "env", `function "env" not defined`},
		{"unknown template", map[string]string{"templates/a.yaml": `{{ include "nope" . }}`}, "templates/a.yaml:1:4", "nope", "nope"},
		{"notes", map[string]string{"templates/NOTES.txt": `{{ fail "in the notes" }}`}, "templates/NOTES.txt:1:4", "in the notes", "in the notes"},
		{"no YAML", map[string]string{"templates/a.yaml": "a: b: c"}, "templates/a.yaml", "mapping values", "mapping values"},
		{"no object", map[string]string{"templates/a.yaml": "- a"}, "templates/a.yaml", "a list", "cannot unmarshal array"},
		{"annotations as a list", map[string]string{"templates/a.yaml": "kind: Pod\nmetadata: {annotations: [a]}"}, "templates/a.yaml", "annotations", "annotations"},
		{"kubeVersion", map[string]string{"Chart.yaml": "apiVersion: v2\nname: a\nversion: 1.0.0\nkubeVersion: <1.20.0"}, "Chart.yaml", "<1.20.0", "requires kubeVersion"},
		{"library", map[string]string{"Chart.yaml": "apiVersion: v2\nname: a\nversion: 1.0.0\ntype: library"}, "Chart.yaml", "library chart", "library charts are not installable"},
		{"missing dependency", map[string]string{"Chart.yaml": "apiVersion: v2\nname: a\nversion: 1.0.0\ndependencies:\n- {name: b, version: 1.0.0, repository: ''}\n- {name: c, version: 1.0.0, repository: ''}"},
			"Chart.yaml", "b, c", "b, c"},
		{"values of a dependency", map[string]string{"values.yaml": "sub: text", "charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 1.0.0"},
			"", "sub", "type mismatch on sub"},
		{"no version", map[string]string{"Chart.yaml": "apiVersion: v2\nname: a"}, "", "version", "version is required"},
		{"endless include", map[string]string{"templates/_a.tpl": `{{ define "x" }}{{ include "x" . }}{{ end }}`, "templates/a.yaml": `{{ include "x" . }}`},
			"", "itself without end", "nested reference name"},
		{"function that panics", map[string]string{"templates/a.yaml": `{{ index (list 1) 5 }}`}, "templates/a.yaml:1:4", "out of range", "out of range"},
		{"a regular expression that panics", map[string]string{"templates/a.yaml": `{{ regexMatch "(" "a" | ternary 1 2 }}{{ regexReplaceAll "(" "a" "b" }}`}, "templates/a.yaml:1:42", "missing closing )", "missing closing )"},
	} {
		t.Run(c.name, func(t *testing.T) {
			chart := writeChart(t, c.files)
			_, err := Render(chart, Options{Name: "demo"})
			if err == nil {
				t.Fatal("no error")
			}
			var failure *Failure
			if errors.As(err, &failure) {
				place, _, _ := strings.Cut(strings.TrimSuffix(failure.Error(), failure.Message), ": ")
				if !strings.HasSuffix(place, c.place) {
					t.Errorf("at %s, want %s", place, c.place)
				}
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
			if helm == "" {
				return
			}
			command := exec.Command(helm, "template", "demo", chart, "--kube-version", DefaultKubeVersion)
			var stderr bytes.Buffer
			command.Stderr = &stderr
			if command.Run() == nil || !strings.Contains(stderr.String(), c.helm) {
				t.Errorf("helm says %q, want %s", &stderr, c.helm)
			}
		})
	}
}

func TestReleaseName(t *testing.T) {
	chart := writeChart(t, map[string]string{"templates/a.yaml": ""})
	for name, valid := range map[string]bool{"": true, "a": true, "a.b-c": true, "A": false, "a_b": false, strings.Repeat("a", 53): true, strings.Repeat("a", 54): false} {
		if _, err := Render(chart, Options{Name: name}); (err == nil) != valid {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// TestGuard: what asks for far too much at once is refused, what is large but
// sensible is not.
func TestGuard(t *testing.T) {
	for _, c := range []struct {
		expression string
		refused    string // the function that is named, "" for none
	}{
		{`repeat 1000000 "x" | len`, ""},
		{`until 100000 | len`, ""},
		{`repeat 1000000000 "x"`, "repeat"},
		{`repeat 100000 (repeat 100000 "x")`, "repeat"},
		{`until 1000000000 | len`, "until"},
		{`untilStep 0 1000000000 1 | len`, "untilStep"},
		{`untilStep 0 -1000000000 -1 | len`, "untilStep"},
		{`seq 1 1000000000`, "seq"},
		{`indent 1000000000 "x"`, "indent"},
		{`"x" | nindent 1000000000`, "nindent"},
		{`randAlphaNum 1000000000`, "randAlphaNum"},
		{`randBytes 1000000000`, "randBytes"},
		{`tpl "{{ repeat 1000000000 \"x\" }}" .`, "repeat"},
		{`tpl (printf "{{ %s 1000000000 }}" "until") .`, "until"},
		{`repeat .Values.count "x"`, "repeat"},
		{`replace "x" (repeat 10000 "y") (repeat 10000 "x") | len`, "replace"},
		{`print (repeat 10000000 "x") (repeat 10000000 "x") | len`, "print"},
		{`indent -1 "x"`, "negative"},
	} {
		t.Run(c.expression, func(t *testing.T) {
			_, err := Render(writeChart(t, map[string]string{"values.yaml": "count: 1000000000", "templates/a.yaml": "a: {{ " + c.expression + " }}"}), Options{})
			switch {
			case c.refused == "" && err != nil:
				t.Errorf("refused: %v", err)
			case c.refused != "" && (err == nil || !strings.Contains(err.Error(), c.refused)):
				t.Errorf("got %v, want an error about %s", err, c.refused)
			}
		})
	}
}
