package generate

import (
	"slices"

	"github.com/spreadlint/spreadlint/cluster"
)

// Proof is where the pods of a target are, before and with the overlay, and
// what the loss of a domain leaves.
type Proof struct {
	Domains       []string // of the intent's label, sorted
	Before, After Spread
	Lost          string // the domain whose loss takes most, "" when there is none to lose
	Left          int    // pods that run on, at once
	Replaced      int    // new ones that find a node
	Waiting       int    // new ones that do not
}

// Spread is how the pods share the domains.
type Spread struct {
	Counts  []int // by domain
	Outside int   // on nodes without the label
	Waiting int   // without a node
	Pods    int   // wanted
}

// prove reads off where the pods go.
func (s *search) prove(r *Result, final *state) error {
	for _, t := range r.Targets {
		domains, _, err := s.base.cluster.Domains(t.first(), t.Intent.Key())
		if err != nil {
			return err
		}
		for _, d := range domains {
			t.Proof.Domains = append(t.Proof.Domains, d.Value)
		}
		if t.Proof.Before, err = s.spread(t, s.base, domains); err != nil {
			return err
		}
		if t.Proof.After, err = s.spread(t, final, domains); err != nil {
			return err
		}
	}
	return s.lose(r, final)
}

func (s *search) spread(t *Target, on *state, domains []cluster.Domain) (Spread, error) {
	result := Spread{Counts: make([]int, len(domains))}
	placement, err := on.cluster.Place()
	if err != nil {
		return result, err
	}
	for _, p := range placement.Workloads {
		if !t.holds(p.Workload) {
			continue
		}
		result.Pods += p.Wanted
		result.Waiting += len(p.Pending) + p.NotCreated
		for _, pod := range p.Pods {
			at := slices.IndexFunc(domains, func(d cluster.Domain) bool { return slices.Contains(d.Nodes, pod.Node) })
			if at < 0 {
				result.Outside++
			} else {
				result.Counts[at]++
			}
		}
	}
	return result, nil
}

// lose finds, for each target, the loss that takes most of its pods.
func (s *search) lose(r *Result, final *state) error {
	losses, err := final.cluster.Losses()
	if err != nil {
		return err
	}
	for _, t := range r.Targets {
		t.Proof.Left = t.Proof.After.Pods
		for _, loss := range losses {
			name, ok := lostDomain(t, loss)
			if !ok {
				continue
			}
			left, replaced, waiting, touched := 0, 0, 0, 0
			for _, w := range loss.Workloads {
				if t.holds(w.Workload) {
					left += w.Left
					replaced += w.Replaced
					waiting += len(w.Pending)
					touched += w.Before
				}
			}
			if touched == 0 {
				continue
			}
			untouched, err := running(t, final, loss)
			if err != nil {
				return err
			}
			left += untouched
			if t.Proof.Lost == "" || left < t.Proof.Left || left == t.Proof.Left && waiting > t.Proof.Waiting {
				t.Proof.Lost, t.Proof.Left, t.Proof.Replaced, t.Proof.Waiting = name, left, replaced, waiting
			}
		}
	}
	return nil
}

// running counts the pods of a target's workloads that a loss does not touch.
func running(t *Target, final *state, loss *cluster.Loss) (int, error) {
	placement, err := final.cluster.Place()
	if err != nil {
		return 0, err
	}
	n := 0
	for _, p := range placement.Workloads {
		touched := slices.ContainsFunc(loss.Workloads, func(w cluster.WorkloadLoss) bool { return w.Workload == p.Workload })
		if t.holds(p.Workload) && !touched {
			n += len(p.Pods)
		}
	}
	return n, nil
}

// lostDomain is the domain that is lost, if the loss is of the kind that a
// target is to survive.
func lostDomain(t *Target, loss *cluster.Loss) (string, bool) {
	for _, d := range t.Proof.Domains {
		if t.Intent.Key() == zoneKey && loss.Name == zoneKey+"="+d {
			return d, true
		}
	}
	if t.Intent.Key() == hostnameKey && len(loss.Nodes) == 1 && loss.Name == "node "+loss.Nodes[0] {
		return loss.Nodes[0], true
	}
	return "", false
}
