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

	fresh map[*render.Workload][]PlacedPod // nil when it was not simulated
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

// Replacements are the pods that have come to nodes after a loss: those that replace lost ones, and those that waited
// before and took a place that got free.
func (s *Simulation) Replacements(l *Loss) (map[*render.Workload][]PlacedPod, error) {
	if l.fresh != nil {
		return l.fresh, nil
	}
	if _, err := s.Place(); err != nil {
		return nil, err
	}
	d, err := s.deprive(l.Nodes)
	if err != nil {
		return nil, err
	}
	return d.fresh(), nil
}

// deprived is the placed world without some nodes, when everything has settled again.
type deprived struct {
	*world
	wanted, before, left map[*crew]int
	touched              map[*crew]bool   // that lost a pod
	stayed               map[*member]bool // pods that were not lost
}

// deprive takes nodes away. The node objects are gone, so even the pods of a StatefulSet are replaced; what holds before is
// an Outage.
func (s *Simulation) deprive(nodes []string) (*deprived, error) {
	d := &deprived{world: s.placed.fork(s.options.Seed), wanted: map[*crew]int{}, before: map[*crew]int{}, left: map[*crew]int{},
		touched: map[*crew]bool{}, stayed: map[*member]bool{}}
	for _, c := range d.crews {
		d.before[c], _, _ = c.counts()
		d.wanted[c] = c.want
	}
	for _, node := range nodes {
		d.scheduler.RemoveNode(node)
	}
	d.changes++
	for _, c := range d.crews {
		c.pods = slices.DeleteFunc(slices.Clone(c.pods), func(m *member) bool {
			gone := slices.Contains(nodes, m.node) || slices.Contains(nodes, m.target)
			d.touched[c] = d.touched[c] || gone
			d.stayed[m] = m.node != ""
			return gone
		})
		d.left[c], _, _ = c.counts()
		if c.current.workload.Kind == "Pod" {
			c.want = min(c.want, len(c.pods)) // nobody makes it again
		}
	}
	return d, d.settle()
}

func (d *deprived) fresh() map[*render.Workload][]PlacedPod {
	fresh := map[*render.Workload][]PlacedPod{}
	for _, c := range d.crews {
		for _, m := range c.pods {
			if m.node != "" && !d.stayed[m] {
				fresh[c.current.workload] = append(fresh[c.current.workload], PlacedPod{Name: m.pod.Name, Node: m.node})
			}
		}
	}
	return fresh
}

// lose simulates.
func (s *Simulation) lose(name string, nodes []string) (*Loss, error) {
	after, err := s.deprive(nodes)
	if err != nil {
		return nil, err
	}
	during, err := s.outage(nodes)
	if err != nil {
		return nil, err
	}
	loss := &Loss{Name: name, Nodes: nodes, fresh: after.fresh()}
	for _, w := range s.Release.Workloads {
		c := after.crewFor(w)
		if c == nil || !after.touched[c] {
			continue
		}
		running, _, _ := c.counts()
		result := WorkloadLoss{Workload: w, Wanted: after.wanted[c], Before: after.before[c], Left: after.left[c], Replaced: running - after.left[c]}
		if c.daemon() {
			result.Wanted = result.Left // its pods are not replaced elsewhere
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
