package cluster

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/spreadlint/spreadlint/render"
)

var oracles = flag.Int("oracles", 120, "how many small clusters to compare with trying everything")

// small makes up a cluster of two to four nodes, its pods, and a workload with rules.
type small struct {
	*rand.Rand
}

func (g small) one(of ...string) string { return of[g.IntN(len(of))] }
func (g small) chance(percent int) bool { return g.IntN(100) < percent }

func (g small) nodes() string {
	text := "pools:\n"
	sized := g.chance(40)
	for i := range 2 + g.IntN(3) {
		var fields []string
		if g.chance(85) {
			fields = append(fields, "zones: ["+g.one("a", "b", "c")+"]")
		}
		labels := "disk: " + g.one("ssd", "ssd", "hdd")
		if g.chance(70) {
			labels += ", rack: " + g.one("r1", "r2")
		}
		fields = append(fields, "labels: {"+labels+"}")
		if g.chance(15) {
			fields = append(fields, `taints: ["k:NoSchedule"]`)
		}
		if g.chance(8) {
			fields = append(fields, "unschedulable: true")
		}
		if sized {
			fields = append(fields, fmt.Sprintf("allocatable: {cpu: %d, memory: 8Gi}", 1+g.IntN(3)))
		}
		text += fmt.Sprintf("- {name: w%d, count: 1, %s}\n", i, strings.Join(fields, ", "))
	}
	return text
}

// pods are pods of others: some match the workload's selectors, some repel it.
func (g small) pods() string {
	text := "kind: List\nitems:\n"
	for i := range g.IntN(3) {
		app := g.one("web", "other", "other")
		rule := ""
		if g.chance(25) {
			rule = hard("web", g.one(hostKey, zoneKey)) + ", "
		}
		going := ""
		if g.chance(30) {
			going = `, deletionTimestamp: "2026-11-22T00:00:00Z"`
		}
		text += fmt.Sprintf("- {kind: Pod, metadata: {name: p%d, labels: {app: %s}%s}, spec: {nodeName: w%d-1, %scontainers: [{name: c}]}}\n", i, app, going, g.IntN(2), rule)
	}
	return text
}

func (g small) key() string { return g.one(hostKey, zoneKey, zoneKey, "rack") }

func (g small) rules() []string {
	var rules []string
	if g.chance(45) {
		rules = append(rules, hard("web", g.key()))
	}
	if g.chance(60) {
		var constraints []string
		for _, key := range []string{hostKey, zoneKey, "rack"}[:1+g.IntN(3)] {
			if !g.chance(60) {
				continue
			}
			fields := []string{fmt.Sprintf("maxSkew: %d", 1+g.IntN(2))}
			if g.chance(20) {
				fields = append(fields, fmt.Sprintf("minDomains: %d", 1+g.IntN(3)))
			}
			if g.chance(25) {
				fields = append(fields, "nodeTaintsPolicy: Honor")
			}
			if g.chance(25) {
				fields = append(fields, "nodeAffinityPolicy: Ignore")
			}
			if g.chance(15) {
				fields = append(fields, "matchLabelKeys: [pod-template-hash]")
			}
			constraints = append(constraints, constraint("web", key, fields...))
		}
		if len(constraints) > 0 {
			rules = append(rules, "topologySpreadConstraints: ["+strings.Join(constraints, ", ")+"]")
		}
	}
	if g.chance(25) {
		rules = append(rules, "nodeSelector: {disk: ssd}")
	}
	if g.chance(30) {
		rules = append(rules, "containers: [{name: c, resources: {requests: {cpu: 1}}}]")
	}
	return rules
}

// everything places pods in all legal ways, without any of the short cuts of explore.
type everything struct {
	simulation           *Simulation
	world                *world
	crew                 *crew
	seen                 map[string]bool
	least, most          int
	node, zone, replicas int
	serial               int
}

func tryEverything(t *testing.T, s *Simulation, w *render.Workload, replicas int) *everything {
	t.Helper()
	e := &everything{simulation: s, world: &world{scheduler: s.bare.Fork(0)}, seen: map[string]bool{}, least: replicas, replicas: replicas}
	var err error
	if e.crew, err = s.crewOf(w, e.world.scheduler, 1); err != nil {
		t.Fatal(err)
	}
	e.visit(t, map[string]int{}, 0)
	return e
}

func (e *everything) visit(t *testing.T, counts map[string]int, placed int) {
	key := fmt.Sprint(counts)
	if e.seen[key] {
		return
	}
	e.seen[key] = true
	zones := map[string]int{}
	for node, n := range counts {
		e.node = max(e.node, n)
		if zone := e.simulation.zone(node); zone != "" {
			zones[zone] += n
			e.zone = max(e.zone, zones[zone])
		}
	}
	if placed == e.replicas {
		e.most = placed
		return
	}
	pod := e.crew.current.pod(placed, e.serial+placed+1, "")
	decision, err := e.world.scheduler.Filter(pod)
	if err != nil {
		t.Fatal(err)
	}
	if !decision.Fits() {
		e.least, e.most = min(e.least, placed), max(e.most, placed)
	}
	for _, node := range decision.Feasible() {
		if err := e.world.scheduler.Bind(pod, node); err != nil {
			t.Fatal(err)
		}
		counts[node]++
		e.visit(t, counts, placed+1)
		if counts[node]--; counts[node] == 0 {
			delete(counts, node)
		}
		if err := e.world.scheduler.Remove(pod.UID); err != nil {
			t.Fatal(err)
		}
	}
}

// TestBoundsAgainstTryingEverything compares closed formulas, adversary, exploration and placement with all legal ways.
func TestBoundsAgainstTryingEverything(t *testing.T) {
	exact, shares, certain := 0, 0, 0
	for number := range *oracles {
		g := small{rand.New(rand.NewPCG(1, uint64(number)))}
		nodes, pods, replicas := g.nodes(), g.pods(), 1+g.IntN(5)
		manifest := deployment("web", fmt.Sprintf("replicas: %d", replicas), g.rules()...)
		inventory := inventoryOf(t, nodes)
		if strings.Contains(pods, "- {") {
			if err := inventory.AddPods("pods.yaml", []byte(pods)); err != nil {
				t.Fatal(err)
			}
		}
		s, err := New(inventory, releaseOf(t, manifest), Options{})
		if err != nil {
			t.Fatal(err)
		}
		w := s.Release.Workloads[0]
		fail := func(format string, args ...any) {
			t.Helper()
			t.Errorf("cluster %d: %s\n%s%s%s", number, fmt.Sprintf(format, args...), nodes, pods, manifest)
		}
		want := tryEverything(t, s, w, replicas)
		placement := place(t, s).Workloads[0]
		if n := len(placement.Pods); n < want.least || n > want.most {
			fail("%d pods are placed, possible are %d to %d", n, want.least, want.most)
		}
		if prospects, err := s.Prospects(w); err != nil || !prospects.Known || prospects.Least != want.least || prospects.Most != want.most {
			fail("prospects %+v (%v), want %d to %d", prospects, err, want.least, want.most)
		} else if prospects.Certain() {
			certain++
		}
		layout, err := s.Worst(w, replicas)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			name  string
			share Share
			want  int
		}{{"node", layout.Node, want.node}, {"zone", layout.Zone, want.zone}} {
			if c.share.Least > c.want || c.share.Most < c.want {
				fail("%s: %+v, but %d share one", c.name, c.share, c.want)
			}
			if c.share.Exact() {
				shares++
			}
		}
		r, err := s.rules(w)
		if err != nil {
			t.Fatal(err)
		}
		if most, _ := r.bound(r.nodes, replicas); most < want.most {
			fail("at most %d pods, but %d have been placed", most, want.most)
		}
		many := tryEverything(t, s, w, 7)
		capacity, err := s.Capacity(w)
		if err != nil {
			t.Fatal(err)
		}
		if capacity.Most < many.most || capacity.Exact && capacity.Most < 7 && capacity.Most != many.most {
			fail("capacity %+v, but %d of 7 can be placed", capacity, many.most)
		}
		if capacity.Exact {
			exact++
		}
		if t.Failed() && number > 20 {
			t.FailNow()
		}
	}
	t.Logf("of %d clusters: capacity exact in %d, shares in %d of %d, outcome certain in %d", *oracles, exact, shares, 2**oracles, certain)
	if exact < *oracles*8/10 || shares < 2**oracles*9/10 {
		t.Error("too few answers are exact")
	}
}
