package kube

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	fwk "k8s.io/kube-scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/framework"
)

// Decision is what the scheduler says about one pod and the cluster as it is.
type Decision struct {
	Node   string  // where the pod goes, "" when nowhere (and after Filter)
	Scores []Score // of the feasible nodes when Schedule had to choose between several

	pod       *corev1.Pod
	nodes     []fwk.NodeInfo
	statuses  []*fwk.Status // by node; nil for feasible and for unvisited ones
	rejected  int
	feasible  []fwk.NodeInfo
	refusal   *fwk.Status // no node was looked at
	refusedBy string
	absent    *fwk.Status // for nodes that were not looked at because a plugin left only some over

	message, event *string // once they have been composed
	eventKnown     bool
}

// Score is what a node gets for a pod; the highest wins.
type Score struct {
	Node    string
	Total   int64
	Plugins []PluginScore // what the total is made of
}

// PluginScore is one plugin's part, its weight included.
type PluginScore struct {
	Plugin string
	Score  int64
}

// Rejection says why a pod cannot run on a node.
type Rejection struct {
	Node    string
	Plugin  string   // "PodTopologySpread"; the first filter that rejects names the reason
	Reasons []string // the scheduler's words: "node(s) didn't match pod anti-affinity rules"
	Final   bool     // removing pods from the node would not help
}

// Feasible lists the nodes on which the pod may run now. After Schedule in a cluster of 100 nodes or more it holds those
// that the scheduler looked at.
func (d *Decision) Feasible() []string {
	names := make([]string, 0, len(d.feasible))
	for _, n := range d.feasible {
		names = append(names, n.Node().Name)
	}
	slices.SortFunc(names, compareNames)
	return names
}

// Fits reports whether the pod may run anywhere.
func (d *Decision) Fits() bool { return len(d.feasible) > 0 }

// Best lists the nodes that share the highest score: the scheduler takes one of them at random.
func (d *Decision) Best() []string {
	if len(d.feasible) == 1 {
		return []string{d.feasible[0].Node().Name}
	}
	var best []string
	var highest int64
	for i, s := range d.Scores {
		if i == 0 || s.Total > highest {
			highest, best = s.Total, best[:0]
		}
		if s.Total == highest {
			best = append(best, s.Node)
		}
	}
	slices.SortFunc(best, compareNames)
	return best
}

// Rejections says for every node that was looked at and is not feasible why, in the order of node names.
func (d *Decision) Rejections() []Rejection {
	var all []Rejection
	for i, n := range d.nodes {
		status, by := d.statuses[i], ""
		switch {
		case d.refusal != nil:
			status, by = d.refusal, d.refusedBy
		case status != nil:
			by = status.Plugin()
		case d.absent != nil && !slices.Contains(d.feasible, n):
			status = d.absent
		default:
			continue
		}
		all = append(all, Rejection{Node: n.Node().Name, Plugin: by, Reasons: status.Reasons(), Final: status.Code() == fwk.UnschedulableAndUnresolvable})
	}
	slices.SortFunc(all, func(a, b Rejection) int { return compareNames(a.Node, b.Node) })
	return all
}

// Message is the scheduler's sentence about a pod that fits nowhere, as `kubectl describe pod` shows it before it speaks
// of preemption; "" for a pod that fits. It is composed by
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/scheduler/framework/types.go (FitError)
func (d *Decision) Message() string {
	if d.message == nil {
		text := ""
		switch {
		case d.Fits():
		case len(d.nodes) == 0:
			text = noNodes
		default:
			text = d.fitError().Error()
		}
		d.message = &text
	}
	return *d.message
}

// noNodes is ErrNoNodesAvailable of
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/scheduler/scheduler.go
const noNodes = "no nodes available to schedule pods"

func (d *Decision) fitError() *framework.FitError {
	diagnosis := framework.Diagnosis{NodeToStatus: framework.NewDefaultNodeToStatus()}
	if d.refusal != nil {
		diagnosis.NodeToStatus.SetAbsentNodesStatus(d.refusal)
		diagnosis.PreFilterMsg = d.refusal.Message()
	}
	if d.absent != nil {
		diagnosis.NodeToStatus.SetAbsentNodesStatus(d.absent)
	}
	for i, status := range d.statuses {
		if status != nil {
			diagnosis.NodeToStatus.Set(d.nodes[i].Node().Name, status)
		}
	}
	return &framework.FitError{Pod: d.pod, NumAllNodes: len(d.nodes), Diagnosis: diagnosis}
}

// Event is the whole text of the FailedScheduling event, the part about preemption included. known is false when
// preemption could do something, because a pod of lower priority runs somewhere: that is not simulated. See
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/scheduler/framework/preemption/preemption.go (Preempt)
func (d *Decision) Event() (text string, known bool) {
	if d.event == nil {
		text, known = d.composeEvent()
		d.event, d.eventKnown = &text, known
	}
	return *d.event, d.eventKnown
}

func (d *Decision) composeEvent() (text string, known bool) {
	text = d.Message()
	if text == "" || len(d.nodes) == 0 {
		return text, true
	}
	helpless := framework.NewDefaultNodeToStatus()
	helpless.SetAbsentNodesStatus(fwk.NewStatus(fwk.UnschedulableAndUnresolvable, "Preemption is not helpful for scheduling"))
	fit := d.fitError()
	for _, n := range d.nodes {
		if fit.Diagnosis.NodeToStatus.Get(n.Node().Name).Code() != fwk.Unschedulable {
			continue
		}
		for _, p := range n.GetPods() {
			if priority(p.GetPod()) < priority(d.pod) {
				return text, false
			}
		}
		helpless.Set(n.Node().Name, fwk.NewStatus(fwk.UnschedulableAndUnresolvable, "No preemption victims found for incoming pod"))
	}
	if d.pod.Spec.PreemptionPolicy != nil && *d.pod.Spec.PreemptionPolicy == corev1.PreemptNever {
		return fmt.Sprintf("%s preemption: not eligible due to preemptionPolicy=Never.", text), true
	}
	none := framework.FitError{Pod: d.pod, NumAllNodes: len(d.nodes), Diagnosis: framework.Diagnosis{NodeToStatus: helpless}}
	return fmt.Sprintf("%s preemption: %s", text, none.Error()), true
}

func priority(pod *corev1.Pod) int32 {
	if pod.Spec.Priority == nil {
		return 0
	}
	return *pod.Spec.Priority
}
