package report

import (
	"fmt"
	"strings"

	"github.com/spreadlint/spreadlint/lint"
)

// summary prints the last line: what was looked at and what was found, so that
// nothing looks clean that was not looked at.
func (p *printer) summary(r lint.Report) {
	var parts []string
	if names := charts(r); len(names) > 0 {
		parts = append(parts, count(len(names), "chart"))
	}
	if n := len(r.Profiles); n > 0 {
		parts = append(parts, count(n, "profile"))
	}
	workloads := count(r.Workloads, "workload")
	if r.Kube != "" && len(r.Profiles) == 0 {
		workloads += fmt.Sprintf(" (Kubernetes %s)", strings.TrimPrefix(plain(r.Kube), "v"))
	}
	parts = append(parts, workloads, count(len(r.Rules), "rule"))
	if len(r.Findings) == 0 {
		parts = append(parts, "no findings")
	} else {
		parts = append(parts, fmt.Sprintf("%s (%s)", count(len(r.Findings), "finding"), p.severities(r)))
	}
	p.print(strings.Join(parts, ", "))
	if r.Unjudged {
		p.print("; " + p.ink.severity("not everything could be judged", lint.Error))
	}
	if len(r.Accepted) > 0 {
		p.print("; " + count(len(r.Accepted), "accepted finding") + " not shown")
	}
	if len(r.Settings) > 0 {
		p.print("; settings of " + plain(strings.Join(r.Settings, ", ")))
	}
	p.print("\n")
	p.matrix(r)
	p.notJudged(r.NotJudged)
	p.skipped(r.Skipped)
}

// notJudged names what places pods in a way that is not known here.
func (p *printer) notJudged(names []string) {
	if len(names) > 0 {
		p.sentence("not judged, their operators place the pods: " + some(names))
	}
}

// matrix is a line for each environment.
func (p *printer) matrix(r lint.Report) {
	severalCharts := len(charts(r)) > 1
	width := 0
	name := func(j lint.Judged) string {
		if severalCharts {
			return plain(j.Chart + " " + j.Profile)
		}
		return plain(j.Profile)
	}
	for _, j := range r.Profiles {
		width = max(width, columns(name(j)))
	}
	for _, j := range r.Profiles {
		nodes, found := clusterOf(j), p.found(j, r)
		if j.Kube != "" {
			found += p.ink.dim("  (Kubernetes " + strings.TrimPrefix(plain(j.Kube), "v") + ")")
		}
		p.print("  " + name(j) + spaces(width-columns(name(j))) + "  " + nodes + spaces(len("no nodes given")-len(nodes)) + "  " + found + "\n")
	}
}

func clusterOf(j lint.Judged) string {
	if j.Nodes > 0 {
		return count(j.Nodes, "node")
	}
	return "no nodes given"
}

// found is what an environment came to.
func (p *printer) found(j lint.Judged, r lint.Report) string {
	errors, warnings, infos := j.Count(r)
	switch {
	case j.Unjudged:
		return p.ink.severity("not judged", lint.Error)
	case errors+warnings+infos > 0:
		return p.counts(errors, warnings, infos)
	}
	return "no findings"
}

// skipped names the rules that did not run, by reason.
func (p *printer) skipped(all []lint.Skipped) {
	var reasons []string
	rules := map[string][]string{}
	for _, s := range all {
		if rules[s.Reason] == nil {
			reasons = append(reasons, s.Reason)
		}
		rules[s.Reason] = append(rules[s.Reason], s.Rule)
	}
	for _, reason := range reasons {
		for i, line := range wrap("skipped, "+plain(reason)+": "+strings.Join(rules[reason], ", "), p.width-2) {
			if i > 0 {
				line = "  " + line
			}
			p.print(p.ink.dim(line) + "\n")
		}
	}
}

func (p *printer) severities(r lint.Report) string {
	return p.counts(severityCounts(r))
}

func (p *printer) counts(errors, warnings, infos int) string {
	var parts []string
	add := func(n int, of lint.Severity) {
		if n > 0 {
			parts = append(parts, p.ink.severity(count(n, of.String()), of))
		}
	}
	add(errors, lint.Error)
	add(warnings, lint.Warning)
	add(infos, lint.Info)
	return strings.Join(parts, ", ")
}

func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
