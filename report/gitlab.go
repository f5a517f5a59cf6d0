package report

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spreadlint/spreadlint/lint"
)

// gitLabIssue is an entry of GitLab's Code Quality report:
// https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
type gitLabIssue struct {
	Description string         `json:"description"`
	Check       string         `json:"check_name"`
	Fingerprint string         `json:"fingerprint"`
	Severity    string         `json:"severity"`
	Location    gitLabLocation `json:"location"`
}

type gitLabLocation struct {
	Path  string `json:"path"`
	Lines struct {
		Begin int `json:"begin"`
	} `json:"lines"`
}

var gitLabSeverity = map[lint.Severity]string{lint.Error: "critical", lint.Warning: "minor", lint.Info: "info"}

// writeGitLab writes a Code Quality report. A finding without a line is shown
// at the first one of its file, for GitLab wants one.
func writeGitLab(w io.Writer, r lint.Report, o Options) error {
	prints, _ := o.fingerprints(r)
	issues := make([]gitLabIssue, 0, len(r.Findings))
	for i, f := range r.Findings {
		a := o.address(f)
		issue := gitLabIssue{Description: headline(f), Check: f.Rule, Fingerprint: prints[i], Severity: gitLabSeverity[f.Severity]}
		if effect := plain(f.Effect); effect != "" {
			issue.Description += " (" + effect + ")"
		}
		if in := plain(inProfiles(f)); in != "" {
			issue.Description += " [" + in + "]"
		}
		issue.Location.Path = plain(a.file)
		issue.Location.Lines.Begin = max(1, a.line)
		issues = append(issues, issue)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(issues); err != nil {
		return fmt.Errorf("write the report for GitLab: %w", err)
	}
	return nil
}
