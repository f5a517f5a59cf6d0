package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// A killed process of the same number left its file: containers number alike.
func TestWriteFileBesideLeftover(t *testing.T) {
	folder := t.TempDir()
	leftover := filepath.Join(folder, fmt.Sprintf(".values.yaml.%d", os.Getpid()))
	if err := os.WriteFile(leftover, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(folder, "values.yaml")
	if err := writeFile(name, func(file *os.File) error { _, err := file.WriteString("whole"); return err }); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{name: "whole", leftover: "half"} {
		if got, err := os.ReadFile(file); err != nil || string(got) != want {
			t.Errorf("%s holds %q (%v), want %q", file, got, err, want)
		}
	}
}
