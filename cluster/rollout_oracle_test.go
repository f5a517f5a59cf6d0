package cluster

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// rollouts explores all ways in which a rollout may go: at any time any controller may act, one pod at a time, any pod may
// become ready or be gone, and the scheduler may put any Pending pod on any node that its filters allow. It knows only what
// the controllers promise: never more than replicas+maxSurge pods, never a ready pod less than replicas-maxUnavailable by
// their doing.
type rollouts struct {
	t                              *testing.T
	s                              *Simulation
	templates                      [2]*template
	ordinals, parallel             bool
	replicas, surge, unavailable   int
	seen                           map[string]bool
	finishes, stuck, tooManyStates bool
}

// one is a pod of the exploration.
type one struct {
	fresh        bool
	ordinal      int
	node         string
	ready, going bool
}

func (e *rollouts) key(pods []one) string {
	var all []string
	for _, p := range pods {
		all = append(all, fmt.Sprint(p))
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

// visit explores a state and says what may follow.
func (e *rollouts) visit(pods []one) {
	key := e.key(pods)
	if e.seen[key] || e.tooManyStates {
		return
	}
	if e.seen[key] = true; len(e.seen) > 4000 {
		e.tooManyStates = true
		return
	}
	moved := false
	next := func(changed []one) {
		moved = true
		e.visit(changed)
	}
	with := func(i int, change func(*one)) []one {
		copied := slices.Clone(pods)
		change(&copied[i])
		return copied
	}
	without := func(i int) []one { return slices.Delete(slices.Clone(pods), i, i+1) }
	remove := func(i int) []one {
		if pods[i].node == "" {
			return without(i)
		}
		return with(i, func(p *one) { p.going = true })
	}
	// Pods that start and end.
	for i, p := range pods {
		if p.going {
			next(without(i))
		} else if p.node != "" && !p.ready {
			next(with(i, func(p *one) { p.ready = true }))
		}
	}
	// The scheduler.
	cluster := e.s.bare.Fork(0)
	objects := make([]*corev1.Pod, len(pods))
	for i, p := range pods {
		revision := 0
		if p.fresh {
			revision = 1
		}
		objects[i] = e.templates[revision].pod(p.ordinal, i+1, "")
		if p.node == "" {
			continue
		}
		if err := cluster.Bind(objects[i], p.node); err != nil {
			e.t.Fatal(err)
		}
		if p.going {
			if err := cluster.Terminate(objects[i].UID); err != nil {
				e.t.Fatal(err)
			}
		}
	}
	for i, p := range pods {
		if p.node != "" || p.going {
			continue
		}
		decision, err := cluster.Filter(objects[i])
		if err != nil {
			e.t.Fatal(err)
		}
		for _, node := range decision.Feasible() {
			next(with(i, func(p *one) { p.node = node }))
		}
	}
	// The controller.
	if e.ordinals {
		e.statefulSet(pods, next, remove)
	} else {
		e.deployment(pods, next, remove)
	}
	if moved {
		return
	}
	fresh := 0
	for _, p := range pods {
		if p.fresh && p.ready {
			fresh++
		}
	}
	if fresh == e.replicas && len(pods) == e.replicas {
		e.finishes = true
	} else {
		e.stuck = true
	}
}

func (e *rollouts) deployment(pods []one, next func([]one), remove func(int) []one) {
	total, fresh, ready, freshNotReady := 0, 0, 0, 0
	for _, p := range pods {
		if p.going {
			continue
		}
		total++
		if p.ready {
			ready++
		}
		if p.fresh {
			fresh++
			if !p.ready {
				freshNotReady++
			}
		}
	}
	if total < e.replicas+e.surge && fresh < e.replicas {
		next(append(slices.Clone(pods), one{fresh: true}))
	}
	for i, p := range pods {
		if p.fresh || p.going {
			continue
		}
		if !p.ready && total-(e.replicas-e.unavailable)-freshNotReady > 0 || p.ready && ready > e.replicas-e.unavailable {
			next(remove(i))
		}
	}
}

func (e *rollouts) statefulSet(pods []one, next func([]one), remove func(int) []one) {
	at := make([]int, e.replicas)
	for i := range at {
		at[i] = -1
	}
	for i, p := range pods {
		at[p.ordinal] = i
	}
	for ordinal, i := range at {
		if i < 0 {
			next(append(slices.Clone(pods), one{fresh: true, ordinal: ordinal}))
			if !e.parallel {
				return
			}
		} else if !e.parallel && (!pods[i].ready || pods[i].going) {
			return
		}
	}
	if slices.Contains(at, -1) {
		return
	}
	for ordinal := e.replicas - 1; ordinal >= 0; ordinal-- {
		p := pods[at[ordinal]]
		notReady := slices.ContainsFunc(pods, func(p one) bool { return p.going || !p.ready })
		if !p.fresh && !p.going && (!notReady || e.parallel && !p.ready) {
			next(remove(at[ordinal]))
			if !e.parallel || p.ready {
				return
			}
		}
	}
}

// TestRolloutsAgainstTryingEverything: what the simulation says must be possible, and where only one end is possible it must
// say that one, whatever the seed.
func TestRolloutsAgainstTryingEverything(t *testing.T) {
	outcomes := map[string]int{}
	for number := range *oracles / 3 { // each takes three seeds
		g := small{rand.New(rand.NewPCG(2, uint64(number)))}
		nodes := "pools:\n"
		for i := range 2 + g.IntN(2) {
			nodes += fmt.Sprintf("- {name: w%d, count: 1, zones: [%s], allocatable: {cpu: %d, memory: 8Gi}}\n", i, g.one("a", "b"), 2+g.IntN(3))
		}
		e := &rollouts{t: t, replicas: 1 + g.IntN(3), surge: g.IntN(2), unavailable: g.IntN(2), seen: map[string]bool{}}
		if e.surge+e.unavailable == 0 {
			e.unavailable = 1
		}
		var rules []string
		if g.chance(50) {
			rule := hard("web", g.one(hostKey, hostKey, zoneKey))
			if g.chance(20) {
				rule = strings.Replace(rule, "labelSelector:", "matchLabelKeys: [pod-template-hash], labelSelector:", 1)
			}
			rules = append(rules, rule)
		}
		if g.chance(40) {
			rules = append(rules, spread("web", g.one(hostKey, zoneKey)))
		}
		if g.chance(50) {
			rules = append(rules, "containers: [{name: c, resources: {requests: {cpu: 1}}}]")
		}
		fields, kind := fmt.Sprintf("replicas: %d\nstrategy: {rollingUpdate: {maxSurge: %d, maxUnavailable: %d}}", e.replicas, e.surge, e.unavailable), "Deployment"
		if g.chance(35) {
			kind, e.ordinals, e.parallel = "StatefulSet", true, g.chance(50)
			fields = fmt.Sprintf("replicas: %d\npodManagementPolicy: %s", e.replicas, map[bool]string{true: "Parallel", false: "OrderedReady"}[e.parallel])
		}
		manifest := workload(kind, "web", fields, rules...)
		var results []bool
		for seed := range uint64(3) {
			s, err := New(inventoryOf(t, nodes), releaseOf(t, manifest), Options{Seed: seed})
			if err != nil {
				t.Fatal(err)
			}
			w := s.Release.Workloads[0]
			result, err := s.Rollout(w, nil)
			if err != nil {
				t.Fatal(err)
			}
			results = append(results, result.Finishes)
			e.s, e.templates = s, [2]*template{newTemplate(w, 1), newTemplate(w, 2)}
			// All ways are tried from the state in which this seed begins.
			var start []one
			for _, m := range s.placed.crews[0].pods {
				start = append(start, one{ordinal: m.index, node: m.node, ready: m.ready})
			}
			if !e.ordinals {
				for i := range start {
					start[i].ordinal = 0
				}
			}
			e.seen, e.finishes, e.stuck, e.tooManyStates = map[string]bool{}, false, false, false
			e.visit(start)
			if e.tooManyStates {
				outcomes["too many states"]++
				break
			}
			if result.Finishes && !e.finishes || !result.Finishes && !e.stuck {
				t.Errorf("rollout %d, seed %d: finishes: %t; possible: finish %t, stuck %t\n%s%s%+v", number, seed, result.Finishes, e.finishes, e.stuck, nodes, manifest, result)
			}
		}
		if !e.tooManyStates {
			outcomes[fmt.Sprintf("%s: finish %t, stuck %t", kind, e.finishes, e.stuck)]++
		}
	}
	t.Log(outcomes)
	for _, want := range []string{"Deployment: finish true, stuck false", "Deployment: finish false, stuck true", "StatefulSet: finish true, stuck false"} {
		if outcomes[want] == 0 {
			t.Errorf("no case of %q", want)
		}
	}
}
