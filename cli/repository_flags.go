package cli

import (
	"fmt"
	"strconv"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/repo"
	"github.com/spreadlint/spreadlint/values"
)

// repositoryFlags say which charts of a repository are linted.
func repositoryFlags() []urfave.Flag {
	return []urfave.Flag{
		&urfave.StringFlag{Category: repositoryGroup, Name: "since", Usage: "only charts that changed since a git `REVISION`, committed or not"},
		&urfave.StringFlag{Category: repositoryGroup, Name: "target-branch", Usage: "only charts that changed since the current branch left a `BRANCH`"},
		&urfave.StringFlag{Category: repositoryGroup, Name: "shard", Usage: "only part `I/N` of the charts, for N machines of a CI matrix"},
		&urfave.BoolFlag{Category: repositoryGroup, Name: "files", Usage: "the arguments are changed files: lint the charts that they belong to"},
		&urfave.StringFlag{Category: repositoryGroup, Name: "ct-config", Usage: "chart-testing's configuration `FILE` instead of the ct.yaml found in the folder"},
		&urfave.IntFlag{Category: repositoryGroup, Name: "jobs", Usage: "lint `N` charts at once", DefaultText: "one a processor, at most 8"},
	}
}

// partFlags choose some of the charts.
var partFlags = []string{"since", "target-branch", "shard", "files"}

// job is one render to be judged: a chart with one set of values.
type job struct {
	path   string
	values string // a values file of the chart's ci folder, "" for none
}

// String names a job to a person.
func (j job) String() string {
	if j.values == "" {
		return j.path
	}
	return j.path + " with " + shortCase(j.path, j.values)
}

// jobs are all renders that the command line names. A folder that is no chart
// stands for the charts below it, each with the values files of its ci folder.
func (p *program) jobs(c *urfave.Context) (name string, jobs []job, err error) {
	chosen := len(typed(c, partFlags...)) > 0
	if chosen && !c.Args().Present() && !c.Bool("files") {
		return p.chosen(c, []string{"."})
	}
	if c.Bool("files") {
		paths, err := p.chartsOfFiles(c)
		if err != nil {
			return "", nil, err
		}
		return p.chosen(c, paths)
	}
	name, paths, err := charts(c)
	if err != nil {
		return "", nil, err
	}
	if chosen {
		return p.chosen(c, paths)
	}
	for _, path := range paths {
		found, isFolder, err := p.below(c, path)
		if err != nil {
			return "", nil, err
		}
		if !isFolder {
			jobs = append(jobs, job{path: path})
		}
		jobs = append(jobs, found...)
	}
	return name, jobs, nil
}

// below are the renders of the charts below a folder; isFolder is false for a
// chart, an archive, and what holds no chart.
func (p *program) below(c *urfave.Context, path string) (jobs []job, isFolder bool, err error) {
	found, err := p.find(c, path)
	if err != nil || len(found) == 0 {
		return nil, false, err
	}
	jobs = p.cases(found)
	if len(jobs) == 0 {
		return nil, true, usage(path + " has only library charts, which render nothing by themselves")
	}
	return jobs, true, nil
}

// find lists the charts below a folder that is none itself.
func (p *program) find(c *urfave.Context, path string) ([]repo.Chart, error) {
	if repo.IsChart(path) || !isFolder(path) {
		return nil, nil
	}
	var ct *repo.ChartTesting
	var err error
	if file := c.String("ct-config"); file != "" {
		ct, err = repo.LoadChartTesting(file)
	} else {
		ct, err = repo.FindChartTesting(path)
	}
	if err != nil {
		return nil, usage(err.Error())
	}
	found, err := ct.Find(path)
	if err != nil {
		return nil, usage(err.Error())
	}
	return found, nil
}

// cases are the renders of charts; libraries have none.
func (p *program) cases(charts []repo.Chart) []job {
	var jobs []job
	var libraries []string
	for _, chart := range charts {
		if chart.Library {
			libraries = append(libraries, chart.Path)
			continue
		}
		if len(chart.Cases) == 0 {
			jobs = append(jobs, job{path: chart.Path})
		}
		for _, values := range chart.Cases {
			jobs = append(jobs, job{chart.Path, values})
		}
	}
	if len(libraries) > 0 {
		fmt.Fprintf(p.stderr, "note: library charts render nothing by themselves: %s\n", strings.Join(libraries, ", "))
	}
	return jobs
}

// chosen are the renders of what --since, --target-branch and --shard leave of
// the charts at or below the paths. That nothing is left is no mistake.
func (p *program) chosen(c *urfave.Context, paths []string) (name string, jobs []job, err error) {
	var found []repo.Chart
	for _, path := range paths {
		switch {
		case repo.IsChart(path):
			found = append(found, repo.Read(path))
		case !isFolder(path):
			return "", nil, usage(path+" is no folder", "--since, --target-branch and --shard choose among the charts of a repository")
		default:
			below, err := p.find(c, path)
			if err != nil {
				return "", nil, err
			}
			if len(below) == 0 {
				return "", nil, usage("no chart is below "+path, "a chart is a folder with a Chart.yaml")
			}
			found = append(found, below...)
		}
	}
	all := len(found)
	if found, err = p.changed(c, found); err != nil {
		return "", nil, err
	}
	if text := c.String("shard"); c.IsSet("shard") {
		part, of, ok := shard(text)
		if !ok {
			return "", nil, usage(fmt.Sprintf("--shard %q is no part", text), "write it like 1/4: the first of four parts")
		}
		found = repo.Shard(found, part, of)
	}
	if len(found) == 0 {
		fmt.Fprintf(p.stderr, "note: none of %d charts is to be linted\n", all)
	}
	return c.String("name"), p.cases(found), nil
}

// shard reads 2/5.
func shard(text string) (part, of int, ok bool) {
	first, second, found := strings.Cut(text, "/")
	part, errPart := strconv.Atoi(first)
	of, errOf := strconv.Atoi(second)
	return part, of, found && errPart == nil && errOf == nil && 1 <= part && part <= of && of <= 1000
}

// read reads the values files of a job: its own, below those of the command
// line, which say more. Each job reads them anew, for a file in use by one
// goroutine is of no use to another.
func (j job) read(p *program, o *render.Options, c *urfave.Context) error {
	var files []*values.File
	if j.values != "" {
		file, err := p.readValues(j.values, c.Duration("render-timeout"))
		if err != nil {
			return err
		}
		files = append(files, file)
	}
	for _, given := range o.Values.Files {
		file, err := values.Parse(given.Name, given.Src)
		if err != nil {
			return err
		}
		files = append(files, file)
	}
	o.Values.Files = files
	return nil
}
