package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/spreadlint/spreadlint/lint"
)

// maxRows bounds the table: GitHub refuses a summary of more than 1 MiB, and
// nobody reads that much.
const maxRows = 200

// writeMarkdown writes a summary for a job or a comment: a line, a table with
// the gravest first, and what each finding says behind a fold.
func writeMarkdown(w io.Writer, r lint.Report, o Options) error {
	var b strings.Builder
	mark := "✅"
	if errors, warnings, _ := severityCounts(r); errors > 0 || r.Unjudged {
		mark = "❌"
	} else if warnings > 0 {
		mark = "⚠️"
	}
	fmt.Fprintf(&b, "## %s spreadlint\n\n%s\n", mark, markdownText(summaryLine(r)))
	if len(r.Profiles) > 0 {
		b.WriteString("\n| profile | chart | nodes | Kubernetes | found |\n|---|---|---|---|---|\n")
	}
	for _, j := range r.Profiles {
		row := []string{j.Profile, o.relative(j.Chart), clusterOf(j), strings.TrimPrefix(j.Kube, "v"), newPrinter(Options{}).found(j, r)}
		b.WriteString("| " + strings.Join(each(row, markdownText), " | ") + " |\n")
	}
	if len(r.Findings) > 0 {
		b.WriteString("\n| | where | what | rule |\n|---|---|---|---|\n")
	}
	sorted := bySeverity(r.Findings)
	shown := sorted[:min(len(sorted), maxRows)]
	for _, f := range shown {
		what := headline(f)
		if in := inProfiles(f); in != "" {
			what += " (" + in + ")"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | [%s](%s) |\n", f.Severity, markdownCode(o.where(f)), markdownText(what), f.Rule, ruleURL(f.Rule))
	}
	if rest := len(sorted) - len(shown); rest > 0 {
		fmt.Fprintf(&b, "\n%s not shown.\n", count(rest, "more finding"))
	}
	for _, f := range shown {
		lines := details(f)
		if len(lines) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n<details><summary>%s: %s</summary>\n\n", element.Replace(plain(o.where(f))), f.Rule)
		for _, line := range lines {
			label, text, _ := strings.Cut(line, ": ")
			fmt.Fprintf(&b, "- **%s** %s\n", label, markdownText(text))
		}
		b.WriteString("\n</details>\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (o Options) where(f lint.Finding) string {
	if f.Location.Layer == lint.LayerSet {
		return position(f.Location)
	}
	a := o.address(f)
	return position(lint.Location{File: a.file, Start: f.Location.Start})
}

// element makes text of what would be HTML.
var element = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// markdownText is foreign text that Markdown shows as it stands: without marks
// of its own, mentions, links or HTML, fit for a cell of a table.
func markdownText(s string) string {
	var b strings.Builder
	for _, r := range plain(s) {
		switch {
		case strings.ContainsRune("\\`*_[]|~#!", r):
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '@':
			b.WriteString("@\u200b") // nobody is to be notified
		default:
			b.WriteString(element.Replace(string(r)))
		}
	}
	return b.String()
}

// markdownCode is text in backquotes, fit for a cell of a table.
func markdownCode(s string) string {
	return "`" + strings.NewReplacer("`", "'", "|", `\|`).Replace(plain(s)) + "`"
}
