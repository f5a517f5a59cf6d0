package lint

import "fmt"

var _ = register(Rule{
	ID: "topology-key-not-a-failure-domain", Category: "topology", Severity: Warning, Since: "0.1.0",
	Title: "A topology key that does not tell failure domains apart",
	NoFix: "no value is known that makes the key",
	Doc: `The values of the topology key are the domains among which pods spread. Operating system, processor architecture,
machine type and node role do not fail one by one: most clusters have one or two values of them. Hard anti-affinity
then allows one pod per value, usually one in the whole cluster; soft forms change nothing.

Spreading over architectures on purpose, for instance to compare them, is a reason to ignore the finding.`,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, u := range in.topologyKeys() {
			if !isShared(u.term.TopologyKey) {
				continue
			}
			f := at(u.workload, u.term.KeyPath)
			f.Message = fmt.Sprintf("%s is no failure domain", u.term.TopologyKey)
			f.Caret = "nodes share its value"
			f.Notes = []string{whyShared(u.term.TopologyKey)}
			f.Effect = in.sharedKeyEffect(u.workload, u.term)
			f.Fixes = []Fix{setHere(Unsafe, hostnameKey), setHere(Unsafe, zoneKey)}
			found = append(found, f)
		}
		return found
	},
})
