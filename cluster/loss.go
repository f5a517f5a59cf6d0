package cluster

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
)

// Loss is what the failure of some nodes does to the placed release: the nodes and their pods are gone, the controllers make
// new pods, the scheduler places them on what is left.
type Loss struct {
	Name      string   // "node n3", "topology.kubernetes.io/zone=a"
	Nodes     []string // that are lost
	Like      string   // the name of a loss that this one equals but for names, so that it was not simulated again; or ""
	Workloads []WorkloadLoss
}

// WorkloadLoss is the part of a workload that a loss touches.
type WorkloadLoss struct {
	Workload *render.Workload
	Wanted   int          // replicas
	Before   int          // pods that ran
	Left     int          // of them, at once
	Replaced int          // new pods that found a node
	Pending  []PendingPod // pods without a node afterwards
	// Outage is what holds until the Node objects are deleted; nil when it is no worse.
	Outage *Outage
}

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

// Losses loses every node, and every value of every topology key that the release spreads over, of the zone and the region,
// one at a time. Workloads without a pod on the lost nodes are left out, and losses that touch none.
func (s *Simulation) Losses() ([]*Loss, error) {
	if _, err := s.Place(); err != nil {
		return nil, err
	}
	var all []*Loss
	known := map[string]*Loss{} // by what is taken away
	classes := s.classes(s.bare, s.Release.Workloads)
	lose := func(name string, nodes []string) error {
		taken := s.taken(nodes, classes)
		if taken == "" {
			return nil
		}
		if like := known[taken]; like != nil {
			all = append(all, &Loss{Name: name, Nodes: nodes, Like: like.Name, Workloads: like.Workloads})
			return nil
		}
		loss, err := s.lose(name, nodes)
		if err != nil {
			return err
		}
		known[taken] = loss
		all = append(all, loss)
		return nil
	}
	for _, node := range s.bare.NodeNames() {
		if err := lose("node "+node, []string{node}); err != nil {
			return nil, err
		}
	}
	for _, key := range s.keysUsed() {
		domains, _ := s.AllDomains(key)
		for _, d := range domains {
			if len(d.Nodes) == 1 && key == corev1.LabelHostname {
				continue // the node itself
			}
			if err := lose(key+"="+d.Value, d.Nodes); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

// taken describes what the loss of nodes takes away, so that equal losses are simulated once; "" when there is no pod of the
// release among it. A rack of one node is lost like the node; and two nodes of a class with pods of the same workloads are
// lost alike.
func (s *Simulation) taken(nodes []string, classes map[string]int) string {
	touched := false
	var pods []string
	for i, c := range s.placed.crews {
		for _, m := range c.pods {
			if m.node != "" && slices.Contains(nodes, m.node) {
				touched = true
				pods = append(pods, fmt.Sprint(i))
			}
		}
	}
	switch {
	case !touched:
		return ""
	case len(nodes) == 1:
		return fmt.Sprint("class ", classes[nodes[0]], pods)
	}
	return strings.Join(nodes, " ")
}

// keysUsed are the topology keys of the release's rules, and zone, region and host, sorted.
func (s *Simulation) keysUsed() []string {
	keys := map[string]bool{corev1.LabelTopologyZone: true, corev1.LabelTopologyRegion: true, corev1.LabelHostname: true}
	for _, w := range s.Release.Workloads {
		for _, term := range slices.Concat(w.Terms(), w.AffinityTerms()) {
			keys[term.TopologyKey] = true
		}
	}
	return slices.Sorted(maps.Keys(keys))
}

// Lose loses a set of nodes, given as it is written on a command line: "zone=a,node=n3,rack=r1". node names a node; zone,
// region and host are short for their labels; everything else is a label.
func (s *Simulation) Lose(selection string) (*Loss, error) {
	nodes, err := s.selected(selection)
	if err != nil {
		return nil, err
	}
	if _, err := s.Place(); err != nil {
		return nil, err
	}
	return s.lose(selection, nodes)
}

// shortKeys are the names by which people call well-known labels.
var shortKeys = map[string]string{"zone": corev1.LabelTopologyZone, "region": corev1.LabelTopologyRegion, "host": corev1.LabelHostname, "hostname": corev1.LabelHostname}

// selected lists the nodes of a selection, sorted.
func (s *Simulation) selected(selection string) ([]string, error) {
	found := map[string]bool{}
	for _, part := range strings.Split(selection, ",") {
		key, value, ok := strings.Cut(strings.TrimSpace(part), "=")
		if !ok || key == "" || value == "" {
			return nil, fmt.Errorf("%q names no nodes: write node=<name>, zone=<value> or <label>=<value>", part)
		}
		if key == "node" {
			if s.bare.Node(value) == nil {
				return nil, fmt.Errorf("there is no node %s; nodes: %s", value, join(s.bare.NodeNames()))
			}
			found[value] = true
			continue
		}
		domains, _ := s.AllDomains(cmp.Or(shortKeys[key], key))
		at := slices.IndexFunc(domains, func(d Domain) bool { return d.Value == value })
		if at < 0 {
			var known []string
			for _, d := range domains {
				known = append(known, d.Value)
			}
			if len(known) == 0 {
				return nil, fmt.Errorf("no node has the label %s; labels: %s", cmp.Or(shortKeys[key], key), join(s.LabelKeys()))
			}
			return nil, fmt.Errorf("no node has %s=%s; there are: %s", cmp.Or(shortKeys[key], key), value, join(known))
		}
		for _, name := range domains[at].Nodes {
			found[name] = true
		}
	}
	return slices.SortedFunc(maps.Keys(found), kube.CompareNames), nil
}

// lose simulates. The node objects are gone, so even the pods of a StatefulSet are replaced; what holds before is an Outage.
func (s *Simulation) lose(name string, nodes []string) (*Loss, error) {
	loss := &Loss{Name: name, Nodes: nodes}
	after := s.placed.fork(s.options.Seed)
	before, wanted := map[*crew]int{}, map[*crew]int{}
	for _, c := range after.crews {
		before[c], _, _ = c.counts()
		wanted[c] = c.want
	}
	for _, node := range nodes {
		after.scheduler.RemoveNode(node)
	}
	after.changes++
	lost, left := map[*crew]bool{}, map[*crew]int{}
	for _, c := range after.crews {
		c.pods = slices.DeleteFunc(slices.Clone(c.pods), func(m *member) bool {
			gone := slices.Contains(nodes, m.node) || slices.Contains(nodes, m.target)
			lost[c] = lost[c] || gone
			return gone
		})
		left[c], _, _ = c.counts()
		if c.current.workload.Kind == "Pod" {
			c.want = min(c.want, len(c.pods)) // nobody makes it again
		}
	}
	if err := after.settle(); err != nil {
		return nil, err
	}
	during, err := s.outage(nodes)
	if err != nil {
		return nil, err
	}
	for _, w := range s.Release.Workloads {
		c := after.crewFor(w)
		if c == nil || !lost[c] {
			continue
		}
		running, _, _ := c.counts()
		result := WorkloadLoss{Workload: w, Wanted: wanted[c], Before: before[c], Left: left[c], Replaced: running - left[c]}
		if c.daemon() {
			result.Wanted = left[c] // its pods are not replaced elsewhere
		}
		for _, m := range c.pods {
			if m.pending() {
				result.Pending = append(result.Pending, m.whyPending())
			}
		}
		if o := during[w]; o.Replaced < result.Replaced {
			result.Outage = &o
		}
		loss.Workloads = append(loss.Workloads, result)
	}
	return loss, nil
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
