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
	Text       Format = "text"       // for people
	JSON       Format = "json"       // for programs; see JSONSchema
	SARIF      Format = "sarif"      // SARIF 2.1.0, for code scanning
	GitHub     Format = "github"     // workflow commands that annotate a pull request
	GitLab     Format = "gitlab"     // Code Quality of GitLab
	JUnit      Format = "junit"      // for what shows results of tests
	Checkstyle Format = "checkstyle" // for reviewdog, Jenkins and the like
	Markdown   Format = "markdown"   // for a job's summary or a comment
)

// formats are all formats, the default first.
var formats = []struct {
	name  Format
	write func(io.Writer, lint.Report, Options) error
}{
	{Text, writeText}, {JSON, writeJSON}, {SARIF, writeSARIF}, {GitHub, writeGitHub}, {GitLab, writeGitLab},
	{JUnit, writeJUnit}, {Checkstyle, writeCheckstyle}, {Markdown, writeMarkdown},
}

// Formats lists all formats, the default first.
func Formats() []string {
	var names []string
	for _, f := range formats {
		names = append(names, string(f.name))
	}
	return names
}

// Options say how a report is shown.
type Options struct {
	Color bool
	Width int // columns of the terminal; 0 when there is none, which wraps at 100

	// Version is that of the program, for formats that name it.
	Version string
	// Root is the folder that formats for machines name files from, and Here
	// the one that names given on the command line start from. Both are
	// absolute; without them files are named as they were given.
	Root, Here string
}

// Write writes the report in a format, all at once. The error is that of an
// unknown format, or of the writer.
func Write(w io.Writer, r lint.Report, f Format, o Options) error {
	for _, known := range formats {
		if known.name == f {
			return known.write(w, r, o)
		}
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
