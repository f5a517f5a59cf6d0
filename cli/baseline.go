package cli

import (
	"fmt"
	"os"

	urfave "github.com/urfave/cli/v2"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/report"
)

// baselineFile is the baseline when --baseline does not name another.
const baselineFile = ".spreadlint-baseline.json"

func baselineFlags() []urfave.Flag {
	return []urfave.Flag{
		&urfave.StringFlag{Category: judgeFlags, Name: "baseline", Usage: "accept the findings that a `FILE` knows, report only new ones"},
		&urfave.BoolFlag{Category: judgeFlags, Name: "write-baseline", Usage: "accept what is found from now on: write it to the file of --baseline, or to " + baselineFile},
		&urfave.BoolFlag{Category: judgeFlags, Name: "prune-baseline", Usage: "take what is mended out of the file of --baseline, or of " + baselineFile},
	}
}

// baselineOf checks the flags and reads the baseline before anything is
// rendered. The name is "" when none is asked for.
func (p *program) baselineOf(c *urfave.Context) (b report.Baseline, name string, err error) {
	write, prune := c.Bool("write-baseline"), c.Bool("prune-baseline")
	name = c.String("baseline")
	switch {
	case c.IsSet("baseline") && name == "":
		return b, "", usage("--baseline names no file", "is a variable of the shell not set?")
	case write && prune:
		return b, "", usage("--write-baseline and --prune-baseline exclude each other", "--write-baseline writes the whole file anew")
	case write && len(typed(c, partFlags...)) > 0:
		part := typed(c, partFlags...)[0]
		return b, "", usage("--write-baseline and "+part+" exclude each other", "a baseline is about all charts; leave out "+part)
	case name == "" && (write || prune):
		name = baselineFile
	case name == "":
		return b, "", nil
	}
	if write {
		return b, name, nil
	}
	data, err := readFile(name)
	if err != nil {
		return b, "", usage(unreadable(name, err).Error(), "--write-baseline writes it")
	}
	if b, err = report.ReadBaseline(data); err != nil {
		return b, "", usage(fmt.Sprintf("%s is no baseline: %v", name, err), "--write-baseline --baseline "+name+" writes it anew")
	}
	return b, name, nil
}

// applyBaseline accepts what the baseline knows, or writes it. What is mended
// is told, for an entry that stays would hide the same mistake made again.
func (p *program) applyBaseline(c *urfave.Context, r *lint.Report, b report.Baseline, name string) error {
	if name == "" {
		return nil
	}
	if c.Bool("write-baseline") {
		if r.Unjudged {
			fmt.Fprintf(p.stderr, "note: %s was not written, because not everything could be judged\n", name)
			return nil
		}
		b = report.NewBaseline(*r, fileOptions())
		if err := saveBaseline(name, b); err != nil {
			return err
		}
		fmt.Fprintf(p.stderr, "wrote %s: %s accepted from now on\n", name, counted(len(b.Entries), "finding"))
		b.Accept(r, fileOptions(), nil)
		return nil
	}
	stale := b.Accept(r, fileOptions(), p.readFiles)
	if len(stale) == 0 {
		return nil
	}
	if c.Bool("prune-baseline") {
		if err := saveBaseline(name, b.Without(stale)); err != nil {
			return err
		}
		fmt.Fprintf(p.stderr, "took %s out of %s\n", counted(len(stale), "mended finding"), name)
		return nil
	}
	for _, e := range stale {
		where := e.File
		if e.Path != "" {
			where += " " + e.Path
		}
		fmt.Fprintf(p.stderr, "note: mended, but still in %s: %s %s\n", name, e.Rule, report.Clean(where))
	}
	fmt.Fprintln(p.stderr, "hint: --prune-baseline takes them out")
	return nil
}

func saveBaseline(name string, b report.Baseline) error {
	if err := writeFile(name, func(file *os.File) error { return b.Write(file) }); err != nil {
		return unwritable(name, err)
	}
	return nil
}

func counted(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
