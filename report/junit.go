package report

import (
	"encoding/xml"
	"io"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/lint"
)

type (
	junitReport struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Skipped  int          `xml:"skipped,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		File    string        `xml:"file,attr,omitempty"`
		Line    int           `xml:"line,attr,omitempty"`
		Error   *junitMessage `xml:"error"`
		Failure *junitMessage `xml:"failure"`
		Skipped *junitMessage `xml:"skipped"`
		Output  string        `xml:"system-out,omitempty"`
	}
	junitMessage struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
)

// writeJUnit writes a suite for each chart and a case for each finding: an
// error for what could not be judged, a failure for errors and warnings, a
// passed case with output for advice, a skipped one for what is accepted. A
// chart without findings is one case that passed. With profiles a suite is a
// chart in one environment, and a finding of several is in the suite of each.
func writeJUnit(w io.Writer, r lint.Report, o Options) error {
	out := junitReport{Name: "spreadlint"}
	for _, j := range r.Profiles {
		out.suite(o.relative(j.Chart) + inProfile(j.Profile))
	}
	for _, name := range charts(r) {
		if !slices.ContainsFunc(r.Profiles, func(j lint.Judged) bool { return j.Chart == name }) {
			out.suite(o.relative(name))
		}
	}
	for _, f := range r.Findings {
		c := o.junitCase(f)
		message := &junitMessage{Message: headline(f), Type: f.Rule, Text: strings.Join(details(f), "\n")}
		for _, name := range o.suitesOf(f, r) {
			suite := out.suite(name)
			switch {
			case f.Category == "run":
				c.Error = message
				suite.Errors++
			case f.Severity == lint.Info:
				c.Output = headline(f) + "\n" + message.Text
			default:
				c.Failure = message
				suite.Failures++
			}
			suite.Cases = append(suite.Cases, c)
		}
	}
	for _, a := range r.Accepted {
		c := o.junitCase(a.Finding)
		c.Skipped = &junitMessage{Message: plain("accepted by " + string(a.By) + ": " + a.Reason)}
		for _, name := range o.suitesOf(a.Finding, r) {
			suite := out.suite(name)
			suite.Skipped++
			suite.Cases = append(suite.Cases, c)
		}
	}
	for i := range out.Suites {
		suite := &out.Suites[i]
		if len(suite.Cases) == 0 {
			suite.Cases = []junitCase{{Class: suite.Name, Name: "no findings"}}
		}
		suite.Tests = len(suite.Cases)
		out.Tests += suite.Tests
		out.Failures += suite.Failures
		out.Errors += suite.Errors
		out.Skipped += suite.Skipped
	}
	return writeXML(w, out)
}

func (o Options) junitCase(f lint.Finding) junitCase {
	a := o.address(f)
	name := position(lint.Location{File: a.file, Start: f.Location.Start})
	if f.Location.Layer == lint.LayerSet {
		name = position(f.Location)
	}
	if path := plain(f.Path.String()); path != "" {
		name += " " + path
	}
	return junitCase{Class: f.Rule, Name: name, File: plain(a.file), Line: a.line}
}

// suiteOf is the chart of a finding; a finding about a file as such belongs to
// that file.
func (o Options) suiteOf(f lint.Finding, r lint.Report) string {
	switch {
	case f.Chart != "":
		return o.relative(f.Chart)
	case len(charts(r)) == 1:
		return o.relative(r.Charts[0])
	}
	return o.relative(f.Location.File)
}

// suitesOf are the suites that a finding is in: one for each environment.
func (o Options) suitesOf(f lint.Finding, r lint.Report) []string {
	name := o.suiteOf(f, r)
	if len(f.Profiles) == 0 {
		return []string{name}
	}
	return each(f.Profiles, func(profile string) string { return name + inProfile(profile) })
}

func inProfile(name string) string { return " (profile " + name + ")" }

// suite is the suite of a chart, made when there is none.
func (r *junitReport) suite(name string) *junitSuite {
	name = plain(name)
	i := slices.IndexFunc(r.Suites, func(s junitSuite) bool { return s.Name == name })
	if i < 0 {
		r.Suites = append(r.Suites, junitSuite{Name: name})
		i = len(r.Suites) - 1
	}
	return &r.Suites[i]
}
