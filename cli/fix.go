package cli

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	urfave "github.com/urfave/cli/v2"

	"github.com/spreadlint/spreadlint/config"
	"github.com/spreadlint/spreadlint/fix"
	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/report"
	"github.com/spreadlint/spreadlint/values"
)

func (p *program) fixCommand() *urfave.Command {
	return &urfave.Command{
		Name:      "fix",
		Usage:     "correct values files: shows the difference, --write applies it",
		ArgsUsage: "[NAME] CHART -f FILE...",
		Description: "Edits the values files that own the values behind the findings and prints the difference. An edit is kept\n" +
			"only if rendering and linting again shows that the finding is gone, that no error is new and that nothing else\n" +
			"changed. Every other byte of the files stays as it is.\n\n" +
			"Exit codes: 0 nothing is left to fix, 1 findings at or above --fail-on remain (with --check: a fix would change\n" +
			"something), 2 could not judge.",
		Flags:  fixFlags(),
		Action: p.fix,
	}
}

// fixing is one run of fix.
type fixing struct {
	program                      *program
	write, check, person, unsafe bool
	out                          string
	colored                      bool
	input                        *bufio.Reader
	settings                     config.Settings
	around                       surroundings
}

func (p *program) fix(c *urfave.Context) error {
	f := &fixing{program: p, write: c.Bool("write"), check: c.Bool("check"), person: c.Bool("interactive"),
		unsafe: c.Bool("unsafe-fixes"), out: c.String("out")}
	var err error
	if f.colored, err = p.colored(c); err != nil {
		return err
	}
	if err := f.usage(c); err != nil {
		return err
	}
	if c.Bool("files") {
		return f.changedFiles(c)
	}
	name, paths, err := charts(c)
	if err != nil {
		return err
	}
	if len(paths) != 1 {
		return usage(fmt.Sprintf("fix takes one chart, found %d", len(paths)), "values files belong to one chart: run it once for each")
	}
	return f.chart(c, name, job{path: paths[0]})
}

// chart fixes the values files of one chart.
func (f *fixing) chart(c *urfave.Context, name string, j job) error {
	p := f.program
	options, problems, err := p.renderOptions(c, name)
	if err != nil {
		return err
	}
	all, err := allSettings(c, []string{j.path})
	if err != nil {
		return err
	}
	f.settings = all[0]
	if f.around, problems, err = p.surroundings(c, problems); err != nil {
		return err
	}
	if j.values != "" {
		if err := j.read(p, &options, c); err != nil {
			problems = append(problems, err)
		}
	}
	if problems != nil {
		return p.writeFailure(unread([]string{j.path}, problems))
	}
	options.KubeVersion = f.settings.KubeVersion
	timeout := c.Duration("render-timeout")
	if f.person {
		timeout = 24 * time.Hour // a person takes the time
	}
	result, failure, err := f.run(j.path, options, timeout)
	switch {
	case err != nil:
		return err
	case failure != nil:
		return p.writeFailure(*failure)
	}
	return f.end(result)
}

// changedFiles fixes each values file among the arguments with the chart that
// it lies in. A chart's own values.yaml has its defaults, which are for people
// to change. The gravest exit code counts.
func (f *fixing) changedFiles(c *urfave.Context) error {
	if f.out != "" {
		return usage("--files and --out exclude each other", "--write changes each file in place")
	}
	worst := exitStatus(ExitClean)
	for _, name := range c.Args().Slice() {
		chart := chartsOf([]string{name})
		if len(chart) == 0 {
			fmt.Fprintf(f.program.stderr, "note: %s belongs to no chart: not looked at\n", report.Clean(name))
		}
		base := filepath.Base(name)
		if len(chart) == 0 || base == "values.yaml" || !strings.Contains(base, "values") || !slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(base)) ||
			strings.Contains(filepath.ToSlash(name), "/templates/") {
			continue
		}
		err := f.chart(c, c.String("name"), job{chart[0], name})
		var status exitStatus
		if err != nil && !errors.As(err, &status) {
			return err
		}
		worst = max(worst, status)
	}
	if worst != ExitClean {
		return worst
	}
	return nil
}

// usage refuses flags that contradict each other.
func (f *fixing) usage(c *urfave.Context) error {
	given := typed(c, "write", "check", "interactive", "out")
	if len(given) > 1 {
		return usage(strings.Join(given, " and ")+" exclude each other", "one run shows the difference, writes it, or checks that there is none")
	}
	if c.IsSet("out") && f.out == "" {
		return usage("--out names no file", "- is standard output")
	}
	if f.person {
		if !isTerminal(f.program.stdin) || !isTerminal(f.program.stdout) {
			return usage("--interactive needs a terminal", "--write applies all fixes without asking")
		}
		f.input = bufio.NewReader(f.program.stdin)
	}
	if (f.write || f.person) && slices.ContainsFunc(c.StringSlice("values"), isStdin) {
		return usage("standard input cannot be written back", "--out FILE writes the corrected values to a file, --out - to standard output")
	}
	return nil
}

// run renders, lints and fixes within the bounds.
func (f *fixing) run(path string, options render.Options, timeout time.Duration) (result fix.Result, failure *lint.Report, err error) {
	var wrong error
	var warnings []string
	done, gaveUp := bounded(rendering, path, timeout, func() lint.Report {
		release, err := render.Render(path, options)
		if wrong = commandLine(err); err != nil {
			return failed(path, err)
		}
		warnings = release.Warnings
		release.TargetKubeVersion = f.settings.TargetKubeVersion
		result, wrong = fix.Run(release, f.options())
		if intent := intentError(wrong); intent != nil {
			wrong = intent
		}
		return lint.Report{}
	})
	if gaveUp {
		return fix.Result{}, &done, nil
	}
	f.program.warn(warnings)
	var fight *fix.FightError
	switch {
	case errors.As(wrong, &fight):
		return result, nil, usage(fight.Error()+"; nothing was written", "choose one: --select "+strings.Join(fight.Rules, " or --select "),
			"this is a defect of spreadlint: please report it with the values")
	case wrong != nil:
		return result, nil, wrong
	case done.Unjudged:
		return result, &done, nil
	}
	return result, nil, nil
}

// options are those of the fixer. --select says whose findings to fix; all
// rules are looked at, so that no fix brings up another finding.
func (f *fixing) options() fix.Options {
	o := fix.Options{Lint: lintOptions(f.settings), Unsafe: f.unsafe}
	o.Lint.Nodes, o.Lint.Live = f.around.nodes, f.around.live
	if wanted := f.settings.Select; f.settings.Origins["select"] == "--select" {
		o.Lint.Select = slices.Clone(wanted) // an opinion runs only when it is named
		for _, rule := range lint.Rules() {
			if !rule.OptIn {
				o.Lint.Select = append(o.Lint.Select, rule.ID)
			}
		}
		o.Wanted = func(found *lint.Finding) bool {
			return slices.Contains(wanted, found.Rule) || slices.Contains(wanted, found.Category) || slices.Contains(wanted, "all")
		}
	}
	if f.person {
		o.Ask = f.ask
	}
	return o
}

// ask shows a finding and its fix to a person.
func (f *fixing) ask(p *fix.Proposal, before, after []*values.File) fix.Answer {
	out := f.program.stdout
	o := f.program.options(f.colored)
	fmt.Fprintln(out)
	if report.WriteFinding(out, p.Finding, o) != nil {
		return fix.Quit
	}
	for i := range before {
		if before[i] != after[i] && report.WriteDiff(out, before[i], after[i], o) != nil {
			return fix.Quit
		}
	}
	for {
		fmt.Fprint(out, "apply this fix? [y]es, [n]o, [a]ll, [q]uit: ")
		line, err := f.input.ReadString('\n')
		switch strings.ToLower(strings.TrimSpace(line)) {
		case "y", "yes":
			return fix.Yes
		case "n", "no":
			return fix.No
		case "a", "all":
			return fix.All
		case "q", "quit":
			return fix.Quit
		}
		if err != nil {
			fmt.Fprintln(out)
			return fix.Quit
		}
	}
}

// end shows or writes what was fixed, and returns the exit code.
func (f *fixing) end(result fix.Result) error {
	p := f.program
	written := f.write || f.person || f.out != ""
	switch {
	case f.out != "":
		if err := f.writeOut(result); err != nil {
			return err
		}
	case written:
		if err := save(result.Files); err != nil {
			return err
		}
	default:
		for _, file := range result.Files {
			if err := report.WriteDiff(p.stdout, file.Before, file.After, p.options(f.colored)); err != nil {
				return fmt.Errorf("write the difference: %w", err)
			}
		}
	}
	talk := p.options(f.colored && isTerminal(p.stderr))
	if err := report.WriteFixes(p.stderr, result, written, talk); err != nil {
		return fmt.Errorf("write the summary: %w", err)
	}
	if !written && !f.check && len(result.Files) > 0 {
		fmt.Fprintln(p.stderr, "nothing was written; --write applies the difference")
	}
	left := lint.Report{Findings: result.Left}
	switch {
	case f.check && len(result.Files) > 0,
		!f.check && left.Worst() >= thresholds[f.settings.FailOn]:
		return exitStatus(ExitFindings)
	}
	return nil
}

// writeOut writes the one corrected file elsewhere.
func (f *fixing) writeOut(result fix.Result) error {
	text := result.Given
	switch len(result.Files) {
	case 0:
		if len(text) != 1 {
			return usage(fmt.Sprintf("--out writes one file, and none of %d changes", len(text)))
		}
	case 1:
		text = []*values.File{result.Files[0].After}
	default:
		var names []string
		for _, file := range result.Files {
			names = append(names, file.Before.Name)
		}
		return usage("--out writes one file, and "+strings.Join(names, ", ")+" change", "--write changes them in place")
	}
	if isStdin(f.out) {
		if _, err := f.program.stdout.Write(text[0].Src); err != nil {
			return fmt.Errorf("write the values: %w", err)
		}
		return nil
	}
	if err := writeFile(f.out, func(file *os.File) error { _, err := file.Write(text[0].Src); return err }); err != nil {
		return unwritable(f.out, err)
	}
	return nil
}

// isTerminal reports whether a stream is one that a person sits at.
func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && terminalWidth(file) > 0
}
