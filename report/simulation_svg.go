package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
)

//go:embed simulation.svg.tmpl
var svgText string

//go:embed simulation.svg.css
var svgStyle string

var svgTemplate = template.Must(template.New("svg").Parse(svgText))

// picture is an SVG in the making: a width, and shapes from top to bottom.
// Text is measured by its number of characters, for fonts differ.
type picture struct {
	Width, Height int
	Title         string
	Style         template.CSS
	Shapes        []shape
}

// shape is a rectangle or, when it has one, a text at its baseline.
type shape struct {
	X, Y, W, H, R    int
	Class, Text, Tip string
}

// Measures of a picture, in pixels.
const (
	pictureWidth = 960
	margin       = 24
	gap          = 14
	pad          = 10
	chip         = 22
	chipGap      = 4
	dot          = 9
	dotGap       = 3
	leastColumn  = 190
	letterWidth  = 6.7 // of the fixed-width font
	textLetter   = 6.9 // of the running text, on average
)

func writeSimulationSVG(w io.Writer, r *Simulation) error {
	title, _ := r.titleText()
	p := &picture{Width: pictureWidth, Height: margin, Title: title, Style: template.CSS(svgStyle + podStyle("fill"))}
	p.headline(r)
	p.placement(r, r.newGrid(r.placed(), nil))
	p.waitingPods(r)
	if r.Asked {
		for _, l := range r.Losses {
			p.Height += gap
			p.text("section", margin, 16, xmlText("After losing "+l.Name))
			p.Height += 26
			p.placement(r, r.newGrid(r.afterLoss(l), l.Nodes))
			p.lossText(r, l)
		}
	}
	p.legend(r)
	p.Height += margin - gap
	if err := svgTemplate.Execute(w, p); err != nil {
		return fmt.Errorf("write the picture: %w", err)
	}
	return nil
}

// xmlText is foreign text for XML, which cannot hold every character.
func xmlText(s string) string {
	return strings.Map(func(r rune) rune {
		if r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, plain(s))
}

// text puts text below the height reached so far.
func (p *picture) text(class string, x, down int, text string) {
	if text != "" {
		p.Shapes = append(p.Shapes, shape{X: x, Y: p.Height + down, Class: class, Text: text})
	}
}

// wrapped puts running text into lines and returns how high they are.
func (p *picture) wrapped(class string, x, y, width int, text string) int {
	lines := wrap(xmlText(text), int(float64(width)/textLetter))
	for i, line := range lines {
		p.Shapes = append(p.Shapes, shape{X: x, Y: y + 14 + i*18, Class: class, Text: line})
	}
	return len(lines) * 18
}

// headline says what was simulated, and the answer.
func (p *picture) headline(r *Simulation) {
	title, _ := r.titleText()
	p.text("headline", margin, 18, middleCut(xmlText(title), 88))
	p.Height += 32
	for _, line := range r.verdicts() {
		class := "good"
		switch {
		case line.bad && line.warning:
			class = "warn"
		case line.bad:
			class = "bad"
		}
		p.text(class, margin, 14, line.sign())
		p.Height += p.wrapped("", margin+18, p.Height, p.Width-2*margin-18, line.text)
	}
	p.Height += gap
}

// titleText names what runs where.
func (r *Simulation) titleText() (title, version string) {
	domains := ""
	if r.columnKey != "" {
		n := 0
		for _, c := range r.newGrid(nil, nil).columns {
			if !strings.HasPrefix(c.title, "no ") {
				n++
			}
		}
		domains = " in " + count(n, plural(shortKey(r.columnKey)))
	}
	return fmt.Sprintf("%s on %s%s", plain(r.Source), count(len(r.Inventory.Nodes), "node"), plain(domains)),
		"Kubernetes " + strings.TrimPrefix(plain(r.Release.KubeVersion), "v")
}

// waitingPods draws what has no node, with the scheduler's sentence.
func (p *picture) waitingPods(r *Simulation) {
	for _, w := range r.Workloads {
		n := len(w.Pending) + w.NotCreated
		if n == 0 && len(w.Refused) == 0 {
			continue
		}
		text := xmlText(w.Workload.ID() + ": " + missingText(w))
		sentence := ""
		switch {
		case len(w.Refused) > 0:
			sentence = w.Refused[0].Path.String() + ": " + w.Refused[0].Detail
		case len(w.Pending) > 0:
			sentence = bySentence(w.Pending)[0].sentence
		}
		p.waiting(r, w.Mark, n, text, sentence)
	}
}

// waiting draws a box of pods without a node.
func (p *picture) waiting(r *Simulation, mark string, n int, text, sentence string) {
	at := len(p.Shapes)
	p.Shapes = append(p.Shapes, shape{X: margin, Y: p.Height, W: p.Width - 2*margin, R: 8, Class: "pending"})
	p.Height += pad
	x := margin + pad
	for i := range min(n, 30) {
		if i == 29 && n > 30 {
			p.Shapes = append(p.Shapes, shape{X: x, Y: p.Height + 15, Class: "bad", Text: fmt.Sprintf("+%d", n-29)})
			break
		}
		p.Shapes = append(p.Shapes, shape{X: x, Y: p.Height, W: chip, H: chip, R: 5, Class: "waiting"},
			shape{X: x + chip/2, Y: p.Height + 15, Class: "letter waiting-letter", Text: mark})
		x += chip + chipGap
	}
	if n > 0 {
		p.Height += chip + 4
	}
	p.Height += p.wrapped("bad", margin+pad, p.Height, p.Width-2*margin-2*pad, text)
	p.Height += p.wrapped("quiet", margin+pad, p.Height, p.Width-2*margin-2*pad, sentence)
	p.Height += pad
	p.Shapes[at].H = p.Height - p.Shapes[at].Y
	p.Height += gap
}

// lossText draws what a loss leaves without a node.
func (p *picture) lossText(r *Simulation, l SimulatedLoss) {
	for _, part := range l.Workloads {
		missing := part.Wanted - part.Left - part.Replaced
		if missing <= 0 {
			continue
		}
		for _, w := range r.Workloads {
			if w.Workload == part.Workload {
				sentence := ""
				if len(part.Pending) > 0 {
					sentence = bySentence(part.Pending)[0].sentence
				}
				p.waiting(r, w.Mark, missing, fmt.Sprintf("%s: %s without a node", w.Workload.ID(), count(missing, "pod")), sentence)
			}
		}
	}
	if !l.known {
		p.Height += p.wrapped("quiet", margin, p.Height, p.Width-2*margin, "Pods that replace lost ones are not shown: where they go is not known.")
	}
}

// legend says what letters and signs mean, in columns of equal width.
func (p *picture) legend(r *Simulation) {
	type entry struct{ class, mark, name string }
	var entries []entry
	for i, w := range r.Workloads {
		if w.Wanted > 0 {
			entries = append(entries, entry{podColor(i), w.Mark, middleCut(xmlText(r.shortName(w)), 40)})
		}
	}
	if r.Asked {
		entries = append(entries, entry{"fresh", "", "replaces a lost pod"})
	}
	widest := 0
	for _, e := range entries {
		widest = max(widest, columns(e.name))
	}
	each := chip + 8 + int(float64(widest)*7.5) + gap
	perRow := max(1, (p.Width-2*margin)/each)
	for i, e := range entries {
		x, y := margin+i%perRow*each, p.Height+i/perRow*(chip+6)
		p.Shapes = append(p.Shapes, shape{X: x, Y: y, W: chip, H: chip, R: 5, Class: e.class})
		if e.mark != "" {
			p.Shapes = append(p.Shapes, shape{X: x + chip/2, Y: y + 15, Class: "letter", Text: e.mark})
		}
		p.Shapes = append(p.Shapes, shape{X: x + chip + 8, Y: y + 16, Text: e.name})
	}
	p.Height += (len(entries)+perRow-1)/perRow*(chip+6) + 8
	p.Height += p.wrapped("quiet", margin, p.Height, p.Width-2*margin,
		"Exact: that a pod fits or stays Pending, and why. Likely: on which of several equal nodes it lands.")
}
