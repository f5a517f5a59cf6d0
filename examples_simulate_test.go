package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spreadlint/spreadlint/cli"
)

var simulateLine = regexp.MustCompile(`(?m)^# simulate: (.*)$`)

// TestSimulatedExamples simulates what each inventory of examples/ names in
// its lines `# simulate: arguments`, and compares what is shown with the .txt
// file beside it.
func TestSimulatedExamples(t *testing.T) {
	files, err := filepath.Glob("examples/nodes-*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			lines := simulateLine.FindAllStringSubmatch(string(text), -1)
			if lines == nil {
				t.Fatalf("%s does not name what is placed on it in a line `# simulate: charts/...`", file)
			}
			var got strings.Builder
			for _, m := range lines {
				args := append(strings.Fields("simulate "+m[1]), "--nodes", filepath.ToSlash(file))
				var stdout, stderr bytes.Buffer
				code := cli.Run(append([]string{"spreadlint"}, args...), strings.NewReader(""), &stdout, &stderr)
				fmt.Fprintf(&got, "$ spreadlint %s\n%s%sexit %d\n\n", strings.Join(args, " "), stdout.String(), stderr.String(), code)
			}
			compareFile(t, strings.TrimSuffix(file, ".yaml")+".txt", got.String())
		})
	}
}

// TestGuidePicture draws the picture that README.md shows.
func TestGuidePicture(t *testing.T) {
	var stdout, stderr bytes.Buffer
	code := cli.Run(strings.Fields("spreadlint simulate demo charts/connectware -f examples/values-prod.yaml --nodes examples/nodes-plant.yaml --lose zone=hall-2 -o svg"),
		strings.NewReader(""), &stdout, &stderr)
	if code != cli.ExitClean {
		t.Fatalf("exit %d\n%s", code, stderr.String())
	}
	compareFile(t, filepath.Join("docs", "guides", "simulate.svg"), stdout.String())
}
