package cli

import (
	"fmt"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/report"
)

func (p *program) explainCommand() *urfave.Command {
	return &urfave.Command{
		Name: "explain", Usage: "say why a rule exists, with an example", ArgsUsage: "RULE",
		Action: func(c *urfave.Context) error {
			if c.Args().Len() != 1 {
				return usage("explain takes one rule", "spreadlint explain topology-key-syntax", "`spreadlint rules` lists them")
			}
			rule, similar := lint.Lookup(c.Args().First())
			if rule == nil {
				e := &usageError{message: fmt.Sprintf("no rule is called %q", c.Args().First()), hints: []string{"`spreadlint rules` lists them"}}
				if len(similar) > 0 {
					e.hints = append([]string{"did you mean " + strings.Join(similar, " or ") + "?"}, e.hints...)
				}
				return e
			}
			return report.WriteRule(p.stdout, rule, p.options(p.terminal()))
		},
	}
}

func (p *program) rulesCommand() *urfave.Command {
	return &urfave.Command{
		Name: "rules", Usage: "list the rules",
		Action: func(c *urfave.Context) error {
			if err := without(c); err != nil {
				return err
			}
			return report.WriteRules(p.stdout, lint.Rules(), p.options(p.terminal()))
		},
	}
}
