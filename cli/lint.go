package cli

import (
	"errors"
	"fmt"
	"regexp"

	urfave "github.com/urfave/cli/v2"

	"github.com/spreadlint/spreadlint/config"
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
		Flags:  lintFlags(),
		Action: p.lint,
	}
}

func (p *program) lint(c *urfave.Context) error {
	outputs, err := outputs(c, report.Formats())
	if err != nil {
		return err
	}
	colored, err := p.colored(c)
	if err != nil {
		return err
	}
	result, failing, err := p.judge(c)
	if err != nil {
		return err
	}
	if err := p.write(result, outputs, colored); err != nil {
		return err
	}
	switch {
	case result.Unjudged:
		return exitStatus(ExitUnjudged)
	case failing:
		return exitStatus(ExitFindings)
	}
	return nil
}

// judge renders and lints everything that the command line names. It says
// whether a chart has a finding at or above its threshold.
func (p *program) judge(c *urfave.Context) (result lint.Report, failing bool, err error) {
	if c.IsSet("manifests") {
		return p.judgeManifests(c)
	}
	name, paths, err := charts(c)
	if err != nil {
		return result, false, err
	}
	options, problems, err := p.renderOptions(c, name)
	if err != nil {
		return result, false, err
	}
	settings, err := allSettings(c, paths)
	if err != nil {
		return result, false, err
	}
	surroundings, problems, err := p.surroundings(c, problems)
	if err != nil || problems != nil {
		return unread(paths, problems), false, err
	}
	for i, path := range paths {
		options.KubeVersion = settings[i].KubeVersion
		one, gaveUp, err := p.finish(c, path, settings[i], surroundings, func() (*render.Release, error) { return render.Render(path, options) })
		if err != nil {
			return result, false, err
		}
		failing = failing || one.Worst() >= thresholds[settings[i].FailOn]
		result.Join(one)
		if gaveUp { // its work goes on in the background: the process must end
			for _, rest := range paths[i+1:] {
				result.Join(lint.Failed(rest, &render.Failure{File: rest, Message: "not judged, because rendering " + path + " was given up",
					Hints: []string{"lint it without the other"}}))
			}
			break
		}
	}
	unused := result.ReportUnused()
	for _, s := range settings {
		failing = failing || unused >= thresholds[s.FailOn]
	}
	return result, failing, nil
}

func (p *program) judgeManifests(c *urfave.Context) (result lint.Report, failing bool, err error) {
	input, err := p.manifests(c)
	switch {
	case err != nil:
		return result, false, err
	case input.unread != nil:
		return unread(nil, []error{input.unread}), false, nil
	}
	surroundings, problems, err := p.surroundings(c, nil)
	if err != nil || problems != nil {
		return unread(nil, problems), false, err
	}
	result, _, err = p.finish(c, input.shown, input.settings, surroundings, input.load)
	result.ReportUnused()
	result.Charts = nil
	for i := range result.Findings {
		if result.Unjudged {
			result.Findings[i].Location.Layer = lint.LayerManifest
		}
	}
	return result, result.Worst() >= thresholds[input.settings.FailOn], err
}

// finish renders and lints within the bounds. A failure that has no file is
// one of the command line.
func (p *program) finish(c *urfave.Context, path string, s config.Settings, around surroundings, load func() (*render.Release, error)) (result lint.Report, gaveUp bool, err error) {
	var warnings []string
	var wrong error
	result, gaveUp = bounded(rendering, path, c.Duration("render-timeout"), func() lint.Report {
		release, err := load()
		if wrong = commandLine(err); err != nil {
			return failed(path, err)
		}
		warnings = release.Warnings
		release.TargetKubeVersion = s.TargetKubeVersion
		options := lintOptions(s)
		options.Nodes, options.Live = around.nodes, around.live
		result, err := lint.Run(release, options)
		if err != nil {
			return failed(path, err)
		}
		if s.File != "" {
			result.Settings = []string{s.File}
		}
		if result.Workloads == 0 && !c.Bool("allow-empty") {
			result.NothingChecked(path)
		}
		return result
	})
	if gaveUp {
		return result, true, nil // the work may still write to the variables
	}
	for _, warning := range warnings {
		fmt.Fprintf(p.stderr, "helm: %s\n", withoutValue(warning))
	}
	return result, false, wrong
}

// printedValue is the value at the end of Helm's warnings about values.
var printedValue = regexp.MustCompile(`(?s)\s*\(.*\)$`)

// withoutValue is a warning of Helm's without the value, which may be secret.
func withoutValue(warning string) string {
	return printedValue.ReplaceAllString(report.Clean(warning), "")
}

// commandLine is the failure as an error of the command line, nil when it is
// one of a file.
func commandLine(err error) error {
	var failure *render.Failure
	if errors.As(err, &failure) && failure.File == "" {
		return usage(failure.Message, failure.Hints...)
	}
	return nil
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

// unread is the report on charts that were not even rendered, for files that
// cannot be used.
func unread(paths []string, problems []error) lint.Report {
	var result lint.Report
	for _, problem := range problems {
		result.Join(failed("", problem))
	}
	result.Charts = paths
	return result
}
