// Package report is everything that spreadlint shows: findings as text and as
// JSON, and what the rules are about, for a terminal and as documentation
// pages.
//
// It judges nothing and changes nothing: what it is given is what it prints,
// in the order given. Text from a chart or a values file never reaches a
// terminal unless it went through Clean.
package report

import (
	"fmt"
	"io"
	"slices"

	"github.com/spreadlint/spreadlint/lint"
)

// Format is a way to write a report.
type Format string

const (
	Text Format = "text" // for people
	JSON Format = "json" // for programs; see JSONSchema
)

// Formats lists all formats, the default first.
func Formats() []string { return []string{string(Text), string(JSON)} }

// Options say how text is shown. Other formats have no use for them.
type Options struct {
	Color bool
	Width int // columns of the terminal; 0 when there is none, which wraps at 100
}

// Write writes the report in a format, all at once. The error is that of an
// unknown format, or of the writer.
func Write(w io.Writer, r lint.Report, f Format, o Options) error {
	switch f {
	case Text:
		return writeText(w, r, o)
	case JSON:
		return writeJSON(w, r)
	}
	return fmt.Errorf("unknown format %q: legal are %q", string(f), Formats())
}

// severityCounts is how many findings there are of each severity.
func severityCounts(r lint.Report) (errors, warnings, infos int) {
	for _, f := range r.Findings {
		switch f.Severity {
		case lint.Error:
			errors++
		case lint.Warning:
			warnings++
		default:
			infos++
		}
	}
	return errors, warnings, infos
}

// charts are the names of the charts, each once: a chart that is linted with
// several values files is one chart.
func charts(r lint.Report) []string {
	names := []string{}
	for _, name := range r.Charts {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
