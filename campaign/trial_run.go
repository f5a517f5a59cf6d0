package main

import (
	"fmt"
	"slices"
	"strings"
)

// The outcomes of a trial that are as they should be; all others are failures.
var fine = []string{"blamed", "refused, place named", "refused, reason named", "did not reach", "harmless"}

// run renders and lints the override, and says what came of it.
func (t *trial) run() {
	helm, lint := t.template(t.chart.dir, t.args...), t.lint(t.chart.dir, t.args...)
	if helm.timedOut {
		return
	}
	decoded, _ := reportOf(lint)
	docs := documents(helm.out)
	outcome, named := t.outcome(helm, lint, decoded, docs)
	t.result.Trials[outcome]++
	if t.result.Defects[t.defect.name] == nil {
		t.result.Defects[t.defect.name] = outcomes{}
	}
	t.result.Defects[t.defect.name][outcome]++
	if !slices.Contains(fine, outcome) {
		t.result.fail("trial", outcome+": "+t.defect.name, t.about()+": "+shown(t.news(decoded)), helm, lint)
	}
	if helm.exit == 0 {
		for _, f := range t.news(decoded) {
			if judge(f, docs) == isFalse {
				t.result.Trials["false extra"]++
				t.result.fail("trial", "false extra "+f.Rule+": "+t.defect.name, t.about()+": "+shown([]finding{f}), helm, lint)
			}
		}
	}
	if named != nil && t.variant != "set" {
		t.checkFix(helm, docs, decoded, *named)
	}
}

func (t *trial) about() string {
	return fmt.Sprintf("%s (%s, %s, lines %v)", t.proven.path, t.proven.found, t.variant, t.lines)
}

// news are the findings that neither the defaults nor the legal value have.
func (t *trial) news(decoded report) []finding {
	return fresh(decoded.Findings, t.findings, t.control)
}

// outcome says how spreadlint took the defect, with the finding that is meant.
func (t *trial) outcome(helm, lint ran, decoded report, docs []document) (string, *finding) {
	switch {
	case lint.timedOut:
		return "timeout", nil
	case lint.crashed():
		return "crash", nil
	case helm.exit != 0:
		return t.refused(helm, lint, decoded)
	case decoded.Summary.Unjudged:
		return "refused by spreadlint only", nil
	}
	if !t.reached(docs) {
		return "did not reach", nil
	}
	elsewhere, other := false, false
	for _, f := range decoded.Findings {
		expected := slices.Contains(t.defect.rules, f.Rule)
		switch own := t.own(f); {
		case expected && own:
			return "blamed", &f
		case expected && slices.ContainsFunc(t.news(decoded), func(g finding) bool { return g.key() == f.key() }):
			elsewhere = true
		case own:
			other = true
		}
	}
	switch {
	case elsewhere:
		return "right rule elsewhere", nil
	case t.defect.optional:
		return "harmless", nil
	case other:
		return "other rule", nil
	}
	return "missed", nil
}

// refused is the outcome where helm refuses the override: spreadlint must not
// be green, and say where, or at least what helm says.
func (t *trial) refused(helm, lint ran, decoded report) (string, *finding) {
	if lint.exit == 0 || len(decoded.Findings) == 0 && lint.exit != 2 {
		return "green though helm refuses", nil
	}
	for _, f := range decoded.Findings {
		if t.own(f) {
			return "refused, place named", &f
		}
	}
	if reason := squeeze(reasonOf(helm.err)); strings.Contains(squeeze(saidOf(decoded)+string(lint.err)), reason) {
		return "refused, reason named", nil
	}
	return "refused, neither place nor reason", nil
}

// reached reports whether helm's output has the defect; of a key that nothing
// reads, whether it has nothing of it.
func (t *trial) reached(docs []document) bool {
	if t.defect.move != nil {
		return len(moved(t.proven.base, signature(docs))) == 0 && t.unread(docs)
	}
	return t.defect.reaches == nil || t.defect.reaches(t.proven, docs)
}

// unread reports whether objects other than workloads have nothing of a moved
// key either: some charts print whole maps into a ConfigMap.
func (t *trial) unread(docs []document) bool {
	difference, _ := firstDifference(t.proven.baseDocuments, t.proven.baseDocuments, docs)
	if difference == "" {
		return true
	}
	again, err := t.templateWith(t.proven.around...)
	difference, _ = firstDifference(t.proven.baseDocuments, documents(again.out), docs)
	return difference == "" && err == nil
}

// own reports whether a finding is on a line of the defect.
func (t *trial) own(f finding) bool {
	if t.variant == "set" {
		return strings.HasPrefix(f.Location.File, "--set")
	}
	return f.Location.File == t.file && slices.ContainsFunc(t.lines, func(l [2]int) bool { return l[0] <= f.Location.Line && f.Location.Line <= l[1] })
}

func shown(found []finding) string {
	var all []string
	for _, f := range found {
		all = append(all, fmt.Sprintf("%s at %s:%d %s", f.Rule, f.Location.File, f.Location.Line, f.Path))
	}
	if len(all) == 0 {
		return "no new finding"
	}
	return strings.Join(all, "; ")
}
