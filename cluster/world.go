package cluster

import (
	"cmp"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/spreadlint/spreadlint/kube"
)

// world is a cluster in the midst of a simulation: the scheduler's view of it and the pods of the release. Controllers and
// scheduler are quick; when both have nothing more to do, the pods that have a node become ready. No pod fails.
type world struct {
	scheduler *kube.Scheduler
	crews     []*crew
	serial    int // numbers pods in the order of their creation
	changes   int // counts what happened to the cluster, so that a question is not asked twice about the same state
}

// crew are the pods of a workload.
type crew struct {
	current *template // what new pods are made of
	want    int
	ordered bool // the next pod is made only when all before it run
	pods    []*member
}

// member is a pod of a crew.
type member struct {
	pod      *corev1.Pod
	of       *template
	index    int    // its ordinal, or its number
	target   string // the node that a DaemonSet's pod is meant for
	node     string // "" while it is Pending
	ready    bool   // it runs
	going    bool   // it is being deleted
	serial   int
	decision *kube.Decision // the last one about it
	asked    int            // the state of the cluster at that time
}

func (m *member) pending() bool { return m.node == "" && !m.going }

// fork copies the world.
func (w *world) fork(seed uint64) *world {
	fork := &world{scheduler: w.scheduler.Fork(seed), serial: w.serial, changes: w.changes}
	for _, c := range w.crews {
		fork.crews = append(fork.crews, c.fork())
	}
	return fork
}

func (c *crew) fork() *crew {
	fork := *c
	fork.pods = make([]*member, len(c.pods))
	for i, m := range c.pods {
		twin := *m
		fork.pods[i] = &twin
	}
	return &fork
}

// create adds a pod to a crew; it is Pending.
func (w *world) create(c *crew, of *template, index int, target string) *member {
	w.serial++
	m := &member{of: of, index: index, target: target, serial: w.serial, pod: of.another(index, w.serial, target), asked: -1}
	c.pods = append(c.pods, m)
	return m
}

// bind puts a pod on a node.
func (w *world) bind(m *member, node string) error {
	if err := w.scheduler.Bind(m.pod, node); err != nil {
		return fmt.Errorf("place %s: %w", m.pod.Name, err)
	}
	m.node = node
	w.changes++
	return nil
}

// terminate begins to delete a pod. One that never ran is gone at once.
func (w *world) terminate(c *crew, m *member) error {
	if m.node == "" {
		return w.remove(c, m)
	}
	m.going = true
	w.changes++
	return w.scheduler.Terminate(m.pod.UID)
}

// remove takes a pod away.
func (w *world) remove(c *crew, m *member) error {
	c.pods = slices.DeleteFunc(slices.Clone(c.pods), func(other *member) bool { return other == m })
	if m.node == "" {
		return nil
	}
	w.changes++
	return w.scheduler.Remove(m.pod.UID)
}

// settle lets the controllers make the pods that are missing and the scheduler place them, until nothing more happens.
// A pod that cannot be placed is tried again whenever something has changed, as in the scheduler's queue; the more
// important pod first, then the older.
func (w *world) settle() error {
	for {
		grown := false
		for _, c := range w.crews {
			grown = w.grow(c) || grown
		}
		placed, err := w.schedule()
		if err != nil {
			return err
		}
		if !grown && !placed && !w.wake() {
			return nil
		}
	}
}

// wake lets the pods that have a node become ready; it reports whether any did.
func (w *world) wake() bool {
	woken := false
	for _, c := range w.crews {
		for _, m := range c.pods {
			if m.node != "" && !m.ready {
				m.ready, woken = true, true
			}
		}
	}
	return woken
}

// grow makes the pods that a crew lacks: the lowest free numbers first. An ordered StatefulSet makes one only while all
// pods before it run.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/controller/statefulset/stateful_set_control.go (processReplica)
func (w *world) grow(c *crew) bool {
	if c.daemon() {
		return w.growDaemons(c)
	}
	at, alive := map[int]*member{}, 0
	for _, m := range c.pods {
		at[m.index] = m // the name of a StatefulSet's pod is taken until the old one is gone
		if !m.going {
			alive++
		}
	}
	grown := false
	last := c.want + len(at)
	if c.current.workload.Kind == "StatefulSet" {
		last = c.want // its pods have numbers, not any
	}
	for i := 0; alive < c.want && i < last; i++ {
		if m := at[i]; m != nil {
			if c.ordered && (m.going || !m.ready) {
				return grown
			}
			continue
		}
		w.create(c, c.current, i, "")
		alive, grown = alive+1, true
		if c.ordered {
			break
		}
	}
	return grown
}

func (c *crew) daemon() bool { return c.current.workload.Kind == "DaemonSet" }

// growDaemons makes a pod for every node that the DaemonSet wants one on.
func (w *world) growDaemons(c *crew) bool {
	has := map[string]bool{}
	for _, m := range c.pods {
		has[m.target] = true
	}
	grown := false
	for i, name := range w.scheduler.NodeNames() {
		if !has[name] && kube.DaemonRuns(&c.current.workload.Pod.Object.Spec, w.scheduler.Node(name)) {
			w.create(c, c.current, i, name)
			grown = true
		}
	}
	return grown
}

// schedule gives every Pending pod one try; it reports whether one was placed.
func (w *world) schedule() (bool, error) {
	var queue []*member
	for _, c := range w.crews {
		for _, m := range c.pods {
			if m.pending() && m.asked != w.changes {
				queue = append(queue, m)
			}
		}
	}
	slices.SortStableFunc(queue, func(a, b *member) int {
		return cmp.Or(cmp.Compare(priority(b.pod), priority(a.pod)), cmp.Compare(a.serial, b.serial))
	})
	known := map[*template]*member{}
	placed := false
	for _, m := range queue {
		if twin := known[m.of]; twin != nil && twin.asked == w.changes && !m.of.numbered() {
			m.decision, m.asked = twin.decision, twin.asked // the same question about the same state
			continue
		}
		ok, err := w.try(m)
		if err != nil {
			return placed, err
		}
		placed = placed || ok
		if !ok {
			known[m.of] = m
		}
	}
	return placed, nil
}

// try asks the scheduler for a node and goes there.
func (w *world) try(m *member) (bool, error) {
	if name := m.pod.Spec.NodeName; name != "" { // the scheduler is not asked
		if w.scheduler.Node(name) == nil {
			m.asked = w.changes
			return false, nil
		}
		return true, w.bind(m, name)
	}
	decision, err := w.scheduler.Schedule(m.pod)
	if err != nil {
		return false, err
	}
	m.decision, m.asked = decision, w.changes
	if decision.Node == "" {
		return false, nil
	}
	return true, w.bind(m, decision.Node)
}

func priority(pod *corev1.Pod) int32 {
	if pod.Spec.Priority == nil {
		return 0
	}
	return *pod.Spec.Priority
}

// counts says how many pods of a crew run, wait for a node, and are not made yet.
func (c *crew) counts() (running, pending, missing int) {
	for _, m := range c.pods {
		switch {
		case m.going:
		case m.node == "":
			pending++
		default:
			running++
		}
	}
	return running, pending, max(0, c.want-running-pending)
}
