package render

import (
	"sort"
	"strings"

	"github.com/spreadlint/spreadlint/values"
)

// templatePlace is the template line that printed what stands at offset.
func (t *trace) templatePlace(r *Release, d *tracedDocument, offset int, w *Workload) TemplatePlace {
	site, ok := d.textSite(offset)
	best := -1
	for i, g := range d.ranges {
		if g.start <= offset && g.end > offset && !t.sites[t.frames[g.frame].site].control && (best < 0 || g.depth > d.ranges[best].depth) {
			best = i
		}
	}
	if best >= 0 {
		g := d.ranges[best]
		if !ok || !t.printedBy(d, g, offset) {
			return t.place(r, t.frames[g.frame].site)
		}
	}
	if !ok {
		return TemplatePlace{File: w.Template}
	}
	return t.place(r, site)
}

// printedBy reports whether template text inside the range begins the line of
// the offset: then that text printed it, not the action.
func (t *trace) printedBy(d *tracedDocument, g printedRange, offset int) bool {
	lineStart := strings.LastIndexByte(string(d.file.Src[:min(offset, len(d.file.Src))]), '\n') + 1
	for _, m := range d.texts {
		if m.offset >= max(g.start, lineStart) && m.offset <= offset {
			return true
		}
	}
	return false
}

// direct returns the innermost actions that printed the bytes.
func (t *trace) direct(d *tracedDocument, start, end int, scalar bool) []printedRange {
	var found []printedRange
	deepest := 0
	for _, g := range d.ranges {
		if t.sites[t.frames[g.frame].site].control || g.start == g.end {
			continue
		}
		touches := g.start <= start && g.end >= end
		if scalar {
			touches = g.start < end && g.end > start
		}
		if !touches || t.printedBy(d, g, start) {
			continue
		}
		switch {
		case g.depth > deepest:
			found, deepest = []printedRange{g}, g.depth
		case g.depth == deepest:
			found = append(found, g)
		}
	}
	return found
}

// printsWhole reports whether an action printed the field's key: with it all
// that stands around.
func (t *trace) printsWhole(d *tracedDocument, field values.Path) bool {
	node, ok := d.file.Find(field)
	return ok && node.HasKey && len(t.direct(d, node.Key.Start.Offset, node.Key.End.Offset, false)) > 0
}

// silent returns the actions that printed nothing where a value should be:
// "replicas: {{ .Values.absent }}".
func (t *trace) silent(d *tracedDocument, node values.Node) []printedRange {
	line := node.Value.Start.Offset
	if n := strings.IndexByte(string(d.file.Src[line:]), '\n'); n >= 0 {
		line += n
	} else {
		line = len(d.file.Src)
	}
	var found []printedRange
	for _, g := range d.ranges {
		if g.start == g.end && g.start >= node.Key.End.Offset && g.start <= line && !t.sites[t.frames[g.frame].site].control {
			found = append(found, g)
		}
	}
	return found
}

// enclosing returns the branches around the bytes, the innermost first.
func (t *trace) enclosing(d *tracedDocument, start, end int) []printedRange {
	var found []printedRange
	for _, g := range d.ranges {
		if t.sites[t.frames[g.frame].site].control && g.start <= start && g.end >= end && g.start < g.end {
			found = append(found, g)
		}
	}
	sort.SliceStable(found, func(i, j int) bool { return found[i].depth > found[j].depth })
	return found
}
