package cluster

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

func lossText(l *Loss) string {
	var parts []string
	for _, w := range l.Workloads {
		parts = append(parts, fmt.Sprintf("%s %d of %d left, %d replaced, %d Pending", w.Workload.Name, w.Left, w.Before, w.Replaced, len(w.Pending)))
	}
	return l.Name + ": " + strings.Join(parts, "; ")
}

// TestLosses loses nodes and zones: of the document's three zones A, B, C one fails.
func TestLosses(t *testing.T) {
	cases := []struct {
		name, nodes, manifest string
		want                  string
	}{
		{"hard anti-affinity, every node taken", "pools: [{name: w, count: 3, zones: [a, b, c]}]", deployment("web", "replicas: 3", hard("web", hostKey)),
			"node w-1: web 2 of 3 left, 0 replaced, 1 Pending"},
		{"hard anti-affinity, a node free", "pools: [{name: w, count: 4, zones: [a, b]}]", deployment("web", "replicas: 3", hard("web", hostKey)),
			"node w-1: web 2 of 3 left, 1 replaced, 0 Pending"},
		{"zone a lost: nothing stops the others from taking over", sixNodes, deployment("web", "replicas: 6", spread("web", zoneKey)),
			"topology.kubernetes.io/zone=a: web 4 of 6 left, 2 replaced, 0 Pending"},
		{"zone a lost with minDomains 3", sixNodes, deployment("web", "replicas: 6", spread("web", zoneKey, "minDomains: 3")),
			"topology.kubernetes.io/zone=a: web 4 of 6 left, 0 replaced, 2 Pending"},
		{"a DaemonSet is not replaced elsewhere", sixNodes, workload("DaemonSet", "web", ""), "node n-1: web 5 of 6 left, 0 replaced, 0 Pending"},
		{"an ordered StatefulSet", "pools: [{name: w, count: 3, zones: [a, b, c]}]", statefulSet("web", "replicas: 3", hard("web", hostKey)),
			"node w-1: web 2 of 3 left, 0 replaced, 1 Pending"},
		{"a lost pod of low ordinal is made anew though a higher one is Pending", "pools: [{name: w, count: 3, zones: [a, b, c]}]", statefulSet("web", "replicas: 4", hard("web", hostKey)),
			"node w-1: web 2 of 3 left, 0 replaced, 2 Pending"},
		{"a bare pod is not made again", "pools: [{name: w, count: 2}]", "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: c}]}\n", "node w-1: web 0 of 1 left, 0 replaced, 0 Pending"},
		{"a Job's pod is", "pools: [{name: w, count: 2}]", workload("Job", "web", ""), "node w-1: web 0 of 1 left, 1 replaced, 0 Pending"},
		{"a rack of the release's own key", "pools: [{name: w, count: 2, labels: {rack: r1}}, {name: v, count: 2, labels: {rack: r2}}]", deployment("web", "replicas: 2", hard("web", "rack")),
			"rack=r1: web 1 of 2 left, 0 replaced, 1 Pending"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			losses, err := simulate(t, c.nodes, c.manifest).Losses()
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, l := range losses {
				if lossText(l) == c.want {
					return
				}
				got = append(got, lossText(l))
			}
			t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), c.want)
		})
	}
}

// TestOutage loses zone a or its node, and asks what holds until the Node objects are deleted.
func TestOutage(t *testing.T) {
	for _, c := range []struct{ name, manifest, want string }{
		{"a spread constraint counts the zone as empty", deployment("web", "replicas: 9", spread("web", zoneKey)), "0 replaced, 3 Pending"},
		{"unless it honors taints", deployment("web", "replicas: 9", spread("web", zoneKey, "nodeTaintsPolicy: Honor")), "no worse"},
		{"soft rules make new pods", deployment("web", "replicas: 9", soft("web", zoneKey)), "no worse"},
		{"anti-affinity is about the lost domain only", deployment("web", "replicas: 3", hard("web", hostKey)), "no worse"},
		{"a StatefulSet waits", statefulSet("web", "replicas: 3", hard("web", hostKey)), "0 replaced, 0 Pending"},
		{"so it does in parallel", statefulSet("web", "replicas: 3\npodManagementPolicy: Parallel", hard("web", hostKey)), "0 replaced, 0 Pending"},
		{"pods that tolerate it stay", deployment("web", "replicas: 3", hard("web", hostKey), "tolerations: [{operator: Exists}]"), "0 replaced, 0 Pending"},
	} {
		t.Run(c.name, func(t *testing.T) {
			loss, err := simulate(t, sixNodes, c.manifest).Lose("zone=a")
			if err != nil {
				t.Fatal(err)
			}
			got := "no worse"
			if o := loss.Workloads[0].Outage; o != nil {
				got = fmt.Sprintf("%d replaced, %d Pending", o.Replaced, len(o.Pending))
			}
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestLossesAreNotRepeated(t *testing.T) {
	s := simulate(t, "pools: [{name: w, count: 20, zones: [a, b]}, {name: x, count: 1, zones: [c]}]", deployment("web", "replicas: 4", spread("web", zoneKey)))
	losses, err := s.Losses()
	if err != nil {
		t.Fatal(err)
	}
	simulated := 0
	for _, l := range losses {
		if l.Like == "" {
			simulated++
		}
		if len(l.Workloads) == 0 {
			t.Errorf("%s touches nothing", l.Name)
		}
	}
	// Two nodes of zones a and b, x-1 of c, and zones a and b; zone c is the node x-1.
	if simulated > 6 || len(losses) < 6 {
		t.Errorf("%d losses, %d simulated", len(losses), simulated)
	}
}

func TestLose(t *testing.T) {
	s := simulate(t, sixNodes, deployment("web", "replicas: 6", hard("web", hostKey)))
	l, err := s.Lose("zone=a, node=n-2")
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(l.Nodes, " ", lossText(l)); got != "[n-1 n-2 n-4] zone=a, node=n-2: web 3 of 6 left, 0 replaced, 3 Pending" {
		t.Errorf("got %s", got)
	}
	for _, c := range [][2]string{
		{"zone", `"zone" names no nodes`}, {"zone=q", "no node has topology.kubernetes.io/zone=q; there are: a, b, c"},
		{"node=q", "there is no node q; nodes: n-1, n-2"}, {"rack=1", "no node has the label rack; labels: kubernetes.io/arch"},
	} {
		if _, err := s.Lose(c[0]); err == nil || !strings.HasPrefix(err.Error(), c[1]) {
			t.Errorf("%s: %v, want %s", c[0], err, c[1])
		}
	}
}

// TestDrains has what a real control plane answered: minAvailable 6 of 6 forbids, minAvailable 5 lets the pod go, and its
// replacement waits for the node.
func TestDrains(t *testing.T) {
	budget := func(name, bound string) string {
		return fmt.Sprintf("apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: %s}\nspec: {%s, selector: {matchLabels: {app: web}}}\n", name, bound)
	}
	web := deployment("web", "replicas: 6", hard("web", hostKey))
	cases := []struct {
		name, nodes string
		manifests   []string
		want        string
		event       string
	}{
		{"observed: minAvailable 6", sixNodes, []string{web, budget("b", "minAvailable: 6")}, "blocked: Cannot evict pod as it would violate the pod's disruption budget. 0 evicted, 0 Pending", ""},
		{"observed: minAvailable 5", sixNodes, []string{web, budget("b", "minAvailable: 5")}, "done 1 evicted, 1 Pending",
			"0/6 nodes are available: 1 node(s) were unschedulable, 5 node(s) didn't match pod anti-affinity rules. preemption: 0/6 nodes are available: 1 Preemption is not helpful for scheduling, 5 No preemption victims found for incoming pod."},
		{"maxUnavailable 0", sixNodes, []string{web, budget("b", "maxUnavailable: 0")}, "blocked: Cannot evict pod as it would violate the pod's disruption budget. 0 evicted, 0 Pending", ""},
		{"two budgets", sixNodes, []string{web, budget("b", "minAvailable: 1"), budget("c", "minAvailable: 1")},
			"blocked: This pod has more than one PodDisruptionBudget, which the eviction subresource does not support. 0 evicted, 0 Pending", ""},
		{"no budget, soft rules", sixNodes, []string{deployment("web", "replicas: 12", soft("web", hostKey))}, "done 2 evicted, 0 Pending", ""},
		{"a budget lets one go after another while replacements run", sixNodes, []string{deployment("web", "replicas: 12", soft("web", hostKey)), budget("b", "maxUnavailable: 1")}, "done 2 evicted, 0 Pending", ""},
		{"a bare pod", "pools: [{name: w, count: 2}]", []string{"apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: c}]}\n"},
			"blocked: cannot delete Pods that declare no controller (use --force to override) 0 evicted, 0 Pending", ""},
		{"a pod that tolerates everything comes back", "pools: [{name: w, count: 1}]", []string{deployment("web", "replicas: 1", "tolerations: [{operator: Exists}]")}, "done 1 evicted, 0 Pending", ""},
		{"a second pod is held when the first finds no node", "pools: [{name: w, count: 1}]", []string{deployment("web", "replicas: 2"), budget("b", "maxUnavailable: 1")},
			"blocked: Cannot evict pod as it would violate the pod's disruption budget. 1 evicted, 1 Pending", "0/1 nodes are available: 1 node(s) were unschedulable. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling."},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := simulate(t, c.nodes, c.manifests...)
			drains, err := s.Drains()
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range drains {
				got := fmt.Sprintf("done %d evicted, %d Pending", len(d.Evicted), len(d.Pending))
				if !d.Done {
					got = fmt.Sprintf("blocked: %s %d evicted, %d Pending", d.Reason, len(d.Evicted), len(d.Pending))
				}
				if got != c.want {
					t.Errorf("%s: got %s, want %s", d.Node, got, c.want)
				}
				for _, p := range d.Pending {
					if p.Event != c.event {
						t.Errorf("event %s\nwant %s", p.Event, c.event)
					}
				}
			}
			if len(drains) == 0 {
				t.Error("no node was drained")
			}
		})
	}
}

// TestLossesAgainstTryingEverything: after the loss of a node, as many pods run as some legal way of placing the new ones
// allows, and a loss that is like another leaves as much.
func TestLossesAgainstTryingEverything(t *testing.T) {
	for number := range *oracles {
		g := small{rand.New(rand.NewPCG(3, uint64(number)))}
		nodes, replicas := g.nodes(), 1+g.IntN(5)
		manifest := deployment("web", fmt.Sprintf("replicas: %d", replicas), g.rules()...)
		s := simulate(t, nodes, manifest)
		losses, err := s.Losses()
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range losses {
			// The same by hand: a world without the nodes, with the pods that are left, and all ways to place the rest.
			w := s.placed.fork(0)
			for _, node := range l.Nodes {
				w.scheduler.RemoveNode(node)
			}
			left, counts := 0, map[string]int{}
			for _, pod := range w.scheduler.NodeNames() {
				left += len(w.scheduler.PodsOn(pod))
			}
			c, err := s.crewOf(s.Release.Workloads[0], w.scheduler, 1)
			if err != nil {
				t.Fatal(err)
			}
			e := &everything{simulation: s, world: w, crew: c, seen: map[string]bool{}, replicas: replicas - left, least: replicas - left}
			e.serial = 1000 // the new pods are others than the old ones
			e.visit(t, counts, 0)
			got := l.Workloads[0]
			if got.Left != left || got.Replaced < e.least || got.Replaced > e.most || got.Replaced+len(got.Pending)+left != replicas {
				t.Errorf("cluster %d: %s (like %q); possible are %d to %d of %d\n%s%s", number, lossText(l), l.Like, e.least, e.most, replicas-left, nodes, manifest)
			}
		}
	}
}

// TestReplacements asks where the lost pods go: the pods are as many as the loss counts, also where an equal loss was
// simulated in its place, and on nodes that are left.
func TestReplacements(t *testing.T) {
	s := simulate(t, "pools: [{name: w, count: 8, zones: [a, b]}]", deployment("web", "replicas: 4", hard("web", hostKey)), statefulSet("db", "replicas: 3", soft("db", zoneKey)))
	losses, err := s.Losses()
	if err != nil {
		t.Fatal(err)
	}
	alike := 0
	for _, l := range losses {
		if l.Like != "" {
			alike++
		}
		replacements, err := s.Replacements(l)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range l.Workloads {
			pods := replacements[w.Workload]
			if len(pods) != w.Replaced {
				t.Errorf("%s: %v for %s", lossText(l), pods, w.Workload.Name)
			}
			for _, p := range pods {
				for _, n := range l.Nodes {
					if p.Node == n {
						t.Errorf("%s: %s runs on %s", l.Name, p.Name, n)
					}
				}
			}
		}
	}
	if alike == 0 {
		t.Error("no losses are alike")
	}
}
