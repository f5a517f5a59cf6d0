package lint

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// Fingerprints names findings so that another run recognises them, in the
// order given. A fingerprint is made of the rule, the file and the value's
// path; of a place that has no path, of the text of its line and the
// workloads. Line numbers, messages and the value itself have no part in it:
// a finding stays the same when lines move, and when a wrong value becomes
// another wrong one. Findings that are equal in all that are counted.
//
// What a rule says of an environment's nodes or intents, and what differs
// between environments at one place, has the environments' names in it: that
// dev's finding is accepted must not hide the one that prod gets at the same
// value. What the values alone decide is the same finding wherever it is seen.
//
// The name of a file is what shown makes of it, for the same chart may be
// given by several paths.
func Fingerprints(findings []Finding, shown func(file string) string) []string {
	prints := make([]string, 0, len(findings))
	seen, places := map[string]int{}, map[string]int{}
	for _, f := range findings {
		places[f.identity(shown)]++
	}
	for _, f := range findings {
		if f.Fingerprint != "" {
			prints = append(prints, f.Fingerprint)
			continue
		}
		identity := f.identity(shown)
		if len(f.Profiles) > 0 && (places[identity] > 1 || f.ofEnvironment()) {
			identity += "\x00" + strings.Join(slices.Sorted(slices.Values(f.Profiles)), "\x00")
		}
		seen[identity]++
		if n := seen[identity]; n > 1 {
			identity += fmt.Sprint("\x00", n)
		}
		sum := sha256.Sum256([]byte(identity))
		prints = append(prints, hex.EncodeToString(sum[:16]))
	}
	return prints
}

// ofEnvironment reports whether a finding's rule looks at more than values.
func (f *Finding) ofEnvironment() bool {
	rule, _ := Lookup(f.Rule)
	return rule != nil && rule.Needs != nil && rule.Needs != needsValues
}

func (f *Finding) identity(shown func(string) string) string {
	parts := []string{f.Rule, shown(f.Chart), shown(f.Location.File), f.Path.String()}
	if len(f.Path) == 0 {
		text := ""
		if f.Location.Text != nil && f.Location.Start.Line > 0 {
			text = strings.TrimSpace(f.Location.Text.Line(f.Location.Start.Line))
		}
		workloads := slices.Sorted(slices.Values(f.Workloads))
		parts = append(parts, text, f.Field, strings.Join(workloads, ","))
	}
	return strings.Join(parts, "\x00")
}
