package values

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Entry is one value of a new file, with the comment above it.
type Entry struct {
	Path    Path // names only: a list is written whole
	Value   any
	Comment string
}

// fieldOrder is how people write the fields of a rule; others follow by name.
var fieldOrder = []string{"name", "weight", "podAffinityTerm", "maxSkew", "minDomains", "topologyKey", "whenUnsatisfiable",
	"nodeTaintsPolicy", "labelSelector", "matchLabelKeys", "matchLabels", "matchExpressions", "key", "operator", "values"}

// Compose writes a new values file: comment lines, then the entries, keys in
// the order that less says. The result is decoded again and must be what the
// entries say.
func Compose(name string, header []string, entries []Entry, less func(parent Path, a, b string) int) (*File, error) {
	root := &branch{}
	for _, e := range entries {
		if err := root.put(e, 0); err != nil {
			return nil, err
		}
	}
	var lines []string
	for _, line := range header {
		lines = append(lines, strings.TrimRight("# "+line, " "))
	}
	lines = append(lines, root.lines(nil, less)...)
	if len(entries) == 0 {
		lines = append(lines, "{}")
	}
	file, err := Parse(name, []byte(strings.Join(lines, "\n")+"\n"))
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		want, err := plain(e.Value)
		if err != nil {
			return nil, err
		}
		if got, ok := Lookup(any(file.Tree()), e.Path); !ok || !reflect.DeepEqual(got, want) {
			return nil, fmt.Errorf("%s cannot be written as YAML", e.Path)
		}
	}
	return file, nil
}

// branch is a map that is being put together, or an entry's value.
type branch struct {
	names []string
	below map[string]*branch
	entry *Entry
}

func (b *branch) put(e Entry, depth int) error {
	if depth == len(e.Path) {
		if b.entry != nil || len(b.names) > 0 {
			return fmt.Errorf("%s is written twice", e.Path)
		}
		b.entry = &e
		return nil
	}
	if e.Path[depth].IsIndex() || b.entry != nil {
		return fmt.Errorf("%s is no value of its own", e.Path)
	}
	name := e.Path[depth].Name()
	if b.below == nil {
		b.below = map[string]*branch{}
	}
	if b.below[name] == nil {
		b.names = append(b.names, name)
		b.below[name] = &branch{}
	}
	return b.below[name].put(e, depth+1)
}

func (b *branch) lines(at Path, less func(parent Path, a, b string) int) []string {
	names := slices.Clone(b.names)
	slices.SortStableFunc(names, func(x, y string) int { return less(at, x, y) })
	w := newSpelling()
	w.order = fieldOrder
	indent := 2 * len(at)
	var all []string
	for _, name := range names {
		child := b.below[name]
		if len(at) == 0 {
			all = append(all, "")
		}
		if child.entry == nil {
			all = append(all, spaces(indent)+w.key(name, false, 0)+":")
			all = append(all, child.lines(at.Key(name), less)...)
			continue
		}
		if child.entry.Comment != "" {
			for _, line := range strings.Split(child.entry.Comment, "\n") {
				all = append(all, spaces(indent)+"# "+line)
			}
		}
		all = append(all, w.entry(Name(name), child.entry.Value, indent)...)
	}
	return all
}

// Word spells a text as a value between brackets: plain where that reads as
// the text, else in quotes.
func Word(text string) string { return newSpelling().text(text, true, 0) }
