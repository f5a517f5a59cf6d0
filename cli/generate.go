package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"github.com/spreadlint/spreadlint/generate"
	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/report"
)

// overlayFile is where an overlay goes that nobody gave a name.
const overlayFile = "values-spread.yaml"

func (p *program) generateCommand() *urfave.Command {
	return &urfave.Command{
		Name:      "generate",
		Usage:     "write the values that make workloads survive a node or a zone: a minimal overlay for each environment",
		ArgsUsage: "[NAME] CHART",
		Description: "Says which values are missing so that every workload survives what the configuration's intents, or --survive, ask\n" +
			"for on the given nodes. The overlay holds only keys that differ, through values that the chart is proven to have; it\n" +
			"is rendered, linted and placed by the scheduler's code before it is printed. Give it to helm as the last -f.\n\n" +
			"  spreadlint generate CHART -f values.yaml --nodes nodes.yaml --survive zone\n" +
			"  spreadlint generate CHART --all-profiles --write\n\n" +
			"Exit codes: 0 every intent is met that the nodes allow, 1 one is not, findings remain, or --check found a stale\n" +
			"overlay, 2 could not judge.",
		Flags: slices.Concat(chartFlags(), nodesFlags(), profileFlags(), configFlags(), []urfave.Flag{
			&urfave.StringFlag{Category: judgeFlags, Name: "survive", Usage: "what workloads without an intent of their own survive: `WHAT` is node or zone", DefaultText: "the configuration's default, else node"},
			&urfave.BoolFlag{Category: judgeFlags, Name: "strict", Usage: "by hard rules: pods wait rather than share"},
			&urfave.BoolFlag{Category: judgeFlags, Name: "fall-back", Usage: "survive a node where nodes do not say their zone"},
			&urfave.DurationFlag{Category: judgeFlags, Name: "timeout", Usage: "give up after a `TIME`", Value: simulationTimeout},
			&urfave.BoolFlag{Category: fixGroup, Name: "write", Aliases: []string{"w"}, Usage: "write the overlay: the profile's, or " + overlayFile},
			&urfave.StringFlag{Category: fixGroup, Name: "out", Usage: "write the overlay to a `FILE`; - is standard output"},
			&urfave.BoolFlag{Category: fixGroup, Name: "check", Usage: "exit 1 if the overlay on disk is stale, for CI"},
			&urfave.BoolFlag{Category: fixGroup, Name: "diff", Usage: "show the difference to the overlay on disk"},
			&urfave.BoolFlag{Category: outputFlags, Name: "proof", Usage: "put the table of where pods go into the overlay, as a comment"},
			colorFlag(),
		}),
		Action: p.generate,
	}
}

// generating is one run of generate.
type generating struct {
	program *program
	c       *urfave.Context
	chart   string
	colored bool
}

func (p *program) generate(c *urfave.Context) error {
	g := &generating{program: p, c: c}
	var err error
	if g.colored, err = p.colored(c); err != nil {
		return err
	}
	if err := g.usage(); err != nil {
		return err
	}
	jobs, failure, err := g.jobs()
	if err != nil {
		return err
	}
	if failure != nil {
		return p.writeFailure(*failure)
	}
	for _, job := range jobs {
		failure, err := g.run(job)
		if err != nil {
			return err
		}
		if failure != nil {
			return p.writeFailure(*failure)
		}
	}
	return g.end(jobs)
}

// usage refuses flags that contradict each other.
func (g *generating) usage() error {
	given := typed(g.c, "write", "out", "check", "diff")
	pair := strings.Join(given, " ")
	switch {
	case len(given) > 1 && pair != "--out --check" && pair != "--out --diff" && pair != "--write --out":
		return usage(strings.Join(given, " and ")+" exclude each other", "one run writes the overlay, shows the difference, or checks that there is none")
	case g.c.IsSet("out") && g.c.String("out") == "":
		return usage("--out names no file", "- is standard output")
	case g.c.IsSet("out") && len(given) > 1 && isStdin(g.c.String("out")):
		return usage("--out - names no file on disk", "name the overlay's file")
	case g.c.IsSet("survive") && g.c.String("survive") != lint.SurviveNode && g.c.String("survive") != lint.SurviveZone:
		return usage(fmt.Sprintf("--survive %q is nothing that can be lost", g.c.String("survive")), "legal: node, zone")
	case g.c.IsSet("live"):
		return usage("--live has no meaning here", "`spreadlint lint --live` judges the change from what runs now")
	case g.c.Duration("timeout") <= 0:
		return usage("--timeout "+g.c.Duration("timeout").String()+" leaves no time", "write it like 30s or 2m")
	}
	return nil
}

// run renders and generates within the bounds.
func (g *generating) run(job *overlay) (failure *lint.Report, err error) {
	p := g.program
	progress := p.watchProgress("rendering " + g.chart)
	defer progress.end()
	o := job.options
	o.KubeVersion, o.Values.Files = job.settings.KubeVersion, job.files
	var wrong error
	var warnings []string
	done, gaveUp := bounded(generation, g.chart, g.c.Duration("timeout"), func() (r lint.Report) {
		release, err := render.Render(g.chart, o)
		if wrong = commandLine(err); err != nil {
			return failed(g.chart, err)
		}
		warnings = release.Warnings
		if len(release.Workloads) == 0 {
			r.NothingChecked(g.chart)
			return r
		}
		options := generate.Options{Lint: lintOptions(job.settings), Named: o.Name != "", Fall: g.c.Bool("fall-back"), Told: progress.now}
		options.Lint.Nodes = job.nodes
		job.result, err = generate.Run(release, options)
		if wrong = g.refusal(job, err); wrong == nil && err != nil {
			return failed(g.chart, err)
		}
		return r
	})
	progress.end()
	if gaveUp {
		return &done, nil
	}
	p.warn(warnings)
	switch {
	case wrong != nil:
		return nil, wrong
	case done.Unjudged:
		return &done, nil
	}
	shown := g.fromConfiguration(job)
	job.after, err = job.result.File(job.file, report.OverlayHeader(job.result, g.about(job, shown), g.c.Bool("proof"), shown))
	return nil, err
}

// mostLabels bounds the kubectl lines that are printed.
const mostLabels = 20

// refusal is what generating cannot go on from, as an error of the command
// line or of the configuration; nil for other errors.
func (g *generating) refusal(job *overlay, err error) error {
	var missing *generate.MissingLabelError
	if !errors.As(err, &missing) {
		return intentError(err)
	}
	source := "the nodes"
	if job.nodes != nil {
		source = job.nodes.Source
	}
	e := &usageError{message: fmt.Sprintf("%s: %s; %s cannot survive a zone", source, missing.Error(), strings.Join(missing.Workloads, ", "))}
	if missing.Intent.Place.File != "" {
		e.message = placed(missing.Intent.Place, fmt.Sprintf("intent.%s: survive zone: ", missing.Intent.Name)) + e.message
	}
	for i, name := range missing.Nodes {
		if i == mostLabels {
			e.hints = append(e.hints, fmt.Sprintf("and so on for %d more nodes", len(missing.Nodes)-mostLabels))
			break
		}
		e.hints = append(e.hints, "kubectl label node "+name+" "+missing.Key+"=ZONE")
	}
	e.hints = append(e.hints, "--fall-back makes such workloads survive a node instead; nothing was written")
	return e
}
