package cluster

import (
	"fmt"
	"strings"
	"testing"
)

// TestObservedPlacements are the placements that a real control plane made on six nodes in three zones: how many pods
// stayed Pending and why, word for word, and how many each domain got.
func TestObservedPlacements(t *testing.T) {
	cordoned := `
pools:
- {name: 'n', count: 4, zones: [a, b], allocatable: {cpu: 4, memory: 8Gi}}
- {name: x, count: 2, zones: [c], unschedulable: true, allocatable: {cpu: 4, memory: 8Gi}}
`
	cases := []struct {
		name, nodes, manifest string
		pending               int
		key, sizes            string
		event                 string
	}{
		{"hard anti-affinity, 8 replicas on 6 nodes", sixNodes, deployment("web", "replicas: 8", hard("web", hostKey)), 2, hostKey, "1 1 1 1 1 1",
			"0/6 nodes are available: 6 node(s) didn't match pod anti-affinity rules. preemption: 0/6 nodes are available: 6 No preemption victims found for incoming pod."},
		{"zone spread, 7 replicas", sixNodes, deployment("web", "replicas: 7", spread("web", zoneKey)), 0, zoneKey, "2 2 3", ""},
		{"zone spread, zone c cordoned", cordoned, deployment("web", "replicas: 7", spread("web", zoneKey)), 5, zoneKey, "1 1",
			"0/6 nodes are available: 2 node(s) were unschedulable, 4 node(s) didn't match pod topology spread constraints. preemption: 0/6 nodes are available: 2 Preemption is not helpful for scheduling, 4 No preemption victims found for incoming pod."},
		{"zone spread that honours taints, zone c cordoned", cordoned, deployment("web", "replicas: 7", spread("web", zoneKey, "nodeTaintsPolicy: Honor")), 0, zoneKey, "3 4", ""},
		{"minDomains 4 on 3 zones", sixNodes, deployment("web", "replicas: 6", spread("web", zoneKey, "minDomains: 4")), 3, zoneKey, "1 1 1",
			"0/6 nodes are available: 6 node(s) didn't match pod topology spread constraints. preemption: 0/6 nodes are available: 6 No preemption victims found for incoming pod."},
		{"a key that no node has", sixNodes, deployment("web", "replicas: 2", spread("web", "kubernetes.io/os=linux")), 2, zoneKey, "",
			"0/6 nodes are available: 6 node(s) didn't match pod topology spread constraints (missing required label). preemption: 0/6 nodes are available: 6 Preemption is not helpful for scheduling."},
		{"a StatefulSet under hard anti-affinity on 3 nodes", "pools: [{name: 'n', count: 3}]", statefulSet("db", "replicas: 3", hard("db", hostKey)), 0, hostKey, "1 1 1", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := simulate(t, c.nodes, c.manifest)
			p := place(t, s).Workloads[0]
			if len(p.Pending)+p.NotCreated != c.pending {
				t.Errorf("%d are Pending, want %d", len(p.Pending)+p.NotCreated, c.pending)
			}
			if got := sizes(s, p, c.key); got != c.sizes {
				t.Errorf("pods per domain %s, want %s", got, c.sizes)
			}
			for _, pod := range p.Pending {
				if pod.Event != c.event {
					t.Errorf("event\n%s\nwant\n%s", pod.Event, c.event)
				}
			}
		})
	}
}

// TestSourceDocuments are the cases of the documents that started this: modes, skew, racks, lost zones.
func TestSourceDocuments(t *testing.T) {
	three := "pools: [{name: 'n', count: 3, zones: [a, b, c]}]"
	cases := []struct {
		name, nodes, manifest string
		want                  string // sizes per host, per zone, Pending
	}{
		{"soft, 5 replicas on 3 nodes", three, deployment("broker", "replicas: 5", soft("broker", hostKey)), "1 2 2; 1 2 2; 0"},
		{"hard, 5 replicas on 3 nodes", three, deployment("broker", "replicas: 5", hard("broker", hostKey)), "1 1 1; 1 1 1; 2"},
		{"none, 5 replicas on 3 nodes", three, deployment("broker", "replicas: 5"), "1 2 2; 1 2 2; 0"},
		{"one pod a node or zero: hard anti-affinity, 2 replicas", three, deployment("broker", "replicas: 2", hard("broker", hostKey)), "1 1; 1 1; 0"},
		{"many pods a node, zones balanced: spread", "pools: [{name: 'n', count: 4, zones: [a, b]}]", deployment("broker", "replicas: 8", spread("broker", zoneKey)), "2 2 2 2; 4 4; 0"},
		{"a zone lost: two zones balance on", "pools: [{name: 'n', count: 2, zones: [a, b]}]", deployment("broker", "replicas: 7", spread("broker", zoneKey)), "3 4; 3 4; 0"},
		{"hard over an operating system: one pod in the whole cluster", three, deployment("broker", "replicas: 3", hard("broker", "kubernetes.io/os")), "1; 1; 2"},
		{"node and rack, both hard, no node labelled", three, deployment("broker", "replicas: 2",
			"topologySpreadConstraints: ["+constraint("broker", "node")+", "+constraint("broker", "rack")+"]"), "; ; 2"},
		{"node and rack, both hard, one node without a rack", `
pools:
- {name: x, count: 1, zones: [a], labels: {node: x1, rack: r1}}
- {name: 'y', count: 1, zones: [b], labels: {node: y1, rack: r2}}
- {name: z, count: 1, zones: [c], labels: {node: z1}}`, deployment("broker", "replicas: 4",
			"topologySpreadConstraints: ["+constraint("broker", "node")+", "+constraint("broker", "rack")+"]"), "2 2; 2 2; 0"},
		{"anti-affinity over a key that some nodes lack stops protecting there", `
pools:
- {name: x, count: 1, zones: [a], labels: {rack: r1}}
- {name: z, count: 1, zones: [c]}`, deployment("broker", "replicas: 4", hard("broker", "rack")), "1 3; 1 3; 0"},
		{"a two to fifteen pod workload never shares a node while there are two", "pools: [{name: 'n', count: 2}]", deployment("broker", "replicas: 2", spread("broker", hostKey)), "1 1; 2; 0"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := simulate(t, c.nodes, c.manifest)
			p := place(t, s).Workloads[0]
			got := fmt.Sprintf("%s; %s; %d", sizes(s, p, hostKey), sizes(s, p, zoneKey), len(p.Pending)+p.NotCreated)
			if got != c.want {
				t.Errorf("got %s, want %s; %s", got, c.want, messages(p))
			}
		})
	}
}

// TestSkewExample is the example of the OpenShift document: zones with 5, 3 and 2 pods have skews 3, 1 and 0. Under
// maxSkew 1 and DoNotSchedule the next pod may go to C only, the one after it to B or C.
func TestSkewExample(t *testing.T) {
	inventory := inventoryOf(t, "pools: [{name: 'n', count: 3, zones: [a, b, c]}]") // n-1 is in a, n-2 in b, n-3 in c
	list := "kind: List\nitems:\n"
	for i, node := range []string{"n-1", "n-1", "n-1", "n-1", "n-1", "n-2", "n-2", "n-2", "n-3", "n-3"} {
		list += fmt.Sprintf("- {kind: Pod, metadata: {name: old-%d, namespace: default, labels: {app: web}}, spec: {nodeName: %s, containers: [{name: c}]}}\n", i, node)
	}
	if err := inventory.AddPods("pods.yaml", []byte(list)); err != nil {
		t.Fatal(err)
	}
	s, err := New(inventory, releaseOf(t, deployment("web", "replicas: 2", spread("web", zoneKey))), Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{scheduler: s.bare.Fork(0)}
	c, err := s.crewOf(s.Release.Workloads[0], w.scheduler, 1)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"[n-3]", "[n-2 n-3]"} {
		m := w.create(c, c.current, i, "")
		d, err := w.scheduler.Filter(m.pod)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(d.Feasible()); got != want {
			t.Errorf("pod %d may go to %s, want %s", i+1, got, want)
		}
		if err := w.bind(m, "n-3"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestPlaceKinds(t *testing.T) {
	nodes := `
pools:
- {name: m, count: 1, taints: ["node-role.kubernetes.io/control-plane:NoSchedule"]}
- {name: 'n', count: 3}
`
	cases := []struct {
		name, nodes string
		manifests   []string
		want        string // per workload: placed/pending/not created of wanted
	}{
		{"a DaemonSet skips tainted nodes", nodes, []string{workload("DaemonSet", "agent", "")}, "3/0/0 of 3"},
		{"a DaemonSet that tolerates", nodes, []string{workload("DaemonSet", "agent", "", "tolerations: [{operator: Exists}]")}, "4/0/0 of 4"},
		{"an ordered StatefulSet stops at the first Pending pod", nodes, []string{statefulSet("db", "replicas: 6", hard("db", hostKey))}, "3/1/2 of 6"},
		{"a parallel StatefulSet makes all", nodes, []string{statefulSet("db", "replicas: 6\npodManagementPolicy: Parallel", hard("db", hostKey))}, "3/3/0 of 6"},
		{"agents: StatefulSets of one replica that repel each other", nodes, []string{
			statefulSet("a1", "replicas: 1", strings.ReplaceAll(hard("a1", hostKey), "app: a1", "group: agents"), "hostname: x"),
			statefulSet("a2", "replicas: 1", hard("a1", hostKey)), statefulSet("a3", "replicas: 1", hard("a2", hostKey))}, "1/0/0 of 1, 1/0/0 of 1, 1/0/0 of 1"},
		{"a Job runs no more pods than it completes", nodes, []string{workload("Job", "import", "parallelism: 5\ncompletions: 2")}, "2/0/0 of 2"},
		{"another scheduler", nodes, []string{deployment("web", "replicas: 2", "schedulerName: volcano")}, "0/0/0 of 2 another scheduler places its pods"},
		{"refused by the API server", nodes, []string{deployment("web", "replicas: 2", hard("web", "a=b"))}, "0/0/0 of 2 the API server refuses its pods"},
		{"too big", "pools: [{name: 'n', count: 1, allocatable: {cpu: 2, memory: 4Gi}}]", []string{deployment("web", "replicas: 1", "containers: [{name: c, resources: {requests: {cpu: 8}}}]")},
			"0/1/0 of 1 0/1 nodes are available: 1 Insufficient cpu."},
		{"host ports", nodes, []string{deployment("web", "replicas: 4", "containers: [{name: c, ports: [{containerPort: 80, hostPort: 80}]}]")},
			"3/1/0 of 4 0/4 nodes are available: 1 node(s) had untolerated taint(s), 3 node(s) didn't have free ports for the requested pod ports."},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, p := range place(t, simulate(t, c.nodes, c.manifests...)).Workloads {
				got = append(got, strings.TrimSpace(fmt.Sprintf("%d/%d/%d of %d %s%s", len(p.Pods), len(p.Pending), p.NotCreated, p.Wanted, p.Skipped, messages(p))))
			}
			text := strings.Join(got, ", ")
			if i := strings.Index(text, " 0/4 nodes"); i > 0 && !strings.Contains(c.want, "0/4") {
				text = text[:i]
			}
			if text != c.want {
				t.Errorf("got  %s\nwant %s", text, c.want)
			}
		})
	}
}

// TestPodIdentity looks at the names and labels that controllers give.
func TestPodIdentity(t *testing.T) {
	s := simulate(t, "pools: [{name: 'n', count: 2}]", deployment("web", "replicas: 2"), statefulSet("db", "replicas: 1\nordinals: {start: 5}"), workload("DaemonSet", "agent", ""))
	place(t, s)
	for _, c := range s.placed.crews {
		for i, m := range c.pods {
			labels := m.pod.Labels
			switch c.current.workload.Kind {
			case "Deployment":
				if want := "web-" + labels["pod-template-hash"] + "-"; labels["pod-template-hash"] == "" || !strings.HasPrefix(m.pod.Name, want) || len(m.pod.Name) != len(want)+5 {
					t.Errorf("%s: labels %v", m.pod.Name, labels)
				}
				if i > 0 && m.pod.Name == c.pods[0].pod.Name {
					t.Errorf("two pods are called %s", m.pod.Name)
				}
			case "StatefulSet":
				if m.pod.Name != "db-5" || labels["apps.kubernetes.io/pod-index"] != "5" || labels["statefulset.kubernetes.io/pod-name"] != "db-5" || !strings.HasPrefix(labels["controller-revision-hash"], "db-") {
					t.Errorf("%s: labels %v", m.pod.Name, labels)
				}
			case "DaemonSet":
				if m.node != m.target || labels["controller-revision-hash"] == "" || len(m.pod.Spec.Tolerations) < 6 {
					t.Errorf("%s: on %s for %s, labels %v", m.pod.Name, m.node, m.target, labels)
				}
			}
		}
	}
}

func TestGrowth(t *testing.T) {
	scaler := "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec: {minReplicas: 2, maxReplicas: 9, scaleTargetRef: {kind: Deployment, name: web}}\n"
	s := simulate(t, sixNodes, deployment("web", "", hard("web", hostKey)), scaler)
	g := place(t, s).Workloads[0].Growth
	if g == nil || g.Most != 6 || g.Maximum != 9 || g.Message != "0/6 nodes are available: 6 node(s) didn't match pod anti-affinity rules." {
		t.Errorf("growth %+v", g)
	}
	s = simulate(t, sixNodes, deployment("web", "", soft("web", hostKey)), scaler)
	if g := place(t, s).Workloads[0].Growth; g == nil || g.Most != 9 || g.Message != "" {
		t.Errorf("growth %+v", g)
	}
}

func TestEligible(t *testing.T) {
	s := simulate(t, `
pools:
- {name: m, count: 1, zones: [a], taints: ["control-plane:NoSchedule"]}
- {name: 'n', count: 4, zones: [a, b], labels: {disk: ssd}}
- {name: o, count: 1, labels: {disk: ssd}}
- {name: p, count: 1, zones: [c]}`, deployment("web", "replicas: 2", "nodeSelector: {disk: ssd}", spread("web", zoneKey)))
	w := s.Release.Workloads[0]
	e, err := s.Eligible(w)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(e.Nodes); got != "[n-1 n-2 n-3 n-4 o-1]" {
		t.Errorf("eligible: %s", got)
	}
	if got := fmt.Sprint(e.Rejected); got != "[{m-1 TaintToleration [node(s) had untolerated taint(s)] true} {p-1 NodeAffinity [node(s) didn't match Pod's node affinity/selector] true}]" {
		t.Errorf("rejected: %s", got)
	}
	domains, lacking, err := s.Domains(w, zoneKey)
	if err != nil || fmt.Sprint(domains, lacking) != "[{a [n-1 n-3]} {b [n-2 n-4]}] [o-1]" {
		t.Errorf("domains %v, lacking %v, %v", domains, lacking, err)
	}
}

// TestDeterminism repeats everything: maps have another order each time.
func TestDeterminism(t *testing.T) {
	manifests := []string{deployment("web", "replicas: 5", spread("web", zoneKey)), statefulSet("db", "replicas: 3", soft("db", hostKey)), workload("DaemonSet", "agent", "")}
	first := ""
	for i := range 5 {
		s, err := New(inventoryOf(t, sixNodes), releaseOf(t, manifests...), Options{Seed: 3, Seeds: 2})
		if err != nil {
			t.Fatal(err)
		}
		text := ""
		for _, p := range place(t, s).Workloads {
			text += fmt.Sprint(p.Pods, p.Pending, p.Outcomes)
			worst, err := s.Worst(p.Workload, p.Wanted)
			if err != nil {
				t.Fatal(err)
			}
			r, err := s.Rollout(p.Workload, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Workload = nil
			text += fmt.Sprintf("%+v %+v\n", worst, *r)
		}
		losses, err := s.Losses()
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range losses {
			text += lossText(l) + "\n"
		}
		if i == 0 {
			first = text
		} else if text != first {
			t.Fatalf("run %d:\n%s\nfirst:\n%s", i+1, text, first)
		}
	}
}

// TestHooks: a hook that runs before an upgrade meets the pods that run; one that runs before the first installation does
// not.
func TestHooks(t *testing.T) {
	hook := func(name, when string) string {
		text := workload("Job", name, "", hard("web", hostKey))
		text = strings.Replace(text, "metadata: {name: "+name+"}", "metadata: {name: "+name+", annotations: {helm.sh/hook: "+when+"}}", 1)
		return strings.Replace(text, "labels: {app: "+name+"}", "labels: {app: web}", 1)
	}
	s := simulate(t, "pools: [{name: w, count: 2}]", hook("before", "pre-install"), hook("upgrade", "pre-upgrade"), deployment("web", "replicas: 2", hard("web", hostKey)))
	var got []string
	for _, p := range place(t, s).Workloads {
		got = append(got, fmt.Sprintf("%s %d/%d", p.Workload.Name, len(p.Pods), len(p.Pending)))
	}
	if text := strings.Join(got, ", "); text != "before 1/0, upgrade 0/1, web 2/0" {
		t.Errorf("got %s", text)
	}
}
