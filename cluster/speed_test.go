package cluster

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/spreadlint/spreadlint/render"
)

// BenchmarkReadNodes reads 5,000 nodes as kubectl writes them, without the parts that are skipped.
func BenchmarkReadNodes(b *testing.B) {
	var yaml, json strings.Builder
	yaml.WriteString("apiVersion: v1\nitems:\n")
	json.WriteString(`{"kind":"List","items":[`)
	for i := range 5000 {
		fmt.Fprintf(&yaml, "- apiVersion: v1\n  kind: Node\n  metadata:\n    name: n%d\n    labels:\n      kubernetes.io/hostname: n%d\n      topology.kubernetes.io/zone: z%d\n  spec: {}\n  status:\n    allocatable:\n      cpu: \"4\"\n      memory: 8Gi\n", i, i, i%3)
		if i > 0 {
			json.WriteByte(',')
		}
		fmt.Fprintf(&json, `{"kind":"Node","metadata":{"name":"n%d","labels":{"kubernetes.io/hostname":"n%d"}},"status":{"allocatable":{"cpu":"4","memory":"8Gi"}}}`, i, i)
	}
	yaml.WriteString("kind: List\n")
	json.WriteString(`]}`)
	for name, text := range map[string]string{"yaml": yaml.String(), "json": json.String()} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := ReadNodes("nodes", []byte(text)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkPlace places a workload under different rules. The first case is the promise: 100 pods on 100 nodes in less than
// 150 ms of CPU time.
func BenchmarkPlace(b *testing.B) {
	rules := map[string]string{"hard": hard("web", hostKey), "soft": soft("web", hostKey), "spread": spread("web", zoneKey),
		"both": "topologySpreadConstraints: [" + constraint("web", zoneKey) + ", " + constraint("web", hostKey, "whenUnsatisfiable: ScheduleAnyway") + "]", "none": "hostname: x"}
	for _, size := range []struct{ nodes, pods int }{{100, 100}, {1000, 200}, {5000, 1000}} {
		for _, name := range []string{"hard", "soft", "spread", "both", "none"} {
			b.Run(fmt.Sprintf("%dpods/%dnodes/%s", size.pods, size.nodes, name), func(b *testing.B) {
				if size.nodes > 1000 && testing.Short() {
					b.Skip("long")
				}
				inventory := inventoryOf(b, fmt.Sprintf("pools: [{name: w, count: %d, zones: [a, b, c], allocatable: {cpu: 16, memory: 64Gi}}]", size.nodes))
				release := releaseOf(b, deployment("web", fmt.Sprintf("replicas: %d", size.pods), rules[name], "containers: [{name: c, resources: {requests: {cpu: 100m, memory: 64Mi}}}]"))
				for b.Loop() {
					s, err := New(inventory, release, Options{})
					if err != nil {
						b.Fatal(err)
					}
					if p := place(b, s).Workloads[0]; len(p.Pods) != size.pods {
						b.Fatalf("%d pods are placed: %s", len(p.Pods), messages(p))
					}
				}
			})
		}
	}
}

// BenchmarkQuestions asks what lint asks, of 50 workloads on 100 nodes.
func BenchmarkQuestions(b *testing.B) {
	inventory := inventoryOf(b, "pools: [{name: w, count: 100, zones: [a, b, c], allocatable: {cpu: 16, memory: 64Gi}}]")
	var manifests []string
	for i := range 50 {
		name := fmt.Sprintf("web%d", i)
		manifests = append(manifests, deployment(name, "replicas: 3", []string{hard(name, hostKey), soft(name, hostKey), spread(name, zoneKey)}[i%3]))
	}
	release := releaseOf(b, manifests...)
	ask := map[string]func(*Simulation) error{
		"Place":    func(s *Simulation) error { _, err := s.Place(); return err },
		"Losses":   func(s *Simulation) error { _, err := s.Losses(); return err },
		"Drains":   func(s *Simulation) error { _, err := s.Drains(); return err },
		"Eligible": each(func(s *Simulation, w *render.Workload) error { _, err := s.Eligible(w); return err }),
		"Capacity": each(func(s *Simulation, w *render.Workload) error { _, err := s.Capacity(w); return err }),
		"Worst":    each(func(s *Simulation, w *render.Workload) error { _, err := s.Worst(w, w.Replicas); return err }),
		"Rollout":  each(func(s *Simulation, w *render.Workload) error { _, err := s.Rollout(w, nil); return err }),
	}
	for _, name := range slices.Sorted(maps.Keys(ask)) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				s, err := New(inventory, release, Options{})
				if err == nil {
					err = ask[name](s)
				}
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkRollout rolls out a workload of a hundred pods: with the surge pods stuck, and to the end.
func BenchmarkRollout(b *testing.B) {
	for _, nodes := range []int{100, 130} {
		b.Run(fmt.Sprintf("100pods/%dnodes", nodes), func(b *testing.B) {
			inventory := inventoryOf(b, fmt.Sprintf("pools: [{name: w, count: %d, zones: [a, b, c], allocatable: {cpu: 16, memory: 64Gi}}]", nodes))
			release := releaseOf(b, deployment("web", "replicas: 100\nstrategy: {rollingUpdate: {maxUnavailable: 0}}", hard("web", hostKey)))
			for b.Loop() {
				s, err := New(inventory, release, Options{})
				if err != nil {
					b.Fatal(err)
				}
				r, err := s.Rollout(release.Workloads[0], nil)
				if err != nil || r.Finishes != (nodes > 100) {
					b.Fatal(r, err)
				}
			}
		})
	}
}

func each(ask func(*Simulation, *render.Workload) error) func(*Simulation) error {
	return func(s *Simulation) error {
		for _, w := range s.Release.Workloads {
			if err := ask(s, w); err != nil {
				return err
			}
		}
		return nil
	}
}
