package cluster

import (
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// Capacity is how many pods of a workload can run at once under its hard rules.
type Capacity struct {
	// Most is never exceeded, whatever the order and the choices: a bound from the rules, see ruleset.bound.
	Most int
	// Rule is the path in the pod template of the rule that sets Most; nil when the nodes' size does.
	Rule values.Path
	// Exact is true when Most can be reached: it follows from the form of the rules, or the scheduler has been seen to place
	// as many. Else fewer may be the limit.
	Exact bool
	// Domains is how many values of the rule's key the nodes with room have; 0 without a rule.
	Domains int
}

// mostTried bounds the pods that are placed one by one to see whether a bound can be reached.
const mostTried = 300

// Capacity computes how many pods of a workload its hard rules and the nodes allow, beside the pods that run already but
// without the other workloads of the release. A DaemonSet has as many as there are nodes for it. The error is ErrRefused for
// pods that the API server refuses.
func (s *Simulation) Capacity(w *render.Workload) (Capacity, error) {
	if w.Kind == "DaemonSet" {
		e, err := s.Eligible(w)
		return Capacity{Most: len(e.Nodes), Exact: true}, err
	}
	r, err := s.rules(w)
	if err != nil {
		return Capacity{}, err
	}
	c := Capacity{}
	c.Most, c.Rule = r.bound(r.nodes, unlimited)
	for _, a := range r.anti {
		if c.Rule.Equal(a.path) && c.Rule != nil {
			c.Domains = distinct(a.values)
		}
	}
	for _, d := range r.spread {
		if c.Rule.Equal(d.path) && c.Rule != nil {
			c.Domains = distinct(d.values)
		}
	}
	if len(r.spread) == 0 && len(r.anti) < 2 && !attracted(w) {
		c.Exact = true // a pod can always take the next free value, or the next free room: nothing else is in its way
		return c, nil
	}
	if c.Most > mostTried {
		return c, nil
	}
	placed, err := s.tryAlone(w, c.Most)
	c.Exact = err == nil && placed == c.Most
	return c, err
}

// attracted reports whether the workload's pods must run beside others.
func attracted(w *render.Workload) bool {
	affinity := w.Pod.Object.Spec.Affinity
	return affinity != nil && affinity.PodAffinity != nil && len(affinity.PodAffinity.RequiredDuringSchedulingIgnoredDuringExecution) > 0
}

func distinct(values map[string]string) int {
	seen := map[string]bool{}
	for _, v := range values {
		seen[v] = true
	}
	return len(seen)
}

// tryAlone lets the scheduler place pods of a workload and counts them.
func (s *Simulation) tryAlone(w *render.Workload, replicas int) (placed int, err error) {
	return s.Without(w, replicas, nil)
}

// Without lets the scheduler place pods of a workload alone, as if it had not the rule at a path of its pod template, and
// counts them. nil leaves all rules.
func (s *Simulation) Without(w *render.Workload, replicas int, rule values.Path) (placed int, err error) {
	around := &world{scheduler: s.bare.Fork(s.options.Seed)}
	c, err := s.crewOf(w, around.scheduler, 1)
	if err != nil {
		return 0, err
	}
	c.current.without = rule
	c.want = replicas
	around.crews = []*crew{c}
	if err := around.settle(); err != nil {
		return 0, err
	}
	placed, _, _ = c.counts()
	return placed, nil
}

// Fit is what becomes of a number of replicas.
type Fit struct {
	Placed, Pending int // pods that are not made because one before them is Pending count as Pending
	Message, Event  string
}

// Fits places the whole release with another number of replicas of one workload. The error is ErrRefused for pods that the
// API server refuses.
func (s *Simulation) Fits(w *render.Workload, replicas int) (Fit, error) {
	if len(s.template(w, 1).refused()) > 0 {
		return Fit{}, ErrRefused
	}
	if _, err := s.Place(); err != nil {
		return Fit{}, err
	}
	around := s.placed.fork(s.options.Seed)
	c := around.crewFor(w)
	if c == nil { // a hook, or not placed at all
		var err error
		if c, err = s.crewOf(w, around.scheduler, 1); err != nil {
			return Fit{}, err
		}
		around.crews = append(around.crews, c)
	}
	for _, m := range c.pods {
		if m.node != "" {
			if err := around.scheduler.Remove(m.pod.UID); err != nil {
				return Fit{}, err
			}
		}
	}
	c.pods, c.want = nil, replicas
	around.changes++
	if err := around.settle(); err != nil {
		return Fit{}, err
	}
	running, pending, missing := c.counts()
	fit := Fit{Placed: running, Pending: pending + missing}
	for _, m := range c.pods {
		if m.pending() {
			why := m.whyPending()
			fit.Message, fit.Event = why.Message, why.Event
			break
		}
	}
	return fit, nil
}
