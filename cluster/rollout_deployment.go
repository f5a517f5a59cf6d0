package cluster

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/spreadlint/spreadlint/render"
)

// deployment rolls out a Deployment: r.old and r.fresh are its two ReplicaSets, their want is spec.replicas.
func (r *roller) deployment(w *render.Workload) func() (bool, error) {
	if setting(w, "paused") == true {
		r.result.Skipped = "it is paused: nothing is rolled out until somebody resumes it"
		return nil
	}
	surge, unavailable, rolling := w.RollingUpdate()
	if !rolling {
		if setting(w, "strategy", "type") != "Recreate" {
			r.result.Skipped = "its strategy cannot be resolved"
			return nil
		}
		r.result.Strategy = "Recreate"
		return func() (bool, error) { return r.recreate() }
	}
	unavailable = min(unavailable, w.Replicas)
	r.enough = w.Replicas - unavailable
	r.result.Strategy = fmt.Sprintf("RollingUpdate, maxSurge %d, maxUnavailable %d", surge, unavailable)
	return func() (bool, error) { return r.rollingUpdate(surge, unavailable) }
}

// rollingUpdate is one sync of the deployment controller: scale up the new ReplicaSet as far as maxSurge lets it, or else
// scale down the old one as far as maxUnavailable does, pods that do not run first.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/controller/deployment/rolling.go (rolloutRolling)
func (r *roller) rollingUpdate(surge, unavailable int) (bool, error) {
	total := r.old.want + r.fresh.want
	if add := min(r.replicas+surge-total, r.replicas-r.fresh.want); add > 0 {
		r.fresh.want += add
		for range add {
			r.create(r.fresh, r.world.serial, "")
		}
		return true, nil
	}
	minimum := r.replicas - unavailable
	if r.old.want == 0 || total-minimum-(r.fresh.want-available(r.fresh)) <= 0 {
		return false, nil
	}
	running := available(r.old)
	down := min(total-minimum-(r.fresh.want-available(r.fresh)), max(0, r.old.want-running))
	if more := running + available(r.fresh) - minimum; more > 0 {
		down += min(r.old.want-down, more)
	}
	if down == 0 {
		return false, nil
	}
	r.old.want -= down
	return true, r.shrink(r.old, down)
}

// shrink deletes pods of a ReplicaSet in its order: without a node, not ready, on the node with most pods of the
// Deployment, then newest; chance decides between equal ones.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/controller/controller_utils.go (ActivePodsWithRanks)
func (r *roller) shrink(c *crew, down int) error {
	together := map[string]int{}
	var alive []*member
	for _, crew := range []*crew{r.old, r.fresh} {
		for _, m := range crew.pods {
			if !m.going {
				together[m.node]++
				if crew == c {
					alive = append(alive, m)
				}
			}
		}
	}
	slices.SortStableFunc(alive, func(a, b *member) int {
		return cmp.Or(
			compareBool(a.node != "", b.node != ""),
			compareBool(a.ready, b.ready),
			cmp.Compare(together[b.node], together[a.node]),
			r.lot(a, b))
	})
	for _, m := range alive[:min(down, len(alive))] {
		if err := r.delete(c, m); err != nil {
			return err
		}
	}
	return nil
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// recreate deletes all old pods, waits until they are gone, and then makes the new ones.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/controller/deployment/recreate.go (rolloutRecreate)
func (r *roller) recreate() (bool, error) {
	r.enough = r.replicas
	switch {
	case r.old.want > 0:
		down := r.old.want
		r.old.want = 0
		return true, r.shrink(r.old, down)
	case len(r.old.pods) > 0 || r.fresh.want == r.replicas:
		return false, nil
	}
	r.fresh.want = r.replicas
	for range r.replicas {
		r.create(r.fresh, r.world.serial, "")
	}
	return true, nil
}
