package cluster

import (
	"fmt"
	"strings"
	"testing"
)

func TestRollouts(t *testing.T) {
	threeNodes := "pools: [{name: w, count: 3, zones: [a, b, c], allocatable: {cpu: 4, memory: 8Gi}}]"
	rolling := func(replicas int, surge, unavailable string) string {
		return fmt.Sprintf("replicas: %d\nstrategy: {rollingUpdate: {maxSurge: %s, maxUnavailable: %s}}", replicas, surge, unavailable)
	}
	keyed := strings.Replace(hard("web", hostKey), "labelSelector:", "matchLabelKeys: [pod-template-hash], labelSelector:", 1)
	const repelled = "0/%d nodes are available: %d node(s) didn't match pod anti-affinity rules."
	cases := []struct {
		name, nodes, manifest string
		want                  string // finishes or stuck; updated, old, waiting; Available; lowest
		waits                 string
	}{
		{"observed: 6 replicas on 6 nodes, maxSurge 1, maxUnavailable 0", sixNodes, deployment("web", rolling(6, "1", "0"), hard("web", hostKey)),
			"stuck 0/6/1 available true lowest 6", fmt.Sprintf(repelled, 6, 6)},
		{"observed: the same with maxUnavailable 1", sixNodes, deployment("web", rolling(6, "1", "1"), hard("web", hostKey)), "finishes 6/0/0 available true lowest 5", ""},
		{"the default strategy rounds to no unavailable pod for 3 replicas", threeNodes, deployment("web", "replicas: 3", hard("web", hostKey)),
			"stuck 0/3/1 available true lowest 3", fmt.Sprintf(repelled, 3, 3)},
		{"the default strategy with 4 replicas", "pools: [{name: w, count: 4}]", deployment("web", "replicas: 4", hard("web", hostKey)), "finishes 4/0/0 available true lowest 3", ""},
		{"a free node is enough", "pools: [{name: w, count: 4}]", deployment("web", "replicas: 3", hard("web", hostKey)), "finishes 3/0/0 available true lowest 3", ""},
		{"maxSurge 0", threeNodes, deployment("web", rolling(3, "0", "1"), hard("web", hostKey)), "finishes 3/0/0 available true lowest 2", ""},
		{"both rounded to 0 count as maxUnavailable 1", threeNodes, deployment("web", rolling(3, "0", "25%"), hard("web", hostKey)), "finishes 3/0/0 available true lowest 2", ""},
		{"matchLabelKeys lets new pods sit beside old ones", threeNodes, deployment("web", "replicas: 3", keyed), "finishes 3/0/0 available true lowest 3", ""},
		{"Recreate", threeNodes, deployment("web", "replicas: 3\nstrategy: {type: Recreate}", hard("web", hostKey)), "finishes 3/0/0 available true lowest 0", ""},
		{"two old pods Pending already", threeNodes, deployment("web", rolling(5, "1", "0"), hard("web", hostKey)), "stuck 0/3/1 available false lowest 3", fmt.Sprintf(repelled, 3, 3)},
		{"no room for a surge pod", "pools: [{name: w, count: 1, allocatable: {cpu: 2, memory: 4Gi}}]",
			deployment("web", "replicas: 2", "containers: [{name: c, resources: {requests: {cpu: 1}}}]"), "stuck 0/2/1 available true lowest 2", "0/1 nodes are available: 1 Insufficient cpu."},
		{"host ports on all nodes", threeNodes, deployment("web", "replicas: 3", "containers: [{name: c, ports: [{containerPort: 80, hostPort: 80}]}]"),
			"stuck 0/3/1 available true lowest 3", "0/3 nodes are available: 3 node(s) didn't have free ports for the requested pod ports."},
		{"a StatefulSet deletes before it makes", threeNodes, statefulSet("web", "replicas: 3", hard("web", hostKey)), "finishes 3/0/0 available true lowest 2", ""},
		{"a StatefulSet with maxUnavailable 2", threeNodes, statefulSet("web", "replicas: 3\nupdateStrategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 2}}", hard("web", hostKey)), "finishes 3/0/0 available true lowest 1", ""},
		{"a parallel StatefulSet", threeNodes, statefulSet("web", "replicas: 3\npodManagementPolicy: Parallel", hard("web", hostKey)), "finishes 3/0/0 available true lowest 2", ""},
		{"a partition leaves the lower ordinals", threeNodes, statefulSet("web", "replicas: 3\nupdateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 1}}", hard("web", hostKey)), "finishes 2/0/0 available true lowest 2", ""},
		{"an ordered StatefulSet with a Pending pod never rolls", "pools: [{name: w, count: 2}]", statefulSet("web", "replicas: 3", hard("web", hostKey)), "stuck 0/2/0 available false lowest 2", "web-2 of the running revision"},
		{"a parallel StatefulSet with a Pending pod rolls the others", "pools: [{name: w, count: 2}]", statefulSet("web", "replicas: 3\npodManagementPolicy: Parallel", hard("web", hostKey)), "stuck 0/2/1 available false lowest 2", fmt.Sprintf(repelled, 2, 2)},
		{"a DaemonSet", threeNodes, workload("DaemonSet", "web", ""), "finishes 3/0/0 available true lowest 2", ""},
		{"a surging DaemonSet", threeNodes, workload("DaemonSet", "web", "updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}"), "finishes 3/0/0 available true lowest 3", ""},
		{"a surging DaemonSet with hard anti-affinity", threeNodes, workload("DaemonSet", "web", "updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}", hard("web", hostKey)),
			"stuck 0/3/1 available true lowest 3", "0/3 nodes are available: 1 node(s) didn't match pod anti-affinity rules, 2 node(s) didn't satisfy plugin(s) [NodeAffinity]."},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := simulate(t, c.nodes, c.manifest)
			r, err := s.Rollout(s.Release.Workloads[0], nil)
			if err != nil {
				t.Fatal(err)
			}
			word := map[bool]string{true: "finishes", false: "stuck"}[r.Finishes]
			got := fmt.Sprintf("%s %d/%d/%d available %t lowest %d%s", word, r.Updated, r.Old, len(r.Waiting), r.Available, r.Lowest, r.Skipped)
			if got != c.want {
				t.Errorf("got  %s\nwant %s\n%v", got, c.want, r.Steps)
			}
			if len(r.Waiting) > 0 && r.Waiting[0].Message != c.waits || len(r.Waiting) == 0 && !strings.HasPrefix(r.Blocker, c.waits) {
				t.Errorf("waits for %q %v, want %q", r.Blocker, r.Waiting, c.waits)
			}
		})
	}
}

// TestTransition rolls from one rule to another: the running pods' hard rule repels the new ones, which have none.
func TestTransition(t *testing.T) {
	nodes := "pools: [{name: w, count: 3}]"
	before := simulate(t, nodes, deployment("web", "replicas: 3", hard("web", hostKey)))
	after := simulate(t, nodes, deployment("web", "replicas: 3", soft("web", hostKey)))
	r, err := after.Rollout(after.Release.Workloads[0], before)
	if err != nil {
		t.Fatal(err)
	}
	if r.Finishes || len(r.Waiting) != 1 || r.Waiting[0].Message != "0/3 nodes are available: 3 node(s) didn't satisfy existing pods anti-affinity rules." {
		t.Errorf("from hard to soft: %+v", r)
	}
	r, err = before.Rollout(before.Release.Workloads[0], after)
	if err != nil || r.Finishes {
		t.Errorf("from soft to hard on full nodes: %+v %v", r, err)
	}
	more := simulate(t, "pools: [{name: w, count: 4}]", deployment("web", "replicas: 3", hard("web", hostKey)))
	softer := simulate(t, "pools: [{name: w, count: 4}]", deployment("web", "replicas: 3", soft("web", hostKey)))
	if r, err = softer.Rollout(softer.Release.Workloads[0], more); err != nil || !r.Finishes {
		t.Errorf("with a free node: %+v %v", r, err)
	}
	if r, err = softer.Rollout(softer.Release.Workloads[0], simulate(t, nodes, deployment("other", "replicas: 1"))); err != nil || r.Skipped != "it does not run yet" {
		t.Errorf("a new workload: %+v %v", r, err)
	}
}

// TestRolloutSkew: rolling updates leave a hard zone spread uneven unless the revision is part of the selector. On a real
// control plane 7 rollouts of 7 replicas ended with skew 2 in 3 cases, and 6 with matchLabelKeys never.
func TestRolloutSkew(t *testing.T) {
	skews := func(rule string) (worst, finished int) {
		for seed := range uint64(12) {
			s, err := New(inventoryOf(t, sixNodes), releaseOf(t, deployment("web", "replicas: 7", rule)), Options{Seed: seed})
			if err != nil {
				t.Fatal(err)
			}
			r, err := s.Rollout(s.Release.Workloads[0], nil)
			if err != nil {
				t.Fatal(err)
			}
			if r.Finishes {
				finished++
			}
			if len(r.Spread) != 3 {
				t.Fatalf("spread %v", r.Spread)
			}
			worst = max(worst, r.Spread[2]-r.Spread[0])
		}
		return worst, finished
	}
	if worst, finished := skews(spread("web", zoneKey)); worst != 2 || finished != 12 {
		t.Errorf("without matchLabelKeys: skew up to %d, %d of 12 finish; want 2, all", worst, finished)
	}
	if worst, finished := skews(spread("web", zoneKey, "matchLabelKeys: [pod-template-hash]")); worst != 1 || finished != 12 {
		t.Errorf("with matchLabelKeys: skew up to %d, %d of 12 finish; want 1, all", worst, finished)
	}
}

// TestRolloutOfLivePods rolls what the inventory's own pods of the release are, where they are.
func TestRolloutOfLivePods(t *testing.T) {
	inventory := inventoryOf(t, "pools: [{name: w, count: 3}]")
	list := "kind: List\nitems:\n"
	for i := 1; i <= 3; i++ {
		going := ""
		if i == 3 {
			going = `, deletionTimestamp: "2026-11-22T00:00:00Z"`
		}
		list += fmt.Sprintf("- {kind: Pod, metadata: {name: web-abc-%d"+going+", labels: {app: web, pod-template-hash: abc}, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-abc, uid: u, controller: true}]}, spec: {nodeName: w-%d, %s, containers: [{name: c}]}}\n",
			i, i, hard("web", hostKey))
	}
	if err := inventory.AddPods("pods.yaml", []byte(list)); err != nil {
		t.Fatal(err)
	}
	s, err := New(inventory, releaseOf(t, deployment("web", "replicas: 2", hard("web", hostKey))), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if p := place(t, s).Workloads[0]; len(p.Pods) != 2 || len(p.Pending) != 0 {
		t.Errorf("the placement counts the running pods: %+v", p)
	}
	r, err := s.Rollout(s.Release.Workloads[0], nil)
	if err != nil || !r.Finishes || r.Steps[0].Created == nil || r.Lowest != 2 {
		t.Fatalf("%+v %v", r, err)
	}
	deleted := ""
	for _, step := range r.Steps {
		deleted += strings.Join(step.Deleted, " ")
	}
	if !strings.Contains(deleted, "web-abc-1") || !strings.Contains(deleted, "web-abc-2") {
		t.Errorf("deleted: %s", deleted)
	}
}
