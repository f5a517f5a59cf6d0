package cli

import (
	"fmt"

	urfave "github.com/urfave/cli/v2"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/report"
)

func (p *program) knobsCommand() *urfave.Command {
	return &urfave.Command{
		Name: "knobs", Usage: "print which values decide how each workload spreads, proven by rendering",
		ArgsUsage: "[NAME] CHART",
		Flags: append(chartFlags(),
			&urfave.StringFlag{Name: "output", Aliases: []string{"o"}, Value: "text", Usage: "text or json"}),
		Action: p.knobs,
	}
}

func (p *program) knobs(c *urfave.Context) error {
	name, paths, err := charts(c)
	if err != nil {
		return err
	}
	if len(paths) != 1 {
		return &usageError{message: "knobs takes one chart"}
	}
	options, err := p.renderOptions(c, name)
	if err != nil {
		return p.writeFailure(failed("", err))
	}
	var knobs []lint.Knob
	result, _ := bounded(paths[0], c.Duration("render-timeout"), func() lint.Report {
		release, err := render.Render(paths[0], options)
		if err != nil {
			return failed(paths[0], err)
		}
		knobs = lint.Knobs(release)
		return lint.Report{Workloads: len(release.Workloads)}
	})
	if result.Unjudged {
		return p.writeFailure(result)
	}
	if err := report.WriteKnobs(p.stdout, knobs, report.Format(c.String("output"))); err != nil {
		return &usageError{message: err.Error()}
	}
	if len(knobs) == 0 {
		fmt.Fprintf(p.stderr, "note: %d workloads, and no value of the chart moves how they spread\n", result.Workloads)
	}
	return nil
}

func (p *program) writeFailure(r lint.Report) error {
	if err := report.Write(p.stdout, r, "text", report.Options{Color: p.terminal()}); err != nil {
		return err
	}
	return exitStatus(ExitUnjudged)
}
