package cli

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"github.com/spreadlint/spreadlint/cluster"
	"github.com/spreadlint/spreadlint/config"
	"github.com/spreadlint/spreadlint/fix"
	"github.com/spreadlint/spreadlint/generate"
	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/report"
	"github.com/spreadlint/spreadlint/values"
)

// schemaFile is the name of a chart's schema: Helm knows no other.
const schemaFile = "values.schema.json"

// schemas are the JSON Schemas of spreadlint's own files, by name.
func schemas() map[string][]byte {
	return map[string][]byte{"report": report.JSONSchema(), "simulation": report.SimulationSchema(), "nodes": cluster.InventorySchema(), "config": config.JSONSchema()}
}

func (p *program) schemaCommand() *urfave.Command {
	return &urfave.Command{
		Name: "schema", Usage: "make a chart's values.schema.json from what its templates do with the values about spreading", ArgsUsage: "CHART | report | simulation | nodes | config",
		Description: "Adds to the schema of a chart what its templates are proven to do with the values that decide how pods spread: legal\n" +
			"words, keys of labels, fields of constraints. A schema that is there is added to: what it says stays. With --write\n" +
			"it goes into the chart, where helm reads it. The other names print the JSON Schemas of spreadlint's own files.\n\n" +
			"Exit codes: 0 done, 1 --check found a schema that lacks something, 2 could not judge.",
		Flags: slices.Concat(chartFlags(), []urfave.Flag{
			&urfave.StringFlag{Category: judgeFlags, Name: "kind", Usage: "`KIND` of schema: values, or report, simulation, nodes or config", DefaultText: "values for a chart"},
			&urfave.BoolFlag{Category: fixGroup, Name: "write", Aliases: []string{"w"}, Usage: "write CHART/" + schemaFile},
			&urfave.StringFlag{Category: fixGroup, Name: "out", Usage: "write the schema to a `FILE`; - is standard output"},
			&urfave.BoolFlag{Category: fixGroup, Name: "check", Usage: "exit 1 if the chart's schema lacks something, for CI"},
			&urfave.BoolFlag{Category: fixGroup, Name: "diff", Usage: "show the difference to the chart's schema"},
			colorFlag(),
		}),
		Action: p.schema,
	}
}

func (p *program) schema(c *urfave.Context) error {
	kind, name := c.String("kind"), c.Args().First()
	own := slices.Sorted(maps.Keys(schemas()))
	legal := "legal: values, " + strings.Join(own, ", ")
	switch {
	case kind != "" && kind != "values" && schemas()[kind] == nil:
		return usage(fmt.Sprintf("--kind %q is no kind of schema", kind), legal)
	case kind != "" && kind != "values":
		name = kind
		if c.Args().Present() {
			return usage("--kind " + kind + " takes no argument")
		}
	case kind == "" && name == "":
		name = "report"
	}
	if text := schemas()[name]; text != nil && kind != "values" && c.Args().Len() < 2 && !exists(filepath.Join(name, "Chart.yaml")) {
		_, err := p.stdout.Write(text)
		return err
	}
	if name != "" && c.Args().Len() == 1 && !exists(name) && !strings.ContainsAny(name, `/\.`) {
		return usage(fmt.Sprintf("schema knows no %q, and there is no such chart", name), "a chart, or one of: "+strings.Join(own, ", "))
	}
	return p.chartSchema(c)
}

func (p *program) chartSchema(c *urfave.Context) error {
	if given := typed(c, "write", "out", "check", "diff"); len(given) > 1 {
		return usage(strings.Join(given, " and ") + " exclude each other")
	}
	if c.IsSet("out") && c.String("out") == "" {
		return usage("--out names no file", "- is standard output")
	}
	colored, err := p.colored(c)
	if err != nil {
		return err
	}
	releaseName, paths, err := charts(c)
	if err != nil {
		return err
	}
	if len(paths) != 1 {
		return usage(fmt.Sprintf("schema takes one chart, found %d", len(paths)))
	}
	if info, err := os.Stat(paths[0]); c.IsSet("write") && err == nil && !info.IsDir() {
		return usage(paths[0]+" is an archive: nothing can be written into it", "--out FILE writes the schema elsewhere")
	}
	options, problems, err := p.renderOptions(c, releaseName)
	if err != nil {
		return err
	}
	if problems != nil {
		return p.writeFailure(unread(paths, problems))
	}
	var made *generate.Schema
	var wrong error
	done, gaveUp := bounded(rendering, paths[0], c.Duration("render-timeout"), func() lint.Report {
		release, err := render.Render(paths[0], options)
		if wrong = commandLine(err); err != nil {
			return failed(paths[0], err)
		}
		if made, err = generate.MakeSchema(release); err != nil {
			return failed(paths[0], err)
		}
		return lint.Report{}
	})
	switch {
	case !gaveUp && wrong != nil:
		return wrong
	case done.Unjudged:
		return p.writeFailure(done)
	}
	return p.endSchema(c, filepath.Join(paths[0], schemaFile), made, colored)
}

// endSchema prints, compares or writes a chart's schema.
func (p *program) endSchema(c *urfave.Context, name string, made *generate.Schema, colored bool) error {
	before, after := values.Text(name, made.Given), values.Text(name, made.Text)
	changed := !bytes.Equal(made.Given, made.Text)
	summary := fmt.Sprintf("%d values described", len(made.Added))
	if len(made.Added) == 0 {
		summary = "nothing to add"
	}
	fmt.Fprintf(p.stderr, "%s: %s\n", report.Clean(name), summary)
	if len(made.Kept) > 0 {
		fmt.Fprintf(p.stderr, "left as the schema has it: %s\n", report.Clean(strings.Join(made.Kept, ", ")))
	}
	switch {
	case c.Bool("check"), c.Bool("diff"):
		if !changed {
			return nil
		}
		if err := report.WriteDiff(p.stdout, before, after, p.options(colored)); err != nil {
			return fmt.Errorf("write the difference: %w", err)
		}
		if c.Bool("check") {
			return exitStatus(ExitFindings)
		}
		return nil
	case c.Bool("write") && changed && made.Given != nil:
		return save([]fix.Changed{{Before: before, After: after}})
	case c.Bool("write") && !changed:
		return nil
	case c.Bool("write"), c.IsSet("out") && !isStdin(c.String("out")):
		if out := c.String("out"); out != "" {
			name = out
		}
		if err := writeFile(name, func(file *os.File) error { _, err := file.Write(made.Text); return err }); err != nil {
			return unwritable(name, err)
		}
		return nil
	}
	_, err := p.stdout.Write(made.Text)
	return err
}
