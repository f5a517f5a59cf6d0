package render

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/ignore"

	"github.com/spreadlint/spreadlint/values"
)

// source is a chart as files in memory, read once. Every render gets a copy of
// the chart that is loaded from it, because Helm's dependency processing
// changes the chart that it is given.
type source struct {
	path  string // as the user wrote it
	files []*loader.BufferedFile
	names map[*byte]string // first byte of a file's data -> path to show

	loaded   *chart.Chart           // what Helm's loader makes of the files, once it was asked
	defaults map[*byte]*values.File // values.yaml files by the first byte of their data, parsed once
	decoded  decoded                // rendered documents

	vocabulary vocabulary
}

var byteOrderMark = []byte{0xEF, 0xBB, 0xBF}

// readSource reads a chart directory or .tgz archive. Nothing outside the
// directory is read: a symbolic link that leaves it is refused, because the
// charts of strangers are linted in CI.
func readSource(chartPath string) (*source, error) {
	info, err := os.Stat(chartPath)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, missingChart(chartPath)
		}
		return nil, &Failure{File: chartPath, Message: "cannot read the chart: " + plainError(err)}
	}
	s := &source{path: filepath.ToSlash(filepath.Clean(chartPath)), names: map[*byte]string{}, defaults: map[*byte]*values.File{},
		vocabulary: vocabulary{files: map[*chart.File]templateWords{}, asked: map[string]bool{}}}
	if info.IsDir() {
		s.files, err = readDirectory(chartPath)
	} else {
		s.files, err = readArchiveFile(chartPath)
	}
	if err != nil {
		return nil, err
	}
	budget := int64(loader.MaxDecompressedChartSize)
	if s.files, err = unpackNested(s.files, s.path, 0, &budget); err != nil {
		return nil, err
	}
	for _, f := range s.files {
		if len(f.Data) > 0 {
			s.names[&f.Data[0]] = s.path + "/" + f.Name
		}
	}
	if !slices.ContainsFunc(s.files, func(f *loader.BufferedFile) bool { return f.Name == "Chart.yaml" }) {
		return nil, notAChart(chartPath)
	}
	return s, nil
}

func missingChart(chartPath string) error {
	failure := &Failure{File: chartPath, Message: "no such chart: the path does not exist"}
	switch {
	case strings.HasPrefix(chartPath, "oci://"), strings.HasPrefix(chartPath, "https://"), strings.HasPrefix(chartPath, "http://"):
		failure.Message = "charts are not downloaded: spreadlint never uses the network"
		failure.Hints = []string{"run `helm pull " + chartPath + "` and lint the .tgz file it writes"}
	case len(chartsBelow(filepath.Dir(chartPath))) > 0:
		failure.Hints = []string{"charts found there: " + strings.Join(chartsBelow(filepath.Dir(chartPath)), ", ")}
	case strings.Count(chartPath, "/") == 1 && !strings.HasPrefix(chartPath, "."):
		failure.Hints = []string{"a chart of a repository? run `helm pull " + chartPath + "` first and lint the .tgz file it writes"}
	default:
		failure.Hints = []string{"give the path of a chart directory (it holds Chart.yaml) or of a .tgz archive"}
	}
	return failure
}

func notAChart(chartPath string) error {
	failure := &Failure{File: chartPath, Message: "not a chart: it has no Chart.yaml"}
	if below := chartsBelow(chartPath); len(below) > 0 {
		failure.Hints = []string{"charts found below it: " + strings.Join(below, ", ")}
	} else {
		failure.Hints = []string{"give the path of a chart directory (it holds Chart.yaml) or of a .tgz archive; for rendered YAML use --manifests"}
	}
	return failure
}

// chartsBelow lists up to five charts one or two levels below a directory.
func chartsBelow(dir string) []string {
	var found []string
	for _, pattern := range []string{"*/Chart.yaml", "*/*/Chart.yaml"} {
		matches, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return nil
		}
		for _, m := range matches {
			found = append(found, filepath.ToSlash(filepath.Dir(m)))
		}
	}
	if len(found) > 5 {
		found = append(found[:5], "...")
	}
	return found
}

// readDirectory reads the files of a chart directory as Helm does: the root's
// .helmignore holds, symbolic links inside the chart are followed.
func readDirectory(dir string) ([]*loader.BufferedFile, error) {
	root, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, &Failure{File: dir, Message: "cannot read the chart: " + plainError(err)}
	}
	if _, err := os.Stat(filepath.Join(root, "Chart.yaml")); errors.Is(err, fs.ErrNotExist) {
		return nil, notAChart(dir) // before a whole disk is read
	}
	rules := ignore.Empty()
	if text, err := os.ReadFile(filepath.Join(root, ignore.HelmIgnore)); err == nil {
		if rules, err = ignore.Parse(bytes.NewReader(text)); err != nil {
			return nil, &Failure{File: filepath.Join(dir, ignore.HelmIgnore), Message: "cannot be read: " + plainError(err)}
		}
	}
	rules.AddDefaults()
	w := &directoryWalk{dir: dir, root: root, rules: rules}
	if err := w.walk("", []string{root}); err != nil {
		return nil, err
	}
	return w.files, nil
}

type directoryWalk struct {
	dir, root string // as given; with links resolved
	rules     *ignore.Rules
	files     []*loader.BufferedFile
	size      int64
}

// walk reads the directory rel; trail holds the resolved directories above it,
// so that a link back to one of them is found instead of followed for ever.
func (w *directoryWalk) walk(rel string, trail []string) error {
	entries, err := os.ReadDir(filepath.Join(w.root, rel))
	if err != nil {
		return w.failure(rel, "cannot be read: "+plainError(err))
	}
	for _, entry := range entries {
		name := path.Join(rel, entry.Name())
		full := filepath.Join(w.root, name)
		info, err := entry.Info()
		if err != nil {
			return w.failure(name, "cannot be read: "+plainError(err))
		}
		if w.rules.Ignore(name, info) {
			continue
		}
		real := full
		if info.Mode()&fs.ModeSymlink != 0 {
			if isDocument(entry.Name()) && w.leaves(full) {
				continue // as where many charts share a licence; no template prints it
			}
			if real, info, err = w.follow(name, full); err != nil {
				return err
			}
			if w.rules.Ignore(name, info) {
				continue
			}
		}
		if info.IsDir() {
			if real, err = filepath.EvalSymlinks(full); err != nil {
				return w.failure(name, "cannot be read: "+plainError(err))
			}
			if slices.Contains(trail, real) {
				return w.failure(name, "the symbolic link leads to a directory that it is in: the chart has no end", "remove the link, or list it in .helmignore")
			}
			if err := w.walk(name, append(slices.Clone(trail), real)); err != nil {
				return err
			}
			continue
		}
		if err := w.read(name, full, info); err != nil {
			return err
		}
	}
	return nil
}

// follow resolves a symbolic link and refuses one that leaves the chart.
func (w *directoryWalk) follow(name, full string) (string, fs.FileInfo, error) {
	real, err := filepath.EvalSymlinks(full)
	if err != nil {
		return "", nil, w.failure(name, "the symbolic link leads nowhere"+linkTarget(full), "remove the link, or list it in .helmignore")
	}
	if w.leaves(full) {
		return "", nil, w.failure(name, "the symbolic link leaves the chart"+linkTarget(full)+"; nothing outside the chart is read",
			"copy the file into the chart, or lint the archive that `helm package "+w.dir+"` writes")
	}
	info, err := os.Stat(real)
	if err != nil {
		return "", nil, w.failure(name, "cannot be read: "+plainError(err))
	}
	return real, info, nil
}

// leaves reports whether a symbolic link leads out of the chart.
func (w *directoryWalk) leaves(full string) bool {
	real, err := filepath.EvalSymlinks(full)
	if err != nil {
		return false
	}
	within, err := filepath.Rel(w.root, real)
	return err != nil || within == ".." || strings.HasPrefix(within, ".."+string(filepath.Separator))
}

func isDocument(base string) bool {
	name := strings.TrimSuffix(base, path.Ext(base))
	return path.Ext(base) == ".md" || name == "LICENSE" || name == "NOTICE"
}

func linkTarget(link string) string {
	target, err := os.Readlink(link)
	if err != nil {
		return ""
	}
	return " (to " + filepath.ToSlash(target) + ")"
}

func (w *directoryWalk) read(name, full string, info fs.FileInfo) error {
	if !info.Mode().IsRegular() {
		return w.failure(name, "no regular file but a device, a socket or a pipe: it is not read", "remove it, or list it in .helmignore")
	}
	if info.Size() > loader.MaxDecompressedFileSize {
		return w.failure(name, fmt.Sprintf("the file is larger than Helm loads (%d MiB)", loader.MaxDecompressedFileSize>>20),
			"list it in .helmignore if the chart does not need it")
	}
	if w.size += info.Size(); w.size > loader.MaxDecompressedChartSize {
		return w.failure("", fmt.Sprintf("the chart's files are larger than Helm loads (%d MiB)", loader.MaxDecompressedChartSize>>20),
			"list what the chart does not need in .helmignore")
	}
	data, err := os.ReadFile(full)
	if err != nil {
		return w.failure(name, "cannot be read: "+plainError(err))
	}
	w.files = append(w.files, &loader.BufferedFile{Name: name, Data: bytes.TrimPrefix(data, byteOrderMark)})
	return nil
}

func (w *directoryWalk) failure(name, message string, hints ...string) error {
	return &Failure{File: filepath.ToSlash(filepath.Join(w.dir, name)), Message: message, Hints: hints}
}

// chart is a fresh copy of the chart that Helm's loader makes of the files.
// Helm fills its list of dependencies in the random order of a map: they are
// sorted.
func (s *source) chart() (*chart.Chart, error) {
	if s.loaded == nil {
		if err := s.load(); err != nil {
			return nil, err
		}
	}
	return copyChart(s.loaded), nil
}

func (s *source) load() error {
	files := make([]*loader.BufferedFile, len(s.files))
	for i, f := range s.files {
		name := f.Name
		if strings.HasPrefix(name, "charts/") {
			name = directoryNames(name)
		}
		files[i] = &loader.BufferedFile{Name: name, Data: f.Data}
	}
	c, err := loader.LoadFiles(files)
	if err != nil {
		return s.loadFailure(err)
	}
	sortDependencies(c)
	s.loaded = c
	return nil
}

// copyChart copies what Helm changes in a chart: which dependencies it has,
// under which names, and its values.
func copyChart(c *chart.Chart) *chart.Chart {
	metadata := *c.Metadata
	metadata.Dependencies = slices.Clone(metadata.Dependencies)
	for i, d := range metadata.Dependencies {
		if d != nil {
			twin := *d
			metadata.Dependencies[i] = &twin
		}
	}
	twin := &chart.Chart{Raw: c.Raw, Metadata: &metadata, Lock: c.Lock, Templates: c.Templates, Schema: c.Schema, Files: c.Files}
	if c.Values != nil {
		twin.Values = deepCopy(c.Values).(map[string]any)
	}
	for _, d := range c.Dependencies() {
		twin.AddDependency(copyChart(d))
	}
	return twin
}

func sortDependencies(c *chart.Chart) {
	dependencies := slices.Clone(c.Dependencies())
	sort.SliceStable(dependencies, func(i, j int) bool {
		a, b := dependencies[i].Metadata, dependencies[j].Metadata
		return a.Name < b.Name || a.Name == b.Name && a.Version < b.Version
	})
	c.SetDependencies(dependencies...)
	for _, d := range dependencies {
		sortDependencies(d)
	}
}

// loadFailure names the file and line behind an error of Helm's loader.
func (s *source) loadFailure(err error) error {
	for _, f := range s.files {
		switch path.Base(f.Name) {
		case "values.yaml":
			if path.Dir(f.Name) != "." && !strings.Contains(f.Name, "charts/") {
				continue
			}
		case "Chart.yaml", "requirements.yaml", "Chart.lock":
		default:
			continue
		}
		name := s.path + "/" + f.Name
		_, parseErr := values.Parse(name, f.Data)
		var syntax *values.SyntaxError
		if errors.As(parseErr, &syntax) {
			failure := &Failure{File: name, Line: syntax.Line, Column: syntax.Column, Message: syntax.Message, Text: values.Text(name, f.Data)}
			if syntax.Hint != "" {
				failure.Hints = []string{syntax.Hint}
			}
			return failure
		}
	}
	if _, reason, ok := strings.Cut(err.Error(), "validation: chart.metadata."); ok {
		return &Failure{File: s.path + "/Chart.yaml", Message: "not a valid Chart.yaml: " + reason,
			Hints: []string{"it needs apiVersion, name and version"}}
	}
	return &Failure{File: s.path, Message: "cannot load the chart: " + err.Error()}
}

// shown returns the path to show for a file that Helm holds, "" if unknown.
func (s *source) shown(f *chart.File) string {
	if len(f.Data) == 0 {
		return ""
	}
	return s.names[&f.Data[0]]
}

// plainError drops the operation and path that os errors repeat.
func plainError(err error) string {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err.Error()
	}
	return err.Error()
}
