package report

import (
	"strings"

	"github.com/spreadlint/spreadlint/lint"
)

// homepage is where the rules are explained.
const homepage = "https://github.com/spreadlint/spreadlint"

func ruleURL(id string) string { return homepage + "/blob/main/docs/rules/" + id + ".md" }

// headline is a finding in a line: what is wrong, and what is legal unless that
// is said already.
func headline(f lint.Finding) string {
	text := plain(f.Message)
	if caret := plain(f.Caret); caret != "" && !strings.HasSuffix(text, caret) {
		text += ": " + caret
	}
	return text
}

// details are what else a finding says, a line each.
func details(f lint.Finding) []string {
	var lines []string
	add := func(label, text string) {
		if text = plain(text); text != "" {
			lines = append(lines, label+": "+text)
		}
	}
	if f.Location.Layer == lint.LayerSet {
		add("argument", position(f.Location))
	}
	add("value", f.Path.String())
	add("in", inProfiles(f))
	add("hits", strings.Join(hitNames(f), ", "))
	add("effect", f.Effect)
	for _, note := range f.Notes {
		add("note", note)
	}
	for i, fix := range f.Fixes {
		label := "fix"
		if i > 0 {
			label = "also"
		}
		add(label, fix.Title+" ("+string(fix.Safety)+")")
	}
	return lines
}

// inProfiles says in which environments a finding is, "" where there are none.
func inProfiles(f lint.Finding) string {
	if len(f.Profiles) == 0 {
		return ""
	}
	return "profile " + strings.Join(f.Profiles, ", ")
}

// hitNames are the workloads of a finding, not all when they are many.
func hitNames(f lint.Finding) []string {
	if len(f.Workloads) <= maxNames {
		return f.Workloads
	}
	names := append([]string{}, f.Workloads[:maxNames]...)
	return append(names, "and "+count(len(f.Workloads)-maxNames, "other"))
}

// summaryLine says what was looked at and what was found, in a line without
// colour.
func summaryLine(r lint.Report) string {
	p := newPrinter(Options{})
	p.summary(lint.Report{Charts: r.Charts, Workloads: r.Workloads, Rules: r.Rules, Findings: r.Findings, Unjudged: r.Unjudged,
		Kube: r.Kube, Accepted: r.Accepted, Profiles: r.Profiles})
	first, _, _ := strings.Cut(strings.TrimSpace(p.String()), "\n") // without a line for each profile
	return first
}

// bySeverity are the findings, the gravest first, otherwise in their order.
func bySeverity(all []lint.Finding) []lint.Finding {
	var sorted []lint.Finding
	for _, s := range []lint.Severity{lint.Error, lint.Warning, lint.Info, 0} {
		for _, f := range all {
			if f.Severity == s {
				sorted = append(sorted, f)
			}
		}
	}
	return sorted
}
