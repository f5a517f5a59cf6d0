package report

import (
	"fmt"
	"slices"
	"strings"
)

// lossKind are the losses of one kind: of single nodes, or of the values of
// one label.
type lossKind struct {
	key    string // "" for nodes
	any    string // "any one node"
	losses []SimulatedLoss
}

// lossKinds groups the losses; each of those that were asked for is a kind of
// its own.
func (r *Simulation) lossKinds() []lossKind {
	var kinds []lossKind
	for _, l := range r.Losses {
		if r.Asked {
			kinds = append(kinds, lossKind{key: l.Name, any: l.Name, losses: []SimulatedLoss{l}})
			continue
		}
		key, _ := lostThing(l.Name)
		at := slices.IndexFunc(kinds, func(k lossKind) bool { return k.key == key })
		if at < 0 {
			any := "any one node"
			if key != "" {
				any = "any one " + shortKey(key)
			}
			kinds = append(kinds, lossKind{key: key, any: any})
			at = len(kinds) - 1
		}
		kinds[at].losses = append(kinds[at].losses, l)
	}
	if r.Asked {
		return kinds
	}
	return slices.DeleteFunc(kinds, func(k lossKind) bool { // each of its domains is a node, and told already
		return k.key != "" && !slices.ContainsFunc(k.losses, func(l SimulatedLoss) bool { return len(l.Nodes) > 1 })
	})
}

// lostThing takes the name of a loss apart: a label and its value, or "" and
// the name of a node.
func lostThing(name string) (key, thing string) {
	if node, ok := strings.CutPrefix(name, "node "); ok {
		return "", node
	}
	key, thing, _ = strings.Cut(name, "=")
	return key, thing
}

// lossRow is what losses of one kind leave of one workload, for all losses of
// the kind that read the same.
type lossRow struct {
	workload               int
	others                 []int // further workloads of a single pod that fare alike
	things                 []string
	wanted, left, replaced int
	pending                int
	sentences              []string
}

// lossRows tells the losses of a kind for each workload.
func (r *Simulation) lossRows(k lossKind) []lossRow {
	var rows []lossRow
	for i, w := range r.Workloads {
		var own []lossRow
		for _, l := range k.losses {
			for _, part := range l.Workloads {
				if part.Workload != w.Workload {
					continue
				}
				_, thing := lostThing(l.Name)
				row := lossRow{workload: i, things: []string{thing}, wanted: part.Wanted, left: part.Left, replaced: part.Replaced, pending: part.Wanted - part.Left - part.Replaced}
				for _, g := range bySentence(part.Pending) {
					row.sentences = append(row.sentences, g.sentence)
				}
				at := slices.IndexFunc(own, func(o lossRow) bool { return sameRows(o, row) })
				if at < 0 {
					own = append(own, row)
				} else {
					own[at].things = append(own[at].things, thing)
				}
			}
		}
		slices.SortStableFunc(own, func(a, b lossRow) int { return a.left - b.left })
		rows = append(rows, own...)
	}
	return joinSingles(rows)
}

// sameRows reports whether two losses read the same.
func sameRows(a, b lossRow) bool {
	return a.left == b.left && a.wanted == b.wanted && a.replaced == b.replaced && slices.Equal(a.sentences, b.sentences)
}

// joinSingles joins the rows of workloads with a single pod that finds a new
// node: where it ran before says little.
func joinSingles(rows []lossRow) []lossRow {
	var joined []lossRow
	first := -1
	for _, row := range rows {
		if row.wanted != 1 || row.left != 0 || row.replaced != 1 {
			joined = append(joined, row)
			continue
		}
		if first < 0 {
			first = len(joined)
			joined = append(joined, row)
			continue
		}
		joined[first].others = append(joined[first].others, row.workload)
	}
	return joined
}

// losses prints what is left after losing nodes.
func (p *printer) losses(r *Simulation) {
	if len(r.Losses) == 0 {
		return
	}
	kinds := r.lossKinds()
	for _, k := range kinds {
		if r.Asked {
			l := k.losses[0]
			p.heading("After losing " + plain(l.Name))
			p.print("  " + p.ink.dim(plain(fmt.Sprintf("lost: %s", ranges(l.Nodes, 8)))) + "\n\n")
			p.grid(r, r.newGrid(r.afterLoss(l), l.Nodes))
			if !l.known {
				p.print("\n  " + p.ink.dim("pods that replace lost ones are not shown: where they go is not known") + "\n")
			}
			p.print("\n")
		} else {
			p.heading("After losing " + plain(k.any))
		}
		p.lossTable(r, r.lossRows(k), !r.Asked)
		p.outages(r, k)
	}
}

// longestLost is how many columns the names of what is lost may take.
const longestLost = 36

// lossLine is a row as it is shown.
type lossLine struct {
	workloads                           []int // those of which the row tells
	repeats                             bool  // the row above is about the same workload
	name, lost, left, replaced, pending string
	bad                                 bool
}

// lossLines puts rows into words; the scheduler's sentences are notes, to which
// the lines refer by number.
func (r *Simulation) lossLines(rows []lossRow) (lines []lossLine, notes []string) {
	short, _ := shortNames(r.Inventory)
	for i, row := range rows {
		line := lossLine{workloads: append([]int{row.workload}, row.others...), name: plain(r.shortName(r.Workloads[row.workload])),
			repeats: i > 0 && rows[i-1].workload == row.workload,
			left:    fmt.Sprintf("%d of %d", row.left, row.wanted), replaced: orDash(row.replaced), pending: orDash(row.pending),
			bad: row.pending > 0 || row.left == 0 && row.wanted > 1}
		for _, sentence := range row.sentences {
			at := slices.Index(notes, sentence)
			if at < 0 {
				notes = append(notes, sentence)
				at = len(notes) - 1
			}
			line.pending += fmt.Sprintf(" [%d]", at+1)
		}
		things := slices.Clone(row.things)
		for i, thing := range things {
			if s, ok := short[thing]; ok {
				things[i] = s
			}
		}
		switch {
		case len(row.others) > 0:
			line.name, line.lost = fmt.Sprintf("%d of a single pod", len(row.others)+1), "its own"
		case len(things) == 2:
			line.lost = plain(things[0] + " or " + things[1])
		case len(things) > 2:
			line.lost = "any of " + plain(ranges(things, 3))
			if columns(line.lost) > longestLost {
				line.lost = fmt.Sprintf("any of %d", len(things))
			}
		default:
			line.lost = plain(things[0])
		}
		lines = append(lines, line)
	}
	return lines, notes
}

// lossTable prints rows; the scheduler's sentences stand below as notes.
func (p *printer) lossTable(r *Simulation, rows []lossRow, things bool) {
	if len(rows) == 0 {
		p.print("  no pod of the release is lost\n")
		return
	}
	lines, notes := r.lossLines(rows)
	cells := [][]string{{"", "workload", "lost", "left at once", "re-placed", "Pending"}}
	bad := []bool{false}
	for _, line := range lines {
		mark, name := "", ""
		for _, i := range line.workloads {
			mark += " " + r.Workloads[i].Mark
		}
		mark = strings.TrimSpace(mark)
		name = line.name
		if line.repeats {
			mark, name = "", ""
		}
		cells = append(cells, []string{mark, name, line.lost, line.left, line.replaced, line.pending})
		bad = append(bad, line.bad)
	}
	if !things {
		for i := range cells {
			cells[i] = slices.Delete(cells[i], 2, 3)
		}
	}
	p.table(cells, bad)
	for i, note := range notes {
		for k, line := range wrap(plain(note), p.width-6) {
			head := spaces(6)
			if k == 0 {
				head = padded(fmt.Sprintf("  [%d]", i+1), 6)
			}
			p.print(head + line + "\n")
		}
	}
}

func orDash(n int) string {
	if n == 0 {
		return "-"
	}
	return fmt.Sprint(n)
}

// table prints cells below each other; the first row is the head. The widest
// column is cut when the table does not fit.
func (p *printer) table(cells [][]string, bad []bool) {
	widths := columnWidths(cells)
	total := 2 + 2*(len(widths)-1)
	for _, w := range widths {
		total += w
	}
	for total > p.width {
		widest := 0
		for i, w := range widths {
			if w > widths[widest] {
				widest = i
			}
		}
		if widths[widest] <= 16 {
			break
		}
		widths[widest]--
		total--
	}
	for i, row := range cells {
		line := ""
		for k, c := range row {
			line += "  " + padded(middleCut(c, widths[k]), widths[k])
		}
		line = strings.TrimRight(line, " ")
		switch {
		case i == 0:
			line = p.ink.dim(line)
		case bad[i]:
			line = p.ink.bad(line)
		}
		p.print(line + "\n")
	}
}

// columnWidths is how wide the columns of a table have to be.
func columnWidths(cells [][]string) []int {
	widths := make([]int, len(cells[0]))
	for _, row := range cells {
		for i, c := range row {
			widths[i] = max(widths[i], columns(c))
		}
	}
	return widths
}
