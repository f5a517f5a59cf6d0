package render

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"helm.sh/helm/v3/pkg/chart/loader"
)

// readArchiveFile reads a .tgz archive into memory with Helm's own loader,
// which bounds its size and refuses paths that leave its folder.
func readArchiveFile(name string) ([]*loader.BufferedFile, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, &Failure{File: name, Message: "cannot read the chart: " + plainError(err)}
	}
	defer file.Close()
	files, err := loader.LoadArchiveFiles(file)
	if err != nil {
		return nil, archiveFailure(name, err)
	}
	return files, nil
}

func archiveFailure(name string, err error) error {
	text := err.Error()
	again := []string{"fetch or package the chart again"}
	switch {
	case errors.Is(err, gzip.ErrHeader), isNoArchive(name):
		failure := &Failure{File: name, Message: "not a chart: neither a directory nor a gzipped tar archive",
			Hints: []string{"values files are given with -f, rendered YAML with --manifests"}}
		if ext := filepath.Ext(name); ext == ".yaml" || ext == ".yml" || ext == ".json" {
			failure.Hints = []string{"a values file? write -f " + name, "rendered YAML? write --manifests " + name}
		}
		return failure
	case strings.Contains(text, "unexpected EOF"), errors.Is(err, gzip.ErrChecksum), strings.HasSuffix(text, "EOF"):
		return &Failure{File: name, Message: "the archive is truncated or damaged: " + text, Hints: again}
	case strings.Contains(text, "invalid tar header"), strings.Contains(text, "flate: corrupt input"):
		return &Failure{File: name, Message: "the archive is damaged, or holds no tar archive: " + text, Hints: again}
	case strings.Contains(text, "illegally"):
		return &Failure{File: name, Message: "the archive has files outside of its folder: " + text,
			Hints: []string{"a chart's archive holds one folder, as `helm package` writes it; do not trust this one"}}
	}
	return &Failure{File: name, Message: "cannot unpack the chart: " + text}
}

// isNoArchive reports whether a file does not begin as gzip does. A file too
// short for a header would pass as truncated.
func isNoArchive(name string) bool {
	file, err := os.Open(name)
	if err != nil {
		return false // an archive within another
	}
	defer file.Close()
	start := make([]byte, 2)
	n, _ := io.ReadFull(file, start)
	return !bytes.Equal(start[:n], []byte{0x1f, 0x8b})
}

// unpackNested replaces the archives in charts/ by their files, at any depth,
// so that a template of a vendored dependency has a path to show. Helm loads
// the result as it would have loaded the archives. Helm bounds each archive,
// the budget all of them.
func unpackNested(files []*loader.BufferedFile, shown string, depth int, budget *int64) ([]*loader.BufferedFile, error) {
	if depth > 10 {
		return nil, &Failure{File: shown, Message: "charts are nested more than 10 archives deep"}
	}
	var out []*loader.BufferedFile
	for _, f := range files {
		dir, base := path.Split(f.Name)
		if path.Ext(base) != ".tgz" || path.Base(dir) != "charts" || strings.IndexAny(base, "_.") == 0 {
			out = append(out, f)
			continue
		}
		inner, err := loader.LoadArchiveFiles(bytes.NewReader(f.Data))
		if err != nil {
			return nil, archiveFailure(shown+"/"+f.Name, err)
		}
		for _, g := range inner {
			*budget -= int64(len(g.Data))
		}
		if *budget < 0 {
			return nil, &Failure{File: shown, Message: fmt.Sprintf("the archives in charts/ unpack to more than %d MiB", loader.MaxDecompressedChartSize>>20)}
		}
		if inner, err = unpackNested(inner, shown+"/"+f.Name, depth+1, budget); err != nil {
			return nil, err
		}
		for _, g := range inner {
			out = append(out, &loader.BufferedFile{Name: f.Name + "/" + g.Name, Data: g.Data})
		}
	}
	return out, nil
}

// directoryNames turns the unpacked archive charts/x-1.0.tgz/ into a directory
// that the loader does not take for an archive.
func directoryNames(name string) string { return strings.ReplaceAll(name, ".tgz/", ".tgz.unpacked/") }
