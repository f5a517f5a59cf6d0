package lint

import (
	"fmt"
	"strings"
)

var _ = register(Rule{
	ID: "transition-deadlock", Category: "rollout", Severity: Error, Since: "0.1.0",
	Title: "This upgrade hangs on the rules of the running revision",
	NoFix: "the running revision stands in the way; scale it or delete its pods first",
	Doc: `Pods that run keep the rules they were made with, and anti-affinity works both ways: a running pod's hard rule keeps new
pods away, whatever the new template says. Softening a rule can so hang in the very upgrade that softens it. With
` + "`--nodes`" + ` and ` + "`--live`" + ` (the output of ` + "`helm get manifest`" + `) the upgrade from what runs now is simulated.

Source: https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/scheduler/framework/plugins/interpodaffinity/filtering.go
(satisfyExistingPodsAntiAffinity)`,
	Needs: needsLive,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, w := range in.scheduled() {
			if w.Kind != "Deployment" && w.Kind != "StatefulSet" {
				continue
			}
			change, err := in.Cluster.Rollout(w, in.Live)
			if ask(in, change, err) == nil || change.Skipped != "" || change.Finishes {
				continue
			}
			again, err := in.Cluster.Rollout(w, nil)
			if ask(in, again, err) == nil || !again.Finishes {
				continue // rollout-deadlock says it
			}
			f := atReplicas(w)
			f.Message = fmt.Sprintf("the upgrade from the running revision hangs at %d of %d new pods", change.Updated, w.Replicas)
			f.Caret = "the new rules are not at fault"
			f.Effect = strings.TrimSuffix(change.Blocker, ".")
			f.Notes = append(f.Notes, fmt.Sprintf("way out: kubectl scale %s --replicas=%d, helm upgrade, then scale back",
				strings.ToLower(w.Kind)+"/"+w.Name, max(0, w.Replicas-1)))
			found = append(found, f)
		}
		return found
	},
})
