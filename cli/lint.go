package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/fatih/color"
	urfave "github.com/urfave/cli/v2"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/report"
)

func (p *program) lintCommand() *urfave.Command {
	return &urfave.Command{
		Name:      "lint",
		Usage:     "render charts with your values and judge how their pods spread",
		ArgsUsage: "[NAME] CHART...",
		Description: "Renders each chart in-process with Helm's engine and prints, for each defect, the line of the values\n" +
			"file that causes it, what will happen and what to write instead.\n\n" +
			"Exit codes: 0 clean, 1 findings at or above --fail-on, 2 could not judge.",
		Flags: append(chartFlags(),
			&urfave.StringFlag{Name: "target-kube-version", Usage: "Kubernetes `VERSION` that the cluster will be upgraded to: report what changes its meaning"},
			&urfave.StringFlag{Name: "manifests", Usage: "lint rendered YAML from `FILE` (- is standard input) instead of a chart"},
			&urfave.StringSliceFlag{Name: "select", Usage: "run only these rules or categories (comma-separated, repeatable)"},
			&urfave.StringSliceFlag{Name: "ignore", Usage: "do not run these rules or categories (comma-separated, repeatable)"},
			&urfave.StringFlag{Name: "fail-on", Value: "warning", Usage: "exit 1 from this severity on: error, warning, info or never"},
			&urfave.StringSliceFlag{Name: "output", Aliases: []string{"o"}, Usage: "`FORMAT[=FILE]`: text or json (repeatable)", DefaultText: "text"},
			&urfave.StringFlag{Name: "color", Value: "auto", Usage: "auto, always or never"},
			&urfave.BoolFlag{Name: "allow-empty", Usage: "accept charts without any workload"},
		),
		Action: p.lint,
	}
}

// severities are the thresholds of --fail-on.
var severities = map[string]lint.Severity{"error": lint.Error, "warning": lint.Warning, "info": lint.Info, "never": lint.Error + 1}

func (p *program) lint(c *urfave.Context) error {
	threshold, ok := severities[c.String("fail-on")]
	if !ok {
		return &usageError{message: fmt.Sprintf("--fail-on %q is no severity", c.String("fail-on")), hints: []string{"legal: error, warning, info, never"}}
	}
	outputs, err := p.outputs(c)
	if err != nil {
		return err
	}
	options := lint.Options{Select: lists(c.StringSlice("select")), Ignore: lists(c.StringSlice("ignore"))}
	if _, err := lint.Selected(options); err != nil {
		return &usageError{message: err.Error(), hints: []string{"`spreadlint rules` lists them"}}
	}
	result, err := p.judge(c, options)
	if err != nil {
		return err
	}
	if err := p.write(result, outputs); err != nil {
		return err
	}
	switch {
	case result.Unjudged:
		return exitStatus(ExitUnjudged)
	case result.Worst() >= threshold:
		return exitStatus(ExitFindings)
	}
	return nil
}

// judge renders and lints everything that the command line names.
func (p *program) judge(c *urfave.Context, options lint.Options) (lint.Report, error) {
	if name := c.String("manifests"); name != "" {
		if c.Args().Present() {
			return lint.Report{}, &usageError{message: "--manifests and a chart exclude each other"}
		}
		return p.judgeManifests(c, name, options)
	}
	name, paths, err := charts(c)
	if err != nil {
		return lint.Report{}, err
	}
	renderOptions, err := p.renderOptions(c, name)
	if err != nil {
		return failed("", err), nil
	}
	var result lint.Report
	for _, path := range paths {
		one, gaveUp := bounded(path, c.Duration("render-timeout"), func() lint.Report {
			release, err := render.Render(path, renderOptions)
			return p.finish(c, path, release, err, options)
		})
		result.Join(one)
		if gaveUp {
			break // its work goes on in the background: the process must end
		}
	}
	return result, nil
}

func (p *program) judgeManifests(c *urfave.Context, name string, options lint.Options) (lint.Report, error) {
	data, shown, err := p.readInput(name)
	if err != nil {
		return failed("", err), nil
	}
	result, _ := bounded(shown, c.Duration("render-timeout"), func() lint.Report {
		release, err := render.FromManifests(shown, data)
		if release != nil && c.String("kube-version") != "" {
			release.KubeVersion = c.String("kube-version")
		}
		return p.finish(c, shown, release, err, options)
	})
	return result, nil
}

func (p *program) finish(c *urfave.Context, path string, release *render.Release, err error, options lint.Options) lint.Report {
	if err != nil {
		return failed(path, err)
	}
	for _, warning := range release.Warnings {
		fmt.Fprintf(p.stderr, "helm: %s\n", report.Clean(warning))
	}
	release.TargetKubeVersion = c.String("target-kube-version")
	result, err := lint.Run(release, options)
	if err != nil {
		return failed(path, err)
	}
	if result.Workloads == 0 && !c.Bool("allow-empty") {
		result.NothingChecked(path)
	}
	return result
}

// failed is the report on input that could not be judged.
func failed(path string, err error) lint.Report {
	result := lint.Failed(path, err)
	var syntax *syntaxFailure
	if errors.As(err, &syntax) {
		result.Findings[0].Location.Text = syntax.text
	}
	return result
}

func lists(flags []string) []string {
	var names []string
	for _, f := range flags {
		for _, name := range strings.Split(f, ",") {
			if name = strings.TrimSpace(name); name != "" {
				names = append(names, name)
			}
		}
	}
	return names
}

// output is one place a report is written to.
type output struct {
	format report.Format
	file   string // "" is standard output
	color  bool
}

func (p *program) outputs(c *urfave.Context) ([]output, error) {
	colored, err := p.colored(c)
	if err != nil {
		return nil, err
	}
	given := c.StringSlice("output")
	if len(given) == 0 {
		given = []string{"text"}
	}
	var outputs []output
	toStdout := 0
	for _, text := range given {
		format, file, _ := strings.Cut(text, "=")
		if !slices.Contains(report.Formats(), format) {
			return nil, &usageError{message: fmt.Sprintf("--output %q is no format", format), hints: []string{"legal: " + strings.Join(report.Formats(), ", ")}}
		}
		if file == "-" {
			file = ""
		}
		if file == "" {
			toStdout++
		}
		outputs = append(outputs, output{format: report.Format(format), file: file, color: colored && file == ""})
	}
	if toStdout > 1 {
		return nil, &usageError{message: "two outputs go to standard output", hints: []string{"write one to a file: -o json=report.json"}}
	}
	return outputs, nil
}

// colored decides on colours from --color and the stream in use.
func (p *program) colored(c *urfave.Context) (bool, error) {
	switch c.String("color") {
	case "always":
		return true, nil
	case "never":
		return false, nil
	case "auto", "":
		return p.terminal(), nil
	}
	return false, &usageError{message: fmt.Sprintf("--color %q is not known", c.String("color")), hints: []string{"legal: auto, always, never"}}
}

func (p *program) write(r lint.Report, outputs []output) error {
	for _, o := range outputs {
		if o.file == "" {
			if err := report.Write(p.stdout, r, o.format, report.Options{Color: o.color}); err != nil {
				return fmt.Errorf("write the report: %w", err)
			}
			continue
		}
		err := writeFile(o.file, func(w io.Writer) error { return report.Write(w, r, o.format, report.Options{}) })
		if err != nil {
			return &usageError{message: fmt.Sprintf("cannot write %s: %v", o.file, err)}
		}
	}
	return nil
}

// writeFile writes beside the target and renames, so that a reader never sees
// half a report.
func writeFile(name string, write func(io.Writer) error) error {
	temporary, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name())
	if err := write(temporary); err != nil {
		temporary.Close()
		return err
	}
	if err := temporary.Chmod(0o644); err != nil {
		temporary.Close()
		return err
	}
	if err := temporary.Close(); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), name)
}

// terminal reports whether standard output shows colours.
func (p *program) terminal() bool {
	_, isFile := p.stdout.(*os.File)
	return isFile && !color.NoColor
}
