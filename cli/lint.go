package cli

import (
	"errors"
	"path/filepath"
	"slices"

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
		ArgsUsage: "[NAME] CHART|FOLDER...",
		Description: "Renders each chart in-process with Helm's engine and prints, for each defect, the line of the values\n" +
			"file that causes it, what will happen and what to write instead. A folder stands for the charts below it, each with\n" +
			"every ci/*-values.yaml, as chart-testing does.\n\n" +
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
	baseline, baselineName, err := p.baselineOf(c)
	if err != nil {
		return err
	}
	result, thresholds, err := p.judge(c)
	if err != nil {
		return err
	}
	if err := p.applyBaseline(c, &result, baseline, baselineName); err != nil {
		return err
	}
	if err := p.write(result, outputs, colored); err != nil {
		return err
	}
	switch {
	case result.Unjudged:
		return exitStatus(ExitUnjudged)
	case thresholds.reached(result):
		return exitStatus(ExitFindings)
	}
	return nil
}

// judge renders and lints everything that the command line names. It says
// from which severity on the findings of each chart fail the run.
func (p *program) judge(c *urfave.Context) (result lint.Report, failing failing, err error) {
	failing.least = lint.Error + 1
	if c.IsSet("manifests") {
		if profilesWanted(c) {
			return result, failing, usage("--manifests and --profile exclude each other", "a profile is about a chart and its values")
		}
		return p.judgeManifests(c)
	}
	name, jobs, err := p.jobs(c)
	if err != nil {
		return result, failing, err
	}
	options, problems, err := p.renderOptions(c, name)
	if err != nil {
		return result, failing, err
	}
	paths := make([]string, len(jobs))
	for i, j := range jobs {
		paths[i] = j.path
	}
	settings, err := allSettings(c, paths)
	if err != nil {
		return result, failing, err
	}
	if profilesWanted(c) {
		if problems != nil {
			return unread(paths, problems), failing, nil
		}
		return p.judgeProfiles(c, paths, settings, options)
	}
	surroundings, problems, err := p.surroundings(c, problems)
	if err != nil || problems != nil {
		return unread(paths, problems), failing, err
	}
	w := &pool{program: p, context: c, options: options, around: surroundings, settings: settings, jobs: jobs}
	var said helmWarnings
	for i, one := range w.run() {
		if one.err != nil {
			return result, failing, one.err
		}
		said.add(jobs[i].path, jobs[i].values, one.warnings)
		failing.add(jobs[i].path, thresholds[settings[i].FailOn])
		result.Join(one.report)
	}
	said.tell(p.stderr)
	result.ReportUnused()
	return result, failing, nil
}

func (p *program) judgeManifests(c *urfave.Context) (result lint.Report, failing failing, err error) {
	failing.least = lint.Error + 1
	input, err := p.manifests(c)
	switch {
	case err != nil:
		return result, failing, err
	case input.unread != nil:
		return unread(nil, []error{input.unread}), failing, nil
	}
	surroundings, problems, err := p.surroundings(c, nil)
	if err != nil || problems != nil {
		return unread(nil, problems), failing, err
	}
	result, warnings, _, err := p.finish(c, input.shown, input.settings, surroundings, input.load)
	p.warn(warnings)
	result.ReportUnused()
	result.Charts = nil
	for i := range result.Findings {
		if result.Unjudged {
			result.Findings[i].Location.Layer = lint.LayerManifest
		}
	}
	failing.least = thresholds[input.settings.FailOn]
	return result, failing, err
}

// failing is the severity from which on findings fail the run: of each chart,
// and the least of all for what belongs to no chart.
type failing struct {
	charts map[string]lint.Severity
	least  lint.Severity
}

func (f *failing) add(chart string, threshold lint.Severity) {
	if f.charts == nil {
		f.charts = map[string]lint.Severity{}
	}
	f.charts[filepath.ToSlash(filepath.Clean(chart))] = threshold
	f.least = min(f.least, threshold)
}

func (f *failing) reached(r lint.Report) bool {
	return slices.ContainsFunc(r.Findings, func(found lint.Finding) bool {
		threshold, known := f.charts[filepath.ToSlash(filepath.Clean(found.Chart))]
		if !known {
			threshold = f.least
		}
		return found.Severity >= threshold
	})
}

// finish renders and lints within the bounds. A failure that has no file is
// one of the command line.
func (p *program) finish(c *urfave.Context, path string, s config.Settings, around surroundings, load func() (*render.Release, error)) (result lint.Report, warnings []string, gaveUp bool, err error) {
	var said []string
	var wrong error
	result, gaveUp = bounded(rendering, path, c.Duration("render-timeout"), func() lint.Report {
		release, err := load()
		if wrong = commandLine(err); err != nil {
			if p.behindHelm != nil {
				p.behindHelm.fail(err)
			}
			return failed(path, err)
		}
		said = release.Warnings
		if p.behindHelm != nil {
			p.behindHelm.look(release)
		}
		release.TargetKubeVersion = s.TargetKubeVersion
		options := lintOptions(s)
		options.Nodes, options.Live = around.nodes, around.live
		options.Profile, options.Others = around.profile, around.others
		if release.Chart == "" {
			options.Intents = nil // the chart whose workloads they name is not known
		}
		result, err := lint.Run(release, options)
		if wrong = intentError(err); wrong != nil {
			return lint.Report{}
		}
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
		return result, nil, true, nil // the work may still write to the variables
	}
	return result, said, false, wrong
}

// warn passes on what Helm said in the only render of a run.
func (p *program) warn(warnings []string) {
	var said helmWarnings
	said.add("", "", warnings)
	said.tell(p.stderr)
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
