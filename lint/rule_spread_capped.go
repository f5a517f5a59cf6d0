package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

var spreadCapped = register(Rule{
	ID: "spread-capped", Category: "fit", Severity: Error, Since: "0.1.0",
	Title: "A hard spread constraint that caps the number of replicas",
	NoFix: "more domains are needed, fewer replicas, or a softer rule",
	Doc: `With DoNotSchedule no domain may be more than maxSkew pods ahead of the emptiest one. A domain that counts but takes
no pods stays at zero for ever, and then every other one may hold maxSkew pods and no more: tainted nodes count unless
` + "`nodeTaintsPolicy: Honor`" + ` is set (Kubernetes 1.26), cordoned and full ones too. ` + "`minDomains`" + ` beyond the domains that exist
has the same effect. Cluster growth stops at that number, silently.

Source: https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/scheduler/framework/plugins/podtopologyspread/filtering.go
(minMatchNum, Filter) and common.go (matchNodeInclusionPolicies)`,
	Needs: needsNodes,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, w := range in.scheduled() {
			if w.Kind == "DaemonSet" || w.MaxReplicas < 2 || len(in.nodesFor(w)) == 0 {
				continue
			}
			capacity, err := in.Cluster.Capacity(w)
			capacity = ask(in, capacity, err)
			t, capped := constraintAt(w, capacity.Rule)
			if !capped || capacity.Most >= w.MaxReplicas || len(in.reach(w, t.TopologyKey).domains) == 0 {
				continue
			}
			found = append(found, in.capped(w, t, capacity.Most))
		}
		return found
	},
})

// constraintAt is the hard spread constraint that a path is in.
func constraintAt(w *render.Workload, path values.Path) (render.Term, bool) {
	for _, t := range w.Terms() {
		if t.Spread && t.Hard && path != nil && path.HasPrefix(t.Path) {
			return t, true
		}
	}
	return render.Term{}, false
}

func (in *Input) capped(w *render.Workload, t render.Term, most int) Finding {
	f := at(w, t.Path)
	f.target.presence = true
	usable := in.reach(w, t.TopologyKey).domains
	wanted := fmt.Sprintf("%d are wanted", w.Replicas)
	pods := w.Replicas
	if most >= w.Replicas {
		wanted, pods = fmt.Sprintf("%s may ask for %d", w.Autoscaler, w.MaxReplicas), w.MaxReplicas
	}
	f.Message = fmt.Sprintf("the spread constraint on %s lets %d %s run; %s", t.TopologyKey, most, plural(most, "pod"), wanted)
	f.Effect = fmt.Sprintf("%d of %d pods stay Pending: \"didn't match pod topology spread constraints\"", pods-most, pods)
	empty := in.emptyDomains(w, t)
	switch {
	case t.MinDomains > len(usable):
		f.Caret = fmt.Sprintf("minDomains %d, and the nodes have %d", t.MinDomains, len(usable))
		f.offer = offerField("minDomains", len(usable))
	case len(empty) > 0:
		f.Caret = "a domain without any of the pods counts as empty"
		f.Notes = append(f.Notes, fmt.Sprintf("counted, but taking no pod: %s", someNodes(empty)))
		if in.keptByTaint(w) {
			f.offer = offerField("nodeTaintsPolicy", "Honor")
		}
	default:
		f.Caret = fmt.Sprintf("maxSkew %d over %d %s", t.MaxSkew, len(usable), plural(len(usable), "domain"))
	}
	return f
}

// offerField offers to set a field of a constraint that stands in the values.
func offerField(name string, value any) func(*Finding, render.Decider) {
	return func(f *Finding, d render.Decider) {
		if m, isMap := d.Value.(map[string]any); isMap && m["topologyKey"] != nil {
			f.Fixes = append(f.Fixes, Fix{Title: name + ": " + show(value), Safety: Unsafe, Sets: []Set{{Path: d.Path.Key(name), Value: value}}})
		}
	}
}

// emptyDomains lists the values of the key that only nodes have on which the
// pods cannot run.
func (in *Input) emptyDomains(w *render.Workload, t render.Term) []string {
	usable := map[string]bool{}
	for _, d := range in.reach(w, t.TopologyKey).domains {
		usable[d.Value] = true
	}
	var empty []string
	all, _ := in.Cluster.AllDomains(t.TopologyKey)
	for _, d := range all {
		if !usable[d.Value] {
			empty = append(empty, d.Value)
		}
	}
	return empty
}

// keptByTaint reports whether taints keep the pods from nodes.
func (in *Input) keptByTaint(w *render.Workload) bool {
	eligible, err := in.Cluster.Eligible(w)
	if ask(in, eligible, err) == nil {
		return false
	}
	for _, r := range eligible.Rejected {
		if slices.ContainsFunc(r.Reasons, func(reason string) bool { return strings.Contains(reason, "taint") }) {
			return true
		}
	}
	return false
}
