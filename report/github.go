package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/spreadlint/spreadlint/lint"
)

// maxAnnotations is how many annotations of each level GitHub shows of a step;
// what comes after is dropped without a word:
// https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md#limitations
const maxAnnotations = 10

// gitHubLevels are the workflow commands, by severity.
var gitHubLevels = []struct {
	severity lint.Severity
	command  string
}{{lint.Error, "error"}, {lint.Warning, "warning"}, {lint.Info, "notice"}}

// writeGitHub writes workflow commands, which GitHub Actions shows at the
// lines of a pull request: the gravest first, and of each level no more than
// GitHub shows; the last one then tells of the rest.
func writeGitHub(w io.Writer, r lint.Report, o Options) error {
	var b strings.Builder
	for _, level := range gitHubLevels {
		var found []lint.Finding
		for _, f := range r.Findings {
			if f.Severity == level.severity {
				found = append(found, f)
			}
		}
		shown := found
		if len(found) > maxAnnotations {
			shown = found[:maxAnnotations-1]
		}
		for _, f := range shown {
			b.WriteString(annotation(level.command, f, o))
		}
		if rest := len(found) - len(shown); rest > 0 {
			fmt.Fprintf(&b, "::%s title=%s::%s\n", level.command, property("spreadlint"),
				data(fmt.Sprintf("%s not shown here: GitHub shows %d of a step. All are in -o text and -o sarif, and up to 200 in -o markdown=$GITHUB_STEP_SUMMARY, the summary of the job",
					count(rest, "more "+level.severity.String()), maxAnnotations)))
		}
	}
	b.WriteString(escapedLine(summaryLine(r)))
	_, err := io.WriteString(w, b.String())
	return err
}

func annotation(command string, f lint.Finding, o Options) string {
	a := o.address(f)
	var properties []string
	add := func(name, value string) { properties = append(properties, name+"="+property(value)) }
	if a.file != "" {
		add("file", a.file)
	}
	if a.line > 0 {
		add("line", fmt.Sprint(a.line))
		if a.endLine >= a.line {
			add("endLine", fmt.Sprint(a.endLine))
		}
		if a.column > 0 && a.endLine == a.line { // GitHub takes columns only within a line
			add("col", fmt.Sprint(a.column))
			if a.stop > a.column {
				add("endColumn", fmt.Sprint(a.stop-1))
			}
		}
	}
	add("title", f.Rule)
	text := strings.Join(append([]string{headline(f)}, details(f)...), "\n")
	return "::" + command + " " + strings.Join(properties, ",") + "::" + data(text) + "\n"
}

// data is text behind the second pair of colons, as @actions/core escapes it.
func data(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

// property is the value of a property of a workflow command.
func property(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(plain(s))
}

// escapedLine is a line of text that cannot be taken for a workflow command.
func escapedLine(s string) string {
	if strings.HasPrefix(strings.TrimSpace(s), "::") || strings.HasPrefix(strings.TrimSpace(s), "##[") {
		s = "." + s
	}
	return s + "\n"
}
