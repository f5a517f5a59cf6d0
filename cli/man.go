package cli

import (
	"fmt"
	"strings"

	urfave "github.com/urfave/cli/v2"
)

func (p *program) manCommand() *urfave.Command {
	return &urfave.Command{
		Name: "man", Usage: "print the manual page",
		Description: "  spreadlint man > spreadlint.1; man ./spreadlint.1",
		Action: func(c *urfave.Context) error {
			if err := without(c); err != nil {
				return err
			}
			_, err := fmt.Fprint(p.stdout, manual(p.app()))
			return err
		},
	}
}

// manual is the manual page: the same text as --help, marked up for man.
func manual(app *urfave.App) string {
	var b strings.Builder
	b.WriteString(".TH SPREADLINT 1\n.SH NAME\nspreadlint \\- " + roff(app.Usage) + "\n.SH SYNOPSIS\n")
	for _, c := range app.Commands {
		b.WriteString(".B spreadlint " + roff(c.Name) + "\n" + roff(c.ArgsUsage) + "\n.br\n")
	}
	b.WriteString(".SH COMMANDS\n")
	for _, c := range app.Commands {
		b.WriteString(".SS " + roff(c.Name) + "\n" + roff(c.Usage) + "\n")
		if c.Description != "" {
			b.WriteString(".PP\n.nf\n" + roff(c.Description) + "\n.fi\n")
		}
		for _, f := range c.Flags {
			if flag, ok := f.(urfave.VisibleFlag); ok && !flag.IsVisible() {
				continue
			}
			names, text := flagHelp(f)
			b.WriteString(".TP\n.B " + roff(strings.TrimSpace(names)) + "\n" + roff(text) + "\n")
		}
	}
	b.WriteString(".SH EXIT STATUS\n0: clean. 1: findings at or above \\-\\-fail\\-on. 2: could not judge.\n")
	b.WriteString(".SH FILES\n.B .spreadlint.yaml\nin the chart's folder or above: rules, severities, versions and accepted findings.\n.br\n.B .spreadlint\\-baseline.json\nfindings that were there before.\n")
	return b.String()
}

// roff is text that man shows as it stands.
func roff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(s)
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			lines[i] = `\&` + line
		}
	}
	return strings.Join(lines, "\n")
}
