package report_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/report"
	"github.com/spreadlint/spreadlint/values"
)

const secret = "hunter2-planted"

// commentable is a line of a block map with a plain value, behind which a
// comment may stand.
var commentable = regexp.MustCompile(`^( *)((?:- )?[A-Za-z"'][^:#]*: +[^\s|>#"'&*{\[][^#]*|(?:- )?[A-Za-z][^:#]*:)$`)

// planted puts secrets beside, above and below every line of a values file: in
// comments, and in an entry above each entry of a block map.
func planted(src string) string {
	var out []string
	lines := strings.Split(src, "\n")
	for i, line := range lines {
		m := commentable.FindStringSubmatch(line)
		if m == nil || strings.Contains(line, "spreadlint:") {
			out = append(out, line)
			continue
		}
		indent := m[1]
		if strings.Contains(strings.Join(lines[max(0, i-1):i], ""), "spreadlint:") {
			out = append(out, line)
			continue
		}
		out = append(out, indent+"# "+secret+"-above")
		if !strings.HasPrefix(m[2], "- ") {
			out = append(out, indent+"plantedPassword"+string(rune('a'+i%26))+string(rune('a'+i/26%26))+": "+secret+"-entry")
		}
		out = append(out, line+" # "+secret+"-beside", indent+"# "+secret+"-below")
	}
	return strings.Join(out, "\n")
}

// TestNoSecrets walks cases of all rules, plants secrets around every line
// of their values and finds them in no format. What is found about a
// planted entry itself is left out: there the secret is the value that is wrong.
func TestNoSecrets(t *testing.T) {
	folders, err := filepath.Glob("../lint/testdata/*/bad-*")
	if err != nil || len(folders) < 100 {
		t.Fatalf("%d cases, %v", len(folders), err)
	}
	rules, seen := map[string]bool{}, map[string]int{}
	for _, folder := range folders {
		text, err := os.ReadFile(filepath.Join(folder, "values.yaml"))
		if err != nil {
			continue // a case of manifests
		}
		if rule := filepath.Base(filepath.Dir(folder)); seen[rule] == 1 { // a rule's further cases show the same lines
			continue
		} else {
			seen[rule]++
		}
		r, ok := lintPlanted(t, folder, planted(string(text)))
		if !ok {
			continue // the rule is about text that planting breaks
		}
		r.Findings = slices.DeleteFunc(r.Findings, aboutPlanted)
		for _, f := range r.Findings {
			rules[f.Rule] = true
		}
		for _, format := range report.Formats() {
			var b bytes.Buffer
			if err := report.Write(&b, r, report.Format(format), report.Options{}); err != nil {
				t.Fatal(err)
			}
			if i := strings.Index(b.String(), secret); i >= 0 {
				t.Errorf("%s, %s:\n%s", folder, format, b.String()[max(0, i-600):min(b.Len(), i+200)])
			}
		}
	}
	t.Logf("findings of %d rules were looked at", len(rules))
	if len(rules) < 30 {
		t.Errorf("only findings of %d rules were looked at", len(rules))
	}
}

// aboutPlanted reports whether a finding is about a planted entry.
func aboutPlanted(f lint.Finding) bool {
	l := f.Location
	return strings.Contains(f.Path.String()+f.Field, "planted") || l.Text != nil && l.Layer == lint.LayerValues && strings.Contains(l.Text.Line(l.Start.Line), "plantedPassword")
}

// lintPlanted lints a case with other values, as the cases of lint are.
func lintPlanted(t *testing.T, folder, text string) (lint.Report, bool) {
	t.Helper()
	c := struct {
		Chart       string               `json:"chart"`
		Sets        []render.SetArgument `json:"sets"`
		Name        string               `json:"name"`
		KubeVersion string               `json:"kubeVersion"`
		Target      string               `json:"targetKubeVersion"`
		Select      []string             `json:"select"`
	}{Chart: "../../../../charts/connectware", Name: "demo"}
	if text, err := os.ReadFile(filepath.Join(folder, "case.yaml")); err == nil {
		if err := yaml.Unmarshal(text, &c); err != nil {
			t.Fatal(err)
		}
	}
	file, err := values.Parse("values.yaml", []byte(text))
	if err != nil {
		return lint.Report{}, false
	}
	release, err := render.Render(filepath.Join(folder, c.Chart), render.Options{Name: c.Name, KubeVersion: c.KubeVersion,
		Values: render.UserValues{Files: []*values.File{file}, Sets: c.Sets}})
	if err != nil {
		return lint.Failed(c.Chart, err), true
	}
	release.TargetKubeVersion = c.Target
	r, err := lint.Run(release, lint.Options{Select: slices.Concat(c.Select, []string{"all"})})
	if err != nil {
		t.Fatal(err)
	}
	return r, true
}
