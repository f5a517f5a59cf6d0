package cli

import (
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/spreadlint/spreadlint/report"
)

// helmWarnings collects what Helm says while charts are rendered. A chart with
// many values files says the same for each of them: it is told once a chart.
type helmWarnings struct {
	renders map[string]int // of each chart
	said    []helmWarning
}

// helmWarning is what Helm said of a chart, and in which of its renders.
type helmWarning struct {
	chart, text string
	cases       []string
	render      int // the last in which it was said
}

// add takes what Helm said in one render of a chart. The case tells renders of
// the chart apart: a values file or a profile, "" where there is but one.
func (w *helmWarnings) add(chart, one string, warnings []string) {
	if w.renders == nil {
		w.renders = map[string]int{}
	}
	w.renders[chart]++
	for _, warning := range warnings {
		text := withoutValue(warning)
		i := slices.IndexFunc(w.said, func(s helmWarning) bool { return s.chart == chart && s.text == text })
		if i < 0 {
			w.said = append(w.said, helmWarning{chart: chart, text: text})
			i = len(w.said) - 1
		}
		if s := &w.said[i]; s.render != w.renders[chart] {
			s.cases, s.render = append(s.cases, one), w.renders[chart]
		}
	}
}

// tell prints the warnings in the order in which they came. The chart is named
// unless there is but one render.
func (w *helmWarnings) tell(out io.Writer) {
	alone := len(w.renders) == 1 && w.renders[w.only()] == 1
	for _, s := range w.said {
		where := s.chart
		switch all := w.renders[s.chart]; {
		case alone:
			where = ""
		case len(s.cases) == 1 && all > 1:
			where += " with " + shortCase(s.chart, s.cases[0])
		case len(s.cases) < all:
			where += fmt.Sprintf(" (%d of its %d sets of values)", len(s.cases), all)
		}
		if where != "" {
			where = report.Clean(where) + ": "
		}
		fmt.Fprintf(out, "helm: %s%s\n", where, s.text)
	}
}

func (w *helmWarnings) only() (chart string) {
	for chart = range w.renders {
	}
	return chart
}

// shortCase is a values file as seen from its chart, or what is none as it is.
func shortCase(chart, file string) string {
	if short, err := filepath.Rel(chart, file); err == nil && filepath.IsLocal(short) {
		return filepath.ToSlash(short)
	}
	return file
}

// printedValue is the value at the end of Helm's warnings about values.
var printedValue = regexp.MustCompile(`(?s)\s*\(.*\)$`)

// withoutValue is a warning of Helm's without the value, which may be secret.
func withoutValue(warning string) string {
	return printedValue.ReplaceAllString(report.Clean(warning), "")
}
