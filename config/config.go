// Package config reads .spreadlint.yaml: which rules run, with what severity,
// for which Kubernetes version, which findings are accepted, what must survive
// and which environments there are. It knows no charts and no flags.
package config

import (
	_ "embed"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/values"
)

// FileName is the name of the configuration.
const FileName = ".spreadlint.yaml"

//go:embed schema.json
var schemaJSON []byte

// JSONSchema is the draft-07 schema of the configuration.
func JSONSchema() []byte { return schemaJSON }

// File is one configuration file; nil is an empty configuration.
type File struct {
	Name string // as found
	dir  string // its folder, absolute
	file *values.File
}

// Settings is what holds for one chart. Every entry knows where it was set.
type Settings struct {
	File              string // the configuration's name, "" for none
	Select, Ignore    []string
	Severities        map[string]lint.Severity
	FailOn            string
	KubeVersion       string
	TargetKubeVersion string
	Suppress          []lint.Suppression
	Intents           []lint.Intent
	Profiles          []Profile         // sorted by name
	Origins           map[string]string // entry -> file:line
}

// Find looks for the configuration in a folder and those above it; nil when
// there is none.
func Find(start string) (*File, error) {
	dir, err := filepath.Abs(start)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		dir = filepath.Dir(dir)
	}
	for {
		name := filepath.Join(dir, FileName)
		if _, err := os.Stat(name); err == nil {
			return Load(shorten(name))
		}
		above := filepath.Dir(dir)
		if above == dir {
			return nil, nil
		}
		dir = above
	}
}

// shorten writes a path relative to the current folder where that is shorter.
func shorten(name string) string {
	here, err := os.Getwd()
	if err != nil {
		return name
	}
	if rel, err := filepath.Rel(here, name); err == nil && len(rel) < len(name) {
		return filepath.ToSlash(rel)
	}
	return name
}

// Load reads and checks a configuration file. The error is a *Error or a
// *values.SyntaxError.
func Load(name string) (*File, error) {
	// The file may come with a stranger's chart: a pipe or a device would never end.
	info, err := os.Stat(name)
	if err == nil && (!info.Mode().IsRegular() || info.Size() > values.MaxSize) {
		return nil, &Error{File: name, Message: "not a configuration: no regular file, or a huge one"}
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, &Error{File: name, Message: "cannot be read: " + err.Error()}
	}
	return Read(name, text)
}

// Read checks the text of a configuration as Load does that of a file.
func Read(name string, text []byte) (*File, error) {
	file, err := values.Parse(name, text)
	if err != nil {
		return nil, err
	}
	dir, err := filepath.Abs(filepath.Dir(name))
	if err != nil {
		return nil, err
	}
	f := &File{Name: name, dir: dir, file: file}
	if mistakes := f.mistakes(); len(mistakes) > 0 {
		first := mistakes[0]
		first.Others = mistakes[1:]
		return nil, first
	}
	return f, nil
}

// For returns the settings for a chart: the file's, with those of the patterns
// that match the chart's path on top, in the order of the patterns' names.
func (f *File) For(chart string) Settings {
	s := Settings{Severities: map[string]lint.Severity{}, Origins: map[string]string{}}
	if f == nil {
		return s
	}
	s.File = f.Name
	for _, part := range f.sections() {
		if part.at == nil || f.matches(part.pattern, chart) {
			f.apply(&s, part)
		}
	}
	f.suppressions(&s)
	return s
}

func (f *File) apply(s *Settings, part section) {
	entries, at := part.entries, part.at
	note := func(entry string, path values.Path) { s.Origins[entry] = f.place(path) }
	if list := texts(entries["select"]); list != nil {
		s.Select = list
		note("select", at.Key("select"))
	}
	if list := texts(entries["ignore"]); list != nil {
		s.Ignore = list
		note("ignore", at.Key("ignore"))
	}
	s.Intents, s.Profiles = f.intents(s.Intents, part), f.profiles(s.Profiles, part)
	severities, _ := entries["severities"].(map[string]any)
	for rule, word := range severities {
		s.Severities[rule] = Severities[fmt.Sprint(word)]
		note("severities."+rule, at.Key("severities").Key(rule))
	}
	for key, into := range map[string]*string{"failOn": &s.FailOn, "kubeVersion": &s.KubeVersion, "targetKubeVersion": &s.TargetKubeVersion} {
		if text, ok := entries[key].(string); ok {
			*into = text
			note(key, at.Key(key))
		}
	}
}

// Severities are the words for severities.
var Severities = map[string]lint.Severity{"error": lint.Error, "warning": lint.Warning, "info": lint.Info}

func (f *File) suppressions(s *Settings) {
	list, _ := f.file.Tree()["suppress"].([]any)
	for i, item := range list {
		entry, _ := item.(map[string]any)
		text := func(key string) string { v, _ := entry[key].(string); return v }
		at := values.Path{values.Name("suppress"), values.Index(i)}
		place := lint.Location{File: f.Name, Layer: lint.LayerValues, Text: f.file}
		if node, ok := f.file.Find(at.Key("rule")); ok {
			place.Start, place.End = node.Value.Start, node.Value.End
		}
		s.Suppress = append(s.Suppress, lint.Suppression{Rule: text("rule"), Reason: text("reason"), Workload: text("workload"),
			Path: text("path"), FilePattern: text("file"), Place: place})
		s.Origins[fmt.Sprintf("suppress[%d]", i)] = f.place(at)
	}
}

func texts(v any) []string {
	list, ok := v.([]any)
	if !ok {
		return nil
	}
	all := []string{}
	for _, x := range list {
		all = append(all, fmt.Sprint(x))
	}
	return all
}

func (f *File) place(p values.Path) string {
	node, ok := f.file.Find(p)
	if !ok {
		return f.Name
	}
	line := node.Value.Start.Line
	if node.HasKey {
		line = node.Key.Start.Line
	}
	return fmt.Sprintf("%s:%d", f.Name, line)
}

// matches reports whether a pattern of `charts` is about a chart. Patterns are
// relative to the file's folder; ** stands for any folders.
func (f *File) matches(pattern, chart string) bool {
	absolute, err := filepath.Abs(chart)
	if err != nil {
		return false
	}
	rel, err := filepath.Rel(f.dir, absolute)
	if err != nil {
		return false
	}
	return glob(strings.Split(path.Clean(pattern), "/"), strings.Split(filepath.ToSlash(rel), "/"))
}

func glob(pattern, name []string) bool {
	if len(pattern) == 0 {
		return len(name) == 0
	}
	if pattern[0] == "**" {
		for i := 0; i <= len(name); i++ {
			if glob(pattern[1:], name[i:]) {
				return true
			}
		}
		return false
	}
	if len(name) == 0 {
		return false
	}
	ok, err := path.Match(pattern[0], name[0])
	return err == nil && ok && glob(pattern[1:], name[1:])
}
