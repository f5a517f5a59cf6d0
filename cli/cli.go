// Package cli is the command line: flags, exit codes, reading what the user
// names, writing files, and the bounds of time and memory. It judges nothing
// and formats nothing.
package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strconv"
	"sync"

	"github.com/fatih/color"
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

// exitStatus carries an exit code through urfave/cli without any message.
type exitStatus int

func (e exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// program is one run of the command line.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	stdinUsed      bool
	setFiles       map[string][]byte // what --set-file arguments named, read once
	reading        sync.Mutex        // of setFiles and readFiles
	readFiles      []string          // values files that were read
	behindHelm     *behindHelm       // looks at what is rendered, nil unless helm is to run
}

// garbagePercent is how far garbage may grow before it is collected. The program is short-lived and small: a third of its
// time went into collecting some megabytes. A run over many charts is neither: there the lower one costs no time that
// could be measured and saves 40 % of the memory. The watch of limits.go bounds memory whatever this is.
const (
	garbagePercent     = 400
	garbagePercentMany = 200
)

func collectGarbage(percent int) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}

// Run runs the command line and returns the exit code.
func Run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	collectGarbage(garbagePercent)
	return (&program{stdin: stdin, stdout: stdout, stderr: stderr, setFiles: map[string][]byte{}}).run(args)
}

func (p *program) run(args []string) int {
	app := p.app()
	if len(args) > 1 && args[1] == completeWord {
		p.complete(app, args[2:])
		return ExitClean
	}
	args, err := reorder(app, args)
	if err == nil {
		err = app.Run(args)
	}
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
		Name:     "spreadlint",
		Usage:    "do the replicas of a Helm chart survive a node, a zone or an upgrade, and which line of the values decides it?",
		Version:  versionText(),
		Commands: []*urfave.Command{p.lintCommand(), p.fixCommand(), p.generateCommand(), p.simulateCommand(), p.helmCommand(), p.knobsCommand(), p.explainCommand(), p.rulesCommand(), p.configCommand(), p.initCommand(), p.reportCommand(), p.schemaCommand(), p.completionCommand(), p.manCommand()},
		Writer:   p.stdout, ErrWriter: p.stderr,
		HideHelpCommand:           true,
		DisableSliceFlagSeparator: true, // --set a=1,b=2 is one argument
		EnableBashCompletion:      true,
		ExitErrHandler:            func(*urfave.Context, error) {}, // urfave would call os.Exit
		OnUsageError:              func(_ *urfave.Context, err error, _ bool) error { return err },
		Action: func(c *urfave.Context) error {
			if c.Args().Present() {
				return unknownCommand(c.App, c.Args().First())
			}
			// A gate whose arguments got lost must not be green.
			fmt.Fprint(p.stderr, c.App.CustomAppHelpTemplate)
			return exitStatus(ExitUnjudged)
		},
	}
	for _, command := range app.Commands {
		command.OnUsageError = app.OnUsageError
		command.HideHelpCommand = true
		command.CustomHelpTemplate = commandHelp(command)
	}
	app.CustomAppHelpTemplate = appHelp(app)
	return app
}

func versionText() string {
	return fmt.Sprintf("%s (renders with Helm %s, for Kubernetes %s unless told otherwise)", versionNumber(), render.HelmVersion(), render.DefaultKubeVersion)
}

func versionNumber() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

// options are those of a report on standard output.
func (p *program) options(colored bool) report.Options {
	o := fileOptions()
	o.Color = colored
	if file, ok := p.stdout.(*os.File); ok {
		o.Width = terminalWidth(file)
	}
	if columns, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && columns > 0 {
		o.Width = columns // as other programs do, also for a pipe to a pager
	}
	return o
}

// fileOptions are those of a report in a file.
func fileOptions() report.Options {
	here, root := around()
	return report.Options{Version: versionNumber(), Here: here, Root: root}
}

// terminal reports whether standard output shows colours.
func (p *program) terminal() bool {
	_, isFile := p.stdout.(*os.File)
	return isFile && !color.NoColor
}
