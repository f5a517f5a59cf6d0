package lint

import (
	"fmt"
	"strings"

	"github.com/spreadlint/spreadlint/render"
)

var _ = register(Rule{
	ID: "rollout-deadlock", Category: "rollout", Severity: Info, Since: "0.1.0",
	Title: "A rolling update that may need a spare domain",
	NoFix: "neither the update strategy nor the rule is decided by a value",
	Doc: `Hard podAntiAffinity and a rolling update that may not take a pod away first: the new pod needs a domain without any of
the old ones. With as many domains as replicas there is none, the new pod stays Pending and the upgrade never ends,
while the Deployment's condition Available stays true. Pods that bind a port of the host need a free node in the same way.

The default strategy, 25% and 25%, rounds to maxUnavailable 0 for 1 to 3 replicas. Without ` + "`--nodes`" + ` this is
advice; with it the update is simulated, and an error is one. Ways out: ` + "`maxSurge: 0` with `maxUnavailable: 1`" + `; ` + "`matchLabelKeys: [pod-template-hash]`" + ` in the term (Kubernetes 1.31 and
later); a soft rule. StatefulSets delete before they create and do not deadlock here.

Source: https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/controller/deployment/util/deployment_util.go (ResolveFenceposts)`,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, w := range in.running() {
			surge, unavailable, rolling := w.RollingUpdate()
			if !rolling || unavailable > 0 || w.MaxReplicas < 2 {
				continue
			}
			if in.Cluster != nil {
				found = append(found, in.rolloutOnNodes(w)...)
				continue
			}
			if w.HasHostPort() {
				found = append(found, deadlockByPort(w, surge))
			}
			for _, t := range w.Terms() {
				if t.Spread || !t.Hard || !selectsSelf(t, w) || hasRevisionKey(t, w) || in.keyDoubtful(t) && !isShared(t.TopologyKey) {
					continue
				}
				f := at(w, t.Path)
				f.target.presence = true
				f.Message = fmt.Sprintf("hard podAntiAffinity and a rolling update with maxUnavailable %d", unavailable)
				f.Caret = "needs a domain more than replicas"
				f.Effect = fmt.Sprintf("with %s of %s for %s the upgrade hangs: the surge %s nowhere to go", count(w.Replicas, "domain"), t.TopologyKey, count(w.Replicas, "replica"), map[bool]string{true: "pod has", false: "pods have"}[surge == 1])
				f.Notes = []string{w.RollingUpdateText(), "maxSurge 0 with maxUnavailable 1 needs no spare domain"}
				f.offer = in.offerStrategy(w, t)
				found = append(found, f)
			}
		}
		return found
	},
})

// deadlockByPort reports pods that bind a port of their node: like hard
// podAntiAffinity by hostname, no two of them share one.
func deadlockByPort(w *render.Workload, surge int) Finding {
	f := at(w, w.HostPortPath())
	f.target.presence = true
	f.Message = "a port of the host and a rolling update with maxUnavailable 0"
	f.Caret = "needs a node more than replicas"
	f.Effect = fmt.Sprintf("with %s for %s the upgrade hangs: the port is taken on each, and %s nowhere to go",
		count(w.Replicas, "node"), count(w.Replicas, "replica"), map[bool]string{true: "the surge pod has", false: "the surge pods have"}[surge == 1])
	f.Notes = []string{w.RollingUpdateText(), "maxSurge 0 with maxUnavailable 1 needs no spare node"}
	return f
}

// rolloutOnNodes simulates the update on the nodes. A workload that does not
// even fit without one has another problem.
func (in *Input) rolloutOnNodes(w *render.Workload) []Finding {
	if len(in.refusedBy(w)) > 0 {
		return nil
	}
	for _, p := range in.placed() {
		if p.Workload == w && (len(p.Pending) > 0 || p.Skipped != "") {
			return nil
		}
	}
	rollout, err := in.Cluster.Rollout(w, nil)
	if ask(in, rollout, err) == nil || rollout.Skipped != "" || rollout.Finishes {
		return nil
	}
	f := atReplicas(w)
	for _, t := range w.Terms() {
		if t.Hard && selectsSelf(t, w) && !hasRevisionKey(t, w) {
			f = at(w, t.Path)
			f.target.presence = true
			f.offer = in.offerStrategy(w, t)
			break
		}
	}
	f.Severity = Error
	f.Message = fmt.Sprintf("a rolling update hangs on your nodes after %d of %d pods", rollout.Updated, w.Replicas)
	f.Caret = "maxSurge 0 with maxUnavailable 1 needs no spare domain"
	f.Effect = strings.TrimSuffix(rollout.Blocker, ".")
	if rollout.Available {
		f.Effect += "; the Deployment still says Available"
	}
	f.Notes = []string{w.RollingUpdateText()}
	return []Finding{f}
}

// hasRevisionKey reports whether the term tells revisions apart.
func hasRevisionKey(t render.Term, w *render.Workload) bool {
	for _, k := range t.MatchLabelKeys {
		if k == revisionLabel(w) {
			return true
		}
	}
	return false
}
