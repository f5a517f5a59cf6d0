package cluster

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/spreadlint/spreadlint/render"
)

// TestShippedCharts asks everything about the example charts: there must be an answer to all of it.
func TestShippedCharts(t *testing.T) {
	entries, err := os.ReadDir("../charts")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		t.Run(entry.Name(), func(t *testing.T) {
			release, err := render.Render(filepath.Join("../charts", entry.Name()), render.Options{})
			if err != nil {
				t.Fatal(err)
			}
			s, err := New(inventoryOf(t, sixNodes), release, Options{Seeds: 2})
			if err != nil {
				t.Fatal(err)
			}
			pods := 0
			for _, p := range place(t, s).Workloads {
				pods += len(p.Pods)
				w := p.Workload
				if _, err := s.Eligible(w); err != nil {
					t.Errorf("%s: %v", w.ID(), err)
				}
				if _, err := s.Capacity(w); err != nil {
					t.Errorf("%s: %v", w.ID(), err)
				}
				if _, err := s.Worst(w, w.MaxReplicas); err != nil {
					t.Errorf("%s: %v", w.ID(), err)
				}
				if _, err := s.Prospects(w); err != nil {
					t.Errorf("%s: %v", w.ID(), err)
				}
				if _, err := s.Rollout(w, nil); err != nil {
					t.Errorf("%s: %v", w.ID(), err)
				}
				if _, err := s.Rollout(w, s); err != nil {
					t.Errorf("%s: %v", w.ID(), err)
				}
				for _, term := range w.Terms() {
					Rivals(w, term, release.Workloads, nil)
				}
			}
			if pods == 0 {
				t.Error("no pod is placed")
			}
			if _, err := s.Losses(); err != nil {
				t.Error(err)
			}
			if _, err := s.Drains(); err != nil {
				t.Error(err)
			}
		})
	}
}

// FuzzManifests asks about any text that is a list of manifests: nothing may end the program.
func FuzzManifests(f *testing.F) {
	f.Add([]byte(deployment("web", "replicas: 3", hard("web", hostKey))))
	f.Add([]byte(deployment("web", "replicas: 3", spread("web", zoneKey, "minDomains: 2", "matchLabelKeys: [pod-template-hash]"))))
	f.Add([]byte(statefulSet("db", "replicas: 3\nupdateStrategy: {rollingUpdate: {partition: 1, maxUnavailable: 50%}}", soft("db", hostKey))))
	f.Add([]byte(workload("DaemonSet", "agent", "updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}", "tolerations: [{operator: Exists}]")))
	f.Add([]byte(workload("Job", "import", "parallelism: 3\ncompletions: 2\ncompletionMode: Indexed")))
	f.Fuzz(func(t *testing.T, text []byte) {
		release, err := render.FromManifests("manifests.yaml", text)
		if err != nil {
			return
		}
		for _, w := range release.Workloads {
			if w.Replicas > 20 || w.MaxReplicas > 20 || len(release.Workloads) > 5 {
				return
			}
		}
		s, err := New(inventoryOf(t, sixNodes), release, Options{})
		if err != nil {
			t.Fatal(err)
		}
		check := func(err error) {
			if err != nil && !errors.Is(err, ErrRefused) {
				t.Error(err)
			}
		}
		placement, err := s.Place()
		check(err)
		for _, p := range placement.Workloads {
			if n := len(p.Pods) + len(p.Pending) + p.NotCreated; p.Skipped == "" && n != max(0, p.Wanted) {
				t.Errorf("%s: %d of %d pods are accounted for", p.Workload.ID(), n, p.Wanted)
			}
			_, err = s.Eligible(p.Workload)
			check(err)
			_, err = s.Capacity(p.Workload)
			check(err)
			_, err = s.Worst(p.Workload, p.Workload.Replicas)
			check(err)
			_, err = s.Rollout(p.Workload, nil)
			check(err)
			_, err = s.Prospects(p.Workload)
			check(err)
			_, err = s.Fits(p.Workload, 2)
			check(err)
			for _, term := range p.Workload.Terms() {
				Rivals(p.Workload, term, release.Workloads, nil)
			}
		}
		_, err = s.Losses()
		check(err)
		_, err = s.Drains()
		check(err)
	})
}
