package lint

import "fmt"

var _ = register(Rule{
	ID: "topology-key-suspicious", Category: "topology", Severity: Warning, Since: "0.1.0",
	Title: "A topology key that probably no node carries",
	NoFix: "no label of that kind is near to the key",
	Doc: `The API server does not know which labels nodes have. Reported without a list of nodes: a key close to a well-known
one or only its last part (` + "`zone`, `hostname`" + `), and an invented key under a prefix that Kubernetes keeps for itself (` + "`kubernetes.io`, `k8s.io`" + `), such as
` + "`topology.kubernetes.io/hostname`" + `; custom keys (` + "`rack`, `example.com/row`" + `) are fine. In a topology spread constraint
also a key that is no label key at all: the API server checks that of podAntiAffinity, but not that of a constraint,
so the object is created and its pods never start.

If your nodes do carry the label, ignore the finding.`,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, u := range in.demandedKeys() {
			key := u.term.TopologyKey
			f := at(u.workload, u.term.KeyPath)
			if !isLabelKey(key) {
				if !u.term.Spread {
					continue // topology-key-syntax
				}
				f.Severity = Error
				f.Message = fmt.Sprintf("%q is no node label key, so no node can carry it", key)
				f.Caret = "the API server accepts it here without a check"
				f.Effect = in.missingKeyEffect(u.workload, u.term)
				f.Fixes = keyFixes(key)
				found = append(found, f)
				continue
			}
			why, meant := suspicion(key)
			if why == "" || in.Cluster != nil && in.nodeCarries(key) {
				continue // or the cluster's own invention
			}
			if in.Cluster != nil {
				f.Severity = Error
			}
			f.Message = fmt.Sprintf("%s is no label that Kubernetes puts on nodes", key)
			f.Caret = why
			f.Effect = "if no node carries it, " + in.missingKeyEffect(u.workload, u.term)
			if in.Cluster != nil {
				f.Effect = "none of your nodes carries it: " + in.missingKeyEffect(u.workload, u.term)
			}
			f.Fixes = []Fix{setHere(Unsafe, meant)}
			found = append(found, f)
		}
		return found
	},
})
