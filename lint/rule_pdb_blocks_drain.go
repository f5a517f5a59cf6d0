package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/cluster"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

var _ = register(Rule{
	ID: "pdb-blocks-drain", Category: "rollout", Severity: Error, Since: "0.1.0",
	Title: "A disruption budget that allows no disruption",
	NoFix: "no value is known that makes the budget",
	Doc: `A PodDisruptionBudget that leaves no pod to evict at the smallest size makes ` + "`kubectl drain`" + ` wait for ever: nodes
cannot be patched or removed. ` + "`maxUnavailable: 1`" + ` is right at every number of replicas. Percentages are rounded up.

A budget counts the pods of all workloads that it selects together: ` + "`minAvailable: 3`" + ` over two Deployments of three pods
each allows three disruptions. ` + "`maxUnavailable`" + ` and percentages need controllers with a scale, which DaemonSets and Jobs have
not: with one of their pods among those that it selects, the budget allows nothing.

Source: https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/controller/disruption/disruption.go (getExpectedPodCount)`,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, b := range in.Release.Budgets {
			if f, blocks := in.blockedBy(b); blocks {
				found = append(found, f)
			}
		}
		if in.Cluster != nil {
			found = append(found, in.drains()...)
		}
		return found
	},
})

// guarded are the workloads whose pods a budget counts.
type guarded struct {
	evictable []string // those that a drain evicts and a controller makes again
	pods      int      // at the smallest size
	open      bool     // there are more pods, and how many is not known
	unscaled  *render.Workload
}

// guardedBy collects what a budget covers, as the disruption controller does.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/controller/disruption/disruption.go (getExpectedScale)
func (in *Input) guardedBy(b *render.Budget) guarded {
	var g guarded
	for _, w := range in.running() {
		if !b.Covers(w) {
			continue
		}
		switch w.Kind {
		case "DaemonSet":
			g.open, g.unscaled = true, w
		case "Job", "CronJob": // their pods end: they are no pods to rely on
			g.unscaled = w
		case "Pod": // without a controller it has no scale
			if !b.CountsScale() {
				g.pods++
			}
		default:
			g.pods += w.Replicas
			if w.LabelsKnown && w.Replicas > 0 {
				g.evictable = append(g.evictable, w.ID())
			}
		}
	}
	return g
}

// allows is how many of the pods may be evicted, at the smallest size.
func (g guarded) allows(b *render.Budget) int {
	switch {
	case b.CountsScale() && g.unscaled != nil:
		return 0
	case g.open:
		return max(1, b.Allowed(g.pods))
	}
	return b.Allowed(g.pods)
}

// blockedBy reports a budget under which none of its pods can be evicted.
func (in *Input) blockedBy(b *render.Budget) (Finding, bool) {
	g := in.guardedBy(b)
	if len(g.evictable) == 0 || g.allows(b) > 0 {
		return Finding{}, false
	}
	f := Finding{Workloads: g.evictable, Field: b.Field.String(), target: target{workload: b.Object, field: b.Field}}
	f.Message = fmt.Sprintf("%s: %s allows no disruption of %s", b.Name, b.Text, count(g.pods, "replica"))
	if len(g.evictable) > 1 {
		f.Message += fmt.Sprintf(" of %d workloads", len(g.evictable))
	}
	f.Caret = "maxUnavailable: 1 is right at every size"
	f.Effect = "every node with one of the pods cannot be drained: `kubectl drain` waits for ever"
	if b.CountsScale() && g.unscaled != nil {
		f.Message = fmt.Sprintf("%s: %s cannot be counted, for it selects pods of %s too", b.Name, b.Text, g.unscaled.ID())
		f.Caret = fmt.Sprintf("a %s has no scale; select without it", g.unscaled.Kind)
		f.Effect = "the disruption controller gives up and allows no eviction: " + f.Effect
		return f, true
	}
	f.offer = in.offerBudget(b, g.pods)
	return f, true
}

// drains reports the hard rules under which a pod of a drained node has
// nowhere to go until the node is back: as many replicas as domains. While it
// waits, a disruption budget stops the next drain.
func (in *Input) drains() []Finding {
	var found []Finding
	for _, w := range in.scheduled() {
		for _, t := range w.Terms() {
			r := in.reach(w, t.TopologyKey)
			if t.Spread || !t.Hard || !selectsSelf(t, w) || w.Replicas < 2 || len(r.lacking) > 0 || len(r.domains) != w.Replicas {
				continue
			}
			single := slices.IndexFunc(r.domains, func(d cluster.Domain) bool { return len(d.Nodes) == 1 })
			if single < 0 {
				continue // another node of the domain takes the pod
			}
			budget := slices.IndexFunc(in.Release.Budgets, func(b *render.Budget) bool { return b.Covers(w) && in.guardedBy(b).allows(b) > 0 })
			if budget < 0 {
				continue // nothing waits for the pod
			}
			f := at(w, t.Path)
			f.target.presence = true
			f.Severity = Warning
			f.Message = fmt.Sprintf("%s on %s of %s: a pod drained from %s has nowhere to go", count(w.Replicas, "replica"), count(len(r.domains), "domain"), t.TopologyKey, r.domains[single].Nodes[0])
			f.Caret = "one domain more than replicas, or a soft rule"
			f.Effect = fmt.Sprintf("until the node is back the pod stays Pending, and %s lets no other one go: drains of further nodes wait", in.Release.Budgets[budget].Name)
			f.offer = offerSoft
			found = append(found, f)
		}
	}
	return found
}

// offerBudget allows one pod to be evicted: by the other field where the
// chart takes it at the same place, otherwise by a lower minimum.
func (in *Input) offerBudget(b *render.Budget, replicas int) func(*Finding, render.Decider) {
	return func(f *Finding, d render.Decider) {
		if len(d.Path) == 0 || d.Path.Last().IsIndex() {
			return
		}
		if name := d.Path.Last().Name(); name == "minAvailable" {
			f.Fixes = append(f.Fixes, Fix{Title: "maxUnavailable: 1 instead of minAvailable", Safety: Unsafe,
				Sets: []Set{in.clear(d.Path), {Path: d.Path.Parent().Key("maxUnavailable"), Value: 1}}})
		} else if name == "maxUnavailable" {
			f.Fixes = append(f.Fixes, setHere(Unsafe, 1))
		}
		if lower := replicas - 1; lower > 0 && strings.HasPrefix(b.Text, "minAvailable") {
			f.Fixes = append(f.Fixes, setHere(Unsafe, lower))
		}
	}
}

func plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

// clear takes a value away. Where the chart has a default, that would come
// back: null keeps it away.
func (in *Input) clear(path values.Path) Set {
	for _, origin := range in.Release.Layers.All(path) {
		value, _ := origin.Layer.Value(path)
		if origin.Layer.Kind == render.LayerChart && value != nil && value != "" {
			return Set{Path: path, Value: nil}
		}
	}
	return Set{Path: path, Remove: true}
}
