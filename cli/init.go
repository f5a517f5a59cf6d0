package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"github.com/spreadlint/spreadlint/cluster"
	"github.com/spreadlint/spreadlint/config"
	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/report"
	"github.com/spreadlint/spreadlint/values"
)

func (p *program) initCommand() *urfave.Command {
	return &urfave.Command{
		Name: "init", Usage: "write a first " + config.FileName + " from what is found in a chart or a folder of charts", ArgsUsage: "[CHART | FOLDER]",
		Description: "Looks for charts, values files, ci/ values and lists of nodes, and writes a commented " + config.FileName + " that says what is\n" +
			"there: an intent for all workloads, and a profile for each set of values. A file that exists is left alone.\n\n" +
			"Exit codes: 0 written, 2 nothing was written.",
		Flags: []urfave.Flag{
			&urfave.StringFlag{Category: fixGroup, Name: "out", Usage: "write to a `FILE` instead; - is standard output"},
			&urfave.DurationFlag{Category: releaseFlags, Name: "render-timeout", Usage: "give up on a chart that takes longer than a `TIME`", Value: defaultTimeout},
		},
		Action: p.init,
	}
}

func (p *program) init(c *urfave.Context) error {
	folder := "."
	switch c.Args().Len() {
	case 0:
	case 1:
		folder = c.Args().First()
	default:
		return usage(fmt.Sprintf("init takes one chart or folder, found %d", c.Args().Len()), "for several charts give the folder above them")
	}
	info, err := os.Stat(folder)
	switch {
	case err != nil:
		return usage(folder + ": no such chart or folder")
	case !info.IsDir():
		return usage(folder+" is no folder", "an archive cannot hold a configuration: give the chart's folder")
	}
	name := filepath.Join(folder, config.FileName)
	if c.IsSet("out") {
		if name = c.String("out"); name == "" {
			return usage("--out names no file", "- is standard output")
		}
	}
	if !isStdin(name) && exists(name) {
		return usage(name+" exists: it is left alone", "`spreadlint init "+folder+" --out -` prints what would be written")
	}
	base := filepath.Dir(name)
	if isStdin(name) {
		base = folder
	}
	found := findSources(folder, base)
	if len(found.charts) == 0 {
		return usage("no chart is found in "+folder+" or in the folders below it", "a chart has a Chart.yaml")
	}
	for i := range found.charts {
		p.study(&found.charts[i], c)
	}
	text := found.configuration()
	if isStdin(name) {
		_, err := fmt.Fprint(p.stdout, text)
		return err
	}
	// A configuration that this program would refuse must not be left behind.
	if err := checked(name, text); err != nil {
		return err
	}
	if err := writeFile(name, func(file *os.File) error { _, err := file.WriteString(text); return err }); err != nil {
		return unwritable(name, err)
	}
	fmt.Fprintf(p.stderr, "wrote %s: %s; next: spreadlint lint %s\n", report.Clean(name), report.Clean(found.summary()), report.Clean(found.next(folder)))
	return nil
}

// checked reads a configuration as every other command will.
func checked(name, text string) error {
	if _, err := config.Read(name, []byte(text)); err != nil {
		return fmt.Errorf("the configuration that would be written is refused, which is a defect of spreadlint: %w", err)
	}
	return nil
}

// sources is what init finds.
type sources struct {
	base   string // the folder of the configuration
	charts []chartSource
	nodes  []string // files that list nodes, relative to base
}

// chartSource is a chart and the sets of values beside it.
type chartSource struct {
	path      string // as a command line names it
	relative  string // to the configuration, "." for its own folder
	sets      []valuesSet
	workloads []string // that run several pods
	single    int
	unknown   string // why nothing is known of the workloads
}

// valuesSet is a values file that stands for an environment.
type valuesSet struct{ profile, file string }

// deepest is how many folders below the given one are looked into.
const deepest = 4

// findSources looks for charts, values and nodes. Charts in a chart's charts/
// are its dependencies.
func findSources(folder, base string) *sources {
	s := &sources{base: base}
	var walk func(dir string, depth int)
	walk = func(dir string, depth int) {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return
		}
		isChart := exists(filepath.Join(dir, "Chart.yaml"))
		if isChart {
			s.charts = append(s.charts, s.chartAt(dir, entries))
		}
		for _, e := range entries {
			name := e.Name()
			switch {
			case e.IsDir() && depth < deepest && !strings.HasPrefix(name, ".") && name != "node_modules" && name != "vendor" &&
				!(isChart && slices.Contains([]string{"charts", "templates", "ci", "crds", "tests"}, name)):
				walk(filepath.Join(dir, name), depth+1)
			case e.Type().IsRegular() && isYAML(name) && listsNodes(filepath.Join(dir, name)):
				s.nodes = append(s.nodes, s.relative(filepath.Join(dir, name)))
			}
		}
	}
	walk(folder, 0)
	return s
}

func isYAML(name string) bool {
	return slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(name))
}

// listsNodes reports whether a file is a list of nodes: by its name first, for
// a repository may hold thousands of other files.
func listsNodes(name string) bool {
	words := strings.ToLower(filepath.ToSlash(name))
	if !strings.Contains(words, "node") && !strings.Contains(words, "inventor") && !strings.Contains(words, "cluster") {
		return false
	}
	data, err := readFile(name)
	if err != nil || len(data) > values.MaxSize {
		return false
	}
	_, err = cluster.ReadNodes(name, data)
	return err == nil
}

func (s *sources) relative(name string) string {
	from, err := filepath.Abs(s.base)
	to, other := filepath.Abs(name)
	if rel, wrong := filepath.Rel(from, to); err == nil && other == nil && wrong == nil {
		return filepath.ToSlash(rel)
	}
	return filepath.ToSlash(name)
}

// chartAt lists the sets of values of a chart: values-prod.yaml and
// prod-values.yaml beside its own, and what chart-testing reads in ci/.
func (s *sources) chartAt(dir string, entries []fs.DirEntry) chartSource {
	c := chartSource{path: filepath.ToSlash(dir), relative: s.relative(dir)}
	add := func(folder string, entries []fs.DirEntry) {
		for _, e := range entries {
			stem := strings.TrimSuffix(strings.TrimSuffix(e.Name(), ".yaml"), ".yml")
			if e.IsDir() || stem == e.Name() || stem == "values" || strings.HasPrefix(stem, "values-spread") {
				continue
			}
			profile := ""
			switch {
			case strings.HasPrefix(stem, "values-"), strings.HasPrefix(stem, "values."), strings.HasPrefix(stem, "values_"):
				profile = stem[len("values-"):]
			case strings.HasSuffix(stem, "-values"), strings.HasSuffix(stem, ".values"), strings.HasSuffix(stem, "_values"):
				profile = stem[:len(stem)-len("-values")]
			}
			profile = profileName(profile)
			if profile == "" {
				continue
			}
			if slices.ContainsFunc(c.sets, func(v valuesSet) bool { return v.profile == profile }) {
				profile = profileName(filepath.Base(folder) + "-" + profile)
			}
			c.sets = append(c.sets, valuesSet{profile, s.relative(filepath.Join(folder, e.Name()))})
		}
	}
	add(dir, entries)
	if ci, err := os.ReadDir(filepath.Join(dir, "ci")); err == nil {
		add(filepath.Join(dir, "ci"), ci)
	}
	return c
}

// profileName is a word as a profile may be called.
func profileName(word string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		if r == '.' || r == '_' || r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '-'
	}, word), ".-_")
}

// study renders a chart with its defaults to name its workloads.
func (p *program) study(chart *chartSource, c *urfave.Context) {
	var problem error
	done, gaveUp := bounded(rendering, chart.path, c.Duration("render-timeout"), func() lint.Report {
		release, err := render.Render(chart.path, render.Options{})
		if problem = err; err != nil {
			return lint.Report{}
		}
		intents := []lint.Intent{{Name: lint.DefaultIntent, Survive: lint.SurviveNode}}
		wanted, err := lint.Wanted(release, intents)
		if problem = err; err != nil {
			return lint.Report{}
		}
		for _, w := range release.Workloads {
			if _, several := wanted[w]; several {
				chart.workloads = append(chart.workloads, lint.ShortName(release, w))
			} else if w.Hook == "" {
				chart.single++
			}
		}
		return lint.Report{}
	})
	if gaveUp || done.Unjudged {
		problem = errors.New("rendering was given up")
	}
	if problem != nil {
		chart.unknown = problem.Error()
	}
}
