package lint

import "fmt"

var _ = register(Rule{
	ID: "topology-key-single-domain", Category: "topology", Severity: Error, Since: "0.1.0",
	Title: "All nodes share one value of the topology key",
	NoFix: "more domains are needed, or another key; a value cannot make nodes",
	Doc: `With ` + "`--nodes`" + `: every node on which the pods could run has the same value of the label, say one zone. Hard
podAntiAffinity then allows one pod in the whole cluster; a spread constraint and soft forms do nothing. A workload
that another rule spreads is not at risk: then it is advice.`,
	Needs: needsNodes,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, u := range in.topologyKeys() {
			nodes := in.nodesFor(u.workload)
			r := in.reach(u.workload, u.term.TopologyKey)
			if len(nodes) < 2 || len(r.domains) != 1 || len(r.lacking) > 0 || u.workload.MaxReplicas < 2 && !u.term.Hard {
				continue
			}
			if _, isPinned := pinned(u.workload, u.term.TopologyKey); isPinned {
				continue // conflicting-constraints knows the pin
			}
			f := at(u.workload, u.term.KeyPath)
			f.Message = fmt.Sprintf("all %d nodes for these pods have %s=%s", len(nodes), u.term.TopologyKey, r.domains[0].Value)
			f.Caret = "one failure domain"
			f.Effect = in.sharedKeyEffect(u.workload, u.term)
			if u.term.Spread || !u.term.Hard {
				f.Severity = Warning
				if in.spreadElsewhere(u) {
					f.Severity = Info
					f.Effect = "the rule does nothing in this cluster; another one spreads the pods"
				}
			} else if !selectsSelf(u.term, u.workload) {
				continue
			}
			if hosts := in.reach(u.workload, hostnameKey); u.term.TopologyKey != hostnameKey && len(hosts.domains) > 1 {
				f.Fixes = append(f.Fixes, setHere(Unsafe, hostnameKey))
			}
			found = append(found, f)
		}
		return found
	},
})

// spreadElsewhere reports whether another rule of the workload tells its
// nodes apart.
func (in *Input) spreadElsewhere(u keyUse) bool {
	for _, t := range u.workload.Terms() {
		if t.TopologyKey != u.term.TopologyKey && selectsSelf(t, u.workload) && len(in.reach(u.workload, t.TopologyKey).domains) > 1 {
			return true
		}
	}
	return false
}
