package config

import (
	"maps"
	"slices"

	"github.com/spreadlint/spreadlint/values"
)

// section is a part of the file that settings stand in.
type section struct {
	entries map[string]any
	at      values.Path
	pattern string // of the charts that it is for, "" at the top
}

// sections are the top of the file and the entries of charts, in the order of
// their patterns: later ones say more.
func (f *File) sections() []section {
	tree := f.file.Tree()
	all := []section{{entries: tree}}
	charts, _ := tree["charts"].(map[string]any)
	for _, pattern := range slices.Sorted(maps.Keys(charts)) {
		if entries, ok := charts[pattern].(map[string]any); ok {
			all = append(all, section{entries, values.Path{values.Name("charts"), values.Name(pattern)}, pattern})
		}
	}
	return all
}
