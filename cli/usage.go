package cli

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"github.com/spreadlint/spreadlint/report"
	"github.com/spreadlint/spreadlint/values"
)

// usageError is a wrong command line; hints say what to type.
type usageError struct {
	message string
	hints   []string
}

func (e *usageError) Error() string { return e.message }

func usage(message string, hints ...string) error {
	return &usageError{message: message, hints: hints}
}

// Messages of urfave/cli and of the flag package behind it.
var (
	notDefined   = regexp.MustCompile(`^flag provided but not defined: -+(.*)$`)
	needsValue   = regexp.MustCompile(`^flag needs an argument: -+(.*)$`)
	invalidValue = regexp.MustCompile(`^invalid value "(.*)" for flag -+(\S+): `)
	invalidBool  = regexp.MustCompile(`^invalid boolean value "(.*)" for -+(\S+): `)
)

// complain prints an error of the command line itself and what to do.
func (p *program) complain(app *urfave.App, args []string, err error) {
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		for _, err := range several.Unwrap() {
			p.complain(app, args, err)
		}
		return
	}
	e := &usageError{message: err.Error()}
	if m := notDefined.FindStringSubmatch(e.message); m != nil {
		e = unknownFlag(app, args, m[1])
	} else if m := needsValue.FindStringSubmatch(e.message); m != nil {
		e.message = "the flag " + dashed(m[1]) + " needs a value"
	} else if m := invalidValue.FindStringSubmatch(e.message); m != nil {
		e = &usageError{message: fmt.Sprintf("%s %q is no duration", dashed(m[2]), m[1]), hints: []string{"write it like 30s or 2m"}}
		if countFlag(app, args, m[2]) {
			e = &usageError{message: fmt.Sprintf("%s %q is no whole number", dashed(m[2]), m[1])}
		}
	} else if m := invalidBool.FindStringSubmatch(e.message); m != nil {
		e = &usageError{message: fmt.Sprintf("%s %q is neither true nor false", dashed(m[2]), m[1]), hints: []string{"write " + dashed(m[2]) + " alone for true"}}
	}
	errors.As(err, &e)
	fmt.Fprintf(p.stderr, "error: %s\n", report.Clean(e.message))
	for _, h := range e.hints {
		fmt.Fprintf(p.stderr, "hint: %s\n", report.Clean(h))
	}
}

// countFlag reports whether a flag of the command takes a whole number.
func countFlag(app *urfave.App, args []string, name string) bool {
	command := app.Command(args[1])
	return command != nil && slices.ContainsFunc(command.Flags, func(f urfave.Flag) bool {
		switch f.(type) {
		case *urfave.IntFlag, *urfave.Uint64Flag:
			return slices.Contains(f.Names(), name)
		}
		return false
	})
}

// dashed writes a flag as it is typed.
func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// unknownFlag suggests the flags nearest to an unknown one.
func unknownFlag(app *urfave.App, args []string, flag string) *usageError {
	name, _, _ := strings.Cut(flag, "=")
	e := &usageError{message: "unknown flag " + dashed(name)}
	help := "`spreadlint --help` lists the commands and their flags"
	list := app.Flags
	if command := app.Command(args[1]); command != nil {
		list = command.Flags
		help = fmt.Sprintf("`spreadlint %s --help` lists the flags", command.Name)
	} else {
		for _, c := range app.Commands {
			if slices.ContainsFunc(c.Flags, func(f urfave.Flag) bool { return slices.Contains(f.Names(), name) }) {
				e.hints = []string{fmt.Sprintf("flags stand behind the command: spreadlint %s %s ...", c.Name, dashed(name))}
				return e
			}
		}
	}
	var known []string
	for _, f := range list {
		for _, n := range f.Names() {
			if len(n) > 1 {
				known = append(known, n)
			}
		}
	}
	if close := values.Nearest(name, known, 2); len(name) > 1 && len(close) > 0 {
		e.hints = append(e.hints, "did you mean --"+strings.Join(close, " or --")+"?")
	}
	e.hints = append(e.hints, help)
	return e
}

// unknownCommand suggests a command; somebody who names a chart wants to lint
// it.
func unknownCommand(app *urfave.App, name string) error {
	e := &usageError{message: fmt.Sprintf("no command is called %q", name)}
	var names []string
	for _, c := range app.Commands {
		names = append(names, c.Name)
	}
	if exists(name) || strings.ContainsAny(name, `/\`) {
		e.hints = append(e.hints, "did you mean `spreadlint lint "+name+"`?")
	} else if close := values.Nearest(name, names, 1); len(close) > 0 {
		e.hints = append(e.hints, "did you mean "+close[0]+"?")
	}
	e.hints = append(e.hints, "commands: "+strings.Join(names, ", "))
	return e
}

// typed are those of some flags that the command line has, with their dashes.
func typed(c *urfave.Context, flags ...string) []string {
	var found []string
	for _, flag := range flags {
		if c.IsSet(flag) {
			found = append(found, "--"+flag)
		}
	}
	return found
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// without refuses arguments of a command that takes none.
func without(c *urfave.Context) error {
	if c.Args().Present() {
		return usage(fmt.Sprintf("%s takes no argument, found %q", c.Command.Name, c.Args().First()))
	}
	return nil
}
