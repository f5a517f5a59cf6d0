package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"github.com/spreadlint/spreadlint/cluster"
	"github.com/spreadlint/spreadlint/config"
	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/repo"
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
	found, err := findSources(folder, base)
	if err != nil {
		return err
	}
	if len(found.charts) == 0 {
		return usage("no chart is found in "+folder+" or in the folders below it", "a chart has a Chart.yaml")
	}
	for i := range found.charts {
		p.study(&found.charts[i], c)
	}
	text := found.configuration()
	// A configuration that this program would refuse must not be left behind.
	if err := checked(name, text); err != nil {
		return err
	}
	if isStdin(name) {
		_, err := fmt.Fprint(p.stdout, text)
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

// findSources looks for charts, as lint does, and for values and nodes.
func findSources(folder, base string) (*sources, error) {
	s := &sources{base: base}
	charts, err := repo.Find(folder)
	if err != nil {
		return nil, usage(err.Error())
	}
	for _, chart := range charts {
		s.charts = append(s.charts, s.chartAt(chart.Path))
	}
	s.findNodes(folder, 0)
	return s, nil
}

// deepest is how many folders below the given one are looked into for nodes.
const deepest = 4

// findNodes looks for files that list nodes. What cannot be read has none.
func (s *sources) findNodes(dir string, depth int) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	parts := []string{"node_modules", "vendor"}
	if repo.IsChart(dir) {
		parts = append(parts, "charts", "templates", "ci", "crds", "tests")
	}
	for _, e := range entries {
		name := filepath.Join(dir, e.Name())
		switch {
		case e.IsDir():
			if depth < deepest && !strings.HasPrefix(e.Name(), ".") && !slices.Contains(parts, e.Name()) {
				s.findNodes(name, depth+1)
			}
		case e.Type().IsRegular() && isYAML(name) && listsNodes(name):
			s.nodes = append(s.nodes, s.relative(name))
		}
	}
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
func (s *sources) chartAt(dir string) chartSource {
	c := chartSource{path: dir, relative: s.relative(dir)}
	for _, folder := range []string{dir, filepath.Join(dir, "ci")} {
		entries, err := os.ReadDir(folder)
		if err != nil {
			continue // few charts have a ci folder
		}
		for _, e := range entries {
			if profile := profileOf(e.Name()); profile != "" && !e.IsDir() {
				c.sets = append(c.sets, valuesSet{c.free(profile, folder), s.relative(filepath.Join(folder, e.Name()))})
			}
		}
	}
	return c
}

// profileOf is the profile that a values file is called after, "" when it is
// none of a profile.
func profileOf(file string) string {
	stem := strings.TrimSuffix(strings.TrimSuffix(file, ".yaml"), ".yml")
	if stem == file || strings.HasPrefix(stem, "values-spread") {
		return ""
	}
	for _, separator := range []string{"-", ".", "_"} {
		if rest, found := strings.CutPrefix(stem, "values"+separator); found {
			return profileName(rest)
		}
		if rest, found := strings.CutSuffix(stem, separator+"values"); found {
			return profileName(rest)
		}
	}
	return ""
}

// free is a name that no set of the chart has yet: the profile's, that with
// the folder before it, or a number behind that.
func (c chartSource) free(profile, folder string) string {
	taken := func(name string) bool {
		return slices.ContainsFunc(c.sets, func(v valuesSet) bool { return v.profile == name })
	}
	if !taken(profile) {
		return profile
	}
	beside := profileName(filepath.Base(folder) + "-" + profile)
	name := beside
	for n := 2; taken(name); n++ {
		name = fmt.Sprintf("%s-%d", beside, n)
	}
	return name
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
