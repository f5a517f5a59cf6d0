package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// renderWord starts this program as the child that renders one chart: no
// command prints the bytes of a render, and a chart that never ends must not
// stop the campaign.
const renderWord = "render-child"

// rendered is what the child prints.
type rendered struct {
	Texts  map[string]string // by template
	Values map[string]any    // the chart's, its dependencies' and the user's, as Helm merges them
}

func renderChild(args []string, stdout, stderr io.Writer) int {
	options := render.Options{KubeVersion: args[1]}
	for _, name := range args[2:] {
		text, err := os.ReadFile(name)
		if err != nil {
			return sayChild(stderr, err)
		}
		file, err := values.Parse(name, text)
		if err != nil {
			return sayChild(stderr, err)
		}
		options.Values.Files = append(options.Values.Files, file)
	}
	release, err := render.Render(args[0], options)
	if err != nil {
		return sayChild(stderr, err)
	}
	if err := json.NewEncoder(stdout).Encode(rendered{release.Texts(), release.Values()}); err != nil {
		return sayChild(stderr, err)
	}
	return 0
}

func sayChild(stderr io.Writer, err error) int {
	fmt.Fprintln(stderr, err)
	return 2
}
