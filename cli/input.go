package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// chartFlags are the flags that say what is rendered, named as Helm's.
func chartFlags() []urfave.Flag {
	return []urfave.Flag{
		&urfave.StringSliceFlag{Name: "values", Aliases: []string{"f"}, Usage: "values `FILE` (repeatable; - is standard input)"},
		&urfave.StringSliceFlag{Name: "set", Usage: "set values: `key=value`[,key=value...] (repeatable)"},
		&urfave.StringSliceFlag{Name: "set-string", Usage: "set STRING values: `key=value` (repeatable)"},
		&urfave.StringSliceFlag{Name: "set-json", Usage: "set JSON values: `key=json` (repeatable)"},
		&urfave.StringSliceFlag{Name: "set-file", Usage: "set values from files: `key=path` (repeatable)"},
		&urfave.StringSliceFlag{Name: "set-literal", Usage: "set a literal STRING value: `key=value` (repeatable)"},
		&urfave.StringFlag{Name: "name", Usage: "release `NAME` (or write it before the chart, as with helm)", DefaultText: "release-name"},
		&urfave.StringFlag{Name: "namespace", Aliases: []string{"n"}, Usage: "namespace of the release", DefaultText: "default"},
		&urfave.StringFlag{Name: "kube-version", Usage: "Kubernetes `VERSION` that the chart sees", DefaultText: render.DefaultKubeVersion},
		&urfave.StringSliceFlag{Name: "api-versions", Aliases: []string{"a"}, Usage: "API versions that the chart sees (repeatable)"},
		&urfave.BoolFlag{Name: "is-upgrade", Usage: "render as for an upgrade instead of an install"},
		&urfave.BoolFlag{Name: "skip-tests", Usage: "leave out objects of helm tests"},
		&urfave.DurationFlag{Name: "render-timeout", Usage: "give up on a chart that takes longer", Value: defaultTimeout},
	}
}

// charts splits the positional arguments into release name and chart paths:
// `NAME CHART`, as Helm writes it, when the first is no path.
func charts(c *urfave.Context) (name string, paths []string, err error) {
	paths = c.Args().Slice()
	name = c.String("name")
	if len(paths) == 0 {
		return "", nil, &usageError{message: "no chart given",
			hints: []string{"spreadlint " + c.Command.Name + " CHART -f values.yaml   (CHART is a directory or a .tgz archive)"}}
	}
	if len(paths) == 2 && !exists(paths[0]) && exists(paths[1]) {
		if name != "" {
			return "", nil, &usageError{message: fmt.Sprintf("the release has two names: %s and %s", paths[0], name)}
		}
		return paths[0], paths[1:], nil
	}
	return name, paths, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// renderOptions reads the flags and the files that they name. The error of a
// file is one that a report can show.
func (p *program) renderOptions(c *urfave.Context, name string) (render.Options, error) {
	o := render.Options{
		Name: name, Namespace: c.String("namespace"), KubeVersion: c.String("kube-version"),
		IsUpgrade: c.Bool("is-upgrade"), SkipTests: c.Bool("skip-tests"),
	}
	for _, list := range c.StringSlice("api-versions") {
		o.APIVersions = append(o.APIVersions, strings.Split(list, ",")...)
	}
	o.Values.ReadFile = func(name string) ([]byte, error) {
		if name == "-" {
			return p.readStdin()
		}
		return os.ReadFile(name)
	}
	for _, flag := range []string{"set", "set-string", "set-json", "set-file", "set-literal"} {
		for _, text := range c.StringSlice(flag) {
			o.Values.Sets = append(o.Values.Sets, render.SetArgument{Flag: "--" + flag, Text: text})
		}
	}
	for _, name := range c.StringSlice("values") {
		file, err := p.readValues(name)
		if err != nil {
			return o, err
		}
		o.Values.Files = append(o.Values.Files, file)
	}
	return o, nil
}

func (p *program) readValues(name string) (*values.File, error) {
	if strings.Contains(name, "://") {
		return nil, &render.Failure{File: name, Message: "values are not downloaded: spreadlint never uses the network",
			Hints: []string{"download the file, or pipe it in: `curl -fsS " + name + " | spreadlint lint CHART -f -`"}}
	}
	data, shown, err := p.readInput(name)
	if err != nil {
		return nil, err
	}
	if len(strings.TrimSpace(string(data))) == 0 {
		fmt.Fprintf(p.stderr, "note: the values file %s is empty\n", shown)
	}
	file, err := values.Parse(shown, data)
	var syntax *values.SyntaxError
	if errors.As(err, &syntax) {
		return nil, &syntaxFailure{SyntaxError: syntax, text: values.Text(shown, data)}
	}
	return file, err
}

// syntaxFailure is a values file that is no YAML, with its text to show.
type syntaxFailure struct {
	*values.SyntaxError
	text *values.File
}

func (e *syntaxFailure) Unwrap() error { return e.SyntaxError }

// readInput reads a file or, for "-", standard input.
func (p *program) readInput(name string) (data []byte, shown string, err error) {
	if strings.TrimSpace(name) == "-" {
		data, err = p.readStdin()
		shown = "<stdin>"
	} else {
		data, err = os.ReadFile(name)
		shown = name
	}
	if err == nil {
		return data, shown, nil
	}
	failure := &render.Failure{File: shown, Message: "cannot be read: " + err.Error()}
	var pathError *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		failure.Message = "no such file"
		failure.Hints = []string{"paths are relative to the current directory"}
	case errors.As(err, &pathError):
		failure.Message = "cannot be read: " + pathError.Err.Error()
	}
	return nil, shown, failure
}

func (p *program) readStdin() ([]byte, error) {
	if p.stdinUsed {
		return nil, errors.New("standard input is read twice: - can be given once")
	}
	p.stdinUsed = true
	return io.ReadAll(p.stdin)
}
