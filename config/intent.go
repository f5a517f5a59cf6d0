package config

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/values"
)

// wrongIntents finds intents that contradict themselves. Whether a workload of
// that name exists is known once a chart is rendered.
func (f *File) wrongIntents(part section) []*Error {
	var found []*Error
	all, _ := part.entries["intent"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		entry, _ := all[name].(map[string]any)
		if entry["survive"] == lint.SurviveNone && entry["strict"] == true {
			path := part.at.Key("intent").Key(name)
			e := f.mistake(path.Key("strict"), false)
			e.Message = fmt.Sprintf("%s: strict, but nothing is to survive", path)
			e.Hints = []string{"write survive: node or survive: zone, or leave strict out"}
			found = append(found, e)
		}
	}
	return found
}

// intents are those of a section on top of those of weaker sections, in the
// order of the file.
func (f *File) intents(weaker []lint.Intent, part section) []lint.Intent {
	all, _ := part.entries["intent"].(map[string]any)
	kept := slices.DeleteFunc(slices.Clone(weaker), func(i lint.Intent) bool { return all[i.Name] != nil })
	var own []lint.Intent
	for name, v := range all {
		entry, _ := v.(map[string]any)
		survive, _ := entry["survive"].(string)
		strict, _ := entry["strict"].(bool)
		own = append(own, lint.Intent{Name: name, Survive: survive, Strict: strict, Place: f.location(part.at.Key("intent").Key(name))})
	}
	slices.SortFunc(own, func(a, b lint.Intent) int {
		return cmp.Or(cmp.Compare(a.Place.Start.Offset, b.Place.Start.Offset), cmp.Compare(a.Name, b.Name))
	})
	return append(kept, own...)
}

// location is where an entry of the configuration has its key.
func (f *File) location(path values.Path) lint.Location {
	l := lint.Location{File: f.Name, Layer: lint.LayerValues, Text: f.file}
	if node, ok := f.file.Find(path); ok {
		span := node.Value
		if node.HasKey {
			span = node.Key
		}
		l.Start, l.End = span.Start, span.End
	}
	return l
}
