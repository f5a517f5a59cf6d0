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
	if rule.NoFix != "" {
		b.WriteString("\nWhy there may be no fix: " + rule.NoFix + ".\n")
	}
	bad, good := rule.Examples()
	if bad != nil {
		b.WriteString("\n## Example\n\n" + kindOf(bad) + " with the defect:\n\n" + fence("yaml", bad.Text) + nodesOf(bad))
		if bad.Finding != "" {
			b.WriteString("\nWhat is found:\n\n" + fence("text", bad.Finding))
		}
	}
	if good != nil {
		b.WriteString("\n" + kindOf(good) + " without it:\n\n" + fence("yaml", good.Text))
		if bad == nil || good.Nodes != bad.Nodes {
			b.WriteString(nodesOf(good))
		}
	}
	return b.String()
}

// nodesOf shows the cluster that an example is about.
func nodesOf(e *lint.Example) string {
	if e.Nodes == "" {
		return ""
	}
	return "\nwith `--nodes`:\n\n" + fence("yaml", e.Nodes)
}

func kindOf(e *lint.Example) string {
	if e.Rendered {
		return "A rendered manifest"
	}
	return "Values"
}

func fence(language, text string) string {
	return "```" + language + "\n" + strings.TrimSpace(text) + "\n```\n"
}
