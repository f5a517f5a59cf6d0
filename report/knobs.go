package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spreadlint/spreadlint/lint"
)

// WriteKnobs writes the proven map of values to fields, as a table or as JSON.
func WriteKnobs(w io.Writer, knobs []lint.Knob, f Format) error {
	switch f {
	case "json":
		return writeKnobsJSON(w, knobs)
	case "text":
	default:
		return fmt.Errorf("--output %q is no format of knobs; legal: text, json", f)
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "WORKLOAD\tFIELD\tVALUE\tCURRENT\tLEGAL\tSET AT")
	last := ""
	for _, k := range knobs {
		workload := k.Workload
		if workload == last {
			workload = ""
		}
		last = k.Workload
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", Clean(workload), k.Field, Clean(k.Path.String()),
			Clean(currentText(k)), Clean(strings.Join(k.Legal, "|")), Clean(knobPlace(k)))
	}
	return table.Flush()
}

func currentText(k lint.Knob) string {
	if k.Current == nil {
		return "(unset)"
	}
	b, err := json.Marshal(k.Current)
	text := strings.Trim(string(b), `"`)
	if err != nil || text == "" {
		return `""`
	}
	if len(text) > 40 {
		text = text[:37] + "..."
	}
	return text
}

func knobPlace(k lint.Knob) string {
	if k.Location.Start.Line == 0 {
		return k.Location.File
	}
	place := fmt.Sprintf("%s:%d", k.Location.File, k.Location.Start.Line)
	if !k.Set {
		return "insert at " + place
	}
	return place
}

type knobJSON struct {
	Workload string       `json:"workload"`
	Field    string       `json:"field"`
	Path     string       `json:"path"`
	Legal    []string     `json:"legal"`
	Current  any          `json:"current"`
	Set      bool         `json:"set"`
	Location jsonLocation `json:"location"`
}

func writeKnobsJSON(w io.Writer, knobs []lint.Knob) error {
	list := make([]knobJSON, 0, len(knobs))
	for _, k := range knobs {
		list = append(list, knobJSON{Workload: k.Workload, Field: k.Field, Path: k.Path.String(), Legal: append([]string{}, k.Legal...),
			Current: k.Current, Set: k.Set, Location: newJSONLocation(k.Location)})
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(map[string]any{"version": 1, "knobs": list})
}
