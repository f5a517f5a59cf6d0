package kube

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	fwk "k8s.io/kube-scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/framework"
)

// Filter asks for every node whether the pod may run there now. Nothing is scored and nothing changes.
func (s *Scheduler) Filter(pod *corev1.Pod) (*Decision, error) {
	_, decision, err := s.filter(pod, 0, nil)
	return decision, err
}

// FilterSome is Filter for some of the nodes: the decision says nothing of the others.
func (s *Scheduler) FilterSome(pod *corev1.Pod, asked func(node string) bool) (*Decision, error) {
	_, decision, err := s.filter(pod, 0, asked)
	return decision, err
}

// Schedule does one scheduling cycle for the pod, as the real scheduler would, and says where the pod goes; it is not
// bound yet. Nodes of equal score are told apart by the seed. With 100 nodes or more only some of the feasible ones are
// found and scored, as in the real scheduler. The cycle follows
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/scheduler/schedule_one.go (schedulePod)
func (s *Scheduler) Schedule(pod *corev1.Pod) (*Decision, error) {
	state, decision, err := s.filter(pod, enough(len(s.order)), nil)
	if err != nil {
		return nil, err
	}
	if visited := len(decision.feasible) + decision.rejected; len(s.order) > 0 {
		s.start = (s.start + visited) % len(s.order)
	}
	if len(decision.feasible) > 1 {
		if decision.Scores, err = s.score(state, pod, decision.feasible); err != nil {
			return nil, err
		}
	}
	decision.Node = s.choose(pod, decision)
	return decision, nil
}

// enough is how many feasible nodes the scheduler looks for.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/scheduler/schedule_one.go (numFeasibleNodesToFind)
func enough(nodes int) int {
	const least, leastPercent = 100, 5
	if nodes < least {
		return nodes
	}
	percent := max(50-nodes/125, leastPercent)
	return max(nodes*percent/100, least)
}

// filter runs the filters; most bounds how many feasible nodes are looked for, 0 is all; asked are the nodes to look at,
// nil is all.
func (s *Scheduler) filter(pod *corev1.Pod, most int, asked func(node string) bool) (fwk.CycleState, *Decision, error) {
	ctx := context.Background()
	state := framework.NewCycleState()
	all, err := s.lister.List()
	if err != nil {
		return nil, nil, err
	}
	decision := &Decision{pod: pod, nodes: all, statuses: make([]*fwk.Status, len(all))}
	skip, names, err := s.prefilter(ctx, state, pod, all, decision)
	if err != nil || decision.refusal != nil {
		return state, decision, err
	}
	for i := range all {
		at := i
		if most > 0 {
			at = (s.start + i) % len(all)
		}
		node := all[at]
		if names != nil && !names.Has(node.Node().Name) || asked != nil && !asked(node.Node().Name) {
			continue
		}
		status, err := s.filterNode(ctx, state, pod, node, skip)
		if err != nil {
			return nil, nil, err
		}
		if status != nil {
			decision.statuses[at] = status
			decision.rejected++
			continue
		}
		decision.feasible = append(decision.feasible, node)
		if most > 0 && len(decision.feasible) == most {
			break
		}
	}
	return state, decision, nil
}

// prefilter runs the PreFilter plugins. names are the only nodes that a plugin leaves over, nil for all; the decision
// gets a refusal when the pod fits nowhere whatever the node.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/scheduler/framework/runtime/framework.go (RunPreFilterPlugins)
func (s *Scheduler) prefilter(ctx context.Context, state fwk.CycleState, pod *corev1.Pod, all []fwk.NodeInfo, decision *Decision) (skip []bool, names sets.Set[string], err error) {
	skip = make([]bool, len(s.plugins))
	var result *fwk.PreFilterResult
	narrowing := sets.New[string]()
	for i, p := range s.plugins {
		if p.prefilter == nil {
			continue
		}
		r, status := p.prefilter.PreFilter(ctx, state, pod, all)
		switch {
		case status.IsSkip():
			skip[i] = true
			continue
		case status.Code() == fwk.UnschedulableAndUnresolvable:
			decision.refusal, decision.refusedBy = status, p.name
			return skip, nil, nil
		case status.Code() == fwk.Unschedulable:
			decision.refusal, decision.refusedBy = status, p.name
			continue
		case !status.IsSuccess():
			return nil, nil, fmt.Errorf("schedule pod %s: %s: %w", pod.Name, p.name, status.AsError())
		}
		if !r.AllNodes() {
			narrowing.Insert(p.name)
		}
		result = result.Merge(r)
		if !result.AllNodes() && len(result.NodeNames) == 0 {
			message := fmt.Sprintf("node(s) didn't satisfy plugin(s) %v simultaneously", sets.List(narrowing))
			if len(narrowing) == 1 {
				message = fmt.Sprintf("node(s) didn't satisfy plugin %v", sets.List(narrowing)[0])
			}
			decision.refusal, decision.refusedBy = fwk.NewStatus(fwk.UnschedulableAndUnresolvable, message), p.name
			return skip, nil, nil
		}
	}
	if !result.AllNodes() {
		decision.absent = fwk.NewStatus(fwk.UnschedulableAndUnresolvable, fmt.Sprintf("node(s) didn't satisfy plugin(s) %v", sets.List(narrowing)))
		names = result.NodeNames
	}
	return skip, names, nil
}

// filterNode is nil when all filters let the pod pass, else the status of the first that does not.
func (s *Scheduler) filterNode(ctx context.Context, state fwk.CycleState, pod *corev1.Pod, node fwk.NodeInfo, skip []bool) (*fwk.Status, error) {
	for i, p := range s.plugins {
		if p.filter == nil || skip[i] {
			continue
		}
		status := p.filter.Filter(ctx, state, pod, node)
		if status.IsSuccess() {
			continue
		}
		if !status.IsRejected() {
			return nil, fmt.Errorf("schedule pod %s on node %s: %s: %w", pod.Name, node.Node().Name, p.name, status.AsError())
		}
		status.SetPlugin(p.name)
		return status, nil
	}
	return nil, nil
}

// score runs the score plugins over the feasible nodes.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/scheduler/framework/runtime/framework.go (RunPreScorePlugins, RunScorePlugins)
func (s *Scheduler) score(state fwk.CycleState, pod *corev1.Pod, nodes []fwk.NodeInfo) ([]Score, error) {
	ctx := context.Background()
	scores := make([]Score, len(nodes))
	for i, n := range nodes {
		scores[i].Node = n.Node().Name
	}
	var scoring []plugin
	for _, p := range s.plugins {
		if p.prescore != nil && p.score != nil {
			status := p.prescore.PreScore(ctx, state, pod, nodes)
			if status.IsSkip() {
				continue
			}
			if !status.IsSuccess() {
				return nil, fmt.Errorf("score pod %s: %s: %w", pod.Name, p.name, status.AsError())
			}
		}
		if p.score != nil {
			scoring = append(scoring, p)
		}
	}
	parts := make([]PluginScore, len(nodes)*len(scoring))
	for i := range scores {
		scores[i].Plugins = parts[i*len(scoring) : (i+1)*len(scoring) : (i+1)*len(scoring)]
	}
	list := make(fwk.NodeScoreList, len(nodes))
	for k, p := range scoring {
		for i, n := range nodes {
			value, status := p.score.Score(ctx, state, pod, n)
			if !status.IsSuccess() {
				return nil, fmt.Errorf("score pod %s on node %s: %s: %w", pod.Name, scores[i].Node, p.name, status.AsError())
			}
			list[i] = fwk.NodeScore{Name: scores[i].Node, Score: value}
		}
		if extensions := p.score.ScoreExtensions(); extensions != nil {
			if status := extensions.NormalizeScore(ctx, state, pod, list); !status.IsSuccess() {
				return nil, fmt.Errorf("score pod %s: %s: %w", pod.Name, p.name, status.AsError())
			}
		}
		for i := range list {
			weighted := list[i].Score * p.weight
			scores[i].Plugins[k] = PluginScore{Plugin: p.name, Score: weighted}
			scores[i].Total += weighted
		}
	}
	return scores, nil
}

// choose takes the node of the highest score. Where several have it the real scheduler throws dice; here the seed, the
// names of pod and node decide, so that a result can be repeated.
func (s *Scheduler) choose(pod *corev1.Pod, decision *Decision) string {
	best := decision.Best()
	if len(best) == 0 {
		return ""
	}
	if s.seed == 0 {
		return slices.MinFunc(best, func(a, b string) int {
			return cmp.Or(cmp.Compare(len(s.byName[a].info.Pods), len(s.byName[b].info.Pods)), compareNames(a, b))
		})
	}
	return slices.MinFunc(best, func(a, b string) int {
		x, y := s.lot(pod, a), s.lot(pod, b)
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return compareNames(a, b)
	})
}

// lot is the number that a node draws for a pod.
func (s *Scheduler) lot(pod *corev1.Pod, node string) uint64 {
	return Lot(s.seed, pod.Namespace+"\x00"+pod.Name+"\x00"+node)
}

// Lot draws a number for a name: the same for the same seed, and as good as random over seeds and names.
func Lot(seed uint64, name string) uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d\x00%s", seed, name)
	sum := h.Sum64() // mixed once more: the last bytes hardly move the upper bits
	sum ^= sum >> 33
	sum *= 0xff51afd7ed558ccd
	return sum ^ sum>>33
}
