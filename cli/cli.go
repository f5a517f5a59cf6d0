// Package cli is the command line: flags, exit codes, reading what the user
// names, writing files, and the bounds of time and memory. It judges nothing
// and formats nothing.
package cli

import (
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/report"
)

// Exit codes. They are part of the interface.
const (
	ExitClean    = 0 // nothing at or above the threshold
	ExitFindings = 1
	ExitUnjudged = 2 // usage, unreadable input, render failure, nothing to check
)

// version is set by release builds; otherwise that of the module is shown.
var version = ""

// usageError is a wrong command line; hints say what to type.
type usageError struct {
	message string
	hints   []string
}

func (e *usageError) Error() string { return e.message }

// exitStatus carries an exit code through urfave/cli without any message.
type exitStatus int

func (e exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// program is one run of the command line.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	stdinUsed      bool
}

// Run runs the command line and returns the exit code.
func Run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	p := &program{stdin: stdin, stdout: stdout, stderr: stderr}
	app := p.app()
	err := app.Run(reorder(app, args))
	var status exitStatus
	switch {
	case err == nil:
		return ExitClean
	case errors.As(err, &status):
		return int(status)
	}
	p.complain(app, args, err)
	return ExitUnjudged
}

func (p *program) app() *urfave.App {
	app := &urfave.App{
		Name:      "spreadlint",
		Usage:     "do the replicas of a Helm chart survive a node, a zone or an upgrade, and which line of the values decides it?",
		UsageText: "spreadlint lint CHART -f values.yaml",
		Version:   versionText(),
		Commands:  []*urfave.Command{p.lintCommand(), p.knobsCommand(), p.explainCommand(), p.rulesCommand(), p.schemaCommand()},
		Writer:    p.stdout, ErrWriter: p.stderr,
		HideHelpCommand:           true,
		DisableSliceFlagSeparator: true, // --set a=1,b=2 is one argument
		EnableBashCompletion:      true,
		ExitErrHandler:            func(*urfave.Context, error) {}, // urfave would call os.Exit
		OnUsageError:              func(_ *urfave.Context, err error, _ bool) error { return err },
		Action: func(c *urfave.Context) error {
			if c.Args().Present() {
				return &usageError{message: fmt.Sprintf("no command is called %q", c.Args().First())}
			}
			return urfave.ShowAppHelp(c)
		},
	}
	for _, command := range app.Commands {
		command.OnUsageError = app.OnUsageError
		command.HideHelpCommand = true
	}
	return app
}

func versionText() string {
	v := version
	if v == "" {
		v = "(devel)"
		if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
			v = info.Main.Version
		}
	}
	return fmt.Sprintf("%s (renders with Helm %s, for Kubernetes %s unless told otherwise)", v, render.HelmVersion(), render.DefaultKubeVersion)
}

// complain prints an error of the command line itself and what to do.
func (p *program) complain(app *urfave.App, args []string, err error) {
	message := err.Error()
	var hints []string
	var usage *usageError
	switch {
	case errors.As(err, &usage):
		hints = usage.hints
		if strings.HasPrefix(message, "no command") {
			hints = append(hints, "commands: "+strings.Join(commandNames(app), ", "))
		}
	case strings.HasPrefix(message, "flag provided but not defined: "):
		flag := strings.TrimLeft(strings.TrimPrefix(message, "flag provided but not defined: "), "-")
		message = "unknown flag --" + flag
		if len(flag) == 1 {
			message = "unknown flag -" + flag
		}
		hints = flagHints(app, args, flag)
	case strings.HasPrefix(message, "flag needs an argument: "):
		message = "the flag " + strings.TrimPrefix(message, "flag needs an argument: ") + " needs a value"
	}
	fmt.Fprintf(p.stderr, "error: %s\n", report.Clean(message))
	for _, h := range hints {
		fmt.Fprintf(p.stderr, "hint: %s\n", report.Clean(h))
	}
}

func commandNames(app *urfave.App) []string {
	var names []string
	for _, c := range app.Commands {
		if !c.Hidden {
			names = append(names, c.Name)
		}
	}
	return names
}
