package generate

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/schema"
	"github.com/spreadlint/spreadlint/values"
)

// Schema is a chart's values.schema.json with what is known of the values that
// decide how pods spread.
type Schema struct {
	Given []byte   // the chart's own, nil for none
	Text  []byte   // with what was added
	Added []string // value paths, sorted
	Kept  []string // paths that the given schema says something else of
}

// draft is what Helm 3 and 4 read.
const draft = "http://json-schema.org/draft-07/schema#"

// MakeSchema writes the schema of a chart: what its templates are proven to do
// with the values that decide spreading, merged into the schema that it has.
// Only maps that hold nothing else are closed; the root and global never are,
// for a chart may become the dependency of another.
func MakeSchema(release *render.Release) (*Schema, error) {
	s := &Schema{}
	for _, own := range release.Schemas() {
		if len(own.Prefix) == 0 {
			s.Given = own.JSON
		}
	}
	skip := map[string]bool{}
	knobs, _ := lint.Knobs(release)
	for {
		w := &schemaWriter{release: release, skip: skip, root: schema.NewObject("$schema", draft), seen: map[string]bool{}}
		if s.Given != nil {
			var err error
			if w.root, err = schema.ParseObject(s.Given); err != nil {
				return nil, fmt.Errorf("values.schema.json: %w", err)
			}
		}
		w.write(knobs)
		text, err := w.root.Indented(s.Given)
		if err != nil {
			return nil, err
		}
		s.Text, s.Added, s.Kept = text, sortedTexts(w.added), sortedTexts(w.kept)
		if len(w.added) == 0 && s.Given != nil {
			s.Text = s.Given
		}
		violations, err := schema.Chart(s.Text, release.Values())
		if err != nil {
			return nil, err
		}
		again := false
		for _, v := range violations { // what the chart itself holds is legal
			for _, path := range w.added {
				if v.Path.HasPrefix(path) && !skip[path.String()] {
					skip[path.String()], again = true, true
				}
			}
		}
		if !again {
			return s, nil
		}
	}
}

func sortedTexts(paths []values.Path) []string {
	var all []string
	for _, path := range paths {
		all = append(all, path.String())
	}
	slices.Sort(all)
	return all
}

// schemaWriter adds to a schema.
type schemaWriter struct {
	release     *render.Release
	root        *schema.Object
	skip, seen  map[string]bool
	added, kept []values.Path
}

func (w *schemaWriter) write(knobs []lint.Knob) {
	for _, k := range knobs {
		id := k.Field + " " + k.Path.String()
		workload := w.workload(k.Workload)
		if w.seen[id] || len(k.Path) == 0 || slices.Contains(k.Path, values.Name("global")) || w.skip[k.Path.String()] || workload == nil {
			continue
		}
		w.seen[id] = true
		switch k.Field {
		case lint.FieldMode:
			w.add(k.Path, w.mode(workload, k))
		case lint.FieldTopologyKey:
			w.add(k.Path, w.key(workload, k))
			w.closeBlock(workload, k.Path.Parent())
		case lint.FieldSpread:
			if list := w.list(workload, k); list != nil {
				w.add(k.Path, list)
			}
		case lint.FieldAffinity:
			if affinity := w.affinity(k); affinity != nil {
				w.add(k.Path, affinity)
			}
		}
	}
	w.dependencies(knobs)
}

func (w *schemaWriter) workload(id string) *render.Workload {
	for _, x := range w.release.Workloads {
		if x.ID() == id {
			return x
		}
	}
	return nil
}

// add puts the schema of a value at its path. What a person has said of it
// stays: then nothing is added.
func (w *schemaWriter) add(path values.Path, node *schema.Object) {
	at := w.at(path.Parent())
	if at == nil {
		w.keep(path)
		return
	}
	var holder *schema.Object
	name := "items"
	if path.Last().IsIndex() {
		holder = at
	} else if holder = at.Below("properties"); holder != nil {
		name = path.Last().Name()
	}
	if holder == nil {
		w.keep(path)
		return
	}
	now, there := holder.Lookup(name)
	old, isObject := now.(*schema.Object)
	switch {
	case !there:
		holder.Set(name, node)
	case isObject && equalNodes(old, node):
		return
	case !isObject || !mergeNode(old, node):
		w.keep(path)
		return
	}
	w.note(path)
}

func (w *schemaWriter) note(path values.Path) {
	if !slices.ContainsFunc(w.added, path.Equal) {
		w.added = append(w.added, path)
	}
}

func (w *schemaWriter) keep(path values.Path) {
	if !slices.ContainsFunc(w.kept, path.Equal) {
		w.kept = append(w.kept, path)
	}
}

// at is the schema of a map or list, with those above it; nil where the given
// schema refers elsewhere.
func (w *schemaWriter) at(path values.Path) *schema.Object {
	node := w.root
	for _, key := range path {
		if _, refers := node.Lookup("$ref"); refers {
			return nil
		}
		if key.IsIndex() {
			node = node.Below("items")
		} else if node = node.Below("properties"); node != nil {
			node = node.Below(key.Name())
		}
		if node == nil {
			return nil
		}
	}
	if _, refers := node.Lookup("$ref"); refers {
		return nil
	}
	return node
}

func equalNodes(a, b *schema.Object) bool {
	x, err := a.MarshalJSON()
	y, other := b.MarshalJSON()
	return err == nil && other == nil && string(x) == string(y)
}

// says are the keywords by which a person has said what is legal.
var says = []string{"$ref", "enum", "const", "pattern", "anyOf", "oneOf", "allOf", "not", "if", "items"}

// mergeNode adds to what a given schema says of a value the keywords that it
// lacks. It reports whether there was anything to add, and room for it.
func mergeNode(old, node *schema.Object) bool {
	for _, key := range says {
		if _, said := old.Lookup(key); said {
			return false
		}
	}
	if kind, said := old.Lookup("type"); said {
		if ours, _ := node.Lookup("type"); !reflect.DeepEqual(kind, ours) {
			return false
		}
	}
	if _, closed := old.Lookup("properties"); closed {
		return false
	}
	changed := false
	for _, key := range node.Keys() {
		if _, said := old.Lookup(key); !said {
			v, _ := node.Lookup(key)
			old.Set(key, v)
			changed = true
		}
	}
	return changed
}
