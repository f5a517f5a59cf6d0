package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/report"
)

// output is one place that a report is written to.
type output struct {
	format report.Format
	file   string // "" is standard output
}

// outputs reads the -o flags.
func outputs(c *urfave.Context, formats []string) ([]output, error) {
	given := c.StringSlice("output")
	if len(given) == 0 {
		given = []string{"text"}
	}
	var outputs []output
	for _, text := range given {
		format, file, named := strings.Cut(text, "=")
		if !slices.Contains(formats, format) {
			return nil, usage(fmt.Sprintf("--output %q is no format", format), "legal: "+strings.Join(formats, ", "))
		}
		if named && file == "" {
			return nil, usage(fmt.Sprintf("--output %s names no file", text), "write "+format+"=report, or "+format+" alone for standard output")
		}
		if isStdin(file) {
			file = ""
		}
		for _, o := range outputs {
			if o.file == file && file == "" {
				return nil, usage("two outputs go to standard output", "write one to a file: -o json=report.json")
			} else if o.file == file {
				return nil, usage("two outputs go to " + file)
			}
		}
		outputs = append(outputs, output{format: report.Format(format), file: file})
	}
	return outputs, nil
}

// colored decides on colours from --color and the stream in use.
func (p *program) colored(c *urfave.Context) (bool, error) {
	switch c.String("color") {
	case "always":
		return true, nil
	case "never":
		return false, nil
	case "auto", "":
		return p.terminal(), nil
	}
	return false, usage(fmt.Sprintf("--color %q is not known", c.String("color")), "legal: auto, always, never")
}

// write writes the report to all outputs.
func (p *program) write(r lint.Report, outputs []output, colored bool) error {
	return p.writeAll(outputs, colored, func(w io.Writer, f report.Format, o report.Options) error { return report.Write(w, r, f, o) })
}

// writeAll writes something to all outputs; one that fails stops none of the
// others.
func (p *program) writeAll(outputs []output, colored bool, write func(io.Writer, report.Format, report.Options) error) error {
	var problems []error
	for _, o := range outputs {
		if o.file == "" {
			if err := write(p.stdout, o.format, p.options(colored)); err != nil {
				problems = append(problems, fmt.Errorf("write the report: %w", err))
			}
			continue
		}
		err := writeFile(o.file, func(file *os.File) error { return write(file, o.format, fileOptions()) })
		if err != nil {
			problems = append(problems, unwritable(o.file, err))
		}
	}
	return errors.Join(problems...)
}

func unwritable(name string, err error) error {
	reason := err.Error()
	var pathError *fs.PathError
	var linkError *os.LinkError
	switch dir := filepath.Dir(name); {
	case errors.Is(err, fs.ErrNotExist) && !exists(dir):
		return usage("cannot write "+name+": no such directory: "+dir, "make it first: mkdir -p "+dir)
	case errors.As(err, &pathError):
		reason = pathError.Err.Error()
	case errors.As(err, &linkError):
		reason = linkError.Err.Error()
	}
	return usage("cannot write " + name + ": " + reason)
}

// writeFile writes beside the target and renames, so that a reader never sees
// half a report. A device or a pipe is written to as it is, and a symbolic
// link is followed.
func writeFile(name string, write func(*os.File) error) error {
	mode := fs.FileMode(0o666) // the umask takes its part
	if real, err := filepath.EvalSymlinks(name); err == nil {
		name = real
	}
	// The summary of a job belongs to all commands of its step.
	if name == os.Getenv("GITHUB_STEP_SUMMARY") {
		return writeTo(name, os.O_WRONLY|os.O_CREATE|os.O_APPEND, mode, write)
	}
	if info, err := os.Stat(name); err == nil {
		if !info.Mode().IsRegular() {
			return writeTo(name, os.O_WRONLY, mode, write)
		}
		mode = info.Mode().Perm()
	}
	interruption := holdInterruption()
	defer interruption.release()
	temporary, err := writeBeside(name, mode, write)
	if err != nil {
		return err
	}
	if interruption.came() {
		return errors.Join(errInterrupted, os.Remove(temporary))
	}
	if err := os.Rename(temporary, name); err != nil {
		return errors.Join(err, os.Remove(temporary))
	}
	return nil
}

// writeBeside writes a new file in the folder of the one it is to replace and
// brings it to the disk. Nothing is left of a file that could not be written.
func writeBeside(name string, mode fs.FileMode, write func(*os.File) error) (temporary string, err error) {
	plain := filepath.Join(filepath.Dir(name), fmt.Sprintf(".%s.%d", filepath.Base(name), os.Getpid()))
	temporary = plain
	// In a container the process has the same number each time: one that was
	// killed may have left its file.
	for i := 1; i < 100 && exists(temporary); i++ {
		temporary = fmt.Sprintf("%s-%d", plain, i)
	}
	err = writeTo(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode, func(file *os.File) error {
		return errors.Join(write(file), file.Sync())
	})
	if err != nil && !errors.Is(err, fs.ErrExist) {
		_ = os.Remove(temporary) // of a full disk, say; it need not exist
	}
	return temporary, err
}

func writeTo(name string, flags int, mode fs.FileMode, write func(*os.File) error) error {
	file, err := os.OpenFile(name, flags, mode)
	if err != nil {
		return err
	}
	return errors.Join(write(file), file.Close())
}
