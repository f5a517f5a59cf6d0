package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/cli"
	"github.com/spreadlint/spreadlint/values"
)

// finding is what the comparison reads of a finding in the JSON report.
type finding struct {
	Rule, Severity, Message, Effect, Field string
	Location                               struct{ Line int }
}

// refusalRules are the rules that explain the API server's refusals. Of the
// others of their category, misnested-field is about dropped fields, and
// topology-key-forbidden, about an admission plugin, does not run.
var refusalRules = []string{
	"topology-key-syntax", "placement-field-missing", "placement-field-out-of-range", "unknown-enum-value", "duplicate-constraint",
	"min-domains-misuse", "match-label-keys-misuse", "selector-syntax", "placement-refused",
}

// Lint is spreadlint's verdict on the bytes of one object, as a user gets it,
// and the findings behind it. A refusal that no rule has words for is noted as
// a fault, and so is a finding without a line.
func Lint(doc []byte) (Verdict, []finding) {
	var stdout, stderr bytes.Buffer
	args := []string{"spreadlint", "lint", "--manifests", "-", "--select", "api", "--ignore", "topology-key-forbidden", "--output", "json"}
	code := cli.Run(args, bytes.NewReader(doc), &stdout, &stderr)
	var report struct{ Findings []finding }
	if err := json.Unmarshal(stdout.Bytes(), &report); err != nil {
		return Verdict{Unreadable: fmt.Sprintf("no report, exit code %d: %s", code, &stderr)}, nil
	}
	if code == cli.ExitUnjudged {
		return Verdict{Unreadable: fmt.Sprintf("exit code %d: %+v", code, report.Findings)}, report.Findings
	}
	var v Verdict
	for _, f := range report.Findings {
		if f.Rule == "placement-refused" {
			v.Elsewhere = append(v.Elsewhere, "no rule explains "+f.Message)
		}
		path, err := values.ParsePath(f.Field)
		switch {
		case err != nil || len(path) == 0:
			v.Elsewhere = append(v.Elsewhere, fmt.Sprintf("%s at %q", f.Rule, f.Field))
		case f.Location.Line == 0:
			v.Elsewhere = append(v.Elsewhere, fmt.Sprintf("%s at %s has no line", f.Rule, f.Field))
		case f.Rule == "misnested-field" && strings.Contains(f.Message, "twice"): // known, but given twice
		case f.Rule == "misnested-field":
			if field := plain(path); placement(field) {
				v.Unknown = append(v.Unknown, field)
			}
		case !slices.Contains(refusalRules, f.Rule):
		case onlyPods(f):
			v.Created = append(v.Created, theirSpelling(path))
		default:
			v.Refused = append(v.Refused, theirSpelling(path))
		}
	}
	v.Refused, v.Created, v.Unknown = sorted(v.Refused), sorted(v.Created), sorted(v.Unknown)
	v.Created = slices.DeleteFunc(v.Created, func(f string) bool { return slices.Contains(v.Refused, f) })
	if found := len(report.Findings) > 0; found != (code == cli.ExitFindings) {
		v.Elsewhere = append(v.Elsewhere, fmt.Sprintf("exit code %d", code))
	}
	return v, report.Findings
}

// onlyPods reads from a finding that the object itself is accepted.
func onlyPods(f finding) bool {
	return strings.Contains(f.Effect, " is accepted and ") && strings.Contains(f.Effect, "every pod")
}
