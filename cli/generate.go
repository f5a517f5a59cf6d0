package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"github.com/spreadlint/spreadlint/config"
	"github.com/spreadlint/spreadlint/fix"
	"github.com/spreadlint/spreadlint/generate"
	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/report"
	"github.com/spreadlint/spreadlint/values"
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

// overlay is one file that a run makes.
type overlay struct {
	environment
	settings config.Settings
	file     string // on disk
	before   *values.File
	result   *generate.Result
	after    *values.File
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
	var given []string
	for _, flag := range []string{"write", "out", "check", "diff"} {
		if g.c.IsSet(flag) {
			given = append(given, "--"+flag)
		}
	}
	pair := strings.Join(given, " ")
	switch {
	case len(given) > 1 && pair != "--out --check" && pair != "--out --diff" && pair != "--write --out":
		return usage(strings.Join(given, " and ")+" exclude each other", "one run writes the overlay, shows the difference, or checks that there is none")
	case g.c.IsSet("out") && g.c.String("out") == "":
		return usage("--out names no file", "- is standard output")
	case g.c.IsSet("out") && len(given) > 1 && isStdin(g.c.String("out")):
		return usage("--out - names no file on disk", "name the overlay's file")
	case g.c.IsSet("survive") && g.c.String("survive") != lint.SurviveNode && g.c.String("survive") != lint.SurviveZone:
		e := &usageError{message: fmt.Sprintf("--survive %q is nothing that can be lost", g.c.String("survive")), hints: []string{"legal: node, zone"}}
		return e
	case g.c.IsSet("live"):
		return usage("--live has no meaning here", "`spreadlint lint --live` judges the change from what runs now")
	case g.c.Duration("timeout") <= 0:
		return usage("--timeout "+g.c.Duration("timeout").String()+" leaves no time", "write it like 30s or 2m")
	}
	return nil
}

// jobs are the overlays to make: one, or one for each profile.
func (g *generating) jobs() (jobs []*overlay, failure *lint.Report, err error) {
	p, c := g.program, g.c
	name, paths, err := charts(c)
	if err != nil {
		return nil, nil, err
	}
	if len(paths) != 1 {
		return nil, nil, usage(fmt.Sprintf("generate takes one chart, found %d", len(paths)), "an overlay belongs to one chart: run it once for each")
	}
	g.chart = paths[0]
	options, problems, err := p.renderOptions(c, name)
	if err != nil {
		return nil, nil, err
	}
	all, err := allSettings(c, paths)
	if err != nil {
		return nil, nil, err
	}
	settings := all[0]
	settings.Intents = g.intents(settings.Intents)
	if !profilesWanted(c) {
		around, problems, err := p.surroundings(c, problems)
		if err != nil {
			return nil, nil, err
		}
		if problems != nil {
			unreadable := unread(paths, problems)
			return nil, &unreadable, nil
		}
		job := &overlay{environment: environment{nodes: around.nodes, files: options.Values.Files, options: options}, settings: settings, file: overlayFile}
		jobs = append(jobs, job)
	} else {
		profiles, err := chosen(c, settings)
		if err != nil {
			return nil, nil, err
		}
		if c.IsSet("out") && len(profiles) > 1 {
			return nil, nil, usage("--out writes one overlay, and there are "+fmt.Sprint(len(profiles))+" profiles", "--write writes each to the file that its profile names")
		}
		for _, profile := range profiles {
			e, more, err := p.environment(c, profile, options)
			if err != nil {
				return nil, nil, err
			}
			problems = append(problems, more...)
			job := &overlay{environment: e, settings: settings, file: orDefault(profile.Overlay.Name, profile.DefaultOverlay())}
			job.settings.KubeVersion = kubeVersionOf(c, settings, profile)
			jobs = append(jobs, job)
		}
	}
	for _, job := range jobs {
		if out := c.String("out"); out != "" {
			job.file = out
		}
		more, err := g.prepare(job)
		if err != nil {
			return nil, nil, err
		}
		problems = append(problems, more...)
	}
	if problems != nil {
		unreadable := unread(paths, problems)
		return nil, &unreadable, nil
	}
	return jobs, nil, nil
}

// intents are those of the configuration with the flags' as the default.
func (g *generating) intents(given []lint.Intent) []lint.Intent {
	wanted := lint.Intent{Name: lint.DefaultIntent, Survive: lint.SurviveNode}
	at := slices.IndexFunc(given, func(i lint.Intent) bool { return i.Name == lint.DefaultIntent })
	if at >= 0 {
		wanted = given[at]
	} else if len(given) > 0 && !g.c.IsSet("survive") && !g.c.IsSet("strict") {
		return given // the configuration names what matters
	}
	if g.c.IsSet("survive") || g.c.IsSet("strict") {
		wanted.Place = lint.Location{}
	}
	if g.c.IsSet("survive") {
		wanted.Survive = g.c.String("survive")
	}
	if g.c.IsSet("strict") {
		wanted.Strict = g.c.Bool("strict")
	}
	rest := slices.DeleteFunc(slices.Clone(given), func(i lint.Intent) bool { return i.Name == lint.DefaultIntent })
	return append(rest, wanted)
}

// prepare reads the overlay on disk and takes overlays out of the values: one
// is made on top of what a person wrote, not on top of itself.
func (g *generating) prepare(job *overlay) (problems []error, err error) {
	if !isStdin(job.file) && exists(job.file) && (g.c.IsSet("write") || g.c.IsSet("out") || g.c.IsSet("check") || g.c.IsSet("diff")) {
		files, more, err := g.program.readValuesFiles([]string{job.file}, g.c.Duration("render-timeout"))
		if err != nil || more != nil {
			return more, err
		}
		job.before = files[0]
		if !generate.IsOverlay(job.before) && len(bytes.TrimSpace(job.before.Src)) > 0 {
			return nil, usage(job.file+" was not written by generate: it is left alone", "--out FILE names another file for the overlay")
		}
	}
	job.files = slices.DeleteFunc(slices.Clone(job.files), func(f *values.File) bool {
		own := generate.IsOverlay(f) || sameFile(f.Name, job.file)
		if own && f.Name != job.file {
			fmt.Fprintf(g.program.stderr, "note: %s is an overlay of generate: left out, to make it anew\n", report.Clean(f.Name))
		}
		return own
	})
	return nil, nil
}

// about says what an overlay is for, with files named as shown makes of them.
func (g *generating) about(job *overlay, shown func(string) string) string {
	var names []string
	for _, f := range job.files {
		names = append(names, shown(f.Name))
	}
	what := "chart " + shown(g.chart)
	if job.profile.Name != "" {
		what += ", profile " + job.profile.Name
	}
	if job.options.Name != "" {
		what += ", release " + job.options.Name
	}
	if len(names) > 0 {
		what += ", on top of " + strings.Join(names, ", ")
	}
	what += ", Kubernetes " + strings.TrimPrefix(orDefault(job.settings.KubeVersion, render.DefaultKubeVersion), "v")
	return what
}

// fromConfiguration names files from the folder of the configuration, or from
// the chart's where there is none, so that an overlay has the same bytes
// whichever folder the program is started in. The chart of such a folder goes
// by its own name.
func (g *generating) fromConfiguration(job *overlay) func(string) string {
	chart, err := filepath.Abs(g.chart)
	base := filepath.Dir(chart)
	if job.settings.File != "" {
		if file, wrong := filepath.Abs(job.settings.File); wrong == nil {
			base = filepath.Dir(file)
		}
	}
	var shown func(string) string
	shown = func(name string) string {
		absolute, wrong := filepath.Abs(name)
		if inside, found := strings.CutPrefix(name, g.chart); found && inside != "" && !exists(name) {
			return shown(g.chart) + filepath.ToSlash(inside) // of an archive
		}
		if err != nil || wrong != nil || !exists(name) {
			return filepath.ToSlash(name) // standard input, or nodes that are in no file
		}
		relative, wrong := filepath.Rel(base, absolute)
		switch {
		case wrong != nil:
			return filepath.ToSlash(name)
		case relative == ".":
			return filepath.Base(absolute)
		}
		return filepath.ToSlash(relative)
	}
	return shown
}

func sameFile(a, b string) bool {
	x, err := filepath.Abs(a)
	y, other := filepath.Abs(b)
	return err == nil && other == nil && x == y
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
	for _, warning := range warnings {
		fmt.Fprintf(p.stderr, "helm: %s\n", report.Clean(warning))
	}
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

// end prints, compares or writes the overlays, and returns the exit code.
func (g *generating) end(jobs []*overlay) error {
	p := g.program
	unmet, stale := false, false
	for i, job := range jobs {
		if i > 0 {
			fmt.Fprintln(p.stderr)
		}
		if err := report.WriteProof(p.stderr, job.result, g.about(job, filepath.ToSlash), p.options(g.colored && isTerminal(p.stderr))); err != nil {
			return fmt.Errorf("write the proof: %w", err)
		}
		unmet = unmet || !job.result.Met() || len(job.result.Left) > 0
		changed := job.before == nil || !bytes.Equal(job.before.Src, job.after.Src)
		stale = stale || changed
		switch {
		case g.c.Bool("check"), g.c.Bool("diff"):
			if err := g.compare(job, changed); err != nil {
				return err
			}
		case g.c.Bool("write"), g.c.IsSet("out") && !isStdin(job.file):
		default:
			if i > 0 {
				fmt.Fprintln(p.stdout, "---")
			}
			if _, err := p.stdout.Write(job.after.Src); err != nil {
				return fmt.Errorf("write the overlay: %w", err)
			}
		}
	}
	if (g.c.Bool("write") || g.c.IsSet("out")) && !g.c.Bool("check") && !g.c.Bool("diff") {
		if err := g.write(jobs); err != nil {
			return err
		}
	}
	if unmet || stale && g.c.Bool("check") {
		return exitStatus(ExitFindings)
	}
	return nil
}

// compare shows how the overlay differs from the one on disk.
func (g *generating) compare(job *overlay, changed bool) error {
	p := g.program
	if !changed {
		fmt.Fprintf(p.stderr, "%s is up to date\n", report.Clean(job.file))
		return nil
	}
	before := job.before
	if before == nil {
		before = values.Text(job.file, nil)
		fmt.Fprintf(p.stderr, "%s does not exist yet\n", report.Clean(job.file))
	} else {
		fmt.Fprintf(p.stderr, "%s is stale\n", report.Clean(job.file))
	}
	if err := report.WriteDiff(p.stdout, before, job.after, p.options(g.colored)); err != nil {
		return fmt.Errorf("write the difference: %w", err)
	}
	return nil
}

// write puts the overlays on disk: files that exist are replaced all or none,
// as fix does; then the new ones come.
func (g *generating) write(jobs []*overlay) error {
	var replaced []fix.Changed
	for _, job := range jobs {
		if job.before != nil && !isStdin(job.file) && !bytes.Equal(job.before.Src, job.after.Src) {
			replaced = append(replaced, fix.Changed{Before: job.before, After: job.after})
		}
	}
	if err := save(replaced); err != nil {
		return err
	}
	for _, job := range jobs {
		if isStdin(job.file) {
			continue
		}
		verb := "wrote"
		if job.before == nil {
			if err := writeFile(job.file, func(file *os.File) error { _, err := file.Write(job.after.Src); return err }); err != nil {
				return unwritable(job.file, err)
			}
		} else if bytes.Equal(job.before.Src, job.after.Src) {
			verb = "up to date:"
		}
		fmt.Fprintf(g.program.stderr, "%s %s; give it to helm as the last values file: -f %s\n", verb, report.Clean(job.file), report.Clean(job.file))
		if job.profile.Name != "" && job.profile.Overlay.Name == "" && !g.c.IsSet("out") {
			fmt.Fprintf(g.program.stderr, "hint: `overlay: %s` in profile %s lets lint judge with it\n", filepath.Base(job.file), job.profile.Name)
		}
	}
	return nil
}
