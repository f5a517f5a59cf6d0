package repo

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"

	"sigs.k8s.io/yaml"
)

// ChartTesting is what is read of chart-testing's configuration, ct.yaml.
// Other keys are about things that spreadlint does not do.
type ChartTesting struct {
	File              string   `json:"-"` // as found
	ChartDirs         []string `json:"chart-dirs"`
	ExcludedCharts    []string `json:"excluded-charts"`
	Charts            []string `json:"charts"`
	ExcludeDeprecated bool     `json:"exclude-deprecated"`
	TargetBranch      string   `json:"target-branch"`
	Remote            string   `json:"remote"`
}

// FindChartTesting looks for ct.yaml where chart-testing does, from a folder;
// nil when there is none.
func FindChartTesting(folder string) (*ChartTesting, error) {
	for _, name := range []string{"ct.yaml", ".ct/ct.yaml", ".github/ct.yaml"} {
		name = filepath.Join(folder, filepath.FromSlash(name))
		if _, err := os.Stat(name); err == nil {
			return LoadChartTesting(name)
		}
	}
	return nil, nil
}

// LoadChartTesting reads a ct.yaml.
func LoadChartTesting(name string) (*ChartTesting, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	ct := &ChartTesting{File: filepath.ToSlash(name)}
	if err := yaml.Unmarshal(text, ct); err != nil {
		return nil, fmt.Errorf("%s is no configuration of chart-testing: %w", filepath.ToSlash(name), err)
	}
	return ct, nil
}

// Find lists the charts that the configuration names, from a folder. As with
// chart-testing, charts are looked for directly in the chart-dirs, or are
// those named.
func (ct *ChartTesting) Find(folder string) ([]Chart, error) {
	if ct == nil {
		return Find(folder)
	}
	var charts []Chart
	switch {
	case len(ct.Charts) > 0:
		for _, name := range ct.Charts {
			charts = append(charts, Read(filepath.Join(folder, name)))
		}
	case len(ct.ChartDirs) > 0:
		for _, dir := range ct.ChartDirs {
			below, err := os.ReadDir(filepath.Join(folder, dir))
			if err != nil {
				return nil, fmt.Errorf("%s: chart-dirs: %w", ct.File, err)
			}
			if IsChart(filepath.Join(folder, dir)) {
				charts = append(charts, Read(filepath.Join(folder, dir)))
			}
			for _, entry := range below {
				if chart := filepath.Join(folder, dir, entry.Name()); IsChart(chart) {
					charts = append(charts, Read(chart))
				}
			}
		}
	default:
		found, err := Find(folder)
		if err != nil {
			return nil, err
		}
		charts = found
	}
	return slices.DeleteFunc(charts, func(c Chart) bool {
		return ct.ExcludeDeprecated && c.Deprecated || slices.Contains(ct.ExcludedCharts, path.Base(c.Path)) || c.Name != "" && slices.Contains(ct.ExcludedCharts, c.Name)
	}), nil
}
