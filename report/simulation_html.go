package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
)

//go:embed simulation.html.tmpl
var pageText string

//go:embed simulation.html.css
var pageStyle string

//go:embed simulation.html.js
var pageScript string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// page is what the HTML shows without its script. All foreign text goes
// through the template as text.
type page struct {
	Title, Version, Seeds string
	Style                 template.CSS
	Script                template.JS
	Verdicts              []pageVerdict
	Columns               []pageColumn
	Many                  bool   // nodes are so many that empty ones are dots
	Domain                string // what the names of all nodes end with
	Pending               []pageWaiting
	Workloads             []pageWorkload
	Losses                []pageLosses
	Drains                []pageAspect // nodes, and what is wrong with draining them
	Certainty             []pageAspect
	Data                  pageData
}

type (
	pageVerdict struct{ Class, Sign, Text string }
	pageColumn  struct {
		Title, Counted, Nodecount, Hidden string
		Dense                             bool
		Nodes                             []pageNode
	}
	pageNode struct {
		Index           int
		Name, Short     string
		Empty, Cordoned bool
		Pods            []pageChip
	}
	pageChip    struct{ Class, Mark, Name string }
	pageWaiting struct {
		Chips     []string
		Title     string
		Sentences []string
	}
	pageWorkload struct {
		pageChip
		ID, Gist, Fits, FitsClass string
		Bad                       bool
		Aspects                   []pageAspect
	}
	pageAspect struct{ Word, Text string }
	pageLosses struct {
		Title string
		Rows  []pageLoss
		Notes []string
	}
	pageLoss struct {
		Chips                               []pageChip
		Name, Lost, Left, Replaced, Pending string
		Bad                                 bool
	}
)

// mostPageNodes bounds the nodes of a page that never hold a pod.
const mostPageNodes = 2000

// denseNodes is how many nodes of a domain show their names, one below the
// other. With more in use only the pods are shown, side by side.
const denseNodes = 16

func writeSimulationHTML(w io.Writer, r *Simulation) error {
	title, version := r.titleText()
	p := page{Title: title, Version: version, Style: template.CSS(pageStyle + podStyle("background")), Script: template.JS(pageScript), Data: r.pageData()}
	if r.Seeds > 1 {
		p.Seeds = fmt.Sprintf("%d seeds from %d on", r.Seeds, r.Seed)
	} else if r.Seed > 0 {
		p.Seeds = fmt.Sprintf("seed %d", r.Seed)
	}
	for _, line := range r.verdicts() {
		class := "good"
		switch {
		case line.bad && line.warning:
			class = "warn"
		case line.bad:
			class = "bad"
		}
		p.Verdicts = append(p.Verdicts, pageVerdict{class, line.sign(), line.text})
	}
	p.Columns, p.Many = r.pageColumns(p.Data)
	_, domain := shortNames(r.Inventory)
	p.Domain = plain(domain)
	p.Pending = r.pageWaiting()
	for i, x := range r.Workloads {
		p.Workloads = append(p.Workloads, r.pageWorkload(i, x))
	}
	for _, kind := range r.lossKinds() {
		p.Losses = append(p.Losses, r.pageLosses(kind))
	}
	for _, row := range r.drainRows() {
		p.Drains = append(p.Drains, pageAspect{plain(ranges(row.nodes, 6)), plain(row.text)})
	}
	for _, a := range r.certainty() {
		p.Certainty = append(p.Certainty, pageAspect{a.word, plain(a.text)})
	}
	if err := pageTemplate.Execute(w, p); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	return nil
}

func (r *Simulation) chip(workload int) pageChip {
	w := r.Workloads[workload]
	return pageChip{podColor(workload), w.Mark, plain(w.Workload.ID())}
}

// pageColumns are the nodes by domain, with the pods as installed.
func (r *Simulation) pageColumns(data pageData) (all []pageColumn, many bool) {
	short, _ := shortNames(r.Inventory)
	index, used := map[string]int{}, data.usedNodes()
	for i, n := range r.Inventory.Nodes {
		index[n.Name] = i
	}
	g := r.newGrid(r.placed(), nil)
	nodes, longest := g.nodes()
	for _, c := range g.columns {
		empty := mostPageNodes / len(g.columns)
		column := pageColumn{Title: plain(c.title), Counted: count(c.pods, "pod"), Nodecount: count(len(c.nodes), "node")}
		hidden, busy := 0, 0
		for _, n := range c.nodes {
			if len(n.pods) > 0 {
				busy++
			}
			at := index[n.names[0]]
			if !used[at] {
				if empty--; empty < 0 {
					hidden++
					continue
				}
			}
			node := pageNode{Index: at, Name: plain(n.names[0]), Short: plain(short[n.names[0]]), Empty: len(n.pods) == 0, Cordoned: n.cordoned}
			for _, pod := range n.pods {
				for range pod.count {
					node.Pods = append(node.Pods, r.chip(pod.workload))
				}
			}
			column.Nodes = append(column.Nodes, node)
		}
		column.Dense = busy > denseNodes
		if hidden > 0 {
			column.Hidden = count(hidden, "node")
		}
		all = append(all, column)
	}
	return all, nodes > mostGridNodes || longest > mostGridRows
}

func (r *Simulation) pageWaiting() []pageWaiting {
	var all []pageWaiting
	for _, w := range r.Workloads {
		n := len(w.Pending) + w.NotCreated
		if n == 0 && len(w.Refused) == 0 {
			continue
		}
		box := pageWaiting{Chips: slices.Repeat([]string{w.Mark}, min(n, 40)), Title: plain(w.Workload.ID() + ": " + missingText(w))}
		for _, e := range w.Refused {
			box.Sentences = append(box.Sentences, plain(e.Path.String()+": "+e.Detail))
		}
		for _, g := range bySentence(w.Pending) {
			box.Sentences = append(box.Sentences, plain(g.sentence))
		}
		all = append(all, box)
	}
	return all
}

func (r *Simulation) pageWorkload(i int, w SimulatedWorkload) pageWorkload {
	fits, bad := w.fits()
	result := pageWorkload{pageChip: r.chip(i), ID: plain(w.Workload.ID()), Gist: plain(r.spreadText(w)), Fits: plain(fits), FitsClass: "good", Bad: bad || w.Stuck()}
	switch {
	case bad:
		result.FitsClass = "bad"
	case w.Skipped != "":
		result.FitsClass = "quiet"
	case w.Stuck():
		result.Fits, result.FitsClass = result.Fits+", update stuck", "bad"
	}
	aspects := r.aspects(w)
	if w.plain() {
		aspects = append([]aspect{{"rollout", w.ends()}}, slices.DeleteFunc(aspects, func(a aspect) bool { return a.word == "rollout" })...)
	}
	for _, limit := range w.Limits {
		aspects = append(aspects, aspect{"not known", limit})
	}
	for _, e := range w.Refused {
		aspects = append(aspects, aspect{"refused", e.Path.String() + ": " + e.Detail})
	}
	for _, a := range aspects {
		result.Aspects = append(result.Aspects, pageAspect{a.word, plain(a.text)})
	}
	return result
}

func (r *Simulation) pageLosses(kind lossKind) pageLosses {
	lines, notes := r.lossLines(r.lossRows(kind))
	result := pageLosses{Title: "After losing " + plain(kind.any)}
	for _, line := range lines {
		row := pageLoss{Name: line.name, Lost: line.lost, Left: line.left, Replaced: line.replaced, Pending: line.pending, Bad: line.bad}
		if r.Asked {
			row.Lost = plain(strings.Join(kind.losses[0].Nodes, ", "))
		}
		for _, i := range line.workloads {
			row.Chips = append(row.Chips, r.chip(i))
		}
		result.Rows = append(result.Rows, row)
	}
	for i, note := range notes {
		result.Notes = append(result.Notes, fmt.Sprintf("[%d] %s", i+1, plain(note)))
	}
	for i, line := range r.outageLines(kind) {
		if i == 0 {
			result.Notes = append(result.Notes, outageTitle)
		}
		result.Notes = append(result.Notes, plain(line))
	}
	return result
}
