package config

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/values"
)

// Profile is an environment that a chart runs in: the files that describe its
// cluster and its values. Names of files are ready to be opened.
type Profile struct {
	Name               string
	Nodes, Values      []Source
	Pods, Volumes      []Source // of the cluster, besides its nodes
	Namespaces         []Source
	Overlay            Source // the last values file, which need not exist; Name "" for none
	Release, Namespace string
	KubeVersion        string
	Place              lint.Location

	folder string // where a file would go that the profile does not name
}

// Source is a file that a profile names.
type Source struct {
	Name  string // relative to the current folder, or absolute
	Given string // as the configuration has it
	Place lint.Location

	entry string // profiles.dev.nodes
}

// DefaultOverlay is the overlay's file where the profile names none: beside
// the configuration.
func (p Profile) DefaultOverlay() string {
	return shorten(filepath.Join(p.folder, "values-spread-"+p.Name+".yaml"))
}

// Sources are all files of the profile that have to exist.
func (p Profile) Sources() []Source {
	return slices.Concat(p.Nodes, p.Pods, p.Volumes, p.Namespaces, p.Values)
}

// Missing lists the files of the profile that do not exist, in the order of
// the configuration; nil when all do.
func (p Profile) Missing() error {
	var found []*Error
	for _, s := range p.Sources() {
		info, err := os.Stat(s.Name)
		e := &Error{File: s.Place.File, Line: s.Place.Start.Line, Column: s.Place.Start.Column}
		switch {
		case err == nil && !info.IsDir():
			continue
		case err == nil:
			e.Message = fmt.Sprintf("%s: %s is a directory, not a file", s.entry, s.Given)
		case errors.Is(err, fs.ErrNotExist):
			e.Message = fmt.Sprintf("%s: no such file: %s", s.entry, s.Given)
			e.Hints = append(e.Hints, s.hint())
		default:
			e.Message = fmt.Sprintf("%s: %s cannot be read", s.entry, s.Given)
		}
		found = append(found, e)
	}
	if len(found) == 0 {
		return nil
	}
	inOrder(found)
	found[0].Others = found[1:]
	return found[0]
}

// hint says which file may be meant, and where it was looked for.
func (s Source) hint() string {
	entries, err := os.ReadDir(filepath.Dir(s.Name))
	if err != nil {
		return "paths are relative to the folder of the configuration: there is no folder " + filepath.ToSlash(filepath.Dir(s.Name))
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	if near := values.Nearest(filepath.Base(s.Name), names, 1); len(near) > 0 {
		return "did you mean " + filepath.ToSlash(filepath.Join(filepath.Dir(s.Given), near[0])) + "?"
	}
	return "paths are relative to the folder of the configuration; looked for " + s.Name
}

// profiles are those of a section on top of those of weaker sections, sorted
// by name: an entry replaces the whole profile.
func (f *File) profiles(weaker []Profile, part section) []Profile {
	all, _ := part.entries["profiles"].(map[string]any)
	kept := slices.DeleteFunc(slices.Clone(weaker), func(p Profile) bool { return all[p.Name] != nil })
	for _, name := range slices.Sorted(maps.Keys(all)) {
		entry, _ := all[name].(map[string]any)
		path := part.at.Key("profiles").Key(name)
		text := func(key string) string { v, _ := entry[key].(string); return v }
		p := Profile{Name: name, Release: text("release"), Namespace: text("namespace"), KubeVersion: text("kubeVersion"),
			Place: f.location(path), folder: f.dir}
		p.Nodes, p.Values = f.sources(entry, path, "nodes"), f.sources(entry, path, "values")
		p.Pods, p.Volumes, p.Namespaces = f.sources(entry, path, "pods"), f.sources(entry, path, "volumes"), f.sources(entry, path, "namespaces")
		if overlay := f.sources(entry, path, "overlay"); len(overlay) > 0 {
			p.Overlay = overlay[0]
		}
		kept = append(kept, p)
	}
	slices.SortFunc(kept, func(a, b Profile) int { return cmp.Compare(a.Name, b.Name) })
	return kept
}

// wrongProfiles finds profiles that tell of a cluster without its nodes:
// nothing could be judged by that, and nothing would say so.
func (f *File) wrongProfiles(part section) []*Error {
	var found []*Error
	all, _ := part.entries["profiles"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		entry, _ := all[name].(map[string]any)
		for _, key := range []string{"pods", "volumes", "namespaces"} {
			if entry[key] == nil || entry["nodes"] != nil {
				continue
			}
			path := part.at.Key("profiles").Key(name)
			e := f.mistake(path.Key(key), true)
			e.Message = fmt.Sprintf("%s: %s without nodes", path, key)
			e.Hints = []string{"kubectl get nodes -o yaml > nodes.yaml, and nodes: nodes.yaml beside it"}
			found = append(found, e)
		}
	}
	return found
}

// sources are the files of one entry: a name, or a list of them.
func (f *File) sources(entry map[string]any, at values.Path, key string) []Source {
	source := func(name string, path values.Path) Source {
		s := Source{Given: name, Name: name, Place: f.location(path), entry: path.String()}
		if node, ok := f.file.Find(path); ok {
			s.Place.Start, s.Place.End = node.Value.Start, node.Value.End
		}
		if !filepath.IsAbs(name) {
			s.Name = shorten(filepath.Join(f.dir, filepath.FromSlash(name)))
		}
		return s
	}
	var all []Source
	switch v := entry[key].(type) {
	case string:
		all = append(all, source(v, at.Key(key)))
	case []any:
		for i, x := range v {
			name, _ := x.(string)
			all = append(all, source(name, at.Key(key).Item(i)))
		}
	}
	return all
}
