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
// with the .txt file beside it, whose last line is the exit code. Files of
// nodes are TestSimulatedExamples's.
func TestExamples(t *testing.T) {
	files, err := filepath.Glob("examples/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, file := range files {
		if strings.HasPrefix(filepath.Base(file), "nodes-") {
			continue
		}
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

// shownCommand is a command of this program in a document, with what it shows
// on both streams up to the end of the block.
var shownCommand = regexp.MustCompile("(?m)^```console\n\\$ (?:go run \\.|spreadlint) ([^\n]*)\n((?:[^$`\n].*\n|\n)(?s:.*?))^```")

// TestDocuments runs every command that README.md and the guides show with
// its output, and compares the output.
func TestDocuments(t *testing.T) {
	documents, err := filepath.Glob("docs/guides/*.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := 0
	for _, name := range append([]string{"README.md"}, documents...) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		got := shownCommand.ReplaceAllStringFunc(string(text), func(block string) string {
			shown++
			m := shownCommand.FindStringSubmatch(block)
			var out bytes.Buffer
			cli.Run(append([]string{"spreadlint"}, strings.Fields(m[1])...), strings.NewReader(""), &out, &out)
			return strings.TrimSuffix(block, m[2]+"```") + out.String() + "```"
		})
		compareFile(t, name, got)
	}
	if shown < 2 {
		t.Errorf("%d commands with output are shown", shown)
	}
}
