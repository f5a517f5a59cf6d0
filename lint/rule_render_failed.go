package lint

import (
	"errors"
	"strings"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

var renderFailed = register(Rule{
	ID: "render-failed", Category: "run", Severity: Error, Since: "0.1.0",
	Title: "The chart could not be rendered",
	Doc: `Helm's engine, the chart's files or a values file stopped the render: nothing could be judged. The exit code is 2,
whatever ` + "`--fail-on`" + ` says: a render failure is never green. The rule cannot be ignored.`,
	Engine: true,
})

var nothingChecked = register(Rule{
	ID: "nothing-checked", Category: "run", Severity: Error, Since: "0.1.0",
	Title: "No workload was found",
	Doc: `The chart rendered, but no object that makes pods came out: the wrong path, or values that switch everything off. The
exit code is 2, because a gate that looks at nothing must not be green. ` + "`--allow-empty`" + ` accepts it.`,
	Engine: true,
})

// Failed is the report on a chart that could not be judged.
func Failed(chart string, err error) Report {
	f := Finding{Chart: chart, Rule: renderFailed.ID, Category: renderFailed.Category, Severity: renderFailed.Severity, Message: err.Error()}
	f.Effect = "nothing was judged"
	f.Location = Location{File: chart, Layer: LayerChart}
	var failure *render.Failure
	var syntax *values.SyntaxError
	switch {
	case errors.As(err, &failure):
		f.Message, f.Notes = failure.Message, append(failure.Notes, failure.Hints...)
		if failure.File != "" {
			f.Location = Location{File: failure.File, Layer: LayerTemplate, Text: failure.Text}
			f.Location.Start.Line, f.Location.Start.Column = failure.Line, failure.Column
			f.Location.End = f.Location.Start
		}
		if strings.HasPrefix(failure.File, "--") {
			f.Location.Layer = LayerSet
		} else if !failure.InTemplate() {
			f.Location.Layer = LayerChart
		}
	case errors.As(err, &syntax):
		f.Message = syntax.Message
		if syntax.Hint != "" {
			f.Notes = []string{syntax.Hint}
		}
		f.Location = Location{File: syntax.File, Layer: LayerValues, Start: values.Pos{Line: syntax.Line, Column: syntax.Column}}
		f.Location.End = f.Location.Start
	}
	report := Report{Findings: []Finding{f}, Unjudged: true}
	if failure != nil && failure.Unrendered != nil {
		report.Findings = append(report.Findings, violationsOf(failure.Unrendered, chart)...)
	}
	if chart != "" {
		report.Charts = []string{chart}
	}
	return report
}

// NothingChecked turns a report without workloads into one that is not green.
func (r *Report) NothingChecked(chart string) {
	f := Finding{Rule: nothingChecked.ID, Category: nothingChecked.Category, Severity: nothingChecked.Severity,
		Message: "no workload was found: nothing was checked", Effect: "a gate that looks at nothing would always be green",
		Notes: []string{"is it the right path, and do the values switch everything off? --allow-empty accepts it"}}
	if len(r.NotJudged) > 0 {
		f.Notes = []string{"what places pods here are custom resources, in a way that only their operators know: " + strings.Join(r.NotJudged, ", ") + "; --allow-empty accepts it"}
	}
	f.Location = Location{File: chart, Layer: LayerChart}
	r.Findings = append(r.Findings, f)
	r.Unjudged = true
}
