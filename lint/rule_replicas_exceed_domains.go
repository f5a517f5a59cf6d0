package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/cluster"
	"github.com/spreadlint/spreadlint/render"
)

var replicasExceedDomains = register(Rule{
	ID: "replicas-exceed-domains", Category: "fit", Severity: Error, Since: "0.1.0",
	Title: "More replicas than a hard rule has domains for",
	NoFix: "more domains are needed, fewer replicas, or a softer rule",
	Doc: `Hard podAntiAffinity allows one pod in each value of its topology key. With ` + "`--nodes`" + ` the values are counted on the
nodes where the pods could run (node selectors, taints, cordons and size respected). Helm reports success, and the pods
beyond that number stay Pending. Workloads that repel each other, such as agents with one StatefulSet each, are counted
together.

Source: https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/scheduler/framework/plugins/interpodaffinity/filtering.go
(satisfyPodAntiAffinity)`,
	Needs: needsNodes,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, c := range in.crowded() {
			if c.least > c.room {
				found = append(found, c.finding(c.least, fmt.Sprintf("%d are wanted", c.least), "fewer replicas, more nodes, or a soft rule"))
			}
		}
		return found
	},
})

var _ = register(Rule{
	ID: "autoscaler-exceeds-domains", Category: "fit", Severity: Error, Since: "0.1.0",
	Title: "An autoscaler may ask for more replicas than a hard rule has domains for",
	NoFix: "more domains are needed, fewer replicas, or a softer rule",
	Doc: `The number of replicas fits the domains of a hard podAntiAffinity rule, the autoscaler's maximum does not: under load,
when the pods are needed most, the new ones stay Pending. Lower the maximum, add nodes, or use a soft rule or a spread
constraint.`,
	Needs: needsNodes,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, c := range in.crowded() {
			if c.least <= c.room && c.most > c.room {
				found = append(found, c.finding(c.most, fmt.Sprintf("%s may ask for %d", c.scalers(), c.most), "a lower maximum, more nodes, or a soft rule"))
			}
		}
		return found
	},
})

// crowd is a group of workloads under one hard rule, and the room there is.
type crowd struct {
	owner       *render.Workload
	term        render.Term
	rivals      []*render.Workload
	least, most int
	room        int // domains
	nodes       int // eligible ones
}

// crowded lists the hard podAntiAffinity terms that have fewer domains than
// pods: one for each group that repels itself.
func (in *Input) crowded() []crowd {
	var found []crowd
	seen := map[string]bool{}
	for _, w := range in.scheduled() {
		for _, t := range w.Terms() {
			if t.Spread || !t.Hard || w.Kind == "DaemonSet" {
				continue
			}
			rivals := cluster.Rivals(w, t, in.scheduled(), nil)
			if !slices.Contains(rivals, w) {
				continue
			}
			// One-shot pods come and go; a DaemonSet brings its own nodes.
			var group []*render.Workload
			var names []string
			for _, r := range rivals {
				if r.Kind == "Job" || r.Kind == "CronJob" || r.Kind == "DaemonSet" {
					continue
				}
				group = append(group, r)
				names = append(names, r.ID())
			}
			key := t.TopologyKey + "\x00" + strings.Join(names, "\x00")
			if seen[key] || len(group) == 0 {
				continue
			}
			seen[key] = true
			least, most := cluster.RivalPods(group)
			r := in.reach(w, t.TopologyKey)
			nodes := in.nodesFor(w)
			if len(r.lacking) > 0 || len(nodes) == 0 {
				continue // nodes without the label take any number
			}
			if len(r.domains) == 1 && len(nodes) > 1 {
				continue // topology-key-single-domain
			}
			if room := len(r.domains); most > room {
				found = append(found, crowd{w, t, group, least, most, room, len(nodes)})
			}
		}
	}
	return found
}

func (c crowd) finding(pods int, wanted, legal string) Finding {
	f := at(c.owner, c.term.Path)
	f.target.presence = true
	f.Message = fmt.Sprintf("hard podAntiAffinity on %s has room for %d %s on your %d schedulable %s; %s",
		c.term.TopologyKey, c.room, plural(c.room, "pod"), c.nodes, plural(c.nodes, "node"), wanted)
	f.Caret = legal
	f.Effect = fmt.Sprintf("%d of %d pods stay Pending: \"didn't match pod anti-affinity rules\"", pods-c.room, pods)
	for _, r := range c.rivals {
		if r != c.owner {
			f.Workloads = append(f.Workloads, r.ID())
		}
	}
	if len(c.rivals) > 1 {
		f.Notes = append(f.Notes, fmt.Sprintf("%d workloads repel each other here and count together", len(c.rivals)))
	}
	f.offer = offerSoft
	return f
}

// scalers names the autoscalers of the group.
func (c crowd) scalers() string {
	var names []string
	for _, r := range c.rivals {
		if r.Autoscaler != "" {
			names = append(names, r.Autoscaler)
		}
	}
	if len(names) == 0 {
		return "the release"
	}
	return strings.Join(names, ", ")
}

// offerSofter offers what makes a hard rule bearable: no minDomains where that
// is what asks too much of a constraint in the values, else the soft form.
func offerSofter(t render.Term) func(*Finding, render.Decider) {
	return func(f *Finding, d render.Decider) {
		m, isMap := d.Value.(map[string]any)
		switch {
		case isMap && t.Spread && m["minDomains"] != nil:
			f.Fixes = append(f.Fixes, Fix{Title: "remove minDomains", Safety: Unsafe, Sets: []Set{{Path: d.Path.Key("minDomains"), Remove: true}}})
		case isMap && t.Spread && m["whenUnsatisfiable"] == "DoNotSchedule":
			f.Fixes = append(f.Fixes, Fix{Title: "write ScheduleAnyway", Safety: Unsafe, Sets: []Set{{Path: d.Path.Key("whenUnsatisfiable"), Value: "ScheduleAnyway"}}})
		default:
			offerSoft(f, d)
		}
	}
}

// offerSoft offers the soft form of a hard rule.
func offerSoft(f *Finding, d render.Decider) {
	for _, word := range d.Words {
		if meaning(word) == "soft" {
			f.Fixes = append(f.Fixes, setHere(Unsafe, word))
			return
		}
	}
}
