package cli

import (
	"fmt"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"github.com/spreadlint/spreadlint/lint"
)

// reorder puts flags before positional arguments, as Helm's users mix them:
// urfave/cli stops reading flags at the first positional argument. It also
// takes Helm's short form -fvalues.yaml apart.
func reorder(app *urfave.App, args []string) []string {
	if len(args) < 2 {
		return args
	}
	command := app.Command(args[1])
	if command == nil {
		return args
	}
	takesValue := map[string]bool{}
	for _, f := range command.Flags {
		_, isBool := f.(*urfave.BoolFlag)
		for _, name := range f.Names() {
			takesValue[name] = !isBool
		}
	}
	var flags, positional []string
	rest := args[2:]
	for i := 0; i < len(rest); i++ {
		arg := rest[i]
		switch {
		case arg == "--":
			positional = append(positional, rest[i+1:]...)
			i = len(rest)
		case arg == "-" || !strings.HasPrefix(arg, "-"):
			positional = append(positional, arg)
		case len(arg) > 2 && arg[1] != '-' && arg[2] != '=' && takesValue[arg[1:2]] && !isKnown(takesValue, arg[1:]):
			flags = append(flags, arg[:2], arg[2:])
		default:
			flags = append(flags, arg)
			name := strings.TrimLeft(arg, "-")
			if takesValue[name] && i+1 < len(rest) {
				i++
				flags = append(flags, rest[i])
			}
		}
	}
	out := append([]string{args[0], args[1]}, flags...)
	return append(append(out, "--"), positional...)
}

func isKnown(flags map[string]bool, arg string) bool {
	name, _, _ := strings.Cut(arg, "=")
	_, known := flags[name]
	return known
}

// flagHints suggests the flags nearest to an unknown one.
func flagHints(app *urfave.App, args []string, flag string) []string {
	name, _, _ := strings.Cut(flag, "=")
	var known []string
	command := "spreadlint"
	list := app.Flags
	if len(args) > 1 {
		if c := app.Command(args[1]); c != nil {
			list, command = c.Flags, "spreadlint "+c.Name
		}
	}
	for _, f := range list {
		known = append(known, f.Names()...)
	}
	hints := []string{fmt.Sprintf("`%s --help` lists the flags", command)}
	if close := lint.Nearest(name, known, 2); len(close) > 0 {
		hints = append([]string{"did you mean --" + strings.Join(close, " or --") + "?"}, hints...)
	}
	return hints
}
