package render

import (
	"path/filepath"
	"reflect"
	"testing"

	"github.com/spreadlint/spreadlint/values"
)

// TestProbeLikePlain renders each template that makes a workload alone, of the
// charts that are there for Helm's features: the file must come out as in the
// render of the whole chart, and the values must be what Helm merges anew.
func TestProbeLikePlain(t *testing.T) {
	for _, pattern := range []string{"testdata/*/Chart.yaml", "testdata/*/*/Chart.yaml", "../charts/*/Chart.yaml"} {
		charts, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range charts {
			chart := filepath.Dir(c)
			r, err := Render(chart, Options{})
			if err != nil {
				continue // needs values
			}
			for _, w := range r.Workloads {
				name := w.doc.name
				// A value that nothing reads, so that Helm merges as for a probe.
				probe, err := r.Probe(w, Change{Path: values.Path{values.Name("spreadlintUnread")}, Value: "x"})
				if err != nil {
					t.Errorf("%s: %s alone: %v", chart, name, err)
					continue
				}
				r.settle([]string{name})
				if r.again.settled[name] && probe.texts[name] != r.texts[name] {
					t.Errorf("%s: %s comes out otherwise alone", chart, name)
				}
				fresh, err := newSession(r.source, probe.user, r.options)
				if err != nil {
					t.Errorf("%s: %v", chart, err)
				} else if !reflect.DeepEqual(fresh.tree, probe.tree) {
					t.Errorf("%s: Helm merges other values anew", chart)
				}
			}
		}
	}
}

// TestNeeded names what a template includes in the ways of charts.
func TestNeeded(t *testing.T) {
	r, err := Render("testdata/needed", Options{})
	if err != nil {
		t.Fatal(err)
	}
	before := r.Renders()
	for _, w := range r.Workloads {
		probe, err := r.Probe(w, Change{Path: values.Path{values.Name("other")}, Value: "x"})
		if err != nil {
			t.Fatalf("%s: %v", w.ID(), err)
		}
		if probe.texts[w.doc.name] != r.texts[w.doc.name] {
			t.Errorf("%s: %s\nalone:\n%s", w.ID(), r.texts[w.doc.name], probe.texts[w.doc.name])
		}
		if len(probe.texts) == len(r.texts) {
			t.Errorf("%s: all templates were rendered", w.ID())
		}
	}
	// One failure tells of the name that is put together, for all that follow.
	if got, want := r.Renders()-before, len(r.Workloads)+1; got != want {
		t.Errorf("%d renders, want %d", got, want)
	}
}

func TestMaySwitch(t *testing.T) {
	s, err := readSource("testdata/needed")
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{"sub.enabled": true, "sub": true, "sub.affinity": false, "subs": false, "tags.x": true, "sub.tags": true, "other": false} {
		if got := s.maySwitch([]Change{{Path: dotted(path)}}); got != want {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
}
