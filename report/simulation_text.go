package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/fatih/color"

	"github.com/spreadlint/spreadlint/cluster"
	"github.com/spreadlint/spreadlint/lint"
)

// writeSimulationText writes a simulation for people: the verdict, the grid,
// what is Pending, each workload, what losses leave, and what all of this
// does not know.
func writeSimulationText(w io.Writer, r *Simulation, o Options) error {
	p := newPrinter(o)
	p.verdict(r)
	p.heading("Where the pods land")
	p.grid(r, r.newGrid(r.placed(), nil))
	p.pendingPods(r)
	p.heading("Workloads")
	for _, w := range r.Workloads {
		p.simulated(r, w)
	}
	p.losses(r)
	p.drains(r)
	p.certainty(r)
	_, err := io.WriteString(w, p.String())
	return err
}

func (on ink) bad(s string) string { return on.paint(s, color.FgRed, color.Bold) }

func (p *printer) heading(text string) { p.print("\n" + p.ink.bold(text) + "\n\n") }

// verdict prints the answer in one sentence.
func (p *printer) verdict(r *Simulation) {
	title, version := r.titleText()
	p.print(p.ink.bold(title) + " (" + version + ")\n")
	for _, line := range r.verdicts() {
		paint := p.ink.good
		switch {
		case line.bad && line.warning:
			paint = func(s string) string { return p.ink.severity(s, lint.Warning) }
		case line.bad:
			paint = p.ink.bad
		}
		for i, text := range wrap(line.text, p.width-2) {
			if i == 0 {
				p.print(paint(line.sign()) + " ")
			} else {
				p.print("  ")
			}
			p.print(text + "\n")
		}
	}
}

// plural names several domains; a label that has no short name stays as it is.
func plural(noun string) string {
	if strings.ContainsAny(noun, "./") {
		return "domain"
	}
	return noun
}

// pendingPods prints what has no node and the scheduler's sentence about it.
func (p *printer) pendingPods(r *Simulation) {
	first := true
	for _, w := range r.Workloads {
		if len(w.Pending)+w.NotCreated+len(w.Refused) == 0 {
			continue
		}
		if first {
			p.heading("Pending")
			first = false
		}
		p.print(p.ink.bad(w.Mark) + spaces(3-columns(w.Mark)) + plain(w.Workload.ID()) + ": " + p.ink.bad(missingText(w)) + "\n")
		for _, e := range w.Refused {
			p.indented(fmt.Sprintf("the API server refuses its pods: %s: %s", e.Path, e.Detail))
		}
		for _, g := range bySentence(w.Pending) {
			p.indented(ranges(g.names, 6) + ": " + g.sentence)
		}
		if w.NotCreated > 0 && len(w.Pending) > 0 {
			p.indented(fmt.Sprintf("%s not made as long as %s is Pending: a StatefulSet starts its pods in order", is(w.NotCreated, "pod"), w.Pending[0].Name))
		}
	}
}

// missingText is how many pods of a workload have no node.
func missingText(w SimulatedWorkload) string {
	if len(w.Refused) > 0 {
		return "refused"
	}
	return fmt.Sprintf("%d of %s without a node", len(w.Pending)+w.NotCreated, count(w.Wanted, "pod"))
}

// is counts a noun with its verb: "1 pod is", "2 pods are".
func is(n int, noun string) string {
	if n == 1 {
		return "1 " + noun + " is"
	}
	return count(n, noun) + " are"
}

// sentenceGroup are pods of which the scheduler says the same.
type sentenceGroup struct {
	names    []string
	sentence string
}

func bySentence(pods []cluster.PendingPod) []sentenceGroup {
	var groups []sentenceGroup
	for _, pod := range pods {
		sentence := pod.Event
		if sentence == "" {
			sentence = pod.Message
		}
		at := slices.IndexFunc(groups, func(g sentenceGroup) bool { return g.sentence == sentence })
		if at < 0 {
			groups = append(groups, sentenceGroup{sentence: sentence})
			at = len(groups) - 1
		}
		groups[at].names = append(groups[at].names, pod.Name)
	}
	return groups
}

// indented is running text under a workload.
func (p *printer) indented(text string) {
	for _, line := range wrap(plain(text), p.width-3) {
		p.print(spaces(3) + line + "\n")
	}
}

// certainty prints what is exact and what is not.
func (p *printer) certainty(r *Simulation) {
	p.heading("How sure this is")
	for _, a := range r.certainty() {
		p.term(a.word, a.text)
	}
}

// certainty says what is exact and what is not.
func (r *Simulation) certainty() []aspect {
	likely := "on which of several equal nodes a pod lands; the real scheduler throws dice"
	if r.Seeds > 1 {
		likely += fmt.Sprintf(" (%d seeds were tried, from %d on; shown is the first)", r.Seeds, r.Seed)
	} else {
		likely += "; --seeds 20 shows how much that matters"
	}
	all := []aspect{{"exact", "that a pod fits or stays Pending and why: the filters are the scheduler's own code"}, {"likely", likely}}
	for _, limit := range r.Limits {
		all = append(all, aspect{"not known", limit})
	}
	for _, g := range r.workloadLimits() {
		all = append(all, aspect{"not known", g.sentence + " (" + ranges(g.names, 4) + ")"})
	}
	return all
}

// workloadLimits are the limits of workloads, each with those that have it.
func (r *Simulation) workloadLimits() []sentenceGroup {
	var groups []sentenceGroup
	for _, w := range r.Workloads {
		for _, limit := range w.Limits {
			at := slices.IndexFunc(groups, func(g sentenceGroup) bool { return g.sentence == limit })
			if at < 0 {
				groups = append(groups, sentenceGroup{sentence: limit})
				at = len(groups) - 1
			}
			groups[at].names = append(groups[at].names, r.shortID(w))
		}
	}
	return groups
}

// term prints a word and running text beside it.
func (p *printer) term(word, text string) {
	const width = 11
	for i, line := range wrap(plain(text), p.width-width-2) {
		if i == 0 {
			p.print("  " + p.ink.dim(padded(word, width)))
		} else {
			p.print(spaces(width + 2))
		}
		p.print(line + "\n")
	}
}
