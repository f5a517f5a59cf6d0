package cli

import (
	"fmt"
	"slices"

	urfave "github.com/urfave/cli/v2"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/report"
)

func (p *program) reportCommand() *urfave.Command {
	return &urfave.Command{
		Name: "report", Usage: "reports in JSON: `merge` joins those of several machines, or shows one in another format", ArgsUsage: "merge REPORT.json...",
		Description: "Joins what `spreadlint lint --shard I/N -o json=FILE` wrote on several machines.\n\n" +
			"Exit codes as with lint: 0 clean, 1 findings at or above --fail-on, 2 something could not be judged.",
		Flags: []urfave.Flag{
			&urfave.StringFlag{Category: judgeFlags, Name: "fail-on", Value: "warning", Usage: "exit 1 from this `SEVERITY` on: error, warning, info or never"},
			outputFlag(), colorFlag(),
		},
		Action: func(c *urfave.Context) error {
			if c.Args().First() != "merge" {
				return usage(fmt.Sprintf("report knows no %q", c.Args().First()), "spreadlint report merge REPORT.json...")
			}
			return p.merge(c, c.Args().Tail())
		},
	}
}

// merge joins reports in the order of their charts, so that it does not matter
// in which order the files are given.
func (p *program) merge(c *urfave.Context, names []string) error {
	outputs, err := outputs(c, report.Formats())
	if err != nil {
		return err
	}
	colored, err := p.colored(c)
	if err != nil {
		return err
	}
	threshold, ok := thresholds[c.String("fail-on")]
	if !ok {
		return usage(fmt.Sprintf("--fail-on %q is no severity", c.String("fail-on")), "legal: error, warning, info, never")
	}
	if len(names) == 0 {
		return usage("no report given", "spreadlint report merge REPORT.json...")
	}
	var all lint.Report
	for _, name := range names {
		data, shown, err := p.readInput(name)
		if err != nil {
			return usage(err.Error())
		}
		one, err := report.Read(data)
		if err != nil {
			return usage(fmt.Sprintf("%s is no report of spreadlint: %v", shown, err), "spreadlint lint ... -o json="+shown+" writes one")
		}
		all.Join(one)
	}
	slices.Sort(all.Charts)
	slices.Sort(all.Settings)
	if err := p.write(all, outputs, colored); err != nil {
		return err
	}
	switch {
	case all.Unjudged:
		return exitStatus(ExitUnjudged)
	case all.Worst() >= threshold:
		return exitStatus(ExitFindings)
	}
	return nil
}
