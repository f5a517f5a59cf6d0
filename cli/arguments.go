package cli

import (
	"slices"
	"strings"

	urfave "github.com/urfave/cli/v2"
)

// reorder puts flags before positional arguments, as Helm's users mix them:
// urfave/cli stops reading flags at the first positional argument. It also
// takes Helm's short form -fvalues.yaml apart, and knows the commands help and
// version. The error is that of a flag without its value.
func reorder(app *urfave.App, args []string) ([]string, error) {
	if len(args) < 2 {
		return args, nil
	}
	switch args[1] {
	case "help":
		if len(args) > 2 && app.Command(args[2]) != nil {
			return []string{args[0], args[2], "--help"}, nil
		}
		return []string{args[0], "--help"}, nil
	case "version":
		return []string{args[0], "--version"}, nil
	}
	command := app.Command(args[1])
	if command == nil || command.SkipFlagParsing {
		return args, nil
	}
	takesValue := map[string]bool{} // by name; every known flag is a key
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
		case joined(arg, takesValue):
			flags = append(flags, arg[:2], arg[2:])
		default:
			flags = append(flags, arg)
			if !takesValue[strings.TrimLeft(arg, "-")] {
				continue
			}
			if i++; i == len(rest) {
				return args, usage("the flag " + arg + " needs a value")
			}
			if name := strings.TrimLeft(rest[i], "-"); name != rest[i] && known(takesValue, name) {
				return args, usage("the flag "+arg+" needs a value, found the flag "+rest[i], "write "+arg+"="+rest[i]+" if that is the value")
			}
			flags = append(flags, rest[i])
		}
	}
	return slices.Concat(args[:2], flags, []string{"--"}, positional), nil
}

// joined reports whether an argument is a short flag with its value in one, as
// -fvalues.yaml.
func joined(arg string, takesValue map[string]bool) bool {
	return len(arg) > 2 && arg[1] != '-' && arg[2] != '=' && takesValue[arg[1:2]] && !known(takesValue, arg[1:])
}

func known(flags map[string]bool, arg string) bool {
	name, _, _ := strings.Cut(arg, "=")
	_, found := flags[name]
	return found
}
