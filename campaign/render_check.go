package main

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// renders compares spreadlint's render with helm's, for the chart's defaults
// and for each of its own ci/ values, and judges the findings there.
func (k *check) renders() {
	k.renderCase("defaults")
	files := k.chart.ciValues()
	slices.SortFunc(files, k.byChance)
	for _, file := range files[:min(len(files), k.cases)] {
		k.renderCase("ci/"+filepath.Base(file), file)
	}
}

func (k *check) renderCase(name string, files ...string) {
	more := dashF(files)
	k.last = nil
	helm := k.template(k.chart.dir, more...)
	lint := k.lint(k.chart.dir, more...)
	decoded, ok := reportOf(lint)
	if len(files) == 0 {
		k.result.Workloads, k.result.Clean = decoded.Summary.Workloads, len(decoded.Findings) == 0 && ok
	}
	outcome, detail := k.compare(helm, lint, decoded, ok, files)
	k.result.Renders[outcome]++
	switch outcome {
	case "equal", "refused alike", "refused, other words", "helm timeout", "helm lacks a remote schema":
	default:
		k.result.fail("render", outcome, name+": "+detail, helm, lint)
	}
	if helm.exit != 0 {
		if len(files) == 0 {
			k.result.Refused = reasonOf(helm.err)
		}
		return
	}
	docs := documents(helm.out)
	if len(files) == 0 {
		k.defaults, k.findings, k.values = docs, decoded.Findings, k.last
	}
	if outcome == "equal" {
		k.judgeAll(name, docs, decoded.Findings, lint)
		k.blameable = append(k.blameable, blamed{name, files, docs, decoded.Findings, k.last})
	}
}

// compare says how two renders compare.
func (k *check) compare(helm, lint ran, decoded report, ok bool, files []string) (outcome, detail string) {
	switch {
	case helm.timedOut:
		return "helm timeout", ""
	case lint.timedOut:
		return "timeout", ""
	case lint.crashed():
		return "crash", string(lint.err)
	case !ok:
		return "no report", string(lint.err)
	case helm.exit != 0:
		return refusedAlike(helm, lint, decoded)
	case decoded.Summary.Unjudged || lint.exit == 2:
		return "refused by spreadlint only", saidOf(decoded)
	}
	args := append([]string{k.self, renderWord, k.chart.dir, k.kubeVersion}, files...)
	child := k.start(k.limit, args...)
	var own rendered
	if child.exit != 0 || json.Unmarshal(child.out, &own) != nil {
		return "no render", string(child.err)
	}
	k.last = own.Values
	first, ours := documents(helm.out), documentsOf(own.Texts)
	difference, _ := firstDifference(first, first, ours)
	for range 4 { // by chance, of few values perhaps? from the clock?
		if difference == "" {
			break
		}
		time.Sleep(1100 * time.Millisecond)
		again := k.template(k.chart.dir, dashF(files)...)
		difference, _ = firstDifference(first, documents(again.out), ours)
	}
	if difference != "" {
		return "differs", difference
	}
	return "equal", ""
}

func dashF(files []string) (args []string) {
	for _, file := range files {
		args = append(args, "-f", file)
	}
	return args
}

// refusedAlike compares why a chart is refused. spreadlint judges on where
// only a schema refuses, so that all is said at once.
func refusedAlike(helm, lint ran, decoded report) (outcome, detail string) {
	reason := reasonOf(helm.err)
	said := saidOf(decoded)
	bySchema := strings.Contains(string(helm.err), "values don't meet the specifications of the schema")
	for _, f := range decoded.Findings {
		if f.Rule == "schema-violation" && f.Severity == "error" && bySchema {
			return "refused alike", ""
		}
	}
	if bySchema && remoteSchema.Match(helm.err) {
		return "helm lacks a remote schema", ""
	}
	if lint.exit != 2 {
		return "refused by helm only", reason
	}
	if squeezed := squeeze(reason); squeezed != "" && strings.Contains(squeeze(said+string(lint.err)), squeezed) {
		return "refused alike", ""
	}
	for _, f := range decoded.Findings {
		if squeezed := squeeze(f.Message); f.Rule == "render-failed" && squeezed != "" && strings.Contains(squeeze(string(helm.err)), squeezed) {
			return "refused alike", "" // of several lines
		}
	}
	for _, sentence := range sameReasons {
		if m := sentence.FindSubmatch(helm.err); m != nil && strings.Contains(said, string(m[1])) {
			return "refused alike", ""
		}
	}
	return "refused, other words", reason + " / " + said
}

// remoteSchema is what helm says without a network about a schema that refers
// to another one.
var remoteSchema = regexp.MustCompile(`failing loading|dial tcp|no such host|https?://`)

// sameReasons are sentences of helm for which spreadlint has its own: what
// they are about must be in both.
var sameReasons = []*regexp.Regexp{
	regexp.MustCompile(`no template ("[^"]+") associated with template`),
	regexp.MustCompile(`(library chart)s are not installable`),
	regexp.MustCompile(`missing in charts/ directory: (\S.*)`),
}

// saidOf is all that the report says about what could not be judged.
func saidOf(decoded report) string {
	var all []string
	for _, f := range decoded.Findings {
		if f.Rule == "render-failed" || f.Severity == "error" {
			all = append(all, f.Message)
			all = append(all, f.Notes...)
		}
	}
	return strings.Join(all, "; ")
}

func squeeze(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r != '.' && r != '/' && (r < '0' || r > '9') && (r < 'a' || r > 'z') }), " ")
}

// judgeAll compares findings with what helm's output says.
func (k *check) judgeAll(name string, docs []document, found []finding, lint ran) {
	named := map[string]bool{}
	for _, f := range found {
		k.result.Findings[f.Rule]++
		if f.Rule == "no-spread" {
			for _, id := range f.Workloads {
				named[id] = true
			}
		}
		v := judge(f, docs)
		switch v {
		case isTrue:
			k.result.Judged["true"]++
		case unknown:
			k.result.Judged["not judged"]++
		case isFalse:
			k.result.Judged["false"]++
			k.result.fail("finding", "false "+f.Rule, name+": "+f.Message+" "+strings.Join(f.Workloads, " "), lint)
		}
	}
	for _, id := range unprotected(docs) {
		if !named[id] && !k.otherwiseNamed(found, id) {
			k.result.Judged["missed"]++
			k.result.fail("finding", "missed no-spread", name+": "+id, lint)
		}
	}
}

// otherwiseNamed reports whether an error is reported about a workload; then
// no-spread keeps silent until it is mended.
func (k *check) otherwiseNamed(found []finding, id string) bool {
	for _, f := range found {
		for _, w := range f.Workloads {
			if w == id && f.Severity == "error" {
				return true
			}
		}
	}
	return false
}
