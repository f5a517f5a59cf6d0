package cli

import (
	"errors"
	"fmt"
	"sort"
	"strings"
	"text/tabwriter"

	urfave "github.com/urfave/cli/v2"

	"github.com/spreadlint/spreadlint/config"
	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/report"
	"github.com/spreadlint/spreadlint/values"
)

// configFlags say which configuration holds.
func configFlags() []urfave.Flag {
	return []urfave.Flag{
		&urfave.StringFlag{Category: judgeFlags, Name: "config", Usage: "configuration `FILE` instead of the " + config.FileName + " found in the chart's folder or above"},
		&urfave.BoolFlag{Category: judgeFlags, Name: "no-config", Usage: "use no configuration file"},
	}
}

// settings are those of the configuration for one chart, with the flags on
// top: --select replaces, --ignore adds.
func settings(c *urfave.Context, chart string) (config.Settings, error) {
	var file *config.File
	var err error
	switch {
	case c.Bool("no-config"):
	case c.String("config") != "":
		file, err = config.Load(c.String("config"))
	default:
		file, err = config.Find(chart)
	}
	if err != nil {
		return config.Settings{}, configError(err)
	}
	s := file.For(chart)
	if selected := lists(c.StringSlice("select")); len(selected) > 0 {
		s.Select = selected
		s.Origins["select"] = "--select"
	}
	if ignored := lists(c.StringSlice("ignore")); len(ignored) > 0 {
		s.Ignore = append(s.Ignore, ignored...)
		s.Origins["ignore"] = strings.TrimPrefix(s.Origins["ignore"]+", --ignore", ", ")
	}
	for flag, into := range map[string]*string{"kube-version": &s.KubeVersion, "target-kube-version": &s.TargetKubeVersion} {
		if v := c.String(flag); v != "" {
			*into = v
			s.Origins[map[string]string{"kube-version": "kubeVersion", "target-kube-version": "targetKubeVersion"}[flag]] = "--" + flag
		}
	}
	if s.FailOn == "" || c.IsSet("fail-on") {
		s.FailOn = orDefault(c.String("fail-on"), "warning")
		if c.IsSet("fail-on") {
			s.Origins["failOn"] = "--fail-on"
		}
	}
	return s, nil
}

// configError makes mistakes in the configuration those of the command line.
func configError(err error) error {
	var mistake *config.Error
	var syntax *values.SyntaxError
	switch {
	case errors.As(err, &mistake):
		all := []error{usage(mistake.Sentence(), mistake.Hints...)}
		for _, other := range mistake.Others {
			all = append(all, usage(other.Sentence(), other.Hints...))
		}
		return errors.Join(all...)
	case errors.As(err, &syntax):
		return usage(syntax.Error(), syntax.Hint)
	}
	return err
}

func lintOptions(s config.Settings) lint.Options {
	return lint.Options{Select: s.Select, Ignore: s.Ignore, Severities: s.Severities, Suppress: s.Suppress, Intents: s.Intents}
}

func (p *program) configCommand() *urfave.Command {
	return &urfave.Command{
		Name: "config", Usage: "the configuration: `show` prints what holds for a chart, `schema` its JSON Schema", ArgsUsage: "show [CHART] | schema",
		Flags: append(configFlags(),
			&urfave.StringSliceFlag{Name: "select", Hidden: true}, &urfave.StringSliceFlag{Name: "ignore", Hidden: true},
			&urfave.StringFlag{Name: "kube-version", Hidden: true}, &urfave.StringFlag{Name: "target-kube-version", Hidden: true},
			&urfave.StringFlag{Name: "fail-on", Value: "warning", Hidden: true}),
		Action: func(c *urfave.Context) error {
			switch c.Args().First() {
			case "schema":
				_, err := p.stdout.Write(config.JSONSchema())
				return err
			case "show", "":
				chart := c.Args().Get(1)
				if chart == "" {
					chart = "."
				}
				s, err := settings(c, chart)
				if err != nil {
					return err
				}
				return p.showConfig(s)
			}
			return usage(fmt.Sprintf("config knows no %q", c.Args().First()), "spreadlint config show CHART", "spreadlint config schema")
		},
	}
}

// showConfig prints every entry and where it was set.
func (p *program) showConfig(s config.Settings) error {
	table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	row := func(entry, value string) {
		origin := s.Origins[entry]
		if origin == "" {
			origin = "default"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", entry, report.Clean(value), report.Clean(origin))
	}
	row("select", orDefault(strings.Join(s.Select, ", "), "the default set"))
	row("ignore", orDefault(strings.Join(s.Ignore, ", "), "nothing"))
	row("failOn", s.FailOn)
	row("kubeVersion", orDefault(s.KubeVersion, render.DefaultKubeVersion))
	row("targetKubeVersion", orDefault(s.TargetKubeVersion, "none"))
	for _, i := range s.Intents {
		s.Origins["intent."+i.Name] = place(i.Place)
		row("intent."+i.Name, i.String())
	}
	for _, x := range s.Profiles {
		s.Origins["profiles."+x.Name] = place(x.Place)
		row("profiles."+x.Name, profileText(x))
	}
	names := make([]string, 0, len(s.Severities))
	for rule := range s.Severities {
		names = append(names, rule)
	}
	sort.Strings(names)
	for _, rule := range names {
		row("severities."+rule, s.Severities[rule].String())
	}
	for i, x := range s.Suppress {
		what := x.Rule
		for _, part := range [][2]string{{"workload", x.Workload}, {"path", x.Path}, {"file", x.FilePattern}} {
			if part[1] != "" {
				what += " " + part[0] + "=" + part[1]
			}
		}
		row(fmt.Sprintf("suppress[%d]", i), what+" -- "+x.Reason)
	}
	return table.Flush()
}

func place(l lint.Location) string { return fmt.Sprintf("%s:%d", l.File, l.Start.Line) }

// profileText is a profile on one line.
func profileText(p config.Profile) string {
	var parts []string
	add := func(what string, names ...string) {
		if len(names) > 0 && names[0] != "" {
			parts = append(parts, what+" "+strings.Join(names, ", "))
		}
	}
	add("nodes", sourceNames(p.Nodes)...)
	add("pods", sourceNames(p.Pods)...)
	add("volumes", sourceNames(p.Volumes)...)
	add("namespaces", sourceNames(p.Namespaces)...)
	add("values", sourceNames(p.Values)...)
	add("overlay", p.Overlay.Name)
	add("release", p.Release)
	add("namespace", p.Namespace)
	add("kubeVersion", p.KubeVersion)
	return orDefault(strings.Join(parts, "; "), "nothing of its own")
}

func sourceNames(all []config.Source) []string {
	var names []string
	for _, s := range all {
		names = append(names, s.Name)
	}
	return names
}

func orDefault(text, fallback string) string {
	if text == "" {
		return fallback
	}
	return text
}
