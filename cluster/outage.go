package cluster

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
)

// Outage is the time in which lost nodes are only unreachable: they are tainted, after five minutes their pods are being
// deleted, but nobody confirms it. A StatefulSet waits for its pods, anti-affinity still sees them, and spread constraints
// count the domain as an empty one unless they honor taints. It ends when the nodes come back, or when somebody deletes their
// Node objects: cloud controllers do when the machine is gone.
// https://kubernetes.io/docs/concepts/architecture/nodes/#condition
type Outage struct {
	Replaced int          // new pods that found a node
	Pending  []PendingPod // pods without a node; those that are not made are in neither
	// CountsTainted: a hard constraint counts the lost nodes, which nodeTaintsPolicy Honor would leave out.
	CountsTainted bool
}

// outage simulates the time until lost nodes are given up.
func (s *Simulation) outage(nodes []string) (map[*render.Workload]Outage, error) {
	during := s.placed.fork(s.options.Seed)
	for _, name := range nodes {
		node := during.scheduler.Node(name).DeepCopy()
		for _, effect := range []corev1.TaintEffect{corev1.TaintEffectNoSchedule, corev1.TaintEffectNoExecute} {
			node.Spec.Taints = append(node.Spec.Taints, corev1.Taint{Key: corev1.TaintNodeUnreachable, Effect: effect})
		}
		if err := during.scheduler.UpdateNode(node); err != nil {
			return nil, err
		}
	}
	before := map[*member]bool{}
	for _, c := range during.crews {
		for _, m := range c.pods {
			before[m] = true
			if !slices.Contains(nodes, m.node) {
				continue
			}
			if c.daemon() || kube.OutlastsOutage(m.pod) {
				continue // it is taken to be there, and nobody replaces it
			}
			m.going = true
			if err := during.scheduler.Terminate(m.pod.UID); err != nil {
				return nil, err
			}
		}
		if c.current.workload.Kind == "Pod" {
			c.want = 0 // nobody makes it again
		}
	}
	during.changes++
	if err := during.settle(); err != nil {
		return nil, err
	}
	found := map[*render.Workload]Outage{}
	for _, w := range s.Release.Workloads {
		c := during.crewFor(w)
		if c == nil {
			continue
		}
		var o Outage
		for _, m := range c.pods {
			switch {
			case m.pending():
				o.Pending = append(o.Pending, m.whyPending())
			case !before[m]:
				o.Replaced++
			}
		}
		o.CountsTainted = len(o.Pending) > 0 && slices.ContainsFunc(c.current.pod(0, 0, "").Spec.TopologySpreadConstraints, func(c corev1.TopologySpreadConstraint) bool {
			return c.WhenUnsatisfiable == corev1.DoNotSchedule && (c.NodeTaintsPolicy == nil || *c.NodeTaintsPolicy == corev1.NodeInclusionPolicyIgnore)
		})
		found[w] = o
	}
	return found, nil
}
