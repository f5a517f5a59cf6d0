package cluster

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
)

// classes numbers the nodes so that equal ones share a number: equal but for their name and for labels whose value no
// other node has, of equal size, and fit for the same workloads. A rule over such a label treats all of them alike, so two
// empty nodes of a class can change places and nothing else changes. A node on which the scheduler has pods is a class of
// its own, for they may matter.
func (s *Simulation) classes(occupied *kube.Scheduler, workloads []*render.Workload) map[string]int {
	names := s.bare.NodeNames()
	users := map[string]int{} // label=value -> nodes
	for _, name := range names {
		for k, v := range s.bare.Node(name).Labels {
			users[k+"="+v]++
		}
	}
	fit := map[string][]int{}
	for i, w := range workloads {
		e, err := s.Eligible(w)
		if err != nil {
			continue // then no node is known to be fit
		}
		for _, name := range e.Nodes {
			fit[name] = append(fit[name], i)
		}
	}
	volumes := s.usableVolumes(workloads)
	numbers, classes := map[string]int{}, map[string]int{}
	for _, name := range names {
		node := s.bare.Node(name)
		var b strings.Builder
		for _, k := range slices.Sorted(maps.Keys(node.Labels)) {
			b.WriteString(k)
			if v := node.Labels[k]; users[k+"="+v] > 1 {
				b.WriteString("=" + v)
			}
			b.WriteByte(',')
		}
		fmt.Fprint(&b, fit[name], node.Spec.Unschedulable, node.Spec.Taints)
		for _, resource := range slices.Sorted(maps.Keys(node.Status.Allocatable)) {
			quantity := node.Status.Allocatable[resource]
			b.WriteString(string(resource) + quantity.String())
		}
		for _, volume := range volumes {
			if kube.ReachesNode(volume, node) {
				b.WriteString("|" + volume.Name)
			}
		}
		if len(occupied.PodsOn(name)) > 0 {
			b.WriteString("/" + name)
		}
		if _, known := numbers[b.String()]; !known {
			numbers[b.String()] = len(numbers)
		}
		classes[name] = numbers[b.String()]
	}
	return classes
}

// unlike picks one node of those that cannot be told apart: of one class, with as many pods.
func unlike(classes, pods map[string]int) func(node string) bool {
	seen := map[[2]int]bool{}
	return func(node string) bool {
		like := [2]int{classes[node], pods[node]}
		known := seen[like]
		seen[like] = true
		return !known
	}
}
