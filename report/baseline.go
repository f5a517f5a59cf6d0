package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/lint"
)

// baselineVersion grows with the format.
const baselineVersion = 1

// Baseline is the findings that there were when spreadlint was introduced.
// They are accepted; new ones are not.
type Baseline struct {
	Version int             `json:"version"`
	Entries []BaselineEntry `json:"findings"`
}

// BaselineEntry is one finding. The fingerprint is what counts, the rest is
// for people. It has no line and no message: they change with every edit.
type BaselineEntry struct {
	Fingerprint string `json:"fingerprint"`
	Rule        string `json:"rule"`
	Chart       string `json:"chart,omitempty"`
	File        string `json:"file"`
	Path        string `json:"path,omitempty"`
}

// NewBaseline is the baseline of a report. What could not be judged cannot be
// accepted.
func NewBaseline(r lint.Report, o Options) Baseline {
	b := Baseline{Version: baselineVersion, Entries: []BaselineEntry{}}
	prints, acceptedPrints := o.fingerprints(r)
	add := func(f lint.Finding, print string) {
		if f.Category != "run" {
			b.Entries = append(b.Entries, BaselineEntry{Fingerprint: print, Rule: f.Rule, Chart: o.relative(f.Chart), File: o.relative(f.Location.File), Path: f.Path.String()})
		}
	}
	for i, f := range r.Findings {
		add(f, prints[i])
	}
	for i, a := range r.Accepted {
		if a.By == lint.ByBaseline {
			add(a.Finding, acceptedPrints[i])
		}
	}
	b.sort()
	return b
}

// ReadBaseline reads what Write wrote.
func ReadBaseline(text []byte) (Baseline, error) {
	var b Baseline
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&b); err != nil {
		return b, err
	}
	if b.Version != baselineVersion {
		return b, fmt.Errorf("its version is %d, known is %d", b.Version, baselineVersion)
	}
	for _, e := range b.Entries {
		if e.Fingerprint == "" {
			return b, fmt.Errorf("an entry has no fingerprint")
		}
	}
	return b, nil
}

// Write writes the baseline, an entry a line, so that merges are easy.
func (b Baseline) Write(w io.Writer) error {
	var text strings.Builder
	fmt.Fprintf(&text, "{\n  \"version\": %d,\n  \"findings\": [", b.Version)
	for i, e := range b.Entries {
		if i > 0 {
			text.WriteString(",")
		}
		text.WriteString("\n    " + compact(e))
	}
	if len(b.Entries) > 0 {
		text.WriteString("\n  ")
	}
	text.WriteString("]\n}\n")
	_, err := io.WriteString(w, text.String())
	return err
}

// Accept accepts the findings of a report that the baseline knows and returns
// its stale entries: those that this run would have found again, for it judged
// their chart by their rule and read their file. A run with the values of
// another environment knows nothing of them.
func (b Baseline) Accept(r *lint.Report, o Options, read []string) (stale []BaselineEntry) {
	known := map[string]bool{}
	for _, e := range b.Entries {
		known[e.Fingerprint] = true
	}
	prints, _ := o.fingerprints(*r)
	found := map[string]bool{}
	at := -1
	r.Accept(func(f lint.Finding) bool {
		at++
		found[prints[at]] = true
		return known[prints[at]] && f.Category != "run"
	}, "known when the baseline was written")
	judged := map[string]bool{}
	for _, chart := range r.Charts {
		judged[o.relative(chart)] = true
	}
	for _, f := range r.Findings {
		if f.Category == "run" {
			delete(judged, o.relative(f.Chart))
			delete(judged, o.relative(f.Location.File))
		}
	}
	files := map[string]bool{}
	for _, name := range read {
		files[o.relative(name)] = true
	}
	seen := func(e BaselineEntry) bool {
		return e.File == "" || e.File == e.Chart || files[e.File] || strings.HasPrefix(e.File, e.Chart+"/") || strings.HasPrefix(e.File, "--") || e.Chart == "."
	}
	for _, e := range b.Entries {
		if !found[e.Fingerprint] && seen(e) && (judged[e.Chart] || e.Chart == "") && slices.Contains(r.Rules, e.Rule) {
			stale = append(stale, e)
		}
	}
	return stale
}

// Without is the baseline without some entries.
func (b Baseline) Without(stale []BaselineEntry) Baseline {
	b.Entries = slices.DeleteFunc(slices.Clone(b.Entries), func(e BaselineEntry) bool { return slices.Contains(stale, e) })
	return b
}

func (b Baseline) sort() {
	slices.SortFunc(b.Entries, func(x, y BaselineEntry) int {
		return strings.Compare(x.Chart+"\x00"+x.File+"\x00"+x.Path+"\x00"+x.Rule+"\x00"+x.Fingerprint, y.Chart+"\x00"+y.File+"\x00"+y.Path+"\x00"+y.Rule+"\x00"+y.Fingerprint)
	})
}
