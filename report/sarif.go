package report

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/lint"
)

// The types below are the part of SARIF 2.1.0 that is written:
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		Invocations []sarifInvocation `json:"invocations"`
		ColumnKind  string            `json:"columnKind"`
		Results     []sarifResult     `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name            string      `json:"name"`
		InformationURI  string      `json:"informationUri"`
		Version         string      `json:"version,omitempty"`
		SemanticVersion string      `json:"semanticVersion,omitempty"`
		Rules           []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string          `json:"id"`
		ShortDescription sarifText       `json:"shortDescription"`
		Help             sarifText       `json:"help"`
		HelpURI          string          `json:"helpUri"`
		Defaults         sarifDefaults   `json:"defaultConfiguration"`
		Properties       sarifProperties `json:"properties"`
	}
	sarifDefaults struct {
		Level string `json:"level"`
	}
	sarifProperties struct {
		Tags []string `json:"tags"`
	}
	sarifText struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
	sarifInvocation struct {
		Successful bool `json:"executionSuccessful"`
	}
	sarifResult struct {
		RuleID       string             `json:"ruleId"`
		RuleIndex    int                `json:"ruleIndex"`
		Level        string             `json:"level"`
		Message      sarifText          `json:"message"`
		Locations    []sarifLocation    `json:"locations"`
		Related      []sarifLocation    `json:"relatedLocations,omitempty"`
		Fingerprints map[string]string  `json:"partialFingerprints"`
		Suppressions []sarifSuppression `json:"suppressions"`
		Fixes        []sarifFix         `json:"fixes,omitempty"`
		Properties   *sarifEnvironments `json:"properties,omitempty"`
	}
	sarifEnvironments struct {
		Profiles []string `json:"profiles"`
	}
	sarifLocation struct {
		ID       int            `json:"id,omitempty"`
		Physical sarifPhysical  `json:"physicalLocation"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
		Message  *sarifText     `json:"message,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI  string `json:"uri"`
		Base string `json:"uriBaseId,omitempty"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitempty"`
		EndLine     int `json:"endLine,omitempty"`
		EndColumn   int `json:"endColumn,omitempty"`
	}
	sarifLogical struct {
		Name string `json:"fullyQualifiedName"`
		Kind string `json:"kind"`
	}
	sarifSuppression struct {
		Kind          string `json:"kind"`
		Status        string `json:"status"`
		Justification string `json:"justification,omitempty"`
	}
)

var sarifLevel = map[lint.Severity]string{lint.Error: "error", lint.Warning: "warning", lint.Info: "note"}

// writeSARIF writes a log with one run. Names of files are relative to the
// root of the repository, and so carry no name of a machine. Accepted findings
// are marked as suppressed; left out, they would be opened and closed with
// every edit of a baseline. There is no clock in it: equal reports are equal
// bytes.
func writeSARIF(w io.Writer, r lint.Report, o Options) error {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Invocations: []sarifInvocation{{Successful: !r.Unjudged}}, Results: []sarifResult{}}
	run.Tool.Driver = sarifDriver{Name: "spreadlint", InformationURI: homepage, Version: strings.TrimPrefix(o.Version, "v"), Rules: sarifRules(r)}
	if semantic.MatchString(o.Version) {
		run.Tool.Driver.SemanticVersion = strings.TrimPrefix(o.Version, "v")
	}
	prints, acceptedPrints := o.fingerprints(r)
	for i, f := range r.Findings {
		run.Results = append(run.Results, run.result(f, prints[i], o))
	}
	for i, a := range r.Accepted {
		result := run.result(a.Finding, acceptedPrints[i], o)
		kind := "external"
		if a.By == lint.ByComment {
			kind = "inSource"
		}
		result.Suppressions = append(result.Suppressions, sarifSuppression{Kind: kind, Status: "accepted", Justification: plain(a.Reason)})
		run.Results = append(run.Results, result)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}})
	if err != nil {
		return fmt.Errorf("write the report as SARIF: %w", err)
	}
	return nil
}

// sarifRules are the rules that the results name, sorted.
func sarifRules(r lint.Report) []sarifRule {
	var ids []string
	for _, f := range r.Findings {
		ids = append(ids, f.Rule)
	}
	for _, a := range r.Accepted {
		ids = append(ids, a.Finding.Rule)
	}
	slices.Sort(ids)
	rules := []sarifRule{}
	for _, id := range slices.Compact(ids) {
		described := sarifRule{ID: id, HelpURI: ruleURL(id), Properties: sarifProperties{Tags: []string{"kubernetes", "helm"}}}
		described.ShortDescription.Text, described.Help.Text, described.Defaults.Level = id, ruleURL(id), "warning"
		if rule, _ := lint.Lookup(id); rule != nil {
			described.ShortDescription.Text = rule.Title
			described.Help = sarifText{Text: rule.Doc, Markdown: document(rule)}
			described.Defaults.Level = sarifLevel[rule.Severity]
			described.Properties.Tags = append(described.Properties.Tags, rule.Category)
		}
		rules = append(rules, described)
	}
	return rules
}

func (run *sarifRun) result(f lint.Finding, print string, o Options) sarifResult {
	result := sarifResult{RuleID: f.Rule, Level: sarifLevel[f.Severity], Suppressions: []sarifSuppression{}}
	result.RuleIndex = slices.IndexFunc(run.Tool.Driver.Rules, func(rule sarifRule) bool { return rule.ID == f.Rule })
	result.Message.Text = strings.Join(append([]string{headline(f)}, details(f)...), "\n")
	place := sarifLocation{Physical: sarifPlace(o.address(f))}
	if len(f.Path) > 0 {
		place.Logical = append(place.Logical, sarifLogical{Name: plain(f.Path.String()), Kind: "member"})
	}
	for _, workload := range f.Workloads {
		place.Logical = append(place.Logical, sarifLogical{Name: plain(workload), Kind: "resource"})
	}
	result.Locations = []sarifLocation{place}
	for i, related := range f.Related {
		if related.Location.Layer != lint.LayerSet { // an argument is in no file
			result.Related = append(result.Related, sarifLocation{ID: i + 1, Physical: sarifPlace(o.place(related.Location)),
				Message: &sarifText{Text: plain(related.Message)}})
		}
	}
	// GitHub recognises results by the second name only, and makes a hash of
	// the line up when it is missing.
	result.Fingerprints = map[string]string{"spreadlint/v1": print, "primaryLocationLineHash": print + ":1"}
	result.Fixes = o.sarifFixes(f)
	if len(f.Profiles) > 0 {
		result.Properties = &sarifEnvironments{Profiles: each(f.Profiles, plain)}
	}
	return result
}

func sarifPlace(a address) sarifPhysical {
	// A finding about a file as a whole is shown at its first line.
	place := sarifPhysical{Artifact: sarifArtifactOf(a.file), Region: sarifRegion{StartLine: max(1, a.line), StartColumn: a.column}}
	if a.line > 0 {
		if a.endLine > a.line || a.endLine == a.line && a.stop >= a.column && a.column > 0 {
			place.Region.EndLine, place.Region.EndColumn = a.endLine, a.stop
		}
	}
	return place
}

func sarifArtifactOf(file string) sarifArtifact {
	artifact := sarifArtifact{URI: uri(file)}
	if !strings.HasPrefix(artifact.URI, "file:") {
		artifact.Base = "%SRCROOT%"
	}
	return artifact
}
