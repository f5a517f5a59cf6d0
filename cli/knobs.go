package cli

import (
	"fmt"
	"slices"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/report"
)

func (p *program) knobsCommand() *urfave.Command {
	return &urfave.Command{
		Name: "knobs", Usage: "print which values decide how each workload spreads, proven by rendering",
		ArgsUsage: "[NAME] CHART",
		Flags:     knobsFlags(),
		Action:    p.knobs,
	}
}

func (p *program) knobs(c *urfave.Context) error {
	name, paths, err := charts(c)
	if err != nil {
		return err
	}
	if len(paths) != 1 {
		return usage(fmt.Sprintf("knobs takes one chart, found %d", len(paths)))
	}
	format := c.String("output")
	if !slices.Contains([]string{"text", "json"}, format) {
		return usage(fmt.Sprintf("--output %q is no format", format), "legal: "+strings.Join([]string{"text", "json"}, ", "))
	}
	options, problems, err := p.renderOptions(c, name)
	if err != nil {
		return err
	}
	if problems != nil {
		return p.writeFailure(unread(paths, problems))
	}
	var knobs []lint.Knob
	var untried int
	var wrong error
	result, gaveUp := bounded(rendering, paths[0], c.Duration("render-timeout"), func() lint.Report {
		release, err := render.Render(paths[0], options)
		if wrong = commandLine(err); err != nil {
			return failed(paths[0], err)
		}
		knobs, untried = lint.KnobsAndSwitches(release)
		return lint.Report{Workloads: len(release.Workloads)}
	})
	switch {
	case !gaveUp && wrong != nil:
		return wrong
	case result.Unjudged:
		return p.writeFailure(result)
	}
	if err := report.WriteKnobs(p.stdout, knobs, report.Format(format)); err != nil {
		return fmt.Errorf("write the knobs: %w", err)
	}
	if untried > 0 {
		fmt.Fprintf(p.stderr, "note: %d more values that the templates read, none named after affinity or spreading, were not tried\n", untried)
	}
	if len(knobs) == 0 {
		fmt.Fprintf(p.stderr, "note: no value of the chart moves how its workloads (%d) spread\n", result.Workloads)
	}
	return nil
}

func (p *program) writeFailure(r lint.Report) error {
	if err := report.Write(p.stdout, r, "text", p.options(p.terminal())); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return exitStatus(ExitUnjudged)
}
