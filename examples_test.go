package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spreadlint/spreadlint/cli"
	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/report"
)

var update = flag.Bool("update", false, "rewrite expected findings and generated documents")

var chartLine = regexp.MustCompile(`(?m)^# chart: (\S+)$`)

// TestExamples lints every values file of examples/ and compares what is found
// with the .txt file beside it, whose last line is the exit code.
func TestExamples(t *testing.T) {
	files, err := filepath.Glob("examples/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			m := chartLine.FindStringSubmatch(string(text))
			if m == nil {
				t.Fatalf("%s does not name its chart in a line `# chart: charts/...`", file)
			}
			var stdout, stderr bytes.Buffer
			code := cli.Run([]string{"spreadlint", "lint", "demo", m[1], "-f", filepath.ToSlash(file), "--color", "never"}, strings.NewReader(""), &stdout, &stderr)
			got := stdout.String() + stderr.String() + "exit " + string(rune('0'+code)) + "\n"
			compareFile(t, strings.TrimSuffix(file, ".yaml")+".txt", got)
		})
	}
}

// TestRulePages compares docs/rules with what the rules say of themselves.
func TestRulePages(t *testing.T) {
	pages := map[string]string{"README.md": report.RulesIndexMarkdown(lint.Rules())}
	for _, r := range lint.Rules() {
		pages[r.ID+".md"] = report.RuleMarkdown(r)
	}
	for name, text := range pages {
		compareFile(t, filepath.Join("docs", "rules", name), text)
	}
	entries, err := os.ReadDir("docs/rules")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if _, known := pages[e.Name()]; !known {
			t.Errorf("docs/rules/%s belongs to no rule", e.Name())
		}
	}
}

func compareFile(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Errorf("%v; `make docs` writes it", err)
	} else if string(want) != got {
		t.Errorf("%s is not up to date (`make docs` rewrites it, read the diff)\ngot:\n%s\nwant:\n%s", name, got, want)
	}
}

// TestReadme runs the README's first command and compares what it shows.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "```console\n$ go run . ")
	command, rest, foundCommand := strings.Cut(rest, "\n")
	want, _, foundEnd := strings.Cut(rest, "```")
	if !found || !foundCommand || !foundEnd {
		t.Fatal("README.md shows no first command")
	}
	var stdout, stderr bytes.Buffer
	code := cli.Run(append([]string{"spreadlint"}, strings.Fields(command)...), strings.NewReader(""), &stdout, &stderr)
	if *update && code == cli.ExitFindings {
		if err := os.WriteFile("README.md", []byte(strings.Replace(string(text), want, stdout.String(), 1)), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if code != cli.ExitFindings || stdout.String() != want {
		t.Errorf("exit %d; README.md shows another output than:\n%s%s", code, stdout.String(), stderr.String())
	}
}
