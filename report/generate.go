package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/generate"
	"github.com/spreadlint/spreadlint/lint"
)

// proofLines is the table of where pods go without and with an overlay, as
// text without colours: for a comment in it, too.
func proofLines(r *generate.Result) []string {
	if len(r.Targets) == 0 {
		return nil
	}
	rows := [][]string{{"WORKLOAD", "INTENT", "BEFORE", "AFTER", "AFTER A LOSS"}}
	for _, t := range r.Targets {
		rows = append(rows, []string{plain(t.Name), intentText(t), spreadText(t, t.Proof.Before), spreadText(t, t.Proof.After), lossText(t)})
	}
	widths := columnWidths(rows)
	var lines []string
	for _, row := range rows {
		line := ""
		for i, cell := range row {
			line += padded(cell, widths[i]+2)
		}
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return lines
}

func intentText(t *generate.Target) string {
	text := strings.TrimPrefix(t.Intent.String(), "survive ")
	switch {
	case t.Hangs != "":
		return text + ": hangs"
	case t.After.Met:
		return text + ": met"
	case t.After.Cannot:
		return text + ": not here"
	}
	return text + ": not met"
}

// spreadText is how pods share domains: by name where these are few.
func spreadText(t *generate.Target, s generate.Spread) string {
	var parts []string
	domains := t.Proof.Domains
	const few = 4
	if len(domains) <= few {
		for i, n := range s.Counts {
			if n > 0 {
				parts = append(parts, fmt.Sprintf("%s %d", plain(domains[i]), n))
			}
		}
	} else {
		used, most := 0, 0
		for _, n := range s.Counts {
			if n > 0 {
				used++
			}
			most = max(most, n)
		}
		if used > 0 {
			parts = append(parts, fmt.Sprintf("%d on %d of %d, most %d", sum(s.Counts), used, len(domains), most))
		}
	}
	if s.Outside > 0 {
		parts = append(parts, fmt.Sprintf("%d unlabelled", s.Outside))
	}
	if s.Waiting > 0 {
		parts = append(parts, fmt.Sprintf("%d Pending", s.Waiting))
	}
	if len(parts) == 0 {
		return "-"
	}
	return strings.Join(parts, ", ")
}

func sum(counts []int) (total int) {
	for _, n := range counts {
		total += n
	}
	return total
}

func lossText(t *generate.Target) string {
	p := t.Proof
	if p.Lost == "" {
		return "-"
	}
	text := fmt.Sprintf("%s lost: %d of %d run on", plain(p.Lost), p.Left, p.After.Pods)
	if p.Replaced > 0 {
		text += fmt.Sprintf(", %d again", p.Replaced)
	}
	if p.Waiting > 0 {
		text += fmt.Sprintf(", %d Pending", p.Waiting)
	}
	return text
}

// nodesText says which nodes an overlay is for.
func nodesText(r *generate.Result, source string) string {
	zones := map[string]bool{}
	lacking := 0
	for _, n := range r.Nodes.Nodes {
		if zone, ok := n.Labels[zoneLabel]; ok {
			zones[zone] = true
		} else {
			lacking++
		}
	}
	text := count(len(r.Nodes.Nodes), "node")
	switch {
	case len(zones) > 0 && lacking > 0:
		text += fmt.Sprintf(" (%d without a zone)", lacking)
		fallthrough
	case len(zones) > 0:
		text = count(len(zones), "zone") + ", " + text
	default:
		text += " without zones"
	}
	if r.Assumed {
		return "assumed, for none were given: " + text + ", all labelled, none too small for a pod"
	}
	return text + " (" + source + ")"
}

// overlayNotes are what a reader of an overlay has to know besides its values:
// one sentence each, with files named as shown makes of them.
func overlayNotes(r *generate.Result, shown func(file string) string) []string {
	var notes []string
	if len(r.Fell) > 0 {
		notes = append(notes, fmt.Sprintf("fell back from zone to node, for nodes do not say their zone: %s", strings.Join(r.Fell, ", ")))
	}
	var alone, nameless []string
	for _, t := range r.Targets {
		switch {
		case t.Hangs != "":
			notes = append(notes, fmt.Sprintf("%s hangs: %s", t.Name, t.Hangs))
		case t.After.Met:
		case t.After.Cannot:
			notes = appendOnce(notes, fmt.Sprintf("%s cannot be met on these nodes: %s", t.Intent, t.After.Why))
		case t.After.Alone:
			alone = append(alone, t.Name)
		case t.NeedsName:
			nameless = append(nameless, t.Name)
		default:
			note := fmt.Sprintf("%s: %s is not met: %s", t.Name, t.Intent, t.After.Why)
			if t.Missing != "" {
				note += "; " + t.Missing
			}
			if t.Template.File != "" {
				note += fmt.Sprintf("; %s would have to change", templatePlace(t, shown))
			}
			notes = append(notes, note)
		}
	}
	if len(nameless) > 0 {
		notes = append(notes, fmt.Sprintf("not met for %s: a rule's selector has to name the release, and the chart evaluates no template there; give its name: spreadlint generate NAME CHART", strings.Join(nameless, ", ")))
	}
	if len(alone) > 0 {
		notes = append(notes, fmt.Sprintf("one pod cannot survive the loss of its node: %s", strings.Join(alone, ", ")))
	}
	if r.Single > 0 {
		notes = append(notes, fmt.Sprintf("%s of one pod: no rule can spread them", count(r.Single, "workload")))
	}
	for _, t := range r.Targets {
		if t.Intent.Survive == lint.SurviveZone && t.Intent.Strict && t.After.Met && t.Proof.Waiting > 0 {
			notes = appendOnce(notes, "while a zone is lost, replacements of its pods wait for it to come back: that is what strict asks for")
		}
	}
	return notes
}

func templatePlace(t *generate.Target, shown func(string) string) string {
	if t.Template.Line == 0 {
		return shown(t.Template.File)
	}
	return fmt.Sprintf("%s:%d", shown(t.Template.File), t.Template.Line)
}

func appendOnce(list []string, text string) []string {
	if slices.Contains(list, text) {
		return list
	}
	return append(list, text)
}

// OverlayHeader is the comment at the top of an overlay. Files are named as
// shown makes of them: the same from whatever folder the program is started,
// or an overlay would be stale in another.
func OverlayHeader(r *generate.Result, what string, proof bool, shown func(file string) string) []string {
	lines := []string{generate.Marker, ""}
	add := func(text string) {
		for i, line := range wrap(plain(text), frameWidth-4) {
			if i > 0 {
				line = "  " + line
			}
			lines = append(lines, line)
		}
	}
	add(what)
	for _, i := range r.Intents() {
		add(fmt.Sprintf("intent: %s: %s", i.Name, i))
	}
	add("nodes: " + nodesText(r, strings.Join(each(strings.Split(r.Nodes.Source, ", "), shown), ", ")))
	for _, note := range overlayNotes(r, shown) {
		add("note: " + note)
	}
	if len(r.Entries) == 0 {
		if met := !slices.ContainsFunc(r.Targets, func(t *generate.Target) bool { return !t.After.Met }); met {
			add("Nothing is to be set: the values do it as they are.")
		} else {
			add("Nothing is to be set: no other values would do more.")
		}
	}
	if table := proofLines(r); proof && len(table) > 0 {
		lines = append(lines, "")
		lines = append(lines, table...)
	}
	return lines
}

// WriteProof writes what an overlay does: the table, the notes and what lint
// still says.
func WriteProof(w io.Writer, r *generate.Result, what string, o Options) error {
	p := newPrinter(o)
	p.sentence(what + "; nodes " + nodesText(r, r.Nodes.Source))
	for i, line := range proofLines(r) {
		if i == 0 {
			line = p.ink.dim(line)
		}
		p.print("  " + line + "\n")
	}
	for _, note := range overlayNotes(r, same) {
		p.sentence("note: " + note)
	}
	state := "rendered, linted and placed with the overlay: "
	if len(r.Left) == 0 {
		state += "no warning or error is left"
	} else {
		state += fmt.Sprintf("%s left (%s), none of them new:", count(len(r.Left), "finding"), p.severities(lint.Report{Findings: r.Left}))
	}
	p.sentence(state)
	const most = 10
	for i, f := range r.Left {
		if i == most {
			p.print(fmt.Sprintf("  and %d more; `spreadlint lint` shows them\n", len(r.Left)-most))
			break
		}
		p.item(f, f.Message, "")
	}
	_, err := io.WriteString(w, p.String())
	return err
}
