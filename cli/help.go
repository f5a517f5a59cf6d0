package cli

import (
	"fmt"
	"strings"

	urfave "github.com/urfave/cli/v2"
)

// Sections of a command's flags, in the order of its help.
const (
	valuesFlags     = "Values, as with helm"
	releaseFlags    = "Release, as with helm"
	judgeFlags      = "What is judged"
	fixGroup        = "What is done"
	clusterGroup    = "Cluster"
	outputFlags     = "Output"
	repositoryGroup = "Chart repositories"
)

// appHelp is the help of the program.
func appHelp(app *urfave.App) string {
	var b strings.Builder
	fmt.Fprintf(&b, "spreadlint: %s\n\n", app.Usage)
	b.WriteString("  spreadlint lint CHART -f values.yaml\n\nCommands:\n")
	for _, c := range app.Commands {
		fmt.Fprintf(&b, "  %-10s  %s\n", c.Name, c.Usage)
	}
	b.WriteString("\n`spreadlint COMMAND --help` lists the flags of a command, `spreadlint --version` prints the version.\n")
	return b.String()
}

// commandHelp is the help of a command: flags by section, a line each.
func commandHelp(c *urfave.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, "spreadlint %s: %s\n\n", c.Name, c.Usage)
	b.WriteString(strings.TrimRight("  spreadlint "+c.Name+" "+c.ArgsUsage, " "))
	if len(c.Flags) > 0 {
		b.WriteString(" [flags]")
	}
	b.WriteString("\n")
	if c.Description != "" {
		fmt.Fprintf(&b, "\n%s\n", c.Description)
	}
	width := 0
	for _, f := range c.Flags {
		names, _ := flagHelp(f)
		width = max(width, len(names))
	}
	for _, section := range []string{valuesFlags, releaseFlags, clusterGroup, repositoryGroup, fixGroup, judgeFlags, outputFlags} {
		title := "\n" + section + ":\n"
		for _, f := range c.Flags {
			if flag, ok := f.(urfave.CategorizableFlag); ok && flag.GetCategory() == section {
				names, text := flagHelp(f)
				fmt.Fprintf(&b, "%s  %-*s  %s\n", title, width, names, text)
				title = ""
			}
		}
	}
	return b.String()
}

// flagHelp is how a flag is written, and what it does.
func flagHelp(flag urfave.Flag) (names, text string) {
	f, ok := flag.(urfave.DocGenerationFlag)
	if !ok {
		return "", ""
	}
	names = "    "
	for _, name := range flag.Names() {
		if len(name) == 1 {
			names = "-" + name + ", "
		}
	}
	names += "--" + flag.Names()[0]
	if !f.TakesValue() {
		return names, f.GetUsage()
	}
	text, value := placeholder(f.GetUsage())
	if value != "" {
		names += " " + value
	}
	if standard := strings.Trim(f.GetDefaultText(), `"`); standard != "" {
		text += " (default " + standard + ")"
	}
	return names, text
}

// placeholder takes the backquotes off a flag's usage; between them is the
// name of the value.
func placeholder(usage string) (text, value string) {
	before, rest, found := strings.Cut(usage, "`")
	if !found {
		return usage, ""
	}
	value, after, _ := strings.Cut(rest, "`")
	return before + value + after, value
}
