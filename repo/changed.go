package repo

import (
	"path/filepath"
	"slices"
	"strings"
)

// configurations are files whose change concerns all charts below them.
var configurations = []string{".spreadlint.yaml", "ct.yaml"}

// Changed are the charts that changed files touch: a file of the chart itself,
// of a chart that it depends on by a file:// repository, however far away, or
// a configuration above it. Files are absolute.
func Changed(charts []Chart, files []string) []Chart {
	touched := map[string]bool{} // by absolute path, whether a chart or not
	var dirty func(path string, trail []string) bool
	dirty = func(path string, trail []string) bool {
		path = Resolved(path)
		if known, seen := touched[path]; seen {
			return known
		}
		if slices.Contains(trail, path) {
			return false // charts that depend on each other
		}
		found := slices.ContainsFunc(files, func(file string) bool { return concerns(file, path) })
		if !found {
			for _, other := range Read(path).DependsOn {
				found = found || dirty(other, append(trail, path))
			}
		}
		touched[path] = found
		return found
	}
	return slices.DeleteFunc(slices.Clone(charts), func(c Chart) bool { return !dirty(c.Path, nil) })
}

// concerns reports whether a changed file has a part in a chart.
func concerns(file, chart string) bool {
	if within(file, chart) {
		return true
	}
	folder := filepath.Dir(file)
	if name := filepath.Base(folder); filepath.Base(file) == "ct.yaml" && (name == ".ct" || name == ".github") {
		folder = filepath.Dir(folder) // it speaks of the folder around
	}
	return slices.Contains(configurations, filepath.Base(file)) && within(chart, folder)
}

// Touched reports whether one of the changed files, which are absolute, is one
// of those named. Empty names stand for no file.
func Touched(files, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return name != "" && slices.Contains(files, Resolved(name)) })
}

func within(path, folder string) bool {
	rel, err := filepath.Rel(folder, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// Resolved is a path without links, as git names files.
func Resolved(path string) string {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	if real, err := filepath.EvalSymlinks(absolute); err == nil {
		return real
	}
	return absolute
}
