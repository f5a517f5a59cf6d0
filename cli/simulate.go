package cli

import (
	"errors"
	"fmt"
	"io"
	"slices"

	urfave "github.com/urfave/cli/v2"

	"github.com/spreadlint/spreadlint/cluster"
	"github.com/spreadlint/spreadlint/config"
	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/report"
)

func (p *program) simulateCommand() *urfave.Command {
	return &urfave.Command{
		Name:      "simulate",
		Usage:     "predict where the pods land on your nodes, what stays Pending and what a loss leaves",
		ArgsUsage: "[NAME] CHART --nodes FILE",
		Description: "Places every pod with Kubernetes' own scheduler code on the nodes of a cluster, which is described by a file\n" +
			"or by two numbers; no cluster is asked. Then rolls out a new revision of each workload, and loses every node\n" +
			"and every zone once.\n\n" +
			"  kubectl get nodes -o yaml > nodes.yaml\n" +
			"  spreadlint simulate CHART -f values.yaml --nodes nodes.yaml\n\n" +
			"Exit codes: 0 every pod has a node and every rollout finishes, 1 something stays Pending or gets stuck, 2 could\n" +
			"not judge.",
		Flags:  simulateFlags(),
		Action: p.simulate,
	}
}

func simulateFlags() []urfave.Flag {
	return slices.Concat(chartFlags(), nodesFlags(), configFlags(), []urfave.Flag{
		&urfave.StringFlag{Category: judgeFlags, Name: "manifests", Usage: "place rendered YAML in a `FILE` instead of a chart; - is standard input"},
		&urfave.StringSliceFlag{Category: judgeFlags, Name: "lose", Usage: "lose these nodes only: `zone=a,node=n3`; together what one flag names, repeatable", DefaultText: "every node, every zone"},
		&urfave.Uint64Flag{Category: judgeFlags, Name: "seed", Usage: "`N` decides where the scheduler throws dice", DefaultText: "0: the emptiest node, then the first by name"},
		&urfave.IntFlag{Category: judgeFlags, Name: "seeds", Usage: "try `K` seeds and say how they differ", Value: 1},
		&urfave.DurationFlag{Category: judgeFlags, Name: "timeout", Usage: "give up on a simulation that takes longer than a `TIME`", Value: simulationTimeout},
		&urfave.StringSliceFlag{Category: outputFlags, Name: "output", Aliases: []string{"o"}, Usage: "`FORMAT[=FILE]` of the report: text, json, svg or html, repeatable", DefaultText: "text"},
		colorFlag(),
	})
}

// mostSeeds bounds --seeds: each is a whole simulation.
const mostSeeds = 1000

// simulating is one run of simulate.
type simulating struct {
	program   *program
	source    string
	options   cluster.Options
	questions report.Questions
	inventory *cluster.Inventory
	progress  *progress
}

func (p *program) simulate(c *urfave.Context) error {
	outputs, err := outputs(c, report.SimulationFormats())
	if err != nil {
		return err
	}
	colored, err := p.colored(c)
	if err != nil {
		return err
	}
	s := &simulating{program: p, options: cluster.Options{Seed: c.Uint64("seed"), Seeds: c.Int("seeds")},
		questions: report.Questions{Lose: c.StringSlice("lose")}}
	switch {
	case s.options.Seeds < 1 || s.options.Seeds > mostSeeds:
		return usage(fmt.Sprintf("--seeds %d: from 1 to %d can be tried", s.options.Seeds, mostSeeds))
	case slices.Contains(s.questions.Lose, ""):
		return usage("--lose names no nodes", "write it like --lose zone=a or --lose zone=a,node=n3")
	case c.Duration("timeout") <= 0:
		return usage("--timeout "+c.Duration("timeout").String()+" leaves no time", "write it like 30s or 2m")
	}
	for _, o := range outputs {
		if o.format == report.HTML {
			s.questions.Scales, s.questions.After = true, true
		}
	}
	load, settings, failure, err := p.simulated(c, s)
	switch {
	case err != nil:
		return err
	case failure != nil:
		return p.writeFailure(*failure)
	}
	s.progress = p.watchProgress("reading the cluster")
	defer s.progress.end()
	if failure, err := s.readCluster(c); err != nil {
		return err
	} else if failure != nil {
		s.progress.end()
		return p.writeFailure(*failure)
	}
	result, failure, err := s.run(c, settings, load)
	s.progress.end()
	switch {
	case err != nil:
		return err
	case failure != nil:
		return p.writeFailure(*failure)
	}
	if err := p.writeAll(outputs, colored, func(w io.Writer, f report.Format, o report.Options) error {
		return report.WriteSimulation(w, result, f, o)
	}); err != nil {
		return err
	}
	switch {
	case result.Judged() == 0:
		fmt.Fprintln(p.stderr, "error: no workload could be placed")
		return exitStatus(ExitUnjudged)
	case !result.Placed() || !result.Finishes():
		return exitStatus(ExitFindings)
	}
	return nil
}

// simulated finds out what is placed: a chart or manifests. load renders it.
func (p *program) simulated(c *urfave.Context, s *simulating) (load func() (*render.Release, error), settings config.Settings, failure *lint.Report, err error) {
	if c.IsSet("manifests") {
		return p.simulatedManifests(c, s)
	}
	name, paths, err := charts(c)
	if err != nil {
		return nil, settings, nil, err
	}
	if len(paths) != 1 {
		return nil, settings, nil, usage(fmt.Sprintf("simulate takes one chart, found %d", len(paths)), "charts that share a cluster can be placed together: helm template each, and give all with --manifests")
	}
	options, problems, err := p.renderOptions(c, name)
	if err != nil {
		return nil, settings, nil, err
	}
	all, err := allSettings(c, paths)
	if err != nil {
		return nil, settings, nil, err
	}
	if problems != nil {
		unreadable := unread(paths, problems)
		return nil, settings, &unreadable, nil
	}
	options.KubeVersion = all[0].KubeVersion
	s.source = paths[0]
	return func() (*render.Release, error) { return render.Render(paths[0], options) }, all[0], nil, nil
}

func (p *program) simulatedManifests(c *urfave.Context, s *simulating) (load func() (*render.Release, error), settings config.Settings, failure *lint.Report, err error) {
	input, err := p.manifests(c)
	if err != nil {
		return nil, settings, nil, err
	}
	s.source = input.shown
	if input.unread != nil {
		unreadable := unread(nil, []error{input.unread})
		return nil, settings, &unreadable, nil
	}
	return input.load, input.settings, nil, nil
}

// readCluster reads what the flags say of the cluster.
func (s *simulating) readCluster(c *urfave.Context) (failure *lint.Report, err error) {
	var inventory *cluster.Inventory
	var live *render.Release
	name := "the cluster"
	if files := c.StringSlice("nodes"); len(files) > 0 {
		name = files[0]
	}
	var problem error
	read, gaveUp := bounded(reading, name, c.Duration("timeout"), func() lint.Report {
		if inventory, problem = s.program.inventory(c); problem == nil && inventory != nil {
			live, problem = s.program.live(c)
		}
		return lint.Report{}
	})
	var wrong *usageError
	switch {
	case gaveUp || read.Unjudged:
		return &read, nil
	case errors.As(problem, &wrong):
		return nil, problem
	case problem != nil:
		broken := unread(nil, []error{problem})
		return &broken, nil
	case inventory == nil:
		return nil, usage("no nodes are given to place pods on",
			"kubectl get nodes -o yaml > nodes.yaml   then --nodes nodes.yaml",
			"without a cluster at hand: --zones 3 --nodes-per-zone 2")
	}
	s.inventory = inventory
	if live != nil {
		if s.questions.Before, err = cluster.New(inventory, live, s.options); err != nil {
			return nil, fmt.Errorf("simulate the release that runs: %w", err)
		}
	}
	return nil, nil
}

// run renders and simulates, each within its bounds.
func (s *simulating) run(c *urfave.Context, settings config.Settings, load func() (*render.Release, error)) (result *report.Simulation, failure *lint.Report, err error) {
	s.progress.now("rendering " + s.source)
	var release *render.Release
	var wrong error
	done, gaveUp := bounded(rendering, s.source, c.Duration("render-timeout"), func() (r lint.Report) {
		var err error
		release, err = load()
		if wrong = commandLine(err); err != nil {
			return failed(s.source, err)
		}
		if len(release.Workloads) == 0 {
			r.NothingChecked(s.source)
		}
		return r
	})
	switch {
	case gaveUp:
		return nil, &done, nil
	case wrong != nil:
		return nil, nil, wrong
	case done.Unjudged:
		return nil, &done, nil
	}
	for _, warning := range release.Warnings {
		s.progress.end()
		fmt.Fprintf(s.program.stderr, "helm: %s\n", withoutValue(warning))
	}
	if settings.KubeVersion != "" {
		release.KubeVersion = settings.KubeVersion
	}
	s.questions.Source, s.questions.Progress = s.source, s.progress.now
	done, gaveUp = bounded(simulation, s.source, c.Duration("timeout"), func() lint.Report {
		simulated, err := cluster.New(s.inventory, release, s.options)
		if err == nil {
			result, err = report.Simulate(simulated, s.options, s.questions)
		}
		var selection *report.SelectionError
		if errors.As(err, &selection) {
			wrong = usage(fmt.Sprintf("--lose %s: %v", selection.Selection, selection), "several at once: --lose zone=a,node=n3")
		} else if err != nil {
			return failed(s.source, fmt.Errorf("simulation stopped: %w", err))
		}
		return lint.Report{}
	})
	switch {
	case gaveUp:
		return nil, &done, nil
	case wrong != nil:
		return nil, nil, wrong
	case done.Unjudged:
		return nil, &done, nil
	}
	return result, nil, nil
}
