package lint

import "fmt"

var _ = register(Rule{
	ID: "topology-key-deprecated", Category: "topology", Severity: Warning, Since: "0.1.0",
	Title: "A deprecated node label as topology key",
	NoFix: "no value is known that makes the key",
	Doc: `Node labels such as ` + "`failure-domain.beta.kubernetes.io/zone`" + ` have had successors for years. Some cloud controllers
still write both, other clusters never carried the old ones. Where nodes lack the label, hard anti-affinity silently
stops protecting, a hard spread constraint leaves every pod Pending, and soft forms do nothing.

Source: https://kubernetes.io/docs/reference/labels-annotations-taints/`,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, u := range in.demandedKeys() {
			d, deprecated := deprecatedKeys[u.term.TopologyKey]
			if !deprecated {
				continue
			}
			f := at(u.workload, u.term.KeyPath)
			f.Message = fmt.Sprintf("%s is deprecated since Kubernetes %s", u.term.TopologyKey, d.since)
			f.Caret = "now " + d.successor
			f.Effect = "where nodes lack it, " + in.missingKeyEffect(u.workload, u.term)
			if in.Cluster != nil && !in.nodeCarries(u.term.TopologyKey) {
				f.Severity = Error
				f.Effect = "none of your nodes carries it: " + in.missingKeyEffect(u.workload, u.term)
			}
			if !isShared(d.successor) {
				f.Fixes = append(f.Fixes, setHere(Unsafe, d.successor))
			} else {
				f.Fixes = append(f.Fixes, setHere(Unsafe, hostnameKey))
			}
			found = append(found, f)
		}
		return found
	},
})
