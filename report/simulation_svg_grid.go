package report

import "fmt"

// mostDots bounds the empty nodes that are drawn one by one.
const mostDots = 240

// placement draws a grid: domains as boxes side by side, nodes in them.
func (p *picture) placement(r *Simulation, g grid) {
	short, domain := shortNames(r.Inventory)
	all, longest := g.nodes()
	large := all > mostGridNodes || longest > mostGridRows
	if large {
		if len(g.columns) > mostColumns {
			g = g.summed()
		} else {
			g = g.collapsed()
		}
	}
	width := p.Width - 2*margin
	perRow := max(1, min(len(g.columns), (width+gap)/(leastColumn+gap)))
	each := (width - (perRow-1)*gap) / perRow
	for from := 0; from < len(g.columns); from += perRow {
		row := g.columns[from:min(from+perRow, len(g.columns))]
		top, bottom := p.Height, p.Height
		var boxes []int
		for i, c := range row {
			p.Height = top
			boxes = append(boxes, len(p.Shapes))
			p.Shapes = append(p.Shapes, shape{X: margin + i*(each+gap), Y: top, W: each, R: 8, Class: "domain"})
			p.domain(r, c, margin+i*(each+gap), each, large, short)
			bottom = max(bottom, p.Height)
		}
		for _, at := range boxes {
			p.Shapes[at].H = bottom - top
		}
		p.Height = bottom + gap
	}
	if domain != "" {
		p.Height += p.wrapped("quiet", margin, p.Height, width, "Node names are shown without ."+domain)
		p.Height += gap / 2
	}
}

// domain draws the nodes of a domain.
func (p *picture) domain(r *Simulation, c gridColumn, x, width int, large bool, short map[string]string) {
	p.Height += pad
	if c.title != "" {
		p.text("domain-name", x+pad, 13, middleCut(xmlText(c.title), int(float64(width-2*pad)/textLetter)-12))
		counted := count(c.pods, "pod")
		p.Shapes = append(p.Shapes, shape{X: x + width - pad, Y: p.Height + 13, Class: "quiet end", Text: counted})
		p.Height += 24
	}
	for _, n := range c.nodes {
		if large && len(n.pods) == 0 {
			p.dots(n, x+pad, width-2*pad, short)
			continue
		}
		p.node(r, n, x+pad, width-2*pad, short)
	}
	p.Height += pad - 6
}

// node draws a node, or several that look alike.
func (p *picture) node(r *Simulation, n gridNode, x, width int, short map[string]string) {
	box, name := "node", "node-name"
	if n.lost {
		box, name = "node-lost", "node-name node-name-lost"
	}
	at := len(p.Shapes)
	p.Shapes = append(p.Shapes, shape{X: x, Y: p.Height, W: width, R: 6, Class: box, Tip: xmlText(ranges(n.names, 20))})
	p.text(name, x+8, 16, middleCut(xmlText(nodeTitle(n, short)), int(float64(width-16)/letterWidth)))
	p.Height += 24
	left, used := x+8, 0
	row := max(1, (width-16+chipGap)/(chip+chipGap))
	draw := func(pod gridPod, times, class string, fresh bool) {
		mark := r.Workloads[pod.workload].Mark
		wide := chip
		if times != "" {
			wide = chip + chipGap + chip
		}
		need := (wide + chipGap) / (chip + chipGap)
		if used > 0 && used+need > row {
			used = 0
			p.Height += chip + chipGap
		}
		cx := left + used*(chip+chipGap)
		p.Shapes = append(p.Shapes, shape{X: cx, Y: p.Height, W: wide, H: chip, R: 5, Class: class, Tip: xmlText(r.Workloads[pod.workload].Workload.ID())})
		if fresh {
			p.Shapes = append(p.Shapes, shape{X: cx - 1, Y: p.Height - 1, W: wide + 2, H: chip + 2, R: 6, Class: "fresh"})
		}
		p.Shapes = append(p.Shapes, shape{X: cx + wide/2, Y: p.Height + 15, Class: "letter", Text: mark + times})
		used += need
	}
	for _, pod := range n.pods {
		for _, part := range []struct {
			n     int
			fresh bool
		}{{pod.count - pod.fresh, false}, {pod.fresh, true}} {
			if part.n > 8 {
				draw(pod, fmt.Sprintf("×%d", part.n), podColor(pod.workload), part.fresh)
				continue
			}
			for range part.n {
				draw(pod, "", podColor(pod.workload), part.fresh)
			}
		}
	}
	if len(n.pods) > 0 {
		p.Height += chip + 8
	}
	p.Shapes[at].H = p.Height - p.Shapes[at].Y
	p.Height += 6
}

// dots draws empty nodes as small squares.
func (p *picture) dots(n gridNode, x, width int, short map[string]string) {
	text := fmt.Sprintf("%d empty nodes", len(n.names))
	if len(n.names) == 1 {
		text = xmlText(short[n.names[0]]) + ", empty"
	}
	class := "dot"
	switch {
	case n.lost:
		text, class = text+", lost", "dot-lost"
	case n.cordoned:
		text += ", cordoned"
	}
	p.text("quiet", x, 14, text)
	p.Height += 22
	if len(n.names) > mostDots {
		return
	}
	row := max(1, width/(dot+dotGap))
	for i, name := range n.names {
		p.Shapes = append(p.Shapes, shape{X: x + i%row*(dot+dotGap), Y: p.Height + i/row*(dot+dotGap), W: dot, H: dot, R: 2, Class: class, Tip: xmlText(name)})
	}
	p.Height += (len(n.names)+row-1)/row*(dot+dotGap) + 6
}
