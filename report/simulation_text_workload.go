package report

import (
	"fmt"
	"strings"

	"github.com/spreadlint/spreadlint/cluster"
)

// simulated prints what is known of one workload.
func (p *printer) simulated(r *Simulation, w SimulatedWorkload) {
	p.print(p.ink.code(w.Mark) + spaces(3-columns(w.Mark)) + p.ink.bold(plain(w.Workload.ID())) + "  ")
	text, bad := w.fits()
	switch {
	case bad:
		p.print(p.ink.bad(plain(text)))
	case w.Skipped != "":
		p.print(p.ink.dim(plain(text)))
	default:
		p.print(p.ink.good(plain(text)))
	}
	if w.plain() {
		if 3+columns(plain(w.Workload.ID()))+2+columns(text)+2+columns(w.ends()) <= p.width {
			p.print(p.ink.dim("; "+plain(w.ends())) + "\n")
			return
		}
		p.print("\n")
		p.aspect("rollout", w.ends())
		return
	}
	p.print("\n")
	for _, a := range r.aspects(w) {
		p.aspect(a.word, a.text)
	}
}

// fits says how many pods have a node.
func (w SimulatedWorkload) fits() (text string, bad bool) {
	switch {
	case len(w.Refused) > 0:
		return "refused by the API server", true
	case w.Skipped != "":
		return "not placed: " + w.Skipped, false
	case w.Wanted == 0:
		return "no pods", false
	}
	return fmt.Sprintf("%d of %s", len(w.Pods), count(w.Wanted, "pod")), len(w.Pending)+w.NotCreated > 0
}

// plain reports whether there is so little to say that it fits one line.
func (w SimulatedWorkload) plain() bool {
	return w.Skipped == "" && len(w.Refused) == 0 && w.Wanted < 2 && w.Growth == nil && !w.Stuck() && !w.shares()
}

// shares reports whether rules of the workload are about pods of others, too:
// agents are often several StatefulSets of one pod each.
func (w SimulatedWorkload) shares() bool {
	for _, rule := range w.Rules {
		pods := 0
		for _, c := range rule.Counts {
			pods += c.Pods
		}
		if pods > len(w.Pods) {
			return true
		}
	}
	return false
}

// aspect is one thing that is known of a workload.
type aspect struct{ word, text string }

// aspects is what is known of a workload that was placed.
func (r *Simulation) aspects(w SimulatedWorkload) []aspect {
	var all []aspect
	add := func(word, text string) {
		if text != "" {
			all = append(all, aspect{word, text})
		}
	}
	if len(w.Refused) > 0 || w.Skipped != "" {
		return nil
	}
	add("likely", r.spreadText(w))
	if w.Prospects != nil && w.Prospects.Known && !w.Prospects.Certain() {
		add("chance", fmt.Sprintf("other choices of the scheduler end with %d to %d pods that have a node", w.Prospects.Least, w.Prospects.Most))
	}
	for i, rule := range w.Rules {
		add(firstOnly(i, "rules"), ruleText(rule))
	}
	other := otherRules(w)
	for i, text := range other {
		add(firstOnly(len(w.Rules)+i, "rules"), text)
	}
	if w.Wanted >= 2 && len(w.Rules)+len(other) == 0 && w.Workload.Kind != "DaemonSet" {
		add("rules", "none: nothing keeps the pods apart but the scheduler's habit")
	}
	if w.Worst != nil {
		add("worst", worstText(*w.Worst))
	}
	add("capacity", capacityText(w))
	if w.Growth != nil {
		add("growth", growthText(w))
	}
	return append(all, rolloutAspects(w)...)
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

// ends is the short form of a rollout that is no problem.
func (w SimulatedWorkload) ends() string {
	switch {
	case w.Rollout == nil:
		return "no updates"
	case w.Rollout.Skipped != "":
		return "an update is not simulated: " + w.Rollout.Skipped
	case w.Rollout.Lowest == 0 && w.Wanted > 0:
		return "an update finishes, with a gap: no pod runs in between"
	}
	return "an update finishes"
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

// otherRules are those that bring pods together, and what keeps them apart
// without being a rule about pods.
func otherRules(w SimulatedWorkload) []string {
	var texts []string
	for _, t := range w.Workload.AffinityTerms() {
		wish := "its pods run only beside pods that it selects"
		if !t.Hard {
			wish = "its pods would rather run beside pods that it selects"
		}
		texts = append(texts, fmt.Sprintf("%s over %s: %s", t.Kind(), t.TopologyKey, wish))
	}
	for _, c := range w.Workload.Pod.Object.Spec.Containers {
		for _, port := range c.Ports {
			if port.HostPort > 0 || w.Workload.Pod.Object.Spec.HostNetwork && port.ContainerPort > 0 {
				return append(texts, "a port of the node is taken: one pod a node")
			}
		}
	}
	return texts
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
			text += fmt.Sprintf("; minDomains %d, but there are %d domains: as if one more were empty", t.MinDomains, len(rule.Counts))
		}
	default:
		text += fmt.Sprintf(": %d in the fullest of %s", rule.Most, count(len(rule.Counts), "domain"))
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
	if l.Node.Exact() && l.Node.Most == l.Replicas {
		text = "no hard rule forbids " + shareText(l.Node, l.Replicas, "on one node")
	}
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
	if c == nil || c.Rule == nil || c.Most > 4*w.Wanted && c.Most >= w.Workload.MaxReplicas {
		return "" // out of the way
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

// rolloutAspects say what a rolling update comes to.
func rolloutAspects(w SimulatedWorkload) []aspect {
	r := w.Rollout
	switch {
	case r == nil:
		return nil
	case r.Skipped != "":
		return []aspect{{"rollout", "not simulated: " + r.Skipped}}
	case r.Stuck == 0 && r.Lowest == 0:
		return []aspect{{"rollout", "finishes, with a gap: no pod runs in between (" + r.Strategy + ")"}}
	case r.Stuck == 0:
		return []aspect{{"rollout", fmt.Sprintf("finishes; at least %s (%s)", run(r.Lowest), r.Strategy)}}
	}
	first := "gets stuck (" + r.Strategy + ")"
	if r.Finished > 0 {
		first = fmt.Sprintf("gets stuck with %d of %d seeds (%s)", r.Stuck, r.Stuck+r.Finished, r.Strategy)
	}
	if r.Finishes {
		return []aspect{{"rollout", first}}
	}
	end := fmt.Sprintf("%s of the new revision, %d of the old one, for good", run(r.Updated), r.Old)
	if r.Available && r.Workload.Kind == "Deployment" {
		end += "; the Deployment still says Available"
	}
	where := fmt.Sprintf("step %d: ", len(r.Steps))
	if len(r.Steps) == 0 {
		where = "before the first step: "
	}
	return []aspect{{"rollout", first}, {"", where + r.Blocker}, {"", end}}
}

func run(n int) string {
	if n == 1 {
		return "1 pod runs"
	}
	return fmt.Sprintf("%d pods run", n)
}
