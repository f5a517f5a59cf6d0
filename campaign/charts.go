package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"sort"

	"sigs.k8s.io/yaml"
)

// chart is one of the folder.
type chart struct {
	repository, name string // folders
	dir              string
	version          string
	library          bool // `helm template` refuses it, rightly
}

func (c chart) id() string { return c.repository + "/" + c.name }

// findCharts lists REPOSITORY/CHART below a folder, sorted.
func findCharts(root, only string) ([]chart, error) {
	files, err := filepath.Glob(filepath.Join(root, "*", "*", "Chart.yaml"))
	if err != nil {
		return nil, err
	}
	var all []chart
	for _, file := range files {
		dir := filepath.Dir(file)
		one := chart{repository: filepath.Base(filepath.Dir(dir)), name: filepath.Base(dir), dir: dir}
		if !one.wanted(only) {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var about struct{ Version, Type string }
		if yaml.Unmarshal(text, &about) == nil { // else helm will say so, and spreadlint too
			one.version, one.library = about.Version, about.Type == "library"
		}
		all = append(all, one)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("no chart found: %s has no REPOSITORY/CHART/Chart.yaml that -only %q matches", root, only)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].id() < all[j].id() })
	return all, nil
}

func (c chart) wanted(only string) bool {
	if only == "" {
		return true
	}
	whole, _ := path.Match(only, c.id()) // the pattern was checked
	name, _ := path.Match(only, c.name)
	return whole || name
}

// ciValues are the values files that the chart's own tests render it with.
func (c chart) ciValues() []string {
	files, err := filepath.Glob(filepath.Join(c.dir, "ci", "*-values.yaml"))
	if err != nil {
		return nil // the pattern is constant: only the folder's name can be malformed
	}
	return files
}

// digest names the chart's bytes.
func (c chart) digest() (string, error) {
	sum := sha256.New()
	err := filepath.WalkDir(c.dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		inside, err := filepath.Rel(c.dir, file)
		fmt.Fprintf(sum, "%s %d\n", filepath.ToSlash(inside), len(text))
		sum.Write(text)
		return err
	})
	return hex.EncodeToString(sum.Sum(nil)), err
}

func findProgram(name string) (string, error) {
	found, err := exec.LookPath(name)
	if err != nil {
		return "", fmt.Errorf("%w; name it with -helm or -spreadlint, `make build` makes ./spreadlint", err)
	}
	return filepath.Abs(found)
}

// fileDigest names the bytes of a program.
func fileDigest(name string) (string, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// templates are all templates of the chart and its unpacked dependencies.
func (c chart) templates() (all []string) {
	for _, pattern := range []string{"templates/*", "templates/*/*", "templates/*/*/*", "charts/*/templates/*", "charts/*/templates/*/*"} {
		files, err := filepath.Glob(filepath.Join(c.dir, filepath.FromSlash(pattern)))
		if err != nil {
			return all
		}
		for _, file := range files {
			if ext := filepath.Ext(file); ext == ".yaml" || ext == ".tpl" || ext == ".yml" {
				all = append(all, file)
			}
		}
	}
	return all
}

// hasSchema reports whether unknown keys may be refused.
func (c chart) hasSchema() bool {
	text, err := os.ReadFile(filepath.Join(c.dir, "values.schema.json"))
	return err == nil && bytes.Contains(text, []byte("additionalProperties"))
}
