package lint

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// FuzzValues drives the whole path from a values file to findings. Whatever
// the values, nothing panics, every finding has a place inside its file, and a
// second run finds the same.
func FuzzValues(f *testing.F) {
	seeds, err := filepath.Glob("testdata/*/*/values.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range seeds {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		first := fuzzReport(t, text)
		if first == nil {
			return
		}
		for _, finding := range first.Findings {
			l := finding.Location
			if l.File == "" || l.Text != nil && l.Start.Line > l.Text.Lines()+1 || l.End.Line < l.Start.Line {
				t.Errorf("%s: bad place %+v", finding.Rule, l)
			}
		}
		second := fuzzReport(t, text)
		if a, b := describeFindings(first.Findings, ""), describeFindings(second.Findings, ""); a != b {
			t.Errorf("two runs differ:\n%s\n%s", a, b)
		}
	})
}

func fuzzReport(t *testing.T, text []byte) *Report {
	file, err := values.Parse("values.yaml", text)
	if err != nil {
		return nil
	}
	options := render.Options{Name: "demo"}
	options.Values.Files = []*values.File{file}
	release, err := render.Render("../charts/connectware-agent", options)
	if err != nil {
		return nil
	}
	report, err := Run(release, Options{Select: []string{"all"}})
	if err != nil {
		t.Fatal(err)
	}
	return &report
}

// FuzzManifests is the same for rendered YAML.
func FuzzManifests(f *testing.F) {
	seeds, err := filepath.Glob("testdata/*/*/manifests.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range seeds {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		release, err := render.FromManifests("manifests.yaml", text)
		if err != nil {
			return
		}
		report, err := Run(release, Options{Select: []string{"all"}})
		if err != nil {
			t.Fatal(err)
		}
		for _, finding := range report.Findings {
			if finding.Location.File == "" {
				t.Errorf("%s: no place", finding.Rule)
			}
		}
	})
}
