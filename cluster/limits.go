package cluster

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/spreadlint/spreadlint/render"
)

// Limits names what of the cluster as a whole is out of reach of the simulation, in plain sentences without a full stop.
func (s *Simulation) Limits() []string {
	limits := slices.Clone(s.strange)
	if n := len(s.Inventory.Unsized); n > 0 {
		limits = append(limits, fmt.Sprintf("%s of unknown size, taken to have room for everything: where pods land may differ (%s)", count(n, "node"), join(s.Inventory.Unsized)))
	}
	if len(s.Inventory.Pods) == 0 {
		limits = append(limits, "no pods of other releases are known: the nodes are taken to be empty")
	}
	if len(s.Inventory.Growing) > 0 {
		limits = append(limits, "nodes that an autoscaler would add are not simulated: "+strings.Join(s.Inventory.Growing, ", "))
	}
	if len(s.Inventory.Nodes) >= 100 {
		limits = append(limits, "from 100 nodes on the scheduler looks at some nodes only: which ones is left to chance")
	}
	return limits
}

// limitsOf names what of a workload is out of reach.
func (s *Simulation) limitsOf(w *render.Workload) []string {
	var limits []string
	add := func(format string, args ...any) { limits = append(limits, fmt.Sprintf(format, args...)) }
	spec := &w.Pod.Object.Spec
	if !byDefaultScheduler(w) {
		add("its pods are placed by the scheduler %q, whose rules are not known", spec.SchedulerName)
	}
	if spec.NodeName != "" {
		add("nodeName: the scheduler is not asked")
	}
	if w.Custom {
		add("an operator makes its pods: they may differ from what the chart says")
	}
	if w.Kind == "Deployment" && setting(w, "paused") == true {
		add("paused: a new Deployment makes no pods until somebody resumes it; shown as if resumed")
	}
	if w.Kind == "Rollout" {
		add("Argo Rollouts makes its pods: steps of a rollout are not simulated")
	}
	limits = append(limits, s.volumeLimits(w)...)
	for _, term := range slices.Concat(w.Terms(), w.AffinityTerms()) {
		if term.NamespaceSelector != nil && len(term.NamespaceSelector.MatchLabels)+len(term.NamespaceSelector.MatchExpressions) > 0 && len(s.Inventory.Namespaces) == 0 {
			add("namespaceSelector: the labels of namespaces are not known")
			break
		}
	}
	if podSetting(w, "resourceClaims") != nil {
		add("resourceClaims: devices are not simulated")
	}
	if gates, _ := podSetting(w, "schedulingGates").([]any); len(gates) > 0 {
		add("schedulingGates: its pods wait until somebody opens them; shown as if open")
	}
	if name, _ := podSetting(w, "runtimeClassName").(string); name != "" {
		add("runtimeClassName %s may add node rules and overhead", name)
	}
	if name := spec.PriorityClassName; name != "" && !strings.HasPrefix(name, "system-") {
		add("priorityClassName %s: its number is not known, and preemption is not simulated", name)
	}
	return limits
}

func byDefaultScheduler(w *render.Workload) bool {
	name := w.Pod.Object.Spec.SchedulerName
	return name == "" || name == corev1.DefaultSchedulerName
}

// join lists names; of many, the first ones.
func join(names []string) string {
	const most = 12
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}
