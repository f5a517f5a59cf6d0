package repo

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// The parts are all charts, none twice, the same every time, and about equally
// heavy.
func TestShard(t *testing.T) {
	var charts []Chart
	total := 0
	for i := range 97 {
		charts = append(charts, Chart{Path: fmt.Sprintf("charts/c%02d", i), weight: 1 + i*i%37})
		total += 1 + i*i%37
	}
	for _, n := range []int{1, 2, 5, 16} {
		seen := map[string]int{}
		for i := 1; i <= n; i++ {
			part, load := Shard(charts, i, n), 0
			for _, c := range part {
				seen[c.Path]++
				load += c.weight
			}
			if load < total/n-37 || load > total/n+37 {
				t.Errorf("part %d of %d weighs %d of %d", i, n, load, total)
			}
			shuffled := slices.Clone(charts)
			slices.Reverse(shuffled)
			again := Shard(shuffled, i, n)
			slices.Reverse(again)
			if fmt.Sprint(part) != fmt.Sprint(again) {
				t.Errorf("part %d of %d depends on the order of the charts", i, n)
			}
		}
		for _, c := range charts {
			if seen[c.Path] != 1 {
				t.Errorf("%s is in %d parts of %d", c.Path, seen[c.Path], n)
			}
		}
	}
}

// A chart changes with its files, with what it depends on, however far away,
// and with the configuration above it; charts that depend on each other end.
func TestChanged(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, on := range map[string]string{"app": "file://../lib", "lib": "file://../base", "base": "", "other": "", "ring-a": "file://../ring-b", "ring-b": "file://../ring-a"} {
		text := "name: " + name + "\n"
		if on != "" {
			text += "dependencies: [{name: x, repository: \"" + on + "\"}]\n"
		}
		if err := os.MkdirAll(filepath.Join(root, name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, name, "Chart.yaml"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	charts, err := Find(root)
	if err != nil || len(charts) != 6 {
		t.Fatalf("%d charts, %v", len(charts), err)
	}
	for _, tc := range []struct {
		file string
		want []string
	}{
		{"base/templates/x.tpl", []string{"app", "base", "lib"}},
		{"app/values.yaml", []string{"app"}},
		{"app-2/values.yaml", nil},
		{"ring-b/values.yaml", []string{"ring-a", "ring-b"}},
		{"README.md", nil},
		{".spreadlint.yaml", []string{"app", "base", "lib", "other", "ring-a", "ring-b"}},
		{"other/.spreadlint.yaml", []string{"other"}},
	} {
		var got []string
		for _, c := range Changed(charts, []string{filepath.Join(root, filepath.FromSlash(tc.file))}) {
			got = append(got, c.Name)
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: got %v, want %v", tc.file, got, tc.want)
		}
	}
}
