package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
)

// checkFix lets spreadlint correct the override and looks at the new file with
// helm: it renders, the finding is gone, nothing new came, and only placement
// changed.
func (t *trial) checkFix(before ran, docs []document, decoded report, named finding) {
	fixed := t.file + ".fixed"
	_ = os.Remove(fixed) // of an earlier run
	fix := t.start(2*t.limit, t.spreadlint, "fix", t.chart.dir, "-f", t.file, "--kube-version", t.kubeVersion, "--no-config", "--unsafe-fixes", "--out", fixed)
	outcome, detail := t.fixed(fix, fixed, before, docs, decoded, named)
	t.result.Fixes[outcome]++
	switch outcome {
	case "mended", "refused with a reason", "other findings mended":
	default:
		t.result.fail("fix", outcome+": "+named.Rule+", "+t.defect.name, t.about()+": "+detail, fix, before)
	}
}

func (t *trial) fixed(fix ran, fixed string, before ran, docs []document, decoded report, named finding) (outcome, detail string) {
	switch {
	case fix.timedOut:
		return "timeout", ""
	case fix.crashed():
		return "crash", string(fix.err)
	}
	old, err := os.ReadFile(t.file)
	if err != nil {
		return "file lost", err.Error()
	}
	now, err := os.ReadFile(fixed)
	if err != nil || bytes.Equal(old, now) {
		if said := string(fix.out) + string(fix.err); strings.Contains(said, named.Rule) || strings.Contains(said, "line") {
			return "refused with a reason", ""
		}
		return "refused without a reason", string(fix.out) + string(fix.err)
	}
	helm, lint := t.template(t.chart.dir, "-f", fixed), t.lint(t.chart.dir, "-f", fixed)
	if helm.exit != 0 {
		if before.exit != 0 {
			return "helm still refuses", string(helm.err)
		}
		return "helm refuses the corrected file", string(helm.err)
	}
	after, ok := reportOf(lint)
	if !ok || after.Summary.Unjudged {
		return "corrected file not judged", string(lint.err)
	}
	for _, f := range fresh(after.Findings, decoded.Findings, t.control, t.findings) {
		again := slices.ContainsFunc(decoded.Findings, func(old finding) bool { return f.Path != "" && old.Rule == f.Rule && old.Path == f.Path }) // of a workload with a random name
		if f.Severity != "info" && before.exit == 0 && !again {
			return "a new finding came", fmt.Sprintf("%s at %s:%d", f.Rule, f.Location.File, f.Location.Line)
		}
	}
	if before.exit == 0 && slices.Contains(rulesOfPods, t.proven.family) {
		if difference := t.besidePlacement(docs, documents(helm.out)); difference != "" {
			return "more than placement changed", difference
		}
	}
	if slices.ContainsFunc(after.Findings, func(f finding) bool { return f.Rule == named.Rule && f.Path == named.Path && f.key() == named.key() }) {
		return "other findings mended", ""
	}
	return "mended", ""
}

// besidePlacement says in what two outputs differ when what decides placement
// is left out, and what helm renders otherwise at each run.
func (t *trial) besidePlacement(before, after []document) string {
	var again map[string]string
	a, b := besides(before), besides(after)
	for _, id := range slices.Sorted(maps.Keys(a)) {
		if a[id] == b[id] {
			continue
		}
		if again == nil {
			again = besides(documents(t.template(t.chart.dir, t.args...).out))
		}
		if a[id] == again[id] {
			return id + " differs beside its placement"
		}
	}
	if again == nil && len(a) != len(b) {
		return fmt.Sprintf("%d objects became %d", len(a), len(b))
	}
	return ""
}

// printsPlacement is found in objects into which a chart prints its values,
// digest where it prints a checksum of them.
var (
	printsPlacement = regexp.MustCompile(`(?i)affinity|topologySpread`)
	digest          = regexp.MustCompile(`\b[0-9a-f]{32,128}\b`)
)

// besides are the objects without what decides placement.
func besides(docs []document) map[string]string {
	found := map[string]string{}
	for _, d := range docs {
		tree, _ := copied(d.tree).(map[string]any)
		if path := templatePath(d.kind); path != nil {
			if spec, ok := tree["spec"].(map[string]any); ok {
				delete(spec, "strategy") // a fix may make room for a rollout
				delete(spec, "updateStrategy")
			}
			if pod, ok := at(at(tree, path...), "spec").(map[string]any); ok {
				delete(pod, "affinity")
				delete(pod, "topologySpreadConstraints")
			}
		}
		text, err := json.Marshal(tree)
		prints := (d.kind == "ConfigMap" || d.kind == "Secret") && printsPlacement.Match(text)
		if err == nil && !prints { // decoded from YAML: always
			found[d.id()] += digest.ReplaceAllString(string(text), "")
		}
	}
	return found
}
