package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spreadlint/spreadlint/lint"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; run with -update and read the diff. got:\n%s", name, got)
	}
}

func TestWrite(t *testing.T) {
	for _, tc := range []struct {
		file   string
		format Format
		o      Options
	}{
		{"report.txt", Text, Options{}},
		{"report.narrow.txt", Text, Options{Width: 72}},
		{"report.color.txt", Text, Options{Color: true}},
		{"report.json", JSON, Options{}},
		{"report.sarif", SARIF, Options{Version: "v0.1.0", Root: "/work", Here: "/work/plant"}},
		{"report.github.txt", GitHub, Options{Root: "/work", Here: "/work/plant"}},
		{"report.gitlab.json", GitLab, Options{}},
		{"report.junit.xml", JUnit, Options{}},
		{"report.checkstyle.xml", Checkstyle, Options{}},
		{"report.md", Markdown, Options{}},
	} {
		t.Run(tc.file, func(t *testing.T) {
			var got, again bytes.Buffer
			if err := Write(&got, sample(), tc.format, tc.o); err != nil {
				t.Fatal(err)
			}
			if err := Write(&again, sample(), tc.format, tc.o); err != nil {
				t.Fatal(err)
			}
			if got.String() != again.String() {
				t.Error("the same report reads differently the second time")
			}
			golden(t, tc.file, got.Bytes())
		})
	}
}

func TestNoSecretsOfOtherLines(t *testing.T) {
	for _, name := range Formats() {
		f := Format(name)
		var b bytes.Buffer
		if err := Write(&b, sample(), f, Options{}); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(b.String(), "never-shown") {
			t.Errorf("%s shows a value that it need not", f)
		}
	}
}

func TestNoColorMeansNoEscape(t *testing.T) {
	t.Setenv("FORCE_COLOR", "1")
	var b strings.Builder
	if err := Write(&b, sample(), Text, Options{}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "\x1b") {
		t.Error("an escape without colour")
	}
}

func TestColorIsOnlyColor(t *testing.T) {
	t.Setenv("NO_COLOR", "1") // whether there is colour is Options' word
	var plain, coloured strings.Builder
	if err := Write(&plain, sample(), Text, Options{}); err != nil {
		t.Fatal(err)
	}
	if err := Write(&coloured, sample(), Text, Options{Color: true}); err != nil {
		t.Fatal(err)
	}
	if coloured.String() == plain.String() {
		t.Error("no colour")
	}
	for i, line := range strings.Split(coloured.String(), "\n") {
		if want := strings.Split(plain.String(), "\n")[i]; Clean(line) != want {
			t.Errorf("line %d without colour is %q, want %q", i+1, Clean(line), want)
		}
	}
}

func TestSummary(t *testing.T) {
	for _, tc := range []struct {
		name string
		r    lint.Report
		want string
	}{
		{"nothing", lint.Report{}, "0 workloads, 0 rules, no findings"},
		{"clean", lint.Report{Charts: []string{"a"}, Workloads: 1, Rules: []string{"x"}, Kube: "1.37.1"},
			"1 chart, 1 workload (Kubernetes 1.37.1), 1 rule, no findings"},
		{"unjudged", lint.Report{Charts: []string{"a", "b"}, Unjudged: true},
			"2 charts, 0 workloads, 0 rules, no findings; not everything could be judged"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var b strings.Builder
			if err := Write(&b, tc.r, Text, Options{}); err != nil {
				t.Fatal(err)
			}
			if got := b.String(); got != tc.want+"\n" {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestUnknownFormat(t *testing.T) {
	var b strings.Builder
	err := Write(&b, sample(), "xml", Options{})
	if want := `unknown format "xml": legal are ["text" "json" "sarif" "github" "gitlab" "junit" "checkstyle" "markdown"]`; err == nil || err.Error() != want {
		t.Errorf("got error %v, want %s", err, want)
	}
	if b.Len() > 0 {
		t.Errorf("wrote %q", b.String())
	}
}
