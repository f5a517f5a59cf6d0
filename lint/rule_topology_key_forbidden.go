package lint

import "fmt"

var _ = register(Rule{
	ID: "topology-key-forbidden", Category: "api", Severity: Error, Since: "0.1.0", OptIn: true,
	Title: "A hard anti-affinity key other than the hostname",
	NoFix: "the cluster's administrator decides which keys are allowed",
	Doc: `Clusters that run the admission plugin ` + "`LimitPodHardAntiAffinityTopology`" + ` (off by default) refuse pods whose required
podAntiAffinity uses any topology key but ` + "`kubernetes.io/hostname`" + `. Select this rule if yours does.

Source: https://github.com/kubernetes/kubernetes/blob/v1.37.1/plugin/pkg/admission/antiaffinity/admission.go`,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, w := range in.Release.Workloads {
			for _, t := range w.Terms() {
				if t.Spread || !t.Hard || t.TopologyKey == hostnameKey {
					continue
				}
				f := at(w, t.KeyPath)
				f.Message = fmt.Sprintf("hard anti-affinity on %s", t.TopologyKey)
				f.Caret = "the admission plugin allows kubernetes.io/hostname only"
				f.Effect = "with LimitPodHardAntiAffinityTopology the API server refuses the pods"
				f.Fixes = []Fix{setHere(Unsafe, hostnameKey)}
				found = append(found, f)
			}
		}
		return found
	},
})
