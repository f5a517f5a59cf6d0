package cluster

import (
	"cmp"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
)

// Rollout is what happens when a new revision of a workload replaces the running one.
type Rollout struct {
	Workload *render.Workload
	Strategy string // "RollingUpdate, maxSurge 1, maxUnavailable 0"
	Skipped  string // why nothing was simulated, "" when it was

	Finishes bool
	Steps    []Step // what the controller did, and what came of it
	// At the end, which for a stuck rollout is where it stays:
	Updated, Old int          // running pods of both revisions
	Waiting      []PendingPod // new pods without a node
	Blocker      string       // what a stuck rollout waits for
	// Available is true when enough pods run for the Available condition of a Deployment: a stuck rollout can look healthy.
	Available bool
	Lowest    int // the fewest pods that ran at any time
	// Ends counts how seeds ended: where the outcome depends on chance, both are more than 0.
	Finished, Stuck int
	// Spread is how the updated pods share the domains at the end: counts per zone, sorted; nil without zones.
	Spread []int
}

// Step is one action of the controller and its result.
type Step struct {
	Created, Deleted []string // pods; those that were Pending are deleted at once
	Running, Pending int      // after the scheduler had its turn, of both revisions
}

// Rollout replaces the running revision of a workload by a new one, while the other workloads stay as they are. With before
// nil the running revision has the same template (say, another image came), and it runs where Place puts it, or where the
// inventory's own pods of this release run. Else before is a simulation of the release that runs now, on the same
// inventory: its pods are replaced by those of this release's template.
//
// The steps are those of Kubernetes' controllers, retold from their source; the scheduler's part is its own code. The new
// pods are ready as soon as they have a node, so what gets stuck here gets stuck because of scheduling.
func (s *Simulation) Rollout(w *render.Workload, before *Simulation) (*Rollout, error) {
	var result *Rollout
	for i := range max(1, s.options.Seeds) {
		run, err := s.rollout(w, before, s.options.Seed+uint64(i))
		if err != nil {
			return nil, err
		}
		if i == 0 {
			result = run
		}
		if run.Skipped == "" && run.Finishes {
			result.Finished++
		} else if run.Skipped == "" {
			result.Stuck++
		}
	}
	return result, nil
}

func (s *Simulation) rollout(w *render.Workload, before *Simulation, seed uint64) (*Rollout, error) {
	r := &roller{result: &Rollout{Workload: w}, seed: seed}
	var advance func() (bool, error)
	switch w.Kind {
	case "Deployment":
		advance = r.deployment(w)
	case "StatefulSet":
		advance = r.statefulSet(w, s.Release)
	case "DaemonSet":
		advance = r.daemonSet(w)
	}
	if advance == nil {
		r.result.Skipped = cmp.Or(r.result.Skipped, fmt.Sprintf("no controller rolls out a %s", w.Kind))
		return r.result, nil
	}
	if refused := s.template(w, 2).refused(); len(refused) > 0 {
		r.result.Skipped = "the API server refuses its pods"
		return r.result, nil
	}
	if !byDefaultScheduler(w) {
		r.result.Skipped = "another scheduler places its pods"
		return r.result, nil
	}
	from := s
	running := w
	if before != nil {
		from, running = before, counterpart(before.Release, w)
		if running == nil {
			r.result.Skipped = "it does not run yet"
			return r.result, nil
		}
	}
	base, err := from.running()
	if err != nil {
		return nil, err
	}
	r.world = base.fork(seed)
	if r.old = r.world.crewFor(running); r.old == nil {
		r.result.Skipped = "it does not run beside the rest: a hook, or refused"
		return r.result, nil
	}
	if r.fresh, err = s.crewOf(w, r.world.scheduler, 2); err != nil {
		return nil, err
	}
	r.replicas = r.fresh.want
	r.fresh.want = 0
	r.world.crews = append(r.world.crews, r.fresh)
	if err := r.play(advance); err != nil {
		return nil, err
	}
	r.finish(s)
	return r.result, nil
}

// counterpart is the workload of another release that is the same object.
func counterpart(other *render.Release, w *render.Workload) *render.Workload {
	for _, o := range other.Workloads {
		if o.Kind == w.Kind && o.Name == w.Name && o.Namespace == w.Namespace {
			return o
		}
	}
	return nil
}

// roller carries out one rollout. The pods of the running revision are the crew old, those of the new one fresh; their
// wanted numbers are the replicas of two ReplicaSets. A StatefulSet and a DaemonSet have one set of pods, kept in both.
type roller struct {
	world      *world
	old, fresh *crew
	replicas   int
	seed       uint64
	result     *Rollout
	step       Step
	enough     int // pods that must run for the Available condition
	partition  int
}

// mostSteps ends what would go round in circles.
const mostSteps = 10000

// play lets controllers and scheduler act until both have nothing to do; then one pod that has a node becomes ready, or
// one that is being deleted is gone. Which one comes first is left to the seed: a rollout's end may depend on it. Seed 0
// lets pods start before others end, the oldest first.
func (r *roller) play(advance func() (bool, error)) error {
	r.result.Lowest = r.running()
	for range mostSteps {
		moved, err := advance()
		if err != nil {
			return err
		}
		for _, c := range r.world.crews {
			if c != r.old && c != r.fresh {
				moved = r.world.grow(c) || moved
			}
		}
		placed, err := r.world.schedule()
		if err != nil {
			return err
		}
		r.note()
		if moved || placed {
			continue
		}
		changed, err := r.pass()
		if err != nil || !changed {
			return err
		}
	}
	return nil
}

// pass lets one pod start or end; it reports whether there was one.
func (r *roller) pass() (bool, error) {
	var next *member
	var of *crew
	for _, c := range r.world.crews {
		for _, m := range c.pods {
			if (m.going || m.node != "" && !m.ready) && (next == nil || r.sooner(m, next)) {
				next, of = m, c
			}
		}
	}
	switch {
	case next == nil:
		return false, nil
	case next.going:
		return true, r.world.remove(of, next)
	}
	next.ready = true
	return true, nil
}

func (r *roller) sooner(a, b *member) bool {
	if r.seed == 0 {
		return cmp.Or(compareBool(a.going, b.going), cmp.Compare(a.serial, b.serial)) < 0
	}
	return cmp.Or(cmp.Compare(kube.Lot(r.seed, "pass "+string(a.pod.UID)), kube.Lot(r.seed, "pass "+string(b.pod.UID))), cmp.Compare(a.serial, b.serial)) < 0
}

// note closes a step of the record.
func (r *roller) note() {
	r.result.Lowest = min(r.result.Lowest, r.running())
	if len(r.step.Created)+len(r.step.Deleted) == 0 {
		return
	}
	for _, c := range []*crew{r.old, r.fresh} {
		running, pending, _ := c.counts()
		r.step.Running, r.step.Pending = r.step.Running+running, r.step.Pending+pending
	}
	r.result.Steps = append(r.result.Steps, r.step)
	r.step = Step{}
}

// running counts the ready pods of both revisions that nobody deletes.
func (r *roller) running() int { return available(r.old) + available(r.fresh) }

func available(c *crew) (n int) {
	for _, m := range c.pods {
		if m.ready && !m.going {
			n++
		}
	}
	return n
}

// create makes a pod of the new revision, or of the old one.
func (r *roller) create(c *crew, index int, target string) {
	m := r.world.create(c, c.current, index, target)
	r.step.Created = append(r.step.Created, m.pod.Name)
}

func (r *roller) delete(c *crew, m *member) error {
	r.step.Deleted = append(r.step.Deleted, m.pod.Name)
	return r.world.terminate(c, m)
}

// finish reads off the end.
func (r *roller) finish(s *Simulation) {
	result := r.result
	missing := 0
	for _, m := range r.old.pods {
		if m.ready && !m.going && m.index >= r.partition {
			result.Old++
		}
	}
	zones := map[string]int{}
	for _, m := range r.fresh.pods {
		if m.pending() {
			result.Waiting = append(result.Waiting, m.whyPending())
		} else if m.ready {
			result.Updated++
			if zone := s.zone(m.node); zone != "" {
				zones[zone]++
			}
		}
	}
	for _, n := range zones {
		result.Spread = append(result.Spread, n)
	}
	slices.Sort(result.Spread)
	for _, m := range r.old.pods {
		if m.pending() {
			missing++
			if len(result.Waiting) == 0 {
				result.Blocker = fmt.Sprintf("%s of the running revision is Pending: %s", m.pod.Name, m.whyPending().Message)
			}
		}
	}
	wanted := r.replicas - r.partition
	if r.old.daemon() {
		wanted = result.Updated + result.Old + missing + len(result.Waiting)
	}
	result.Finishes = result.Updated >= wanted && result.Old == 0 && len(result.Waiting) == 0 && missing == 0
	result.Available = r.running() >= r.enough
	if len(result.Waiting) > 0 {
		result.Blocker = fmt.Sprintf("%s is Pending: %s", result.Waiting[0].Name, result.Waiting[0].Message)
	}
	if result.Finishes {
		result.Blocker = ""
	}
}

// scaled resolves a number or percentage; absent stands for one that is not written.
func scaled(written any, absent string, of int, up bool) int {
	text := absent
	if written != nil {
		text = fmt.Sprint(written)
	}
	bound := intstr.Parse(text)
	n, err := intstr.GetScaledValueFromIntOrPercent(&bound, of, up)
	if err != nil {
		return 0 // the API server refuses it
	}
	return n
}

// lot orders pods of which the controllers say that they are equal: newest first, or as the seed says.
func (r *roller) lot(a, b *member) int {
	if r.seed == 0 {
		return cmp.Compare(b.serial, a.serial)
	}
	return cmp.Or(cmp.Compare(kube.Lot(r.seed, string(a.pod.UID)), kube.Lot(r.seed, string(b.pod.UID))), cmp.Compare(b.serial, a.serial))
}
