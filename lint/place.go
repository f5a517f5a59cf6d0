package lint

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// place turns what a rule points at into a file and line: the value that
// decides the field; if no value does, the template that spells it out.
func (in *Input) place(f *Finding) {
	t := f.target
	r := in.Release
	switch {
	case t.file != nil:
		f.Location.File, f.Location.Start, f.Location.End, f.Location.Text = t.file.Name, t.span.Start, t.span.End, t.file
		if f.Location.Layer == "" {
			f.Location.Layer = LayerValues
		}
	case t.value != nil:
		in.placeValue(f, render.Decider{Path: t.value, Set: true})
	case t.workload != nil && r.Chart == "":
		f.placeManifest()
	case t.workload != nil:
		in.placeField(f)
	}
	written := f.Path
	if t.workload != nil && r.Chart != "" && written != nil {
		written = r.Own(t.workload, written)
	}
	if f.fixField != nil && len(f.Fixes) > 0 && r.Chart != "" {
		written = nil
		if d, _, ok := in.decider(target{workload: t.workload, field: f.fixField}, r.Cause(t.workload, f.fixField)); ok {
			written = d.Path
			if text, isText := d.Value.(string); isText && strings.Contains(text, "\n") {
				f.inText = true // the selector is a part of the text, and no value of its own
			}
		}
	}
	if f.selector != nil && written != nil && len(f.Fixes) > 0 {
		in.refineSelector(f, written)
	}
	for i := range f.Fixes {
		in.fillFix(f, &f.Fixes[i], written)
	}
	in.conceal(f)
}

// fillFix gives the sets of a fix their path; without any value to write to,
// the fix is for a person.
func (in *Input) fillFix(f *Finding, fix *Fix, written values.Path) {
	kept := fix.Sets[:0:0]
	for _, s := range fix.Sets {
		if s.Path == nil {
			s.Path = written
		}
		if s.Path != nil {
			kept = append(kept, s)
		}
	}
	fix.Sets = kept
	if f.inText { // the line belongs into the text, and no set can say where
		fix.Sets = nil
		fix.Title += " in the text"
	}
	standIn := slices.ContainsFunc(kept, func(s Set) bool {
		mine, _ := values.Lookup(any(in.Release.Values()), s.Path)
		return strings.Contains(show(s.Value), render.StandInName) && !strings.Contains(show(mine), render.StandInName)
	})
	if len(fix.Sets) == 0 || f.Location.Layer != LayerValues || standIn { // the real release has another name
		fix.Safety = ShowOnly
	}
}

func (f *Finding) placeManifest() {
	file, node, ok := f.target.workload.Position(f.target.field)
	if !ok {
		f.Location = Location{File: f.target.workload.Template, Layer: LayerManifest}
		return
	}
	span := node.Value
	if f.target.onKey || f.target.presence || f.target.absent != 0 || span.Start == span.End || span.Start.Line != span.End.Line {
		span = headOf(node)
	}
	f.Location = Location{File: file.Name, Start: span.Start, End: span.End, Layer: LayerManifest, Text: file}
}

// headOf is the span to show for an entry whose value is long or absent: its
// key, or the first line of the value.
func headOf(node values.Node) values.Span {
	if node.HasKey {
		return node.Key
	}
	return node.Value
}

func (in *Input) placeField(f *Finding) {
	t := f.target
	cause := in.Release.Cause(t.workload, t.field)
	decider, note, ok := in.decider(t, cause)
	if !ok {
		f.Location = Location{File: cause.Template.File, Layer: LayerTemplate}
		f.Location.Start.Line, f.Location.End.Line = cause.Template.Line, cause.Template.Line
		f.Location.Text = in.Release.TemplateFile(cause.Template.File)
		f.trimTemplateLine()
		f.Notes = append(f.Notes, note)
		if f.offer != nil {
			f.offer(f, render.Decider{})
		}
		return
	}
	in.placeValue(f, decider)
	if f.offer != nil {
		f.offer(f, decider)
	}
	if t.absent != 0 {
		f.offerSwitch(decider, t.workload)
	}
	f.Related = append(f.Related, renderedBy(t, cause, in.Release)...)
}

// trimTemplateLine lets the caret stand under the text of a template line.
func (f *Finding) trimTemplateLine() {
	l := &f.Location
	if l.Text == nil || l.Start.Line == 0 {
		return
	}
	line := l.Text.Line(l.Start.Line)
	text := strings.TrimSpace(line)
	l.Start.Column = 1 + len([]rune(line[:len(line)-len(strings.TrimLeft(line, " \t"))]))
	l.End.Column = l.Start.Column + len([]rune(text))
}

// decider picks the value to blame: for a field that is wrong the value that
// became it, for one that should not be there (or is missing) the value that
// switches it. Where there is none, note says so.
func (in *Input) decider(t target, cause render.Cause) (d render.Decider, note string, ok bool) {
	switch {
	case t.absent != 0:
		return in.switchFor(t.workload, t.absent)
	case t.presence && len(cause.Controls) > 0 && cause.Literal:
		return switchedOn(cause.Controls), "", true
	case len(cause.Values) > 0:
		d := in.Release.Prove(t.workload, t.field, cause.Values)
		if !in.Release.Replaces(t.workload, t.field, d) {
			return d, fmt.Sprintf("the chart's template merges its own rule over %s: no value controls this", d.Path), false
		}
		return d, "", true
	case len(cause.Controls) > 0:
		return d, fmt.Sprintf("the chart's template spells this out; %s decides whether it is there", cause.Controls[0].Path), false
	}
	return d, "no value controls this: the chart's template decides", false
}

// switchedOn picks, of the values that decide whether something is there, the
// nearest; but what nothing sets did not switch it on where another word did.
func switchedOn(controls []render.Decider) render.Decider {
	if !controls[0].Set && len(controls[0].Words) > 0 {
		for _, d := range controls {
			if word, isText := d.Value.(string); isText && d.Set && slices.Contains(controls[0].Words, word) {
				return d
			}
		}
	}
	return controls[0]
}

func (in *Input) placeValue(f *Finding, d render.Decider) {
	f.Path = d.Path
	text, _ := d.Value.(string)
	for i := range f.Fixes {
		for j, s := range f.Fixes[i].Sets {
			if s.Path != nil {
				continue
			}
			written := s.Value
			if !s.Remove && s.Move == nil {
				written = d.Written(s.Value)
			}
			if strings.Contains(text, "\n") && reflect.DeepEqual(written, s.Value) {
				f.inText = true // a line that is not there, or one to take out
			}
			f.Fixes[i].Sets[j].Value = written
		}
	}
	places, ok := in.Release.Places(d)
	if !ok {
		f.Location = Location{File: in.Release.Chart, Layer: LayerChart}
		return
	}
	f.Location = locate(places[0])
	if alias := places[0].Node.Alias; !alias.IsZero() {
		f.sharedText = true
		f.Related = append(f.Related, Related{Message: "taken over here", Location: Location{
			File: f.Location.File, Start: alias.Start, End: alias.End, Layer: f.Location.Layer, Text: f.Location.Text}})
	}
	if f.target.onKey && places[0].Node.HasKey {
		f.Location.Start, f.Location.End = places[0].Node.Key.Start, places[0].Node.Key.End
	}
	for _, p := range places[1:] {
		if p.Layer.Kind != render.LayerChart {
			f.Related = append(f.Related, Related{Message: "overridden: also set here", Location: locate(p)})
		}
	}
	if f.Location.Unset {
		f.Notes = append(f.Notes, fmt.Sprintf("%s is not set; it would stand here", d.Path))
	}
}

// locate makes a Location of an origin. An empty value is shown by its key,
// a value of several lines by its first.
func locate(o render.Origin) Location {
	l := Location{File: o.Layer.File.Name, Text: o.Layer.File, Unset: !o.Set}
	switch o.Layer.Kind {
	case render.LayerSet:
		l.Layer = LayerSet
	case render.LayerChart:
		l.Layer = LayerChart
	default:
		l.Layer = LayerValues
	}
	span := o.Node.Value
	switch {
	case !o.Set && !o.Node.HasKey:
		span.End = span.Start
	case !o.Set, span.Start == span.End:
		span = headOf(o.Node)
	}
	if span.Start.Line != span.End.Line && o.Node.HasKey {
		span = o.Node.Key
	}
	span = firstLine(o.Layer.File, span)
	l.Start, l.End = span.Start, span.End
	return l
}

func renderedBy(t target, cause render.Cause, r *render.Release) []Related {
	if cause.Template.File == "" {
		return nil
	}
	l := Location{File: cause.Template.File, Layer: LayerTemplate, Text: r.TemplateFile(cause.Template.File)}
	l.Start.Line, l.End.Line = cause.Template.Line, cause.Template.Line
	return []Related{{Message: "rendered here", Location: l}}
}

// firstLine cuts a span to its first line.
func firstLine(file *values.File, span values.Span) values.Span {
	if span.Start.Line != span.End.Line {
		span.End = values.Pos{Line: span.Start.Line, Column: 1 + len([]rune(file.Line(span.Start.Line)))}
	}
	return span
}

// offerSwitch says what would give the workload the rule that it lacks, now
// that the value that decides is known.
func (f *Finding) offerSwitch(d render.Decider, w *render.Workload) {
	switch {
	case len(d.Words) > 0:
		f.Caret = show(d.Words[0]) + " spreads them"
		f.Fixes = append(f.Fixes, setHere(Unsafe, d.Words[0]))
	case d.Rule != nil:
		f.Caret = "a rule put here spreads them"
		_, flag := d.Rule.(bool)
		if f.offered = !flag; flag {
			f.Caret = show(d.Rule) + " spreads them"
		}
		f.Fixes = append(f.Fixes, Fix{Title: "write " + show(d.Rule), Safety: Unsafe, Sets: []Set{{Value: d.Rule}}})
	}
}
