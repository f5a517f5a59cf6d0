package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/spreadlint/spreadlint/lint"
)

// docWidth is where a rule's documentation wraps without a terminal; on a wide
// one it wraps at textWidth, for nobody reads longer lines.
const docWidth = 80

// WriteRule explains one rule: its facts in one line, then its documentation.
func WriteRule(w io.Writer, rule *lint.Rule, o Options) error {
	p := newPrinter(o)
	p.width = docWidth
	if o.Width > 0 {
		p.width = min(max(o.Width, minWidth), textWidth)
	}
	facts := []string{rule.Category, p.ink.severity(rule.Severity.String(), rule.Severity)}
	if rule.OptIn {
		facts = append(facts, "opt-in")
	}
	facts = append(facts, "since "+rule.Since)
	p.print(p.ink.bold(rule.ID) + " (" + strings.Join(facts, ", ") + ")\n\n")
	p.print(p.ink.bold(strings.Join(wrap(rule.Title, p.width), "\n")) + "\n\n")
	p.markdown(document(rule))
	_, err := io.WriteString(w, p.String())
	return err
}

// WriteRules lists rules by category.
func WriteRules(w io.Writer, rules []*lint.Rule, o Options) error {
	p := newPrinter(o)
	ids := 0
	for _, r := range rules {
		ids = max(ids, len(r.ID))
	}
	optIn := 0
	for _, group := range byCategory(rules) {
		p.print(p.ink.bold(group.title) + p.ink.dim(" ("+group.id+")") + "\n")
		for _, r := range group.rules {
			on := "on    "
			if r.OptIn {
				on = "opt-in"
				optIn++
			}
			severity := r.Severity.String()
			p.print("  " + padded(r.ID, ids) + "  " + p.ink.severity(severity, r.Severity) + spaces(len("warning")-len(severity)) +
				"  " + p.ink.dim(on) + "  ")
			indent := ids + len("    warning  opt-in  ")
			lines := []string{r.Title}
			if o.Width > indent+minWidth/2 {
				lines = wrap(r.Title, o.Width-indent)
			}
			p.print(strings.Join(lines, "\n"+spaces(indent)) + "\n")
		}
		p.print("\n")
	}
	p.print(count(len(rules), "rule"))
	if optIn > 0 {
		p.print(fmt.Sprintf(", of which %d opt-in: only when selected", optIn))
	}
	p.print("\n")
	_, err := io.WriteString(w, p.String())
	return err
}

// category is a group of rules.
type category struct {
	id, title string
	rules     []*lint.Rule
}

// byCategory groups rules in the order of the categories, without empty ones.
func byCategory(rules []*lint.Rule) []category {
	var groups []category
	for _, c := range lint.Categories {
		group := category{id: c.ID, title: c.Title}
		for _, r := range rules {
			if r.Category == c.ID {
				group.rules = append(group.rules, r)
			}
		}
		if len(group.rules) > 0 {
			groups = append(groups, group)
		}
	}
	return groups
}
