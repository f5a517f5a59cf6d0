package report

import (
	"strconv"
	"strings"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/values"
)

// frame prints the line of a location with carets under what is meant. Values
// files hold secrets, so nothing is shown but what is on the way to the value:
// the key that it stands below and its own key; what else is on its line is
// elided, and of a --set argument only the assignment is shown.
func (p *printer) frame(l lint.Location, caret string, severity lint.Severity) {
	if !framed(l) {
		return
	}
	room := p.frameWidth - p.gutter - len(" | ")
	p.row(0, "")
	if n, key := parent(l); n > 0 {
		p.row(n, terminal().Truncate(expand(key), room, "…"))
		if n < l.Start.Line-1 {
			p.row(0, "…")
		}
	}
	line := markedLine(l).cut(room)
	number := l.Start.Line
	if l.Layer == lint.LayerSet {
		number = 0
	}
	p.row(number, line.before+line.marked+line.after)

	indent, carets := columns(line.before), strings.Repeat("^", max(1, columns(line.marked)))
	caret = plain(caret)
	if caret == "" || indent+len(carets)+1+columns(caret) <= room {
		p.row(0, spaces(indent)+p.ink.severity(strings.TrimRight(carets+" "+caret, " "), severity))
		return
	}
	p.row(0, spaces(indent)+p.ink.severity(carets, severity))
	words := wrap(caret, max(room-indent, 40))
	for _, w := range words {
		indent = max(0, min(indent, room-columns(w)))
	}
	for _, w := range words {
		p.row(0, spaces(indent)+p.ink.severity(w, severity))
	}
}

// framed reports whether there is a line to show.
func framed(l lint.Location) bool {
	return l.Text != nil && l.Start.Line > 0 && l.Start.Line <= l.Text.Lines()+1
}

// row prints one line of a frame; number 0 is none.
func (p *printer) row(number int, text string) {
	label := ""
	if number > 0 {
		label = strconv.Itoa(number)
	}
	p.print(p.ink.dim(spaces(p.gutter-len(label)) + label + " |"))
	if text = strings.TrimRight(text, " "); text != "" {
		p.print(" " + text)
	}
	p.print("\n")
}

// marked is a line in three parts, fit for a terminal.
type marked struct{ before, marked, after string }

// markedLine splits the line of a location. Without a column all of its text
// is meant; what goes on in the next line is meant up to the end of this one.
func markedLine(l lint.Location) marked {
	line := []rune(l.Text.Line(l.Start.Line))
	start, end := l.Start.Column-1, l.End.Column-1
	switch {
	case start < 0:
		text := strings.TrimLeft(string(line), " \t")
		start, end = len(line)-len([]rune(text)), len([]rune(strings.TrimRight(string(line), " \t")))
	case l.End.Line > l.Start.Line:
		end = len(line)
	}
	for len(line) < start { // an absent key would be indented, its line is empty
		line = append(line, ' ')
	}
	end = max(start, min(end, len(line)))
	from, to := 0, len(line)
	if l.Layer == lint.LayerSet && (l.File == "--set" || l.File == "--set-string") {
		from, to = assignment(line, start, end)
	}
	before, middle, after := Clean(string(line[from:start])), Clean(string(line[start:end])), Clean(string(line[end:to]))
	if l.Layer != lint.LayerTemplate {
		before, middle, after = elideBefore(before, l.Layer == lint.LayerSet), elideWithin(middle), elideAfter(after)
		if l.Concealed && middle != "" {
			middle = "…"
		}
		if strings.HasSuffix(middle, "…") {
			after = strings.TrimPrefix(after, "…")
		}
	}
	m := marked{expand(before), expand(middle), expand(after)}
	if from > 0 {
		m.before = "…" + m.before
	}
	if to < len(line) {
		m.after = strings.TrimSuffix(m.after, "…") + "…"
	}
	return m
}

// assignment is the part of a --set argument, key=value, that holds what is
// between start and end. Helm separates them by commas, other than in {a,b}
// or behind a backslash.
func assignment(argument []rune, start, end int) (from, to int) {
	depth := 0
	for i := 0; i < len(argument); i++ {
		switch argument[i] {
		case '\\':
			i++
		case '{':
			depth++
		case '}':
			depth--
		case ',':
			switch {
			case depth > 0:
			case i >= end:
				return from, i
			case i < start:
				from = i + 1
			}
		}
	}
	return from, len(argument)
}

// expand makes a foreign line, or a part of one, fit for a terminal.
func expand(s string) string { return strings.ReplaceAll(Clean(s), "\t", "    ") }

// cut shortens a line to a number of columns, around what is marked: the line
// loses its end first, then its start, and what is marked only when that alone
// is too long. An empty mark has a caret all the same.
func (m marked) cut(room int) marked {
	t := terminal()
	before, middle, after := columns(m.before), columns(m.marked), columns(m.after)
	if before+max(1, middle+after) <= room {
		return m
	}
	if most := room - min(before, room/5); middle > most {
		m.marked, m.after = t.Truncate(m.marked, most, "…"), ""
		middle, after = columns(m.marked), 0
	}
	if before+max(1, middle+min(after, 1)) > room {
		keep := room - max(1, middle+min(after, room/4))
		m.before = t.TruncateLeft(m.before, before-keep+1, "…")
		before = columns(m.before)
	}
	m.after = t.Truncate(m.after, room-before-middle, "…")
	return m
}

// position says where a location is, as an editor or a terminal understands
// it.
func position(l lint.Location) string {
	at, file := l.Start, plain(slashed(l.File))
	switch {
	case at.Line == 0:
		return file
	case l.Layer == lint.LayerSet && at.Line == 1:
		return file + ", column " + strconv.Itoa(at.Column)
	case l.Layer == lint.LayerSet:
		return file + ", line " + strconv.Itoa(at.Line) + ", column " + strconv.Itoa(at.Column)
	case at.Column == 0:
		return file + ":" + strconv.Itoa(at.Line)
	}
	return file + ":" + strconv.Itoa(at.Line) + ":" + strconv.Itoa(at.Column)
}

// aside says which value a location is about, and what is special about it.
func aside(path values.Path, l lint.Location) string {
	about := plain(path.String())
	switch {
	case l.Layer == lint.LayerTemplate:
		about = "template; no value decides"
	case l.Layer != lint.LayerChart || l.Unset || l.Start.Line == 0:
	case about == "":
		about = "chart default"
	default:
		about += "; chart default"
	}
	if about == "" {
		return ""
	}
	return "(" + about + ")"
}
