package cli

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spreadlint/spreadlint/fix"
	"github.com/spreadlint/spreadlint/report"
	"github.com/spreadlint/spreadlint/values"
)

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
