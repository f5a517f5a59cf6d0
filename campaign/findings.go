package main

import (
	"encoding/json"
	"slices"
	"strings"
)

// finding is what the campaign reads of spreadlint's report.
type finding struct {
	Rule      string   `json:"rule"`
	Severity  string   `json:"severity"`
	Message   string   `json:"message"`
	Notes     []string `json:"notes"`
	Workloads []string `json:"workloads"`
	Field     string   `json:"field"`
	Path      string   `json:"path"`
	Location  struct {
		File  string `json:"file"`
		Line  int    `json:"line"`
		Layer string `json:"layer"`
	} `json:"location"`
}

type report struct {
	Summary struct {
		Workloads int  `json:"workloads"`
		Unjudged  bool `json:"unjudged"`
	} `json:"summary"`
	Findings []finding `json:"findings"`
}

// reportOf decodes what `spreadlint lint -o json` printed; ok is false when it
// printed no report.
func reportOf(r ran) (decoded report, ok bool) {
	return decoded, json.Unmarshal(r.out, &decoded) == nil
}

// key names a finding across runs: its rule, and what it is about.
func (f finding) key() string {
	about := slices.Clone(f.Workloads)
	slices.Sort(about)
	return f.Rule + " " + strings.Join(about, ",")
}

// fresh are the findings that the first has and the others have not.
func fresh(first []finding, others ...[]finding) (found []finding) {
	known := map[string]bool{}
	for _, other := range others {
		for _, f := range other {
			known[f.key()] = true
		}
	}
	for _, f := range first {
		if !known[f.key()] {
			found = append(found, f)
		}
	}
	return found
}
