package render

import (
	"fmt"
	"reflect"
	"slices"
	"sort"
	"strings"

	"github.com/spreadlint/spreadlint/values"
)

// TemplatePlace is a line of a chart's template; Line 0 is the whole file.
type TemplatePlace struct {
	File string
	Line int
}

// Cause is what decides a rendered field.
type Cause struct {
	Values   []Decider     // values that make the field what it is, the likeliest first
	Controls []Decider     // values that decide whether the field is there, the nearest first
	Template TemplatePlace // the template line that printed it
	Literal  bool          // the template spells the field out: no value changes it
}

// Decider is a value that decides a field.
type Decider struct {
	Path  values.Path
	Set   bool     // false: nothing sets it; its absence decides
	Value any      // its effective value
	Words []string // texts that the chart compares it with
	Text  TextLine // for a value that is template text: the line in it
	Rule  any      // a whole rule that the value would take, where one was tried
}

// Cause finds what decides a field of a workload's document. The field need
// not exist: then its nearest parent that does is looked at.
func (r *Release) Cause(w *Workload, field values.Path) Cause {
	d := r.traced(w)
	if d == nil {
		return Cause{Template: TemplatePlace{File: w.Template}}
	}
	t := d.trace
	at, node := d.file.Deepest(field)
	start, end := node.Value.Start.Offset, node.Value.End.Offset
	if start == end && node.HasKey {
		start = node.Key.Start.Offset
	}
	c := Cause{Template: t.templatePlace(r, d, start, w)}
	shape := reach{field: field, at: at}
	if v, ok := values.Lookup(any(d.file.Tree()), at); ok {
		shape.rendered = v
	}
	direct := t.direct(d, start, end, shape.isScalar())
	if node.Value.Start == node.Value.End && node.HasKey {
		if silent := t.silent(d, node); len(silent) > 0 {
			direct = silent // else the text of a value holds the key without anything behind it
		}
	}
	for _, g := range direct {
		for _, read := range t.compared(g.frame) {
			dec := r.descend(read.place, shape, d, g)
			dec.Path, dec.Words = r.canonical(dec.Path), read.words
			c.Values = append(c.Values, dec)
		}
	}
	if len(c.Values) == 0 {
		for _, dec := range t.leftOut(d, node, shape.missing()) {
			dec.Path = r.canonical(dec.Path)
			c.Values = append(c.Values, dec)
		}
	}
	c.Values = rank(c.Values, shape)
	c.Literal = len(c.Values) == 0
	for _, g := range t.enclosing(d, start, end) {
		for _, read := range t.compared(g.frame) {
			c.Controls = appendDecider(c.Controls, r.decider(read))
		}
	}
	return c
}

// comparedRead is a value that was read, and the words that the branch that
// read it compares it with.
type comparedRead struct {
	place *place
	words []string
}

// compared returns what a frame and those below it read, with the words.
func (t *trace) compared(id int) []comparedRead {
	var reads []comparedRead
	for _, p := range t.all(id) {
		reads = append(reads, comparedRead{place: p})
	}
	for _, k := range t.within(id) {
		words := t.sites[t.frames[k].site].words
		for i := range reads {
			if len(words) > 0 && slices.Contains(t.frames[k].reads, reads[i].place) {
				reads[i].words = append(reads[i].words, words...)
			}
		}
	}
	return reads
}

func (r *Release) decider(read comparedRead) Decider {
	return Decider{Path: r.canonical(read.place.path), Set: read.place.set, Value: read.place.value, Words: read.words}
}

// canonical is the path where a value is decided: that of a dependency's
// `global` is one of a chart above, if that has it.
func (r *Release) canonical(path values.Path) values.Path {
	for _, p := range r.Layers.globalPaths(path) {
		if _, set := r.lookup(p); set {
			return p
		}
	}
	return path
}

func appendDecider(list []Decider, d Decider) []Decider {
	for i := range list {
		if list[i].Path.Equal(d.Path) {
			for _, w := range d.Words {
				if !slices.Contains(list[i].Words, w) {
					list[i].Words = append(list[i].Words, w)
				}
			}
			return list
		}
	}
	d.Words = append([]string(nil), d.Words...)
	return append(list, d)
}

// reach is a field that was asked for, how much of its path exists, and what
// is rendered there.
type reach struct {
	field, at values.Path
	rendered  any
}

func (s reach) missing() values.Path { return s.field[len(s.at):] }

func (s reach) isScalar() bool {
	switch s.rendered.(type) {
	case map[string]any, []any:
		return false
	}
	return true
}

// descend follows a read of a map or list to the entry that became the field:
// the longest end of the field's path that exists below the value.
func (r *Release) descend(read *place, s reach, d *tracedDocument, g printedRange) Decider {
	dec := Decider{Path: read.path, Set: read.set, Value: read.value}
	switch v := dec.Value.(type) {
	case map[string]any, []any:
		for i := range s.at {
			suffix := s.at[i:]
			if x, ok := values.Lookup(v, suffix); ok {
				dec.Path, dec.Value = read.path.Child(suffix...), x
				break
			}
		}
		if missing := s.missing(); len(missing) > 0 && !s.isScalar() {
			if _, isMap := dec.Value.(map[string]any); isMap || missing[0].IsIndex() {
				dec.Path, dec.Value, dec.Set = dec.Path.Child(missing...), nil, false
			}
		}
	case string:
		if strings.Contains(v, "\n") || strings.Contains(v, "{{") {
			dec.Text = textLine(s, d, g)
		}
	}
	return dec
}

// rank orders deciders: values equal to what is rendered, then template text
// and words that a branch asks for, then other set values, then absent ones,
// the longest path, the narrowest, first. A map that is only on the way to
// another decider comes last.
func rank(list []Decider, s reach) []Decider {
	var unique []Decider
	for _, d := range list {
		unique = appendDecider(unique, d)
	}
	classes := make(map[string]int, len(unique))
	for _, d := range unique {
		classes[d.Path.String()] = s.class(d, unique)
	}
	class := func(d Decider) int { return classes[d.Path.String()] }
	sort.SliceStable(unique, func(i, j int) bool {
		a, b := class(unique[i]), class(unique[j])
		if a != b {
			return a < b
		}
		return a == 4 && len(unique[i].Path) > len(unique[j].Path)
	})
	return unique
}

func (s reach) class(d Decider, all []Decider) int {
	text, isText := d.Value.(string)
	kind := reflect.ValueOf(d.Value).Kind()
	whole := kind == reflect.Map || kind == reflect.Slice
	onTheWay := func(x Decider) bool { return len(x.Path) > len(d.Path) && x.Path.HasPrefix(d.Path) }
	switch {
	case d.Set && len(s.missing()) == 0 && fmt.Sprint(d.Value) == fmt.Sprint(s.rendered):
		return 0
	case d.Text != TextLine{}, d.Set && isText && strings.Contains(text, "{{"):
		return 1
	case whole && slices.ContainsFunc(all, onTheWay):
		return 5
	case whole && !s.isScalar(), isText && slices.Contains(d.Words, text):
		return 2
	case d.Set && d.Value != nil:
		return 3
	}
	return 4
}

// Places returns where a decider stands in the user's input: the layer that
// won and, behind it, those it overrides. An unset value has the place where
// it would be inserted. ok is false when nothing is known of it.
func (r *Release) Places(d Decider) (places []Origin, ok bool) {
	places = r.Layers.All(d.Path)
	if len(places) > 0 {
		places[0].Node = places[0].inText(d.Text)
		return places, true
	}
	origin, ok := r.Layers.argumentAbove(d.Path)
	if !ok {
		origin, ok = r.Layers.Insertion(d.Path)
	}
	if !ok {
		return nil, false
	}
	return []Origin{origin}, true
}
