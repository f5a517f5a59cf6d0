// Package repo knows what there is to lint: the charts in a tree of folders,
// the values files that each is to be tried with, which charts a change
// touches, and how to split them over several machines. It follows the
// conventions of chart-testing (https://github.com/helm/chart-testing).
//
// It renders nothing and judges nothing. Of git it knows the command line.
package repo

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// Chart is a chart in a repository.
type Chart struct {
	Path       string   // as found, below the folder that was given
	Name       string   // by its Chart.yaml; "" when that cannot be read
	Library    bool     // renders nothing by itself
	Deprecated bool     // by its Chart.yaml
	Cases      []string // values files, one render each; none for the defaults
	DependsOn  []string // paths of charts on the same disk that it is made of

	weight int // about how long it takes
}

// manifest is what is read of a Chart.yaml. Mistakes in it are for the render
// to report.
type manifest struct {
	Name         string `json:"name"`
	Type         string `json:"type"`
	Deprecated   bool   `json:"deprecated"`
	Dependencies []struct {
		Repository string `json:"repository"`
	} `json:"dependencies"`
}

// maxFolders bounds a walk: a home folder may be given by mistake.
const maxFolders = 200_000

// IsChart reports whether a folder is a chart.
func IsChart(folder string) bool {
	info, err := os.Stat(filepath.Join(folder, "Chart.yaml"))
	return err == nil && info.Mode().IsRegular()
}

// Find lists the charts below a folder, sorted by path. What lies within a
// chart belongs to it. Hidden folders and those of packages are not looked
// into, and no link is followed.
func Find(folder string) ([]Chart, error) {
	var charts []Chart
	folders := 0
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("look for charts: %w", err)
		}
		if !entry.IsDir() {
			return nil
		}
		if name := entry.Name(); path != folder && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "vendor") {
			return filepath.SkipDir
		}
		if folders++; folders > maxFolders {
			return fmt.Errorf("look for charts: more than %d folders below %s", maxFolders, folder)
		}
		if !IsChart(path) {
			return nil
		}
		charts = append(charts, Read(path))
		return filepath.SkipDir
	})
	return charts, err
}

// Read looks at one chart.
func Read(path string) Chart {
	c := Chart{Path: filepath.ToSlash(path)}
	var m manifest
	if text, err := os.ReadFile(filepath.Join(path, "Chart.yaml")); err == nil && yaml.Unmarshal(text, &m) == nil {
		c.Name, c.Library, c.Deprecated = m.Name, strings.EqualFold(m.Type, "library"), m.Deprecated
		for _, d := range m.Dependencies {
			if beside, local := strings.CutPrefix(d.Repository, "file://"); local {
				c.DependsOn = append(c.DependsOn, filepath.ToSlash(filepath.Join(path, filepath.FromSlash(beside))))
			}
		}
	}
	cases, _ := filepath.Glob(filepath.Join(escaped(path), "ci", "*-values.yaml")) // the pattern is sound
	for _, name := range cases {
		c.Cases = append(c.Cases, filepath.ToSlash(name))
	}
	templates, _ := filepath.Glob(filepath.Join(escaped(path), "templates", "*"))
	below, _ := filepath.Glob(filepath.Join(escaped(path), "charts", "*"))
	c.weight = (1 + len(templates) + 10*len(below)) * max(1, len(c.Cases))
	return c
}

// escaped makes a path part of a pattern.
func escaped(path string) string {
	return strings.NewReplacer(`*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// Shard is the part of charts that machine number i of n lints, the first
// being 1. Equal charts give equal parts on every machine, and the parts take
// about equally long: the heaviest chart that is left always goes to the part
// that has least.
func Shard(charts []Chart, i, n int) []Chart {
	order := slices.Clone(charts)
	slices.SortStableFunc(order, func(a, b Chart) int {
		if a.weight != b.weight {
			return b.weight - a.weight
		}
		return strings.Compare(a.Path, b.Path)
	})
	loads := make([]int, n)
	mine := map[string]bool{}
	for _, c := range order {
		least := 0
		for part := range loads {
			if loads[part] < loads[least] {
				least = part
			}
		}
		loads[least] += c.weight
		if least == i-1 {
			mine[c.Path] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(charts), func(c Chart) bool { return !mine[c.Path] })
}
