// Command campaign checks spreadlint on a folder of charts that nobody here
// wrote. It is a contributor's tool and no part of the program.
//
// Helm is the oracle: what a value decides, whether a defect reaches the
// cluster and what a correction changes is read from `helm template`, never
// from spreadlint. Both are run as whole programs, for that is what people get.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spreadlint/spreadlint/render"
)

// campaign is what was asked for.
type campaign struct {
	charts, out      string
	helm, spreadlint string
	self             string   // this program, which renders in a child of its own
	programs         []string // digests of the three
	kubeVersion      string
	only, table      string
	jobs, trials     int
	cases, sample    int
	limit            time.Duration
	whole, verbose   bool
	stdout, stderr   io.Writer
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run is the program. Exit codes are those of spreadlint: 0 all checks hold, 1
// one failed, 2 the campaign could not be run.
func run(arguments []string, stdout, stderr io.Writer) int {
	if len(arguments) > 0 && arguments[0] == renderWord {
		return renderChild(arguments[1:], stdout, stderr)
	}
	if len(arguments) > 1 && arguments[0] == measureWord {
		return measureChild(arguments[1:], stdout, stderr)
	}
	c := campaign{stdout: stdout, stderr: stderr}
	flags := flag.NewFlagSet("campaign", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&c.charts, "charts", "", "`folder` of charts: REPOSITORY/CHART/Chart.yaml")
	flags.StringVar(&c.out, "out", "", "`folder` for results and the values files of the trials; a second run goes on there")
	flags.StringVar(&c.helm, "helm", "helm", "the helm `program`")
	flags.StringVar(&c.spreadlint, "spreadlint", "./spreadlint", "the spreadlint `program`")
	flags.StringVar(&c.kubeVersion, "kube-version", render.DefaultKubeVersion, "Kubernetes `version` for both")
	flags.StringVar(&c.only, "only", "", "only charts whose REPOSITORY/CHART or CHART matches a `pattern`, such as 'bitnami*/*'")
	flags.StringVar(&c.table, "table", "", "write the table to a `file` instead of standard output")
	flags.IntVar(&c.jobs, "j", runtime.NumCPU(), "charts at once")
	flags.IntVar(&c.trials, "trials", 6, "trials a chart")
	flags.IntVar(&c.cases, "cases", 100, "ci/ values files a chart, chosen by chance if there are more")
	flags.IntVar(&c.sample, "sample", 0, "only so many charts, chosen by chance, the same in each run; 0 for all")
	flags.DurationVar(&c.limit, "limit", time.Minute, "`time` after which a started program is ended")
	flags.BoolVar(&c.whole, "whole", true, "at the end, lint all charts in one process and compare with a loop of helm")
	flags.BoolVar(&c.verbose, "v", false, "print each failure with the command that shows it")
	if err := flags.Parse(arguments); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	failed, err := c.check()
	if err != nil {
		fmt.Fprintf(stderr, "campaign: %v\n", err)
		return 2
	}
	if failed {
		return 1
	}
	return 0
}

func (c *campaign) check() (failed bool, err error) {
	if c.charts == "" || c.out == "" {
		return false, errors.New("-charts and -out are needed: a folder with REPOSITORY/CHART/Chart.yaml, and one for the results")
	}
	if _, err := path.Match(c.only, ""); err != nil {
		return false, fmt.Errorf("-only %q: %w", c.only, err)
	}
	if c.trials < 0 || c.cases < 0 || c.sample < 0 || c.jobs < 1 {
		return false, errors.New("-trials, -cases and -sample must not be negative and -j must be 1 or more")
	}
	if c.self, err = os.Executable(); err != nil {
		return false, err
	}
	for _, program := range []*string{&c.helm, &c.spreadlint} {
		if *program, err = findProgram(*program); err != nil {
			return false, err
		}
	}
	for _, program := range []string{c.helm, c.spreadlint, c.self} {
		digest, err := fileDigest(program)
		if err != nil {
			return false, err
		}
		c.programs = append(c.programs, digest)
	}
	for _, folder := range []*string{&c.charts, &c.out} {
		if *folder, err = filepath.Abs(*folder); err != nil {
			return false, err
		}
	}
	charts, err := findCharts(c.charts, c.only)
	if err != nil {
		return false, err
	}
	if charts = byChance(charts); c.sample > 0 && c.sample < len(charts) {
		charts = charts[:c.sample]
	}
	results, err := c.all(charts)
	if err != nil {
		return false, err
	}
	slices.SortFunc(results, func(a, b result) int { return strings.Compare(a.id(), b.id()) })
	var whole *wholeFolder
	if c.whole {
		whole = c.lintAll(results)
	}
	if c.verbose {
		printFailures(c.stderr, results)
	}
	text := markdown(results, whole, c.kubeVersion)
	if c.table == "" {
		_, err = io.WriteString(c.stdout, text)
	} else {
		err = os.WriteFile(c.table, []byte(text), 0o644)
	}
	return anyFailed(results) || whole.failed(), err
}
