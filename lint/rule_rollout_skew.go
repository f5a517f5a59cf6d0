package lint

import (
	"fmt"

	"github.com/spreadlint/spreadlint/kube"
)

var _ = register(Rule{
	ID: "rollout-skew", Category: "rollout", Severity: Info, Since: "0.1.0", OptIn: true,
	Title: "A spread constraint that counts the outgoing revision",
	NoFix: "no value is known that makes the constraint",
	Doc: `During a rolling update a Deployment's spread constraint counts old and new pods together. When the old ones are gone,
the new ones may be uneven: on a real cluster 3 of 7 updates of 7 replicas over 3 zones ended with a skew of 2 under
maxSkew 1, none with ` + "`matchLabelKeys: [pod-template-hash]`" + `, which counts each revision by itself (Kubernetes 1.27 and
later; a hard constraint then needs room for the surge).`,
	Check: func(in *Input) []Finding {
		var found []Finding
		if kube.MinorOf(in.Release.KubeVersion) < 27 {
			return nil
		}
		for _, w := range in.running() {
			if w.Kind != "Deployment" || w.MaxReplicas < 2 {
				continue
			}
			for _, t := range w.Terms() {
				if !t.Spread || !selectsSelf(t, w) || hasRevisionKey(t, w) {
					continue
				}
				f := at(w, t.Path.Key("matchLabelKeys"))
				f.Message = fmt.Sprintf("the constraint on %s counts the pods of the outgoing revision too", t.TopologyKey)
				f.Caret = "matchLabelKeys: [pod-template-hash] counts each revision by itself"
				f.Effect = "after a rolling update the new pods may be spread unevenly, beyond maxSkew"
				f.Fixes = []Fix{setHere(Unsafe, []any{"pod-template-hash"})}
				found = append(found, f)
			}
		}
		return found
	},
})
