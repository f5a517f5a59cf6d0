package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"github.com/spreadlint/spreadlint/repo"
	"github.com/spreadlint/spreadlint/report"
)

// changed are the charts that changed, all when no flag asks for it.
func (p *program) changed(c *urfave.Context, charts []repo.Chart) ([]repo.Chart, error) {
	since, branch := c.String("since"), c.String("target-branch")
	switch {
	case c.IsSet("since") && c.IsSet("target-branch"):
		return nil, usage("--since and --target-branch exclude each other", "--target-branch main is --since the commit at which this branch left main")
	case c.IsSet("since") && since == "", c.IsSet("target-branch") && branch == "":
		return nil, usage("the revision to compare with is empty", "is a variable of the shell not set?")
	case since == "" && branch == "":
		return charts, nil
	}
	var err error
	if branch != "" {
		since, err = repo.MergeBase(".", "", branch)
	}
	var files []string
	if err == nil {
		files, err = repo.ChangedSince(".", since)
	}
	var failure *repo.GitError
	if errors.As(err, &failure) {
		return nil, usage("cannot tell what changed: "+failure.Error(), "without --since and --target-branch all charts are linted")
	} else if err != nil {
		return nil, err
	}
	if repo.Touched(files, filesOfFlags(c)) {
		return charts, nil
	}
	changed := repo.Changed(charts, files)
	return orByProfile(c, charts, changed, files)
}

// filesOfFlags are the files that the command line names for all charts: when
// one of them changed, each chart may be judged otherwise.
func filesOfFlags(c *urfave.Context) []string {
	names := []string{c.String("config"), c.String("ct-config"), c.String("live"), c.String("baseline")}
	for _, flag := range []string{"values", "nodes", "pods", "volumes", "namespaces"} {
		names = append(names, c.StringSlice(flag)...)
	}
	for _, assignment := range c.StringSlice("set-file") {
		_, name, _ := strings.Cut(assignment, "=")
		names = append(names, name)
	}
	return names
}

// orByProfile adds to the charts that changed those of which a file of an
// environment did, when environments are asked for.
func orByProfile(c *urfave.Context, charts, changed []repo.Chart, files []string) ([]repo.Chart, error) {
	if !profilesWanted(c) || len(files) == 0 {
		return changed, nil
	}
	var found []repo.Chart
	known := false
	var without error // of a chart that has no environments
	for _, chart := range charts {
		touched := slices.ContainsFunc(changed, func(other repo.Chart) bool { return other.Path == chart.Path })
		if !touched {
			s, err := settings(c, chart.Path)
			if err != nil {
				return nil, err
			}
			profiles, err := chosen(c, s)
			if err != nil && len(s.Profiles) == 0 {
				without = err
				continue
			} else if err != nil {
				return nil, err
			}
			known = true
			for _, profile := range profiles {
				touched = touched || repo.Touched(files, append(sourceNames(profile.Sources()), profile.Overlay.Name))
			}
		}
		if touched {
			found = append(found, chart)
		}
	}
	if !known && len(found) == 0 {
		return nil, without
	}
	return found, nil
}

// chartsOfFiles are the charts of the changed files that the arguments name.
// With environments, a file of one of them stands for the charts that it is
// for; other files outside of charts are named.
func (p *program) chartsOfFiles(c *urfave.Context) ([]string, error) {
	var outside, paths []string
	for _, file := range c.Args().Slice() {
		if len(chartsOf([]string{file})) == 0 {
			outside = append(outside, file)
		}
	}
	paths = chartsOf(c.Args().Slice())
	if len(outside) == 0 {
		return paths, nil
	}
	if profilesWanted(c) {
		charts, err := p.find(c, ".")
		if err != nil {
			return nil, err
		}
		absolute := make([]string, len(outside))
		for i, name := range outside {
			absolute[i] = repo.Resolved(name)
		}
		touched, err := orByProfile(c, charts, nil, absolute)
		if err != nil {
			return nil, err
		}
		for _, chart := range touched {
			if !slices.Contains(paths, chart.Path) {
				paths = append(paths, chart.Path)
			}
		}
		return paths, nil
	}
	for _, name := range outside {
		fmt.Fprintf(p.stderr, "note: %s belongs to no chart: not judged\n", report.Clean(name))
	}
	return paths, nil
}

// chartsOf are the outermost charts that files belong to, each once: what lies
// in a chart's charts folder is part of it.
func chartsOf(files []string) []string {
	var charts []string
	seen := map[string]bool{}
	for _, file := range files {
		chart := ""
		for dir := filepath.Dir(file); ; dir = filepath.Dir(dir) {
			if repo.IsChart(dir) {
				chart = dir
			}
			if dir == "." || dir == filepath.Dir(dir) {
				break
			}
		}
		if chart != "" && !seen[chart] {
			seen[chart] = true
			charts = append(charts, chart)
		}
	}
	return charts
}
