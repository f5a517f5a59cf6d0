package report

import (
	"fmt"
	"slices"
	"strings"
)

// mostNamed is how many workloads a sentence of the answer names.
const mostNamed = 4

// verdictLine is one sentence of the answer.
type verdictLine struct {
	text    string
	bad     bool
	warning bool // bad, but the release works as long as nothing fails
}

func (v verdictLine) sign() string {
	switch {
	case v.bad && v.warning:
		return "!"
	case v.bad:
		return "✗"
	}
	return "✓"
}

// verdicts answers the three questions: do all pods run, do upgrades finish,
// does the release come back after a loss.
func (r *Simulation) verdicts() []verdictLine {
	lines := []verdictLine{r.placedVerdict(), r.rolloutVerdict()}
	for _, w := range r.Workloads {
		if w.Skipped != "" && len(w.Refused) == 0 {
			lines = append(lines, verdictLine{text: plain(fmt.Sprintf("%s was not placed: %s", r.shortID(w), w.Skipped)), bad: true, warning: true})
		}
	}
	for _, w := range r.Workloads {
		if g := w.Growth; g != nil && g.Most < g.Maximum {
			lines = append(lines, verdictLine{text: plain(fmt.Sprintf("the autoscaler of %s comes to %d of its maximum of %d pods", r.shortID(w), g.Most, g.Maximum)), bad: true, warning: true})
		}
	}
	return slices.Concat(lines, r.lossVerdicts(), r.drainVerdict())
}

func (r *Simulation) placedVerdict() verdictLine {
	pods, pending := r.pods(), 0
	var who, sometimes []string
	for _, w := range r.Workloads {
		n := len(w.Pending) + w.NotCreated
		if len(w.Refused) > 0 {
			pending += w.Wanted
			who = append(who, r.shortID(w)+" (refused by the API server)")
			continue
		}
		pending += n
		if n > 0 {
			who = append(who, r.shortID(w))
		} else if w.Missing() > 0 {
			sometimes = append(sometimes, r.shortID(w))
		}
	}
	switch {
	case r.Judged() == 0:
		return verdictLine{text: "no workload could be placed", bad: true}
	case len(who) > 0:
		return verdictLine{text: fmt.Sprintf("%d of %s without a node: %s", pending, count(pods, "pod"), plain(ranges(who, mostNamed))), bad: true}
	case len(sometimes) > 0:
		return verdictLine{text: fmt.Sprintf("with some seeds pods stay Pending: %s", plain(ranges(sometimes, mostNamed))), bad: true}
	}
	return verdictLine{text: fmt.Sprintf("%s of %s: every pod has a node", count(pods, "pod"), count(r.Judged(), "workload")), bad: false}
}

func (r *Simulation) rolloutVerdict() verdictLine {
	var stuck []string
	rolled := 0
	for _, w := range r.Workloads {
		if w.Rollout == nil || w.Rollout.Skipped != "" {
			continue
		}
		rolled++
		if w.Stuck() {
			stuck = append(stuck, r.shortID(w))
		}
	}
	switch {
	case len(stuck) == 1:
		return verdictLine{text: "the next rolling update gets stuck: " + plain(stuck[0]), bad: true}
	case len(stuck) > 1:
		return verdictLine{text: fmt.Sprintf("%d of %d rolling updates get stuck: %s", len(stuck), rolled, plain(ranges(stuck, mostNamed))), bad: true}
	case rolled == 0:
		return verdictLine{text: "no workload has a rolling update that could be simulated", bad: false}
	}
	return verdictLine{text: "every rolling update finishes", bad: false}
}

// lossVerdicts says what losses leave, in the worst case: one sentence for
// nodes, one for each kind of domain.
func (r *Simulation) lossVerdicts() []verdictLine {
	var lines []verdictLine
	for _, kind := range r.lossKinds() {
		pending, dead := 0, []string{}
		for _, l := range kind.losses {
			n := 0
			for i := range r.Workloads {
				n += r.missingAfter(l, i)
			}
			for _, w := range l.Workloads {
				if id := w.Workload.Kind + "/" + strings.TrimPrefix(w.Workload.Name, r.commonPrefix()); w.Before >= 2 && w.Left == 0 && !slices.Contains(dead, id) {
					dead = append(dead, id)
				}
			}
			pending = max(pending, n)
		}
		text := "after the loss of " + kind.any + " every pod finds a new node"
		if pending > 0 {
			most := "up to "
			if len(kind.losses) == 1 {
				most = ""
			}
			text = fmt.Sprintf("the loss of %s leaves %s%s without a node", kind.any, most, count(pending, "pod"))
		}
		if len(dead) > 0 {
			text += "; it can take all running replicas of " + ranges(dead, mostNamed) + " at once"
		}
		waiting, stuck := r.waiting(kind)
		if waiting != "" {
			text += "; " + waiting
		}
		lines = append(lines, verdictLine{text: plain(text), bad: pending > 0 || len(dead) > 0 || stuck, warning: true})
	}
	return lines
}
