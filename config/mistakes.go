package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/schema"
	"github.com/spreadlint/spreadlint/values"
)

// Error is a mistake in a configuration file, with those that come after it.
type Error struct {
	File         string
	Line, Column int
	Message      string
	Hints        []string
	Others       []*Error
}

// Error gives a line for each mistake, in the order of the file. The hints of
// the first are left to the caller.
func (e *Error) Error() string {
	lines := []string{e.Sentence()}
	for _, other := range e.Others {
		line := other.Sentence()
		for _, hint := range other.Hints {
			line += "; " + hint
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// Sentence is the mistake with its place, without those that come after it.
func (e *Error) Sentence() string {
	if e.Line == 0 {
		return e.File + ": " + e.Message
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
}

// mistakes lists all that is wrong, in the order of the file.
func (f *File) mistakes() []*Error {
	var found []*Error
	at := func(span values.Span, message string) {
		found = append(found, &Error{File: f.Name, Line: span.Start.Line, Column: span.Start.Column, Message: message})
	}
	for _, d := range f.file.Duplicates() {
		at(d.Last, fmt.Sprintf("%s is set twice: what line %d says would be lost", d.Path, d.First.Start.Line))
	}
	for _, span := range f.file.MoreDocuments() {
		at(span, "a further YAML document: only the first would be read")
	}
	violations, err := schema.Document(schemaJSON, f.file.Tree())
	if err != nil {
		return []*Error{{File: f.Name, Message: err.Error()}}
	}
	for _, v := range violations {
		found = append(found, f.violation(v))
	}
	for _, part := range f.sections() {
		found = slices.Concat(found, f.wrongNames(part), f.wrongIntents(part), f.wrongProfiles(part))
	}
	return inOrder(append(found, f.wrongSuppressions()...))
}

// inOrder sorts mistakes as they stand in the file.
func inOrder(found []*Error) []*Error {
	slices.SortStableFunc(found, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return found
}

// The keys of the file's levels. A test compares them with the schema.
var (
	topKeys      = []string{"select", "ignore", "severities", "failOn", "kubeVersion", "targetKubeVersion", "intent", "profiles", "charts", "suppress"}
	chartKeys    = []string{"select", "ignore", "severities", "kubeVersion", "targetKubeVersion", "intent", "profiles"}
	suppressKeys = []string{"rule", "reason", "workload", "path", "file"}
	intentKeys   = []string{"survive", "strict"}
	profileKeys  = []string{"nodes", "pods", "volumes", "namespaces", "values", "overlay", "release", "namespace", "kubeVersion"}
)

// keysAround are the legal keys beside the last one of a path.
func keysAround(path values.Path) []string {
	known := topKeys
	if path[0] == values.Name("charts") && len(path) > 2 {
		path, known = path[2:], chartKeys
	}
	if len(path) > 1 {
		switch path[0] {
		case values.Name("suppress"):
			return suppressKeys
		case values.Name("intent"):
			return intentKeys
		case values.Name("profiles"):
			return profileKeys
		}
	}
	return known
}

// violation places a violation of the schema and suggests what was meant.
func (f *File) violation(v schema.Violation) *Error {
	e := f.mistake(v.Path, v.Kind == schema.Unknown)
	e.Message = fmt.Sprintf("%s: %s", v.Path, v.Reason)
	if v.Kind != schema.Unknown || len(v.Path) == 0 {
		return e
	}
	known := keysAround(v.Path)
	name := v.Path.Last().Name()
	meant := values.Nearest(name, known, 1)
	if i := slices.IndexFunc(known, func(k string) bool { return alike(name, k) }); len(meant) == 0 && i >= 0 {
		meant = known[i : i+1]
	}
	switch {
	case len(meant) > 0:
		e.Hints = []string{"did you mean " + meant[0] + "?"}
	case slices.Contains(topKeys, name):
		e.Hints = []string{name + " holds for the whole run: it is legal at the top of the file only"}
	case slices.Contains(suppressKeys, name):
		e.Hints = []string{name + " is legal in entries of suppress only"}
	default:
		e.Hints = []string{"legal keys: " + strings.Join(known, ", ")}
	}
	return e
}

// alike reports whether a word begins and ends like a key, with something else
// between or at the end: kubernetesVersion and kubeVersion, severity and
// severities.
func alike(word, key string) bool {
	prefix := 0
	for prefix < len(word) && prefix < len(key) && word[prefix] == key[prefix] {
		prefix++
	}
	suffix := 0
	for suffix < len(word)-prefix && suffix < len(key)-prefix && word[len(word)-1-suffix] == key[len(key)-1-suffix] {
		suffix++
	}
	return prefix >= 4 && prefix+suffix >= len(key)-3
}

func (f *File) mistake(path values.Path, atKey bool) *Error {
	e := &Error{File: f.Name}
	_, node := f.file.Deepest(path)
	start := node.Value.Start
	if atKey && node.HasKey {
		start = node.Key.Start
	}
	e.Line, e.Column = start.Line, start.Column
	return e
}

// wrongSuppressions finds accepted findings of rules that do not exist, and
// reasons that say nothing.
func (f *File) wrongSuppressions() []*Error {
	var found []*Error
	list, _ := f.file.Tree()["suppress"].([]any)
	for i, item := range list {
		at := values.Path{values.Name("suppress"), values.Index(i)}
		entry, _ := item.(map[string]any)
		if rule, isText := entry["rule"].(string); isText {
			if known, similar := lint.Lookup(rule); known == nil {
				found = append(found, f.noRule(at.Key("rule"), rule, similar))
			}
		}
		if reason, isText := entry["reason"].(string); isText && reason != "" && strings.TrimSpace(reason) == "" {
			e := f.mistake(at.Key("reason"), false)
			e.Message = at.Key("reason").String() + ": is blank"
			e.Hints = []string{"write why the finding is accepted"}
			found = append(found, e)
		}
	}
	return found
}

// wrongNames finds rules and categories that do not exist.
func (f *File) wrongNames(part section) []*Error {
	var found []*Error
	for _, key := range []string{"select", "ignore"} {
		list, _ := part.entries[key].([]any)
		for i, item := range list {
			name, isText := item.(string)
			if _, err := lint.Selected(lint.Options{Select: []string{name}}); err != nil && isText {
				e := f.mistake(part.at.Key(key).Item(i), false)
				e.Message = err.Error()
				found = append(found, e)
			}
		}
	}
	severities, _ := part.entries["severities"].(map[string]any)
	for name := range severities {
		if known, similar := lint.Lookup(name); known == nil {
			found = append(found, f.noRule(part.at.Key("severities").Key(name), name, similar))
		}
	}
	return found
}

func (f *File) noRule(path values.Path, name string, similar []string) *Error {
	e := f.mistake(path, true)
	e.Message = fmt.Sprintf("no rule is called %q", name)
	if len(similar) > 0 {
		e.Hints = []string{"did you mean " + strings.Join(similar, " or ") + "?"}
	}
	return e
}
