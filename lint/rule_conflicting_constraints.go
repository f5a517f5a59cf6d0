package lint

import (
	"fmt"

	"github.com/spreadlint/spreadlint/render"
)

var conflictingConstraints = register(Rule{
	ID: "conflicting-constraints", Category: "consistency", Severity: Error, Since: "0.1.0",
	Title: "Hard rules and node pins that cannot hold together",
	NoFix: "which of the rules gives way, only you can tell",
	Doc: `A nodeSelector, a nodeName or a required node affinity pins the pods to fewer domains than their hard rules need: hard
podAntiAffinity allows one pod a domain, and a hard spread constraint with minDomains allows maxSkew pods a domain until
it sees that many domains. Workloads whose pods keep away from each other count as one group: three agents of one pod
each that are all pinned to one zone need three zones. Pins can also exclude each other: a nodeSelector for one zone beside
a required node affinity for another, or an empty nodeSelectorTerm, matches no node at all. What is pinned is known without
a cluster. With ` + "`--nodes`" + ` hard rules are found of which each leaves room for all pods, but not all of them together.`,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, w := range in.Release.Workloads {
			found = append(found, impossiblePins(w)...)
		}
		for _, w := range in.shouldSpread() {
			pins := in.pinConflicts(w)
			if found = append(found, pins...); len(pins) == 0 {
				found = append(found, in.clashes(w)...)
			}
		}
		return found
	},
})

// pinConflicts finds the hard rules of a workload that need more domains than
// its pins leave.
func (in *Input) pinConflicts(w *render.Workload) []Finding {
	var found []Finding
	for _, t := range w.Terms() {
		p, isPinned := pinned(w, t.TopologyKey)
		if !t.Hard || !isPinned || w.LabelsKnown && !selectsSelf(t, w) {
			continue
		}
		pods, rivals := w.MaxReplicas, 1
		room := len(p.domains)
		need := "allows one pod a domain"
		if t.Spread {
			if t.MinDomains <= len(p.domains) {
				continue
			}
			room = t.MaxSkew * len(p.domains)
			need = fmt.Sprintf("wants %d domains and allows %s each until it sees them", t.MinDomains, count(t.MaxSkew, "pod"))
		} else {
			pods, rivals = in.rivalPods(t, w, p)
		}
		if pods <= room {
			continue
		}
		f := at(w, t.Path)
		f.target.presence = true
		f.Message = fmt.Sprintf("a %s on %s, but the pods are pinned to %s", t.Kind(), t.TopologyKey, p.text(t.TopologyKey))
		f.Notes = []string{"the pin is " + shortField(p.path)}
		if rivals > 1 { // each has its rule; what they share is the pin
			f = at(w, p.path)
			f.Message = fmt.Sprintf("the pods of %d workloads are pinned to %s, but hard podAntiAffinity on %s keeps them apart", rivals, p.text(t.TopologyKey), t.TopologyKey)
		}
		f.Caret = "drop the pin or soften the rule"
		f.Effect = fmt.Sprintf("the rule %s: %d of %s fit, %s", need, room, count(pods, "pod"), waiting(pods-room))
		if f.offer = offerSofter(t); rivals > 1 {
			f.offer = nil
		}
		found = append(found, f)
	}
	return found
}

// rivalPods counts the pods that a hard podAntiAffinity term keeps apart and
// that are bound to the domains of a pin: those of the workload, and those of
// others that keep away from it by a term of their own. No two of them share a
// domain.
func (in *Input) rivalPods(t render.Term, w *render.Workload, p pin) (pods, workloads int) {
	pods, workloads = w.MaxReplicas, 1
	for _, other := range in.running() {
		if other == w || other.Namespace != w.Namespace || !other.LabelsKnown {
			continue
		}
		theirs, isPinned := pinned(other, t.TopologyKey)
		if !isPinned || theirs.key != p.key || !subset(theirs.domains, p.domains) {
			continue
		}
		if ok, err := t.Selects(other); err != nil || !ok {
			continue
		}
		for _, back := range other.Terms() {
			if back.Hard && back.AntiAffinity && back.TopologyKey == t.TopologyKey && selectsSelf(back, other) && selectsSelf(back, w) {
				pods, workloads = pods+other.MaxReplicas, workloads+1
				break
			}
		}
	}
	return pods, workloads
}
