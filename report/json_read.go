package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/values"
)

// Read reads a report in JSON. It has everything but the texts of the files,
// so it is shown without their lines.
func Read(text []byte) (lint.Report, error) {
	var version struct {
		Version *int `json:"version"`
	}
	if err := json.Unmarshal(text, &version); err != nil {
		return lint.Report{}, err
	}
	if version.Version == nil || *version.Version != jsonVersion {
		return lint.Report{}, fmt.Errorf("it is not of version %d of the format; run the same spreadlint everywhere", jsonVersion)
	}
	var in jsonReport
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	d.UseNumber()
	if err := d.Decode(&in); err != nil {
		return lint.Report{}, err
	}
	if _, err := d.Token(); err != io.EOF {
		return lint.Report{}, fmt.Errorf("something follows the report")
	}
	r := lint.Report{Charts: in.Summary.Charts, Workloads: in.Summary.Workloads, Rules: in.Summary.RuleIDs, Renders: in.Summary.Renders,
		Unjudged: in.Summary.Unjudged, Kube: in.Summary.KubeVersion, Settings: in.Summary.Settings, NotJudged: in.Summary.NotJudged}
	for _, j := range in.Summary.Profiles {
		r.Profiles = append(r.Profiles, lint.Judged{Profile: j.Profile, Chart: j.Chart, Nodes: j.Nodes, Workloads: j.Workloads, Kube: j.KubeVersion, Unjudged: j.Unjudged})
	}
	for _, s := range in.Summary.Skipped {
		r.Skipped = append(r.Skipped, lint.Skipped(s))
	}
	for _, f := range in.Findings {
		finding, err := f.finding()
		if err != nil {
			return lint.Report{}, err
		}
		r.Findings = append(r.Findings, finding)
	}
	for _, a := range in.Accepted {
		finding, err := a.Finding.finding()
		if err != nil {
			return lint.Report{}, err
		}
		r.Accepted = append(r.Accepted, lint.Accepted{Finding: finding, By: a.By, Reason: a.Reason})
	}
	return r, nil
}

func (f jsonFinding) finding() (lint.Finding, error) {
	path, err := pathOf(f.Path)
	if err != nil {
		return lint.Finding{}, err
	}
	out := lint.Finding{Fingerprint: f.Fingerprint, Rule: f.Rule, Category: f.Category, Severity: f.Severity, Chart: f.Chart, Message: f.Message,
		Caret: f.Legal, Effect: f.Effect, Notes: f.Notes, Workloads: f.Workloads, Profiles: f.Profiles, Field: f.Field, Path: path, Location: f.Location.location()}
	for _, r := range f.Related {
		out.Related = append(out.Related, lint.Related{Message: r.Message, Location: r.Location.location()})
	}
	for _, x := range f.Fixes {
		fix := lint.Fix{Title: x.Title, Safety: x.Safety}
		for _, s := range x.Sets {
			set := lint.Set{Remove: s.Remove, Erase: s.Comment}
			if set.Path, err = pathOf(s.Path); err != nil {
				return lint.Finding{}, err
			}
			if set.Move, err = pathOf(s.Move); err != nil {
				return lint.Finding{}, err
			}
			if s.Value != nil {
				set.Value = *s.Value
			}
			fix.Sets = append(fix.Sets, set)
		}
		out.Fixes = append(out.Fixes, fix)
	}
	return out, nil
}

func (l jsonLocation) location() lint.Location {
	return lint.Location{File: l.File, Layer: l.Layer, Start: values.Pos{Line: l.Line, Column: l.Column}, End: values.Pos{Line: l.EndLine, Column: l.EndColumn}}
}

func pathOf(text string) (values.Path, error) {
	if text == "" {
		return nil, nil
	}
	path, err := values.ParsePath(text)
	if err != nil {
		return nil, fmt.Errorf("%q is no path: %w", text, err)
	}
	return path, nil
}
