package report

import (
	"fmt"
	"strings"
)

// Beyond these a grid shows equal nodes as one.
const (
	mostGridNodes = 36
	mostGridRows  = 12
)

// mostLines bounds the rows of a column after that.
const mostLines = 20

// mostColumns bounds the columns: with more, each domain is a line.
const mostColumns = 12

// grid prints a placement, domains side by side, then what the letters mean.
func (p *printer) grid(r *Simulation, g grid) {
	short, domain := shortNames(r.Inventory)
	if all, longest := g.nodes(); all > mostGridNodes || longest > mostGridRows {
		if len(g.columns) > mostColumns {
			g = g.summed()
		} else {
			g = g.collapsed()
		}
	}
	if len(g.columns) > mostColumns {
		p.domainLines(r, g)
	} else {
		p.bands(r, g, short)
	}
	if domain != "" {
		p.print("\n  " + p.ink.dim("node names without ."+plain(domain)) + "\n")
	}
	p.legend(r, g)
}

// block is a column of text, ready to be printed.
type block struct {
	lines []string // painted
	plain []int    // their widths
	width int
}

func (b *block) add(text, painted string) {
	n := columns(text)
	b.lines, b.plain, b.width = append(b.lines, painted), append(b.plain, n), max(b.width, n)
}

// bands prints the columns side by side, as many as fit, then the next ones.
func (p *printer) bands(r *Simulation, g grid, short map[string]string) {
	var blocks []block
	for _, c := range g.columns {
		blocks = append(blocks, p.column(r, c, short))
	}
	const gap = 4
	for len(blocks) > 0 {
		n, used := 1, 2+blocks[0].width
		for n < len(blocks) && used+gap+blocks[n].width <= p.width {
			used += gap + blocks[n].width
			n++
		}
		rows := 0
		for _, b := range blocks[:n] {
			rows = max(rows, len(b.lines))
		}
		for row := range rows {
			line := "  "
			pending := 0
			for i, b := range blocks[:n] {
				if i > 0 {
					pending += gap
				}
				if row < len(b.lines) {
					line += spaces(pending) + b.lines[row]
					pending = b.width - b.plain[row]
				} else {
					pending += b.width
				}
			}
			p.print(strings.TrimRight(line, " ") + "\n")
		}
		if blocks = blocks[n:]; len(blocks) > 0 {
			p.print("\n")
		}
	}
}

// column prints a domain and its nodes.
func (p *printer) column(r *Simulation, c gridColumn, short map[string]string) block {
	var b block
	if c.title != "" {
		title := plain(c.title)
		b.add(title, p.ink.bold(title))
	}
	names, width := make([]string, len(c.nodes)), 0
	for i, n := range c.nodes {
		names[i] = nodeTitle(n, short)
		if i < mostLines {
			width = max(width, columns(names[i]))
		}
	}
	for i, n := range c.nodes {
		if i == mostLines && len(c.nodes) > mostLines+1 {
			rest, pods := 0, 0
			for _, n := range c.nodes[i:] {
				rest, pods = rest+len(n.names), pods+n.load()
			}
			text := fmt.Sprintf("and %s with %s", count(rest, "node"), count(pods, "pod"))
			b.add(text, p.ink.dim(text))
			break
		}
		marks, painted := p.marks(r, n)
		name := padded(names[i], width)
		shown := name
		if n.lost {
			shown = p.ink.bad(names[i]) + spaces(width-columns(names[i]))
		} else if len(n.pods) == 0 {
			shown = p.ink.dim(names[i]) + spaces(width-columns(names[i]))
		}
		b.add(name+"  "+marks, shown+"  "+painted)
	}
	return b
}

// longestName is how much of a node's name stands in a grid.
const longestName = 28

func nodeTitle(n gridNode, short map[string]string) string {
	name := fmt.Sprintf("%d nodes", len(n.names))
	switch {
	case n.summed:
		name = count(len(n.names), "node") + " together"
	case len(n.names) > 1 && len(n.pods) > 0:
		name += " each"
	case len(n.names) == 1:
		name = middleCut(plain(short[n.names[0]]), longestName)
	}
	switch {
	case n.lost:
		name += " lost"
	case n.cordoned:
		name += " cordoned"
	}
	return name
}

// middleCut leaves out the middle of what is too long: both ends tell names
// apart.
func middleCut(s string, width int) string {
	letters := []rune(s)
	if len(letters) <= width {
		return s
	}
	head := (width - 1) / 2
	return string(letters[:head]) + "…" + string(letters[len(letters)-(width-1-head):])
}

// marks are the letters of the pods of a node.
func (p *printer) marks(r *Simulation, n gridNode) (text, painted string) {
	if len(n.pods) == 0 {
		return "·", p.ink.dim("·")
	}
	var parts, colored []string
	add := func(mark string, n int, fresh bool) {
		if n == 0 {
			return
		}
		s := strings.Repeat(mark, n)
		if n > 4 || n > 1 && len(mark) > 1 {
			s = fmt.Sprintf("%s×%d", mark, n)
		}
		if fresh {
			s = "+" + s
		}
		parts = append(parts, s)
		if fresh {
			s = p.ink.good(s)
		} else {
			s = p.ink.code(s)
		}
		colored = append(colored, s)
	}
	for _, pod := range n.pods {
		mark := r.Workloads[pod.workload].Mark
		add(mark, pod.count-pod.fresh, false)
		add(mark, pod.fresh, true)
	}
	return strings.Join(parts, " "), strings.Join(colored, " ")
}

// domainLines prints a line for each domain, those that look alike as one.
func (p *printer) domainLines(r *Simulation, g grid) {
	type line struct {
		titles []string
		marks  string
		nodes  int
	}
	var lines []line
	width := 0
	for _, c := range g.columns {
		joined := gridNode{}
		nodes := 0
		for _, n := range c.nodes {
			joined.pods = append(joined.pods, n.pods...)
			nodes += len(n.names)
		}
		_, marks := p.marks(r, joined)
		if n := len(lines); n > 0 && lines[n-1].marks == marks && lines[n-1].nodes == nodes {
			lines[n-1].titles = append(lines[n-1].titles, c.title)
			continue
		}
		lines = append(lines, line{[]string{c.title}, marks, nodes})
	}
	titles := make([]string, len(lines))
	for i, l := range lines {
		titles[i] = plain(ranges(l.titles, 3))
		if len(l.titles) > 1 {
			titles[i] += fmt.Sprintf(" (%s each)", count(l.nodes, "node"))
		} else {
			titles[i] += fmt.Sprintf(" (%s)", count(l.nodes, "node"))
		}
		width = max(width, columns(titles[i]))
	}
	for i, l := range lines {
		p.print("  " + padded(titles[i], width) + "  " + l.marks + "\n")
	}
}

// legend says what the letters of a grid mean.
func (p *printer) legend(r *Simulation, g grid) {
	var parts []string
	fresh := false
	for i, w := range r.Workloads {
		seen := false
		for _, c := range g.columns {
			for _, n := range c.nodes {
				for _, pod := range n.pods {
					seen = seen || pod.workload == i
					fresh = fresh || pod.fresh > 0
				}
			}
		}
		if seen {
			parts = append(parts, w.Mark+" "+r.shortName(w))
		}
	}
	if fresh {
		parts = append(parts, "+ replaces a lost pod")
	}
	if len(parts) == 0 {
		return
	}
	p.print("\n")
	line, used := "  ", 0
	for i, part := range parts {
		part = plain(part)
		if n := columns(part); i > 0 && 2+used+3+n > p.width {
			p.print(line + "\n")
			line, used = "  ", 0
		}
		if used > 0 {
			line, used = line+"   ", used+3
		}
		mark, name, _ := strings.Cut(part, " ")
		line, used = line+p.ink.code(mark)+" "+name, used+columns(part)
	}
	p.print(line + "\n")
}
