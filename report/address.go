package report

import (
	"net/url"
	"path/filepath"
	"strings"

	"github.com/spreadlint/spreadlint/lint"
)

// slashed writes a path as on every system.
func slashed(file string) string { return filepath.ToSlash(file) }

// relative names a file from the root of the repository, with slashes. What
// lies outside of it keeps its name.
func (o Options) relative(file string) string {
	if o.Root == "" || o.Here == "" || file == "" || file[0] == '<' || strings.HasPrefix(file, "--") {
		return slashed(file)
	}
	absolute := file
	if !filepath.IsAbs(file) {
		absolute = filepath.Join(o.Here, file)
	}
	inside, err := filepath.Rel(o.Root, absolute)
	if err != nil || inside == ".." || strings.HasPrefix(inside, ".."+string(filepath.Separator)) {
		return slashed(file)
	}
	return slashed(inside)
}

// address is where a machine shows a finding: a file of the repository and a
// place in it. A finding about an argument or about a chart as a whole is
// shown at the chart's Chart.yaml, for a folder has no lines. Line is 0 when
// there is none.
type address struct {
	file          string
	line, column  int
	endLine, stop int // stop is the column behind the last one
}

func (o Options) address(f lint.Finding) address {
	l := f.Location
	switch {
	case l.Layer == lint.LayerSet:
		return address{file: o.relative(manifestOf(f.Chart))}
	case l.Layer == lint.LayerChart && l.Start.Line == 0:
		return address{file: o.relative(manifestOf(l.File))}
	}
	a := o.place(l)
	if a.file == "<stdin>" {
		a.file = "stdin"
	}
	return a
}

// place is the address of a location.
func (o Options) place(l lint.Location) address {
	return address{file: o.relative(l.File), line: l.Start.Line, column: l.Start.Column, endLine: l.End.Line, stop: l.End.Column}
}

// manifestOf is the file that stands for a chart.
func manifestOf(chart string) string {
	if chart == "" || strings.HasSuffix(chart, ".tgz") || strings.HasSuffix(chart, ".yaml") || strings.HasSuffix(chart, ".tpl") {
		return chart
	}
	return strings.TrimRight(slashed(chart), "/") + "/Chart.yaml"
}

// uri is a name of a file as part of a URI.
func uri(file string) string {
	if filepath.IsAbs(file) {
		return (&url.URL{Scheme: "file", Path: slashed(file)}).String()
	}
	// A colon before the first slash would make a scheme of the name.
	u := (&url.URL{Path: file}).String()
	return strings.TrimPrefix(u, "./")
}

// fingerprints are those of the findings and of the accepted ones.
func (o Options) fingerprints(r lint.Report) (found, accepted []string) {
	all := make([]lint.Finding, 0, len(r.Findings)+len(r.Accepted))
	all = append(all, r.Findings...)
	for _, a := range r.Accepted {
		all = append(all, a.Finding)
	}
	prints := lint.Fingerprints(all, o.relative)
	return prints[:len(r.Findings)], prints[len(r.Findings):]
}
