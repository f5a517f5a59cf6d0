package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spreadlint/spreadlint/lint"
)

const (
	textWidth  = 100 // without a terminal
	frameWidth = 120
	minWidth   = 40 // narrower terminals break lines themselves
	maxNames   = 5  // workloads shown of one finding
)

// printer writes text for people. Whatever it prints of foreign text has gone
// through plain or expand.
type printer struct {
	strings.Builder
	ink        ink
	width      int // of running text
	frameWidth int
	gutter     int // columns of the line numbers of the current finding
}

func newPrinter(o Options) *printer {
	p := &printer{ink: ink(o.Color), width: textWidth, frameWidth: frameWidth}
	if o.Width > 0 {
		p.width = max(o.Width, minWidth)
		p.frameWidth = p.width
	}
	return p
}

func (p *printer) print(s string) { p.WriteString(s) }

func writeText(w io.Writer, r lint.Report, o Options) error {
	p := newPrinter(o)
	for _, f := range r.Findings {
		p.finding(f)
		p.print("\n")
	}
	p.summary(r)
	_, err := io.WriteString(w, p.String())
	return err
}

func (p *printer) finding(f lint.Finding) {
	p.gutter = 2
	if framed(f.Location) && f.Location.Layer != lint.LayerSet {
		p.gutter = max(p.gutter, len(strconv.Itoa(f.Location.Start.Line)))
	}
	p.print(p.ink.severity(f.Severity.String()+"["+f.Rule+"]", f.Severity))
	p.print(p.ink.bold(": "+plain(f.Message)) + "\n")
	p.print(spaces(p.gutter) + p.ink.dim("-->") + " " + p.ink.place(position(f.Location)))
	if about := aside(f.Path, f.Location); about != "" && f.Category != "run" {
		p.print("  " + p.ink.dim(about))
	}
	p.print("\n")
	p.frame(f.Location, f.Caret, f.Severity)
	p.hits(f)
	if in := inProfiles(f); in != "" {
		p.fact("in", in, "")
	}
	p.related(f.Related)
	p.fact("effect", f.Effect, "")
	for _, note := range f.Notes {
		p.fact("note", note, "")
	}
	p.fixes(f)
	p.fact("more", "spreadlint explain "+f.Rule, "")
}

// fact prints one line about the finding, wrapped; nothing when it is empty.
// The tail stands two spaces behind the text, or below it.
func (p *printer) fact(label, text, tail string) {
	text, tail = plain(text), plain(tail)
	if text == "" {
		text, tail = tail, ""
	}
	if text == "" {
		return
	}
	indent := p.gutter + len(" = effect:  ")
	lines := wrap(text, p.width-indent)
	if tail != "" {
		last := &lines[len(lines)-1]
		if indent+columns(*last)+2+columns(tail) <= p.width {
			*last += "  " + p.ink.dim(tail)
		} else {
			lines = append(lines, p.ink.dim(tail))
		}
	}
	name := p.ink.bold(label + ":")
	if label == "fix" {
		name = p.ink.good(label + ":")
	}
	p.print(spaces(p.gutter) + p.ink.dim(" =") + " " + name + spaces(len("effect:  ")-len(label)-1))
	p.print(strings.Join(lines, "\n"+spaces(indent)) + "\n")
}

// hits prints the rendered objects and the field in them.
func (p *printer) hits(f lint.Finding) {
	p.fact("hits", some(f.Workloads), shortField(f.Field))
}

// some lists names, not all when they are many.
func some(names []string) string {
	if rest := len(names) - maxNames; rest > 0 {
		names = append(slices.Clone(names[:maxNames]), fmt.Sprintf("and %d more", rest))
	}
	return strings.Join(names, ", ")
}

// shortField leaves out what everybody knows of the longest names of the API.
func shortField(field string) string {
	return strings.NewReplacer(
		"requiredDuringSchedulingIgnoredDuringExecution", "required...",
		"preferredDuringSchedulingIgnoredDuringExecution", "preferred...",
	).Replace(field)
}

func (p *printer) related(all []lint.Related) {
	for _, r := range all {
		if r.Message == "rendered here" {
			p.fact("from", position(r.Location), "")
		}
	}
	for _, r := range all {
		if r.Message != "rendered here" {
			p.fact("see", position(r.Location)+"  "+r.Message, "")
		}
	}
}

func (p *printer) fixes(f lint.Finding) {
	for i, fix := range f.Fixes {
		label, safety := "fix", "("+string(fix.Safety)+")"
		if i > 0 {
			label = "also"
		}
		switch {
		case fix.Safety == lint.ShowOnly:
			safety = "(by hand)"
		case fix.Safety == lint.Unsafe && i == 0:
			safety = "(unsafe: pods may be placed differently)"
		}
		p.fact(label, fix.Title, safety)
		p.sets(f, fix)
	}
}

// sets spells a fix out where its title does not: when it changes something
// other than the value that the finding is about, and does not name it. A
// renamed key is named, so what it holds is not shown. Nothing is wrapped or
// cut: it is there to be copied.
func (p *printer) sets(f lint.Finding, fix lint.Fix) {
	indent := p.gutter + len(" = effect:  ")
	for _, s := range fix.Sets {
		key := s.Path.Last()
		if s.Erase > 0 || len(fix.Sets) == 1 && s.Path.Equal(f.Path) || !key.IsIndex() && strings.Contains(fix.Title, key.Name()) {
			continue
		}
		line := s.Path.String() + ": " + compact(s.Value)
		switch {
		case s.Remove:
			line = "remove " + s.Path.String()
		case s.Move != nil:
			line = "move " + s.Path.String() + " to " + s.Move.String()
		}
		p.print(spaces(indent) + plain(line) + "\n")
	}
}

// compact writes a value in one line.
func compact(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(v) != nil {
		return fmt.Sprint(v) // nothing that YAML can hold
	}
	return strings.TrimRight(b.String(), "\n")
}
