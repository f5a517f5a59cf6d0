package report

import (
	"strings"

	"github.com/spreadlint/spreadlint/lint"
)

// document is a rule's documentation with its examples, as markdown. The
// examples are the rule's own test cases, so they cannot be wrong for long.
func document(rule *lint.Rule) string {
	var b strings.Builder
	b.WriteString(strings.TrimSpace(rule.Doc) + "\n")
	bad, good := rule.Examples()
	if bad != nil {
		b.WriteString("\n## Example\n\nValues with the defect:\n\n" + fence("yaml", bad.Values))
		if bad.Finding != "" {
			b.WriteString("\nWhat is found:\n\n" + fence("text", bad.Finding))
		}
	}
	if good != nil {
		b.WriteString("\nValues without it:\n\n" + fence("yaml", good.Values))
	}
	return b.String()
}

func fence(language, text string) string {
	return "```" + language + "\n" + strings.TrimSpace(text) + "\n```\n"
}
