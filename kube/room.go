package kube

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	defaults "k8s.io/kubernetes/pkg/apis/core/v1"
	"k8s.io/kubernetes/pkg/scheduler/framework"
	schedutil "k8s.io/kubernetes/pkg/scheduler/util"
)

// Room says for each node on which the pod may run now how many pods like it the node could take, by its resources, its
// ports and its number of pods; other rules are asked for the first pod only. Nodes without room are left out. It counts
// what NodeResourcesFit compares:
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/scheduler/framework/plugins/noderesources/fit.go (fitsRequest)
func (s *Scheduler) Room(pod *corev1.Pod) (map[string]int, error) {
	decision, err := s.Filter(pod)
	if err != nil {
		return nil, err
	}
	info, err := framework.NewPodInfo(pod)
	if err != nil {
		return nil, err
	}
	need := info.CalculateResource().Resource
	ports := len(schedutil.GetHostPorts(pod)) > 0
	room := map[string]int{}
	for _, n := range decision.feasible {
		free, used := n.GetAllocatable(), n.GetRequested()
		most := free.GetAllowedPodNumber() - len(n.GetPods())
		bound := func(need, free, used int64) {
			if need > 0 {
				most = min(most, int((free-used)/need))
			}
		}
		bound(need.GetMilliCPU(), free.GetMilliCPU(), used.GetMilliCPU())
		bound(need.GetMemory(), free.GetMemory(), used.GetMemory())
		bound(need.GetEphemeralStorage(), free.GetEphemeralStorage(), used.GetEphemeralStorage())
		for name, amount := range need.GetScalarResources() {
			bound(amount, free.GetScalarResources()[name], used.GetScalarResources()[name])
		}
		if ports {
			most = min(most, 1)
		}
		room[n.Node().Name] = most
	}
	return room, nil
}

// BindsHostPort reports whether the template's pods bind a port of their node, containers that start first and stay
// included: no two of them share a node.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/scheduler/util/utils.go (GetHostPorts)
func (t *Template) BindsHostPort() bool {
	asks := func(c corev1.Container) bool {
		return slices.ContainsFunc(c.Ports, func(p corev1.ContainerPort) bool { return p.HostPort != 0 })
	}
	spec := &t.Object.Spec
	if !spec.HostNetwork && !slices.ContainsFunc(spec.Containers, asks) && !slices.ContainsFunc(spec.InitContainers, asks) {
		return false
	}
	pod := &corev1.Pod{Spec: *spec.DeepCopy()}
	defaults.SetObjectDefaults_Pod(pod) // hostNetwork makes every port one of the node
	return len(schedutil.GetHostPorts(pod)) > 0
}
