package values

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestCharts holds the laws at five entries of every YAML file in a folder of
// charts that SPREADLINT_CHARTS names, and reports what became of the edits.
func TestCharts(t *testing.T) {
	folder := os.Getenv("SPREADLINT_CHARTS")
	if folder == "" {
		t.Skip("SPREADLINT_CHARTS names no folder of charts")
	}
	files, count := 0, outcomes{}
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".yaml") {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if _, err := ParseDocument(path, src); err != nil {
			return nil // a template, or not for Helm
		}
		files++
		t.Run(path, func(t *testing.T) {
			for reason, n := range hold(t, src, uint64(files), 5) {
				count[reason] += n
			}
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files", files)
	reasons := make([]string, 0, len(count))
	for reason := range count {
		reasons = append(reasons, reason)
	}
	slices.Sort(reasons)
	for _, reason := range reasons {
		t.Logf("%7d %s", count[reason], reason)
	}
}
