package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/values"
)

func written(t *testing.T, r lint.Report, f Format, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, r, f, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Every format can be read by what reads it, even of nothing and of names that
// somebody chose to break it.
func TestFormatsAreWellFormed(t *testing.T) {
	nasty := "::error::x\r\n%0A,:<b>&\"'|`*[x](y)@all]]>\x00\x1b[31m\u202e\xff"
	for name, r := range map[string]lint.Report{
		"sample": sample(),
		"empty":  {},
		"nasty": {Charts: []string{nasty}, Findings: []lint.Finding{{Rule: "no-spread", Severity: lint.Error, Chart: nasty, Message: nasty, Caret: nasty,
			Effect: nasty, Notes: []string{nasty}, Workloads: []string{nasty}, Path: values.Path{values.Name(nasty)},
			Location: lint.Location{File: nasty, Start: values.Pos{Line: 1, Column: 1}, End: values.Pos{Line: 1, Column: 2}, Layer: lint.LayerValues},
			Fixes:    []lint.Fix{{Title: nasty, Safety: lint.ShowOnly}}}}},
	} {
		for _, format := range Formats() {
			t.Run(name+"/"+format, func(t *testing.T) {
				text := written(t, r, Format(format), Options{Root: "/work", Here: "/work"})
				switch Format(format) {
				case JSON, SARIF, GitLab:
					var v any
					if err := json.Unmarshal([]byte(text), &v); err != nil {
						t.Error(err)
					}
				case JUnit, Checkstyle:
					d := xml.NewDecoder(strings.NewReader(text))
					var err error
					for err == nil {
						_, err = d.Token()
					}
					if !errors.Is(err, io.EOF) {
						t.Error(err)
					}
				case GitHub:
					for _, line := range strings.Split(text, "\n") {
						if strings.Count(line, "::") > 2 && strings.HasPrefix(line, "::error::") {
							t.Errorf("a name became a command: %q", line)
						}
					}
				}
				for _, r := range text {
					if r < ' ' && r != '\n' && r != '\t' {
						t.Fatalf("a control character: %q", r)
					}
				}
			})
		}
	}
}

// GitHub drops what is beyond its limits, so the last one that it shows tells
// of the rest.
func TestGitHubLimits(t *testing.T) {
	var r lint.Report
	for i := range 25 {
		r.Findings = append(r.Findings, lint.Finding{Rule: "no-spread", Severity: lint.Severity(1 + i%2*2), Message: fmt.Sprint("number ", i),
			Location: lint.Location{File: "a.yaml", Start: values.Pos{Line: i + 1}}})
	}
	lines := strings.Split(written(t, r, GitHub, Options{}), "\n")
	counts := map[string]int{}
	for _, line := range lines {
		if command, _, found := strings.Cut(strings.TrimPrefix(line, "::"), " "); found && strings.HasPrefix(line, "::") {
			counts[command]++
		}
	}
	if counts["error"] != 10 || counts["notice"] != 10 || !strings.HasPrefix(lines[0], "::error ") {
		t.Errorf("got %v, first %q", counts, lines[0])
	}
	if !strings.Contains(lines[9], "3 more errors not shown here") {
		t.Errorf("got %q", lines[9])
	}
}

// Fingerprints stay when lines move, and tell findings apart.
func TestFingerprintsAreStable(t *testing.T) {
	before := sample()
	after := sample()
	for i := range after.Findings {
		if after.Findings[i].Location.Start.Line > 0 && len(after.Findings[i].Path) > 0 {
			after.Findings[i].Location.Start.Line += 7
			after.Findings[i].Location.End.Line += 7
		}
		after.Findings[i].Message += " today"
	}
	one, _ := Options{}.fingerprints(before)
	two, _ := Options{}.fingerprints(after)
	seen := map[string]bool{}
	for i := range one {
		if one[i] != two[i] {
			t.Errorf("finding %d is another one when lines move", i)
		}
		if seen[one[i]] {
			t.Errorf("finding %d is like another", i)
		}
		seen[one[i]] = true
	}
}

// A file has the same name from whichever folder the program was started in.
func TestRelative(t *testing.T) {
	for _, tc := range []struct{ here, file, want string }{
		{"/work", "a/b.yaml", "a/b.yaml"},
		{"/work/a", "b.yaml", "a/b.yaml"},
		{"/work/a", "../c.yaml", "c.yaml"},
		{"/work/a", "/work/c.yaml", "c.yaml"},
		{"/work/a", "../../etc/x.yaml", "../../etc/x.yaml"},
		{"/work", "/etc/x.yaml", "/etc/x.yaml"},
		{"/work", "<stdin>", "<stdin>"},
		{"/work", "--set", "--set"},
		{"/work", "..a/b", "..a/b"},
	} {
		if got := (Options{Root: "/work", Here: tc.here}).relative(tc.file); got != tc.want {
			t.Errorf("%s from %s: got %s, want %s", tc.file, tc.here, got, tc.want)
		}
	}
}
