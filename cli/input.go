package cli

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	urfave "github.com/urfave/cli/v2"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/report"
	"github.com/spreadlint/spreadlint/values"
)

// charts splits the positional arguments into release name and chart paths:
// `NAME CHART`, as Helm writes it, when the first is no path.
func charts(c *urfave.Context) (name string, paths []string, err error) {
	paths = c.Args().Slice()
	name = c.String("name")
	if len(paths) == 0 {
		e := &usageError{message: "no chart given"}
		if exists("Chart.yaml") {
			e.hints = append(e.hints, "the current directory is a chart: spreadlint "+c.Command.Name+" . -f values.yaml")
		} else {
			e.hints = append(e.hints, "spreadlint "+c.Command.Name+" CHART -f values.yaml   (CHART is a directory or a .tgz archive)")
		}
		return "", nil, e
	}
	for _, path := range paths {
		if strings.TrimSpace(path) == "" {
			return "", nil, usage("the path of a chart is empty", "is a variable of the shell not set?")
		}
	}
	if len(paths) == 2 && !exists(paths[0]) && exists(paths[1]) {
		if name != "" {
			return "", nil, usage(fmt.Sprintf("the release has two names: %s and %s", paths[0], name), "leave out --name, or the name before the chart")
		}
		return paths[0], paths[1:], nil
	}
	return name, paths, nil
}

// renderOptions reads the flags and the files that they name. Every file that
// cannot be used is a problem that a report can show.
func (p *program) renderOptions(c *urfave.Context, name string) (o render.Options, problems []error, err error) {
	o = render.Options{
		Name: name, Namespace: c.String("namespace"), KubeVersion: c.String("kube-version"),
		IsUpgrade: c.Bool("is-upgrade"), SkipTests: c.Bool("skip-tests"),
	}
	if o.Namespace == "" && os.Getenv("HELM_PLUGIN_DIR") != "" {
		o.Namespace = pluginNamespace()
	}
	if c.Duration("render-timeout") <= 0 {
		return o, nil, usage("--render-timeout "+c.Duration("render-timeout").String()+" leaves no time", "write it like 30s or 2m")
	}
	o.APIVersions = lists(c.StringSlice("api-versions"))
	o.Values.ReadFile = p.readSetFile
	for _, flag := range []string{"set", "set-string", "set-json", "set-file", "set-literal"} {
		for _, text := range c.StringSlice(flag) {
			o.Values.Sets = append(o.Values.Sets, render.SetArgument{Flag: "--" + flag, Text: text})
		}
	}
	o.Values.Files, problems, err = p.readValuesFiles(c.StringSlice("values"), c.Duration("render-timeout"))
	return o, problems, err
}

// readValuesFiles reads the values files that are named, in their order. Every
// one that cannot be used is a problem that a report can show.
func (p *program) readValuesFiles(names []string, timeout time.Duration) (files []*values.File, problems []error, err error) {
	for _, name := range names {
		if name == "" {
			return nil, nil, usage("the name of a values file is empty", "is a variable of the shell not set?")
		}
		if isStdin(name) && p.stdinUsed {
			return nil, nil, usage("standard input is given twice", "- can be given once; write the other to a file")
		}
		file, err := p.readValues(name, timeout)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		if len(strings.TrimSpace(string(file.Src))) == 0 {
			fmt.Fprintf(p.stderr, "note: the values file %s is empty\n", report.Clean(file.Name))
		}
		files = append(files, file)
	}
	return files, problems, nil
}

func (p *program) readValues(name string, timeout time.Duration) (file *values.File, err error) {
	if isURL(name) {
		return nil, &render.Failure{File: name, Message: "values are not downloaded: spreadlint never uses the network",
			Hints: []string{"download the file, or pipe it in: `curl -fsS " + name + " | spreadlint lint CHART -f -`"}}
	}
	data, shown, err := p.readInput(name)
	if err != nil {
		return nil, err
	}
	p.reading.Lock() // several charts may be read at once
	p.readFiles = append(p.readFiles, shown)
	p.reading.Unlock()
	if given, gaveUp := bounded(reading, shown, timeout, func() lint.Report {
		file, err = values.Parse(shown, data)
		return lint.Report{}
	}); gaveUp || given.Unjudged {
		return nil, &render.Failure{File: shown, Message: given.Findings[0].Message}
	}
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

// lists splits flags with comma-separated lists.
func lists(flags []string) []string {
	var names []string
	for _, f := range flags {
		for _, name := range strings.Split(f, ",") {
			if name = strings.TrimSpace(name); name != "" {
				names = append(names, name)
			}
		}
	}
	return names
}
