package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/cluster"
)

// simulated prints what is known of one workload.
func (p *printer) simulated(r *Simulation, w SimulatedWorkload) {
	p.print(p.ink.code(w.Mark) + spaces(3-columns(w.Mark)) + p.ink.bold(plain(w.Workload.ID())) + "  ")
	switch {
	case len(w.Refused) > 0:
		p.print(p.ink.bad("refused by the API server") + "\n")
		return
	case w.Skipped != "":
		p.print(p.ink.dim("not placed: "+plain(w.Skipped)) + "\n")
		return
	}
	p.print(p.podsText(w))
	if w.Wanted < 2 && w.Growth == nil && !w.Stuck() && (w.Rollout == nil || w.Rollout.Skipped == "") {
		p.print(p.ink.dim("; "+p.ends(w)) + "\n")
		return
	}
	p.print("\n")
	if text := r.spreadText(w); text != "" {
		p.aspect("likely", text)
	}
	if w.Prospects != nil && w.Prospects.Known && !w.Prospects.Certain() {
		p.aspect("chance", fmt.Sprintf("other choices of the scheduler end with %d to %d pods that have a node", w.Prospects.Least, w.Prospects.Most))
	}
	for i, rule := range w.Rules {
		p.aspect(firstOnly(i, "rules"), ruleText(rule))
	}
	if w.Wanted >= 2 && len(w.Rules) == 0 && w.Workload.Kind != "DaemonSet" {
		p.aspect("rules", "none: nothing keeps the pods apart but the scheduler's habit")
	}
	if w.Worst != nil {
		p.aspect("worst", worstText(*w.Worst))
	}
	if text := capacityText(w); text != "" {
		p.aspect("capacity", text)
	}
	if w.Growth != nil {
		p.aspect("growth", growthText(w))
	}
	if w.Rollout != nil {
		p.rollout(*w.Rollout)
	}
}

func firstOnly(i int, word string) string {
	if i > 0 {
		return ""
	}
	return word
}

// aspect prints a word and running text beside it, under a workload.
func (p *printer) aspect(word, text string) {
	const indent, width = 3, 10
	for i, line := range wrap(plain(text), p.width-indent-width) {
		if i == 0 {
			p.print(spaces(indent) + p.ink.dim(padded(word, width)))
		} else {
			p.print(spaces(indent + width))
		}
		p.print(line + "\n")
	}
}

func (p *printer) podsText(w SimulatedWorkload) string {
	running := len(w.Pods)
	if missing := len(w.Pending) + w.NotCreated; missing > 0 {
		return p.ink.bad(fmt.Sprintf("%d of %s", running, count(w.Wanted, "pod")))
	}
	if w.Wanted == 0 {
		return "no pods"
	}
	return p.ink.good(fmt.Sprintf("%d of %s", running, count(w.Wanted, "pod")))
}

// ends is the short form of a rollout that is no problem.
func (p *printer) ends(w SimulatedWorkload) string {
	switch {
	case w.Rollout == nil:
		return "no rolling updates"
	case w.Rollout.Lowest == 0 && w.Wanted > 0:
		return "a rolling update finishes, with a gap: no pod runs in between"
	}
	return "a rolling update finishes"
}

// spreadText says how the pods likely share nodes and domains.
func (r *Simulation) spreadText(w SimulatedWorkload) string {
	if len(w.Pods) == 0 {
		return ""
	}
	var parts []string
	if r.columnKey != "" && len(w.Pods) > 1 {
		var at []string
		for _, c := range r.newGrid(podsOf(w), nil).columns {
			at = append(at, fmt.Sprintf("%s: %d", strings.TrimPrefix(c.title, shortKey(r.columnKey)+" "), c.pods))
		}
		if len(at) <= 8 {
			parts = append(parts, shortKey(r.columnKey)+" "+strings.Join(at, ", "))
		}
	}
	least, most := w.Outcomes[0].MostOnNode, w.Outcomes[0].MostOnNode
	for _, o := range w.Outcomes {
		least, most = min(least, o.MostOnNode), max(most, o.MostOnNode)
	}
	switch {
	case len(w.Pods) < 2:
	case most == 1:
		parts = append(parts, "no two on one node")
	case least == most:
		parts = append(parts, fmt.Sprintf("%d on one node", most))
	default:
		parts = append(parts, fmt.Sprintf("%d to %d on one node, by the seed", least, most))
	}
	if len(w.Outcomes) > 1 {
		short := 0
		for _, o := range w.Outcomes {
			if o.Pending > 0 {
				short++
			}
		}
		if short > 0 {
			parts = append(parts, fmt.Sprintf("pods stay Pending with %d of %d seeds", short, len(w.Outcomes)))
		}
	}
	return strings.Join(parts, "; ")
}

func podsOf(w SimulatedWorkload) []place {
	var all []place
	for _, pod := range w.Pods {
		all = append(all, place{node: pod.Node})
	}
	return all
}

// ruleText says what a rule asks for and how the placement obeys it.
func ruleText(rule SimulatedRule) string {
	t := rule.Term
	text := t.Kind() + " over " + t.TopologyKey
	lacking := ""
	if len(rule.Lacking) > 0 {
		lacking = fmt.Sprintf("; %s without this label: %s", is(len(rule.Lacking), "node"), ranges(rule.Lacking, 3))
		lacking = strings.Replace(lacking, " are without", " do not carry", 1)
		lacking = strings.Replace(lacking, " is without", " does not carry", 1)
	}
	switch {
	case len(rule.Counts) == 0:
		return text + ": no node carries this label"
	case t.Spread:
		text += fmt.Sprintf(": skew %d of at most %d", rule.Skew, t.MaxSkew)
		if !t.Hard {
			text = strings.Replace(text, "of at most", "where", 1) + " is aimed at"
		}
		if len(rule.Counts) <= 8 {
			text += " (" + countsText(rule.Counts) + ")"
		}
		if t.MinDomains > len(rule.Counts) {
			text += fmt.Sprintf("; minDomains %d, but there are %d domains", t.MinDomains, len(rule.Counts))
		}
	default:
		text += fmt.Sprintf(": at most %d in each of %s", rule.Most, count(len(rule.Counts), "domain"))
	}
	return text + lacking
}

func countsText(counts []DomainCount) string {
	var parts []string
	for _, c := range counts {
		parts = append(parts, fmt.Sprintf("%s: %d", c.Value, c.Pods))
	}
	return strings.Join(parts, ", ")
}

// worstText says what no hard rule forbids.
func worstText(l cluster.Layout) string {
	text := "the hard rules allow " + shareText(l.Node, l.Replicas, "on one node")
	if l.Zone.Most > 0 {
		text += ", " + shareText(l.Zone, l.Replicas, "in one zone")
	}
	return text
}

func shareText(s cluster.Share, replicas int, where string) string {
	switch {
	case s.Exact() && s.Most == replicas && replicas == 2:
		return "both " + where
	case s.Exact() && s.Most == replicas:
		return fmt.Sprintf("all %d %s", replicas, where)
	case s.Exact():
		return fmt.Sprintf("%d %s", s.Most, where)
	}
	return fmt.Sprintf("%d (perhaps %d) %s", s.Least, s.Most, where)
}

// capacityText says how many pods fit at all, when a rule bounds them.
func capacityText(w SimulatedWorkload) string {
	c := w.Capacity
	if c == nil || c.Rule == nil {
		return ""
	}
	text := fmt.Sprintf("at most %s on these nodes", count(c.Most, "pod"))
	if !c.Exact {
		text = "no more than " + count(c.Most, "pod") + ", perhaps fewer, on these nodes"
	}
	text += ", by " + shortField(c.Rule.String())
	switch {
	case c.Most == len(w.Pods) && len(w.Pending)+w.NotCreated == 0:
		text += ": no room for one more"
	}
	return text
}

// growthText says how far an autoscaler comes.
func growthText(w SimulatedWorkload) string {
	g := w.Growth
	if g.Most >= g.Maximum {
		return fmt.Sprintf("%s finds a node for every pod up to its maximum of %d", w.Workload.Autoscaler, g.Maximum)
	}
	sentence := g.Event
	if sentence == "" {
		sentence = g.Message
	}
	return fmt.Sprintf("%s comes to %d of its maximum of %d, then pods stay Pending: %s", w.Workload.Autoscaler, g.Most, g.Maximum, sentence)
}

// rollout prints what a rolling update comes to.
func (p *printer) rollout(r cluster.Rollout) {
	switch {
	case r.Skipped != "":
		p.aspect("rollout", "not simulated: "+r.Skipped)
		return
	case r.Stuck == 0:
		text := "finishes"
		if r.Lowest == 0 {
			text += ", with a gap: no pod runs in between"
		} else {
			text += fmt.Sprintf("; at least %s", run(r.Lowest))
		}
		p.aspect("rollout", text+" ("+r.Strategy+")")
		return
	case r.Finished > 0:
		p.aspect("rollout", fmt.Sprintf("gets stuck with %d of %d seeds (%s)", r.Stuck, r.Stuck+r.Finished, r.Strategy))
	default:
		p.aspect("rollout", "gets stuck ("+r.Strategy+")")
	}
	if r.Finishes {
		return
	}
	p.aspect("", fmt.Sprintf("step %d: %s", len(r.Steps), r.Blocker))
	text := fmt.Sprintf("%s of the new revision, %d of the old one, for good", run(r.Updated), r.Old)
	if r.Available && r.Workload.Kind == "Deployment" {
		text += "; the Deployment still says Available"
	}
	p.aspect("", text)
}

func run(n int) string {
	if n == 1 {
		return "1 pod runs"
	}
	return fmt.Sprintf("%d pods run", n)
}

// sameRows reports whether two losses read the same.
func sameRows(a, b lossRow) bool {
	return a.left == b.left && a.wanted == b.wanted && a.replaced == b.replaced && slices.Equal(a.sentences, b.sentences)
}
