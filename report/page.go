package report

import (
	"fmt"
	"strings"

	"github.com/spreadlint/spreadlint/lint"
)

// RuleMarkdown is the page docs/rules/<id>.md of a rule.
func RuleMarkdown(rule *lint.Rule) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s.\n\n", rule.ID, strings.TrimSuffix(rule.Title, "."))
	title := rule.Category
	for _, c := range lint.Categories {
		if c.ID == rule.Category {
			title = fmt.Sprintf("%s: %s", c.ID, strings.ToLower(c.Title[:1])+c.Title[1:])
		}
	}
	b.WriteString("| category | severity | default | data needed | fixable | since |\n|---|---|---|---|---|---|\n")
	fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n\n", cell(title), rule.Severity, defaultText(rule), rule.Data(), fixableText(rule), cell(rule.Since))
	b.WriteString(document(rule))
	return b.String()
}

// RulesIndexMarkdown is the page docs/rules/README.md: all rules by category.
func RulesIndexMarkdown(rules []*lint.Rule) string {
	var b strings.Builder
	b.WriteString(`# Rules

<!-- Written by spreadlint from its rules: do not edit. -->

Data needed: *workloads* are rendered by spreadlint from a chart or given with ` + "`--manifests`" + `; *values* need the chart; *two
versions* are ` + "`--kube-version` and `--target-kube-version`" + `. Fixable: *safe* changes only what was refused or inert, *unsafe*
may place pods differently, *show-only* is for a person to type.
`)
	for _, group := range byCategory(rules) {
		fmt.Fprintf(&b, "\n## %s\n\nCategory `%s`.\n\n", group.title, group.id)
		b.WriteString("| rule | what is wrong | severity | default | data needed | fixable | since |\n|---|---|---|---|---|---|---|\n")
		for _, r := range group.rules {
			fmt.Fprintf(&b, "| [%s](%s.md) | %s | %s | %s | %s | %s | %s |\n", r.ID, r.ID, cell(r.Title), r.Severity, defaultText(r), r.Data(), fixableText(r), r.Since)
		}
	}
	return b.String()
}

func defaultText(r *lint.Rule) string {
	if r.OptIn {
		return "off"
	}
	return "on"
}

func fixableText(r *lint.Rule) string {
	if safety := r.Fixable(); safety != "" {
		return string(safety)
	}
	return "no"
}

// cell makes text fit for a cell of a table.
func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
