package report

import (
	"cmp"
	"slices"

	"github.com/spreadlint/spreadlint/cluster"
	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
)

// SimulatedRule is a spreading rule of a workload and how its pods obey it.
type SimulatedRule struct {
	Term   render.Term
	Counts []DomainCount // of the pods that the rule is about, those of other workloads included
	// Skew is the largest count less the smallest one, over the domains that a
	// constraint counts; for anti-affinity Most is the largest count.
	Skew, Most int
	Lacking    []string // nodes that could run the workload but do not carry the key
}

// DomainCount is how many pods one value of a topology key has.
type DomainCount struct {
	Value string
	Pods  int
}

// rulesOf looks at each rule of a workload after the placement. Pods that ran
// before are not counted.
func rulesOf(s *cluster.Simulation, w *render.Workload, placement *cluster.Placement) ([]SimulatedRule, error) {
	namespaces := map[string]map[string]string{}
	for _, n := range s.Inventory.Namespaces {
		namespaces[n.Name] = n.Labels
	}
	eligible, err := s.Eligible(w)
	if err != nil {
		return nil, err
	}
	var rules []SimulatedRule
	for _, term := range w.Terms() {
		rule := SimulatedRule{Term: term}
		_, lacking, err := s.Domains(w, term.TopologyKey)
		if err != nil {
			return nil, err
		}
		rule.Lacking = lacking
		skipped := map[string]bool{}
		if term.Spread {
			skipped = uncounted(w, term, eligible.Rejected)
		}
		values, domains := map[string]string{}, map[string]int{}
		for _, n := range s.Inventory.Nodes {
			value, ok := n.Labels[term.TopologyKey]
			if !ok || skipped[n.Name] {
				continue
			}
			values[n.Name] = value
			domains[value] += 0
		}
		rivals := cluster.Rivals(w, term, s.Release.Workloads, namespaces)
		for _, p := range placement.Workloads {
			if !slices.Contains(rivals, p.Workload) {
				continue
			}
			for _, pod := range p.Pods {
				if value, ok := values[pod.Node]; ok {
					domains[value]++
				}
			}
		}
		for value, n := range domains {
			rule.Counts = append(rule.Counts, DomainCount{value, n})
		}
		slices.SortFunc(rule.Counts, func(a, b DomainCount) int { return kube.CompareNames(a.Value, b.Value) })
		rule.measure()
		rules = append(rules, rule)
	}
	return rules, nil
}

// uncounted lists the nodes whose pods a constraint does not count. The
// scheduler names one reason a node, so that a tainted node outside of the node
// affinity counts here although it does not there.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/scheduler/framework/plugins/podtopologyspread/common.go (matchNodeInclusionPolicies)
func uncounted(w *render.Workload, term render.Term, rejected []kube.Rejection) map[string]bool {
	affinity, taints := "Honor", "Ignore"
	for i, c := range w.Pod.Object.Spec.TopologySpreadConstraints {
		if term.Path.Last().Index() != i {
			continue
		}
		if c.NodeAffinityPolicy != nil {
			affinity = string(*c.NodeAffinityPolicy)
		}
		if c.NodeTaintsPolicy != nil {
			taints = string(*c.NodeTaintsPolicy)
		}
	}
	out := map[string]bool{}
	for _, r := range rejected {
		switch r.Plugin {
		case "NodeAffinity":
			out[r.Node] = affinity == "Honor"
		case "TaintToleration", "NodeUnschedulable":
			out[r.Node] = taints == "Honor"
		}
	}
	return out
}

// measure computes what the counts come to. Fewer domains than minDomains
// count as if there were an empty one.
func (r *SimulatedRule) measure() {
	if len(r.Counts) == 0 {
		return
	}
	byPods := func(a, b DomainCount) int { return cmp.Compare(a.Pods, b.Pods) }
	r.Most = slices.MaxFunc(r.Counts, byPods).Pods
	least := slices.MinFunc(r.Counts, byPods).Pods
	if len(r.Counts) < r.Term.MinDomains {
		least = 0
	}
	r.Skew = r.Most - least
}
