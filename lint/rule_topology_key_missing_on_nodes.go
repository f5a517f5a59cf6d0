package lint

import (
	"fmt"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

var _ = register(Rule{
	ID: "topology-key-missing-on-nodes", Category: "topology", Severity: Error, Since: "0.1.0",
	Title: "A topology key that nodes of the cluster do not carry",
	NoFix: "label the nodes, or choose a key that they carry",
	Doc: `With ` + "`--nodes`" + ` the labels of the nodes are known. What a missing label does depends on the rule: hard podAntiAffinity does
not see such a node, so any number of pods may run there; a hard spread constraint never places a pod there; soft forms
ignore it. Only nodes on which the pods could run count.

Sources: https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/scheduler/framework/plugins/interpodaffinity/filtering.go
(topologyToMatchedTermCount) and pkg/scheduler/framework/plugins/podtopologyspread/filtering.go (Filter)`,
	Needs: needsNodes,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, u := range in.demandedKeys() {
			key := u.term.TopologyKey
			nodes := in.nodesFor(u.workload)
			r := in.reach(u.workload, key)
			if len(nodes) == 0 || len(r.lacking) == 0 || !isLabelKey(key) {
				continue
			}
			if why, _ := suspicion(key); why != "" && !in.nodeCarries(key) || deprecatedKeys[key].successor != "" && !in.nodeCarries(key) {
				continue // topology-key-suspicious or -deprecated says it
			}
			f := at(u.workload, u.term.KeyPath)
			if !u.term.Hard {
				f.Severity = Warning
			}
			all := len(r.domains) == 0
			if all {
				f.Message = fmt.Sprintf("none of the %d nodes for these pods has the label %s", len(nodes), key)
				f.Effect = in.missingKeyEffect(u.workload, u.term)
			} else {
				f.Message = fmt.Sprintf("%d of %d nodes for these pods lack the label %s: %s", len(r.lacking), len(nodes), key, someNodes(r.lacking))
				f.Effect = partlyMissingEffect(u.term)
			}
			f.Caret = "no such label there"
			if near := values.Nearest(key, in.Cluster.LabelKeys(), 1); len(near) > 0 && all {
				f.Caret = "did you mean " + near[0] + "?"
				f.Fixes = append(f.Fixes, setHere(Unsafe, near[0]))
			}
			if key != hostnameKey && in.nodeCarries(hostnameKey) {
				f.Fixes = append(f.Fixes, setHere(Unsafe, hostnameKey))
			}
			found = append(found, f)
		}
		return found
	},
})

// partlyMissingEffect says what a rule does where only some nodes have its
// key.
func partlyMissingEffect(t render.Term) string {
	switch {
	case t.Spread && t.Hard:
		return "no pod is ever placed on them"
	case t.Spread:
		return "they get the lowest score, and what runs there is not counted"
	case t.Hard:
		return "the rule does not hold there: any number of replicas may share such a node"
	}
	return "the preference does not count there"
}
