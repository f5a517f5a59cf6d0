package report

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"

	"github.com/spreadlint/spreadlint/lint"
)

// jsonVersion grows when a program that reads the JSON format must change.
// New properties come with a new version too: the schema allows no others.
const jsonVersion = 2

//go:embed report.schema.json
var jsonSchema string

// JSONSchema is the JSON Schema (draft-07) of the JSON format.
func JSONSchema() []byte { return []byte(jsonSchema) }

// The types below are the format. They are apart from lint's so that those can
// change.
type (
	jsonReport struct {
		Version  int            `json:"version"`
		Summary  jsonSummary    `json:"summary"`
		Findings []jsonFinding  `json:"findings"`
		Accepted []jsonAccepted `json:"accepted"`
	}
	jsonAccepted struct {
		By      lint.Acceptance `json:"by"`
		Reason  string          `json:"reason"`
		Finding jsonFinding     `json:"finding"`
	}
	jsonSummary struct {
		Charts      []string      `json:"charts"`
		Workloads   int           `json:"workloads"`
		Rules       int           `json:"rules"`
		RuleIDs     []string      `json:"ruleIds"`
		Findings    int           `json:"findings"`
		Errors      int           `json:"errors"`
		Warnings    int           `json:"warnings"`
		Infos       int           `json:"infos"`
		Renders     int           `json:"renders"`
		KubeVersion string        `json:"kubeVersion"`
		Unjudged    bool          `json:"unjudged"`
		Suppressed  int           `json:"suppressed"`
		Settings    []string      `json:"settings"`
		Skipped     []jsonSkipped `json:"skipped"`
		NotJudged   []string      `json:"notJudged,omitempty"`
		Profiles    []jsonProfile `json:"profiles,omitempty"`
	}
	jsonProfile struct {
		Profile     string `json:"profile"`
		Chart       string `json:"chart"`
		Nodes       int    `json:"nodes"`
		Workloads   int    `json:"workloads"`
		KubeVersion string `json:"kubeVersion"`
		Errors      int    `json:"errors"`
		Warnings    int    `json:"warnings"`
		Infos       int    `json:"infos"`
		Unjudged    bool   `json:"unjudged"`
	}
	jsonFinding struct {
		Fingerprint string        `json:"fingerprint"`
		Rule        string        `json:"rule"`
		Category    string        `json:"category"`
		Severity    lint.Severity `json:"severity"`
		Chart       string        `json:"chart"`
		Message     string        `json:"message"`
		Legal       string        `json:"legal"`
		Effect      string        `json:"effect"`
		Notes       []string      `json:"notes"`
		Workloads   []string      `json:"workloads"`
		Profiles    []string      `json:"profiles,omitempty"`
		Field       string        `json:"field"`
		Path        string        `json:"path"`
		Location    jsonLocation  `json:"location"`
		Related     []jsonRelated `json:"related"`
		Fixes       []jsonFix     `json:"fixes"`
	}
	jsonLocation struct {
		File      string     `json:"file"`
		Line      int        `json:"line"`
		Column    int        `json:"column"`
		EndLine   int        `json:"endLine"`
		EndColumn int        `json:"endColumn"`
		Layer     lint.Layer `json:"layer"`
	}
	jsonRelated struct {
		Message  string       `json:"message"`
		Location jsonLocation `json:"location"`
	}
	jsonFix struct {
		Title  string      `json:"title"`
		Safety lint.Safety `json:"safety"`
		Sets   []jsonSet   `json:"sets"`
	}
	jsonSet struct {
		Path    string `json:"path"`
		Value   *any   `json:"value,omitempty"` // a pointer, for null is a value
		Remove  bool   `json:"remove,omitempty"`
		Move    string `json:"move,omitempty"`
		Comment int    `json:"removeComment,omitempty"`
	}
)

func writeJSON(w io.Writer, r lint.Report, o Options) error {
	prints, acceptedPrints := o.fingerprints(r)
	errors, warnings, infos := severityCounts(r)
	out := jsonReport{
		Version: jsonVersion,
		Summary: jsonSummary{
			Charts: charts(r), Workloads: r.Workloads, Rules: len(r.Rules), RuleIDs: each(r.Rules, same), Findings: len(r.Findings),
			Errors: errors, Warnings: warnings, Infos: infos,
			Renders: r.Renders, KubeVersion: r.Kube, Unjudged: r.Unjudged, Suppressed: len(r.Accepted),
			Settings: each(r.Settings, same), NotJudged: r.NotJudged,
			Skipped: each(r.Skipped, func(s lint.Skipped) jsonSkipped { return jsonSkipped(s) }),
		},
		Findings: make([]jsonFinding, 0, len(r.Findings)),
		Accepted: make([]jsonAccepted, 0, len(r.Accepted)),
	}
	for i, f := range r.Findings {
		out.Findings = append(out.Findings, newJSONFinding(f, prints[i]))
	}
	for i, a := range r.Accepted {
		out.Accepted = append(out.Accepted, jsonAccepted{By: a.By, Reason: a.Reason, Finding: newJSONFinding(a.Finding, acceptedPrints[i])})
	}
	out.Summary.Profiles = each(r.Profiles, func(j lint.Judged) jsonProfile {
		errors, warnings, infos := j.Count(r)
		return jsonProfile{Profile: j.Profile, Chart: j.Chart, Nodes: j.Nodes, Workloads: j.Workloads, KubeVersion: j.Kube,
			Errors: errors, Warnings: warnings, Infos: infos, Unjudged: j.Unjudged}
	})
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(out); err != nil {
		return fmt.Errorf("write the report as JSON: %w", err)
	}
	return nil
}

func newJSONFinding(f lint.Finding, print string) jsonFinding {
	return jsonFinding{
		Fingerprint: print,
		Rule:        f.Rule, Category: f.Category, Severity: f.Severity,
		Chart: slashed(f.Chart), Message: f.Message, Legal: f.Caret, Effect: f.Effect,
		Notes: each(f.Notes, same), Workloads: each(f.Workloads, same), Profiles: f.Profiles,
		Field: f.Field, Path: f.Path.String(), Location: newJSONLocation(f.Location),
		Related: each(f.Related, func(r lint.Related) jsonRelated {
			return jsonRelated{Message: r.Message, Location: newJSONLocation(r.Location)}
		}),
		Fixes: each(f.Fixes, func(x lint.Fix) jsonFix {
			return jsonFix{Title: x.Title, Safety: x.Safety, Sets: each(x.Sets, newJSONSet)}
		}),
	}
}

// jsonSkipped is a rule that did not run.
type jsonSkipped struct {
	Rule   string `json:"rule"`
	Reason string `json:"reason"`
}

func newJSONLocation(l lint.Location) jsonLocation {
	if l.Layer == "" {
		l.Layer = lint.LayerValues
	}
	return jsonLocation{
		File: slashed(l.File), Line: l.Start.Line, Column: l.Start.Column,
		EndLine: l.End.Line, EndColumn: l.End.Column, Layer: l.Layer,
	}
}

func newJSONSet(s lint.Set) jsonSet {
	if s.Erase > 0 {
		return jsonSet{Comment: s.Erase}
	}
	if s.Remove {
		return jsonSet{Path: s.Path.String(), Remove: true}
	}
	if s.Move != nil {
		return jsonSet{Path: s.Path.String(), Move: s.Move.String()}
	}
	return jsonSet{Path: s.Path.String(), Value: &s.Value}
}

// each maps a list; the result is never nil, so that JSON has [] and not null.
func each[A, B any](list []A, f func(A) B) []B {
	out := make([]B, 0, len(list))
	for _, a := range list {
		out = append(out, f(a))
	}
	return out
}

func same(s string) string { return s }
