package cluster

import (
	"fmt"
	"strings"
	"testing"

	"github.com/spreadlint/spreadlint/render"
)

func TestCapacity(t *testing.T) {
	three := "pools: [{name: w, count: 3, zones: [a, b, c], allocatable: {cpu: 2, memory: 8Gi}}]"
	tainted := "pools: [{name: w, count: 3, zones: [a, b, c]}, {name: m, count: 1, zones: [d], taints: ['control-plane:NoSchedule']}]"
	term := "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0]"
	cases := []struct{ name, nodes, manifest, want string }{
		{"hard anti-affinity on hosts", three, deployment("web", "replicas: 5", hard("web", hostKey)), "3 exact by " + term + " over 3"},
		{"hard anti-affinity on zones of two nodes", sixNodes, deployment("web", "replicas: 5", hard("web", zoneKey)), "3 exact by " + term + " over 3"},
		{"a hard rule over a key that one node lacks", "pools: [{name: w, count: 2, labels: {rack: r}}, {name: x, count: 1, allocatable: {cpu: 2, memory: 4Gi, pods: 10}}]",
			deployment("web", "replicas: 5", hard("web", "rack")), "11 exact by " + term + " over 1"},
		{"resources", three, deployment("web", "replicas: 5", "containers: [{name: c, resources: {requests: {cpu: 600m}}}]"), "9 exact by  over 0"},
		{"a tainted zone stays empty: maxSkew pods in each of the others", tainted, deployment("web", "replicas: 7", spread("web", zoneKey)), "3 exact by spec.topologySpreadConstraints[0] over 3"},
		{"the same with maxSkew 2", tainted, deployment("web", "replicas: 7", spread("web", zoneKey, "maxSkew: 2")), "6 exact by spec.topologySpreadConstraints[0] over 3"},
		{"minDomains 4 on 3 zones", three, deployment("web", "replicas: 7", spread("web", zoneKey, "minDomains: 4")), "3 exact by spec.topologySpreadConstraints[0] over 3"},
		{"a selector that does not match the pods themselves", "pools: [{name: w, count: 2}]", deployment("web", "replicas: 5", hard("other", hostKey)), "220 exact by  over 0"},
		{"no node is eligible", three, deployment("web", "replicas: 1", "nodeSelector: {disk: ssd}"), "0 exact by  over 0"},
		{"a DaemonSet", tainted, workload("DaemonSet", "web", ""), "3 exact by  over 0"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := simulate(t, c.nodes, c.manifest)
			capacity, err := s.Capacity(s.Release.Workloads[0])
			if err != nil {
				t.Fatal(err)
			}
			got := fmt.Sprintf("%d %s by %s over %d", capacity.Most, map[bool]string{true: "exact", false: "open"}[capacity.Exact], capacity.Rule, capacity.Domains)
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// TestCapacityBesideOthers: pods that are there count, those that are being deleted do not.
func TestCapacityBesideOthers(t *testing.T) {
	for _, c := range []struct {
		going string
		want  int
	}{{"", 2}, {`, deletionTimestamp: "2026-11-22T00:00:00Z"`, 3}} {
		inventory := inventoryOf(t, "pools: [{name: w, count: 3, zones: [a, b, c]}, {name: m, count: 1, zones: [d], taints: ['control-plane:NoSchedule']}]")
		pod := "kind: Pod\nmetadata: {name: old, labels: {app: web}" + c.going + "}\nspec: {nodeName: w-1, containers: [{name: c}]}\n"
		if err := inventory.AddPods("pods.yaml", []byte(pod)); err != nil {
			t.Fatal(err)
		}
		s, err := New(inventory, releaseOf(t, deployment("web", "replicas: 5", spread("web", zoneKey))), Options{})
		if err != nil {
			t.Fatal(err)
		}
		capacity, err := s.Capacity(s.Release.Workloads[0])
		if err != nil || capacity.Most != c.want || !capacity.Exact {
			t.Errorf("with a pod%s: %+v (%v), want %d", c.going, capacity, err, c.want)
		}
	}
}

func TestWorst(t *testing.T) {
	cases := []struct{ name, nodes, manifest, want string }{
		{"soft: all on one node", sixNodes, deployment("web", "replicas: 3", soft("web", hostKey)), "node 3, zone 3"},
		{"none", sixNodes, deployment("web", "replicas: 3"), "node 3, zone 3"},
		{"hard on hosts: both nodes of a zone", sixNodes, deployment("web", "replicas: 3", hard("web", hostKey)), "node 1, zone 2"},
		{"hard on zones", sixNodes, deployment("web", "replicas: 3", hard("web", zoneKey)), "node 1, zone 1"},
		{"zone spread: floor((3 + 1*2) / 3)", sixNodes, deployment("web", "replicas: 3", spread("web", zoneKey)), "node 1, zone 1"},
		{"zone spread, 5 replicas: floor((5 + 1*2) / 3)", sixNodes, deployment("web", "replicas: 5", spread("web", zoneKey)), "node 2, zone 2"},
		{"zone spread, maxSkew 3, 4 replicas", sixNodes, deployment("web", "replicas: 4", spread("web", zoneKey, "maxSkew: 3")), "node 3, zone 3"},
		{"host spread: the two nodes of a zone fill up first", sixNodes, deployment("web", "replicas: 8", spread("web", hostKey)), "node 2, zone 4"},
		{"zone spread and hard on hosts", sixNodes, deployment("web", "replicas: 6", spread("web", zoneKey), hard("web", hostKey)), "node 1, zone 2"},
		{"room for two on a node", "pools: [{name: w, count: 3, zones: [a, b], allocatable: {cpu: 2, memory: 8Gi}}]",
			deployment("web", "replicas: 5", "containers: [{name: c, resources: {requests: {cpu: 1}}}]"), "node 2, zone 4"},
		{"a hundred replicas on a hundred nodes", "pools: [{name: w, count: 100, zones: [a, b, c]}]", deployment("web", "replicas: 100", spread("web", zoneKey)), "node 34, zone 34"},
		{"no zones", "pools: [{name: w, count: 2}]", deployment("web", "replicas: 2"), "node 2, zone 0"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := simulate(t, c.nodes, c.manifest)
			w := s.Release.Workloads[0]
			layout, err := s.Worst(w, w.Replicas)
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprintf("node %d, zone %d", layout.Node.Most, layout.Zone.Most); got != c.want || !layout.Node.Exact() || !layout.Zone.Exact() {
				t.Errorf("got %s (%+v), want %s", got, layout, c.want)
			}
		})
	}
}

// TestSharedSelector: a constraint that counts the pods of another workload may let its own pods crowd together.
func TestSharedSelector(t *testing.T) {
	shared := func(name string, replicas int) string {
		text := deployment(name, fmt.Sprintf("replicas: %d", replicas), spread("x", zoneKey))
		text = strings.Replace(text, "labels: {app: "+name+"}", "labels: {app: "+name+", tier: x}", 1)
		return strings.ReplaceAll(text, "matchLabels: {app: x}", "matchLabels: {tier: x}")
	}
	s := simulate(t, sixNodes, shared("web", 3), shared("db", 4))
	layout, err := s.Worst(s.Release.Workloads[0], 3)
	if err != nil {
		t.Fatal(err)
	}
	// With db's four pods in zones b and c, zone a may hold three of web's.
	if layout.Zone.Most != 3 {
		t.Errorf("%+v", layout)
	}
}

func TestRivals(t *testing.T) {
	agent := func(name string) string {
		text := statefulSet(name, "replicas: 1", strings.ReplaceAll(hard("x", hostKey), "app: x", "group: agents"))
		return strings.Replace(text, "labels: {app: "+name+"}", "labels: {app: "+name+", group: agents}", 1)
	}
	s := simulate(t, "pools: [{name: w, count: 2}]", agent("a1"), agent("a2"), agent("a3"), deployment("web", "replicas: 2"))
	owner := s.Release.Workloads[0]
	rivals := Rivals(owner, owner.Terms()[0], s.Release.Workloads, nil)
	var names []string
	for _, w := range rivals {
		names = append(names, w.Name)
	}
	if least, most := RivalPods(rivals); fmt.Sprint(names, least, most) != "[a1 a2 a3] 3 3" {
		t.Errorf("rivals %v, %d to %d pods", names, least, most)
	}
	pending := 0
	for _, p := range place(t, s).Workloads {
		pending += len(p.Pending)
	}
	if pending != 1 {
		t.Errorf("%d agents are Pending, want 1", pending)
	}
	keyed := owner.Terms()[0]
	keyed.MatchLabelKeys = []string{"controller-revision-hash"}
	if rivals := Rivals(owner, keyed, s.Release.Workloads, nil); len(rivals) != 1 || rivals[0] != owner {
		t.Errorf("with the revision in the selector: %v", rivals)
	}
	spread := render.Term{Spread: true, TopologyKey: zoneKey, Selector: owner.Terms()[0].Selector}
	if rivals := Rivals(owner, spread, s.Release.Workloads, nil); len(rivals) != 3 {
		t.Errorf("of a constraint: %v", rivals)
	}
}

func TestFits(t *testing.T) {
	s := simulate(t, sixNodes, deployment("web", "replicas: 2", hard("web", hostKey)), deployment("db", "replicas: 2", hard("web", hostKey)))
	for _, c := range []struct {
		replicas int
		want     string
	}{{4, "{4 0  }"}, {5, "{4 1 "}, {0, "{0 0  }"}} {
		fit, err := s.Fits(s.Release.Workloads[0], c.replicas)
		if err != nil || !strings.HasPrefix(fmt.Sprint(fit), c.want) {
			t.Errorf("%d replicas: %v (%v), want %s", c.replicas, fit, err, c.want)
		}
	}
	if p := place(t, s).Workloads[0]; len(p.Pods) != 2 {
		t.Errorf("asking has changed the placement: %+v", p)
	}
}

// TestProspects: two overlapping keys let chance decide how many pods find a node.
func TestProspects(t *testing.T) {
	nodes := `
pools:
- {name: w1, count: 1, labels: {row: "1", rack: "1"}}
- {name: w2, count: 1, labels: {row: "1", rack: "2"}}
- {name: w3, count: 1, labels: {row: "2", rack: "2"}}
`
	both := strings.Replace(hard("web", "row"), "[{topologyKey", `[{topologyKey: rack, labelSelector: {matchLabels: {app: web}}}, {topologyKey`, 1)
	s := simulate(t, nodes, deployment("web", "replicas: 2", both))
	p, err := s.Prospects(s.Release.Workloads[0])
	if err != nil || !p.Known || p.Least != 1 || p.Most != 2 || p.Certain() {
		t.Errorf("%+v %v", p, err)
	}
}

func TestLimits(t *testing.T) {
	s := simulate(t, "pools: [{name: w, count: 2, maxCount: 5}]", statefulSet("db", "replicas: 1\nvolumeClaimTemplates: [{metadata: {name: data}}]",
		"volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]", "priorityClassName: high", "runtimeClassName: gvisor", "schedulingGates: [{name: g}]", "resourceClaims: [{name: gpu}]"))
	got := strings.Join(append(place(t, s).Limits, place(t, s).Workloads[0].Limits...), "\n")
	for _, want := range []string{"2 nodes of unknown size, taken to have room for everything: where pods land may differ (w-1, w-2)", "no pods of other releases are known",
		"nodes that an autoscaler would add are not simulated: w: up to 5 nodes", "volume data: it may bind its pod to a zone", "volume v: ",
		"priorityClassName high", "runtimeClassName gvisor", "schedulingGates", "resourceClaims"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
}
