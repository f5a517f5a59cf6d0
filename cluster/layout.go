package cluster

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
)

// Share is how many pods of a workload may end up in one place: at least Least is possible, more than Most is not. Where
// both are equal the number is exact.
type Share struct {
	Where       string // a node or a value of the key where Least was reached
	Least, Most int
}

// Exact reports whether nothing is left open.
func (s Share) Exact() bool { return s.Least == s.Most }

// Layout is the worst that the hard rules allow: soft rules and scores are no promise. It is about pods that are placed one
// after another; deletions later on (a rollout, a scale-down) may leave a spread more uneven than that.
type Layout struct {
	Replicas int
	Node     Share // on one node
	Zone     Share // in one zone; the zero Share when no node with room has a zone
}

// Worst finds how many of the replicas of a workload the hard rules let share one node, and one zone. The upper bound is
// ruleset.bound; the lower one is a layout that the scheduler's filters were seen to allow: an adversary fills the place
// wherever a rule permits and elsewhere does what opens it again. Small cases are settled by trying everything; in large ones
// the lower bound may be missing (0). The error is ErrRefused for pods that the API server refuses.
func (s *Simulation) Worst(w *render.Workload, replicas int) (Layout, error) {
	layout := Layout{Replicas: replicas}
	r, err := s.rules(w)
	if err != nil {
		return layout, err
	}
	hosts := map[string][]string{}
	for _, name := range r.nodes {
		hosts[name] = []string{name}
	}
	if layout.Node, err = s.worstPlace(w, r, hosts, replicas); err != nil {
		return layout, err
	}
	zones := map[string][]string{}
	for _, name := range r.nodes {
		if zone, ok := s.bare.Node(name).Labels[corev1.LabelTopologyZone]; ok {
			zones[zone] = append(zones[zone], name)
		}
	}
	if layout.Zone, err = s.worstPlace(w, r, zones, replicas); err != nil {
		return layout, err
	}
	if attracted(w) {
		return layout, s.witnessed(w, replicas, &layout)
	}
	if layout.Node.Exact() && layout.Zone.Exact() || len(r.nodes) == 0 {
		return layout, nil
	}
	for _, rule := range r.spread {
		if rule.free > 0 {
			return layout, nil // what other workloads of the release do opens more ways than are explored
		}
	}
	all, err := s.explore(&world{scheduler: s.bare.Fork(0)}, w, replicas)
	if err == nil && all.complete {
		layout.Node, layout.Zone = all.node, all.zone
	}
	return layout, err
}

// witnessed raises the lower bounds of pods that run only beside others to what the placement shows: alone, none of them has
// a node.
func (s *Simulation) witnessed(w *render.Workload, replicas int, layout *Layout) error {
	placement, err := s.Place()
	if err != nil {
		return err
	}
	for _, p := range placement.Workloads {
		if p.Workload == w && len(p.Outcomes) > 0 && p.Wanted <= replicas {
			layout.Node.Least = max(layout.Node.Least, p.Outcomes[0].MostOnNode)
			layout.Zone.Least = max(layout.Zone.Least, p.Outcomes[0].MostPerZone)
		}
	}
	layout.Node.Most, layout.Zone.Most = max(layout.Node.Most, layout.Node.Least), max(layout.Zone.Most, layout.Zone.Least)
	return nil
}

const (
	mostPlaces = 8      // that an adversary tries to fill: equal ones give equal answers
	mostEffort = 500000 // pods times nodes that an adversary looks at
)

// worstPlace finds the place, of several, that may hold most.
func (s *Simulation) worstPlace(w *render.Workload, r *ruleset, places map[string][]string, replicas int) (Share, error) {
	type candidate struct {
		name string
		most int
	}
	var candidates []candidate
	share := Share{}
	for name, nodes := range places {
		most, _ := r.bound(nodes, replicas)
		candidates = append(candidates, candidate{name, most})
		share.Most = max(share.Most, most)
	}
	slices.SortFunc(candidates, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.most, a.most), kube.CompareNames(a.name, b.name))
	})
	if len(r.spread) == 0 && len(r.anti) < 2 && !attracted(w) && len(candidates) > 0 {
		// Nothing that the other pods do is in the way of the next one.
		return Share{candidates[0].name, share.Most, share.Most}, nil
	}
	for i, c := range candidates {
		if i == mostPlaces || share.Least >= c.most || replicas*len(r.nodes) > mostEffort {
			break
		}
		reached, err := s.crowd(w, r, places[c.name], replicas)
		if err != nil {
			return share, err
		}
		if reached > share.Least {
			share.Least, share.Where = reached, c.name
		}
	}
	return share, nil
}

// crowd plays the adversary: it places the replicas one by one on any node that the filters allow, on those of the place
// as long as there is one, else where the constraints count fewest pods, so that the place may take more.
func (s *Simulation) crowd(w *render.Workload, r *ruleset, place []string, replicas int) (reached int, err error) {
	around := &world{scheduler: s.bare.Fork(0)}
	c, err := s.crewOf(w, around.scheduler, 1)
	if err != nil {
		return 0, err
	}
	wanted := map[string]bool{}
	for _, name := range place {
		wanted[name] = true
	}
	counts := make([]map[string]int, len(r.spread))
	for i, rule := range r.spread {
		counts[i] = map[string]int{}
		for value, n := range rule.counted {
			counts[i][value] = n
		}
	}
	// Nodes of the place are told from the others by twice the class and one.
	classes, pods := s.classes(around.scheduler, []*render.Workload{w}), map[string]int{}
	for name, class := range classes {
		classes[name] = 2 * class
		if wanted[name] {
			classes[name]++
		}
	}
	crowded := func(node string) (sum int) {
		for i, rule := range r.spread {
			sum += counts[i][rule.values[node]]
		}
		return sum
	}
	for i := range replicas {
		m := around.create(c, c.current, i, "")
		decision, err := around.scheduler.FilterSome(m.pod, unlike(classes, pods))
		if err != nil {
			return reached, err
		}
		feasible := decision.Feasible()
		if len(feasible) == 0 {
			break
		}
		node := slices.MinFunc(feasible, func(a, b string) int {
			if wanted[a] != wanted[b] {
				if wanted[a] {
					return -1
				}
				return 1
			}
			return cmp.Or(cmp.Compare(crowded(a), crowded(b)), kube.CompareNames(a, b))
		})
		if err := around.bind(m, node); err != nil {
			return reached, err
		}
		pods[node]++
		for i, rule := range r.spread {
			counts[i][rule.values[node]]++
		}
		if wanted[node] {
			reached++
		}
	}
	return reached, nil
}
