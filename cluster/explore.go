package cluster

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
)

// exploration is what all legal ways to place some pods have in common.
type exploration struct {
	complete    bool // all ways were tried; else the rest says nothing
	least, most int  // pods with a node
	node, zone  Share
}

// mostStates bounds an exploration of up to fewNodes nodes; of larger clusters, where each state takes longer, it visits fewer.
const mostStates, fewNodes = 1500, 60

// explore places the replicas of a workload in all ways that the filters allow, scores aside: any of them may come about
// by chance or by other pods that come and go. Nodes that cannot be told apart are tried once.
func (s *Simulation) explore(around *world, w *render.Workload, replicas int) (*exploration, error) {
	c, err := s.crewOf(w, around.scheduler, 1)
	if err != nil {
		return nil, err
	}
	e := &explorer{simulation: s, world: around, crew: c, replicas: replicas, classes: s.classes(around.scheduler, []*render.Workload{w}), seen: map[string]bool{}, limit: mostStates * fewNodes / max(fewNodes, len(s.Inventory.Nodes)),
		counts: map[string]int{}, result: exploration{complete: true, least: replicas}}
	err = e.visit(0)
	return &e.result, err
}

type explorer struct {
	simulation *Simulation
	world      *world
	crew       *crew
	replicas   int
	classes    map[string]int // node -> number of its class
	counts     map[string]int // node -> pods placed on the way here
	seen       map[string]bool
	limit      int // of states
	result     exploration
}

// visit goes on from a state in which so many pods are placed.
func (e *explorer) visit(placed int) error {
	if key := e.key(); e.seen[key] || !e.result.complete {
		return nil
	} else if e.seen[key] = true; len(e.seen) > e.limit {
		e.result.complete = false
		return nil
	}
	e.record()
	if placed == e.replicas {
		e.result.most = max(e.result.most, placed)
		return nil
	}
	m := e.world.create(e.crew, e.crew.current, placed, "")
	decision, err := e.world.scheduler.FilterSome(m.pod, unlike(e.classes, e.counts))
	if err != nil {
		return err
	}
	if !decision.Fits() {
		e.result.least, e.result.most = min(e.result.least, placed), max(e.result.most, placed)
	}
	for _, node := range decision.Feasible() {
		if err := e.world.bind(m, node); err != nil {
			return err
		}
		e.counts[node]++
		if err := e.visit(placed + 1); err != nil {
			return err
		}
		e.counts[node]--
		if err := e.world.scheduler.Remove(m.pod.UID); err != nil {
			return err
		}
		m.node = ""
	}
	return nil
}

// key is equal for states that differ only in which of several equal nodes holds the pods.
func (e *explorer) key() string {
	byClass := map[int][]int{}
	for node, n := range e.counts {
		if n > 0 {
			byClass[e.classes[node]] = append(byClass[e.classes[node]], n)
		}
	}
	var b strings.Builder
	for _, class := range slices.Sorted(maps.Keys(byClass)) {
		slices.Sort(byClass[class])
		fmt.Fprint(&b, class, byClass[class], ";")
	}
	return b.String()
}

// record notes how full the places are.
func (e *explorer) record() {
	zones := map[string]int{}
	for _, node := range slices.SortedFunc(maps.Keys(e.counts), kube.CompareNames) {
		n := e.counts[node]
		if n > e.result.node.Least {
			e.result.node = Share{node, n, n}
		}
		if zone := e.simulation.zone(node); zone != "" {
			zones[zone] += n
			if zones[zone] > e.result.zone.Least {
				e.result.zone = Share{zone, zones[zone], zones[zone]}
			}
		}
	}
}

// Prospects say what chance may change about a workload of the release, given where the other workloads went.
type Prospects struct {
	// Least and Most are how few and how many of the replicas have a node, over all ways that the hard rules allow. They
	// are only known when Known is true: when the case was small enough to try everything.
	Least, Most int
	Known       bool
}

// Certain reports whether every way ends with the same number of pods.
func (p Prospects) Certain() bool { return p.Known && p.Least == p.Most }

// Prospects tries all ways to place the replicas of a workload beside the rest of the release.
func (s *Simulation) Prospects(w *render.Workload) (Prospects, error) {
	if _, err := s.Place(); err != nil {
		return Prospects{}, err
	}
	around := s.placed.fork(0)
	c := around.crewFor(w)
	if c == nil || c.daemon() {
		return Prospects{}, nil
	}
	for _, m := range c.pods {
		if m.node != "" {
			if err := around.scheduler.Remove(m.pod.UID); err != nil {
				return Prospects{}, err
			}
		}
	}
	around.crews = slices.DeleteFunc(around.crews, func(other *crew) bool { return other == c })
	all, err := s.explore(around, w, c.want)
	if err != nil {
		return Prospects{}, err
	}
	return Prospects{Least: all.least, Most: all.most, Known: all.complete}, nil
}
