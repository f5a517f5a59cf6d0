package cluster

import (
	"fmt"
	"slices"

	"github.com/spreadlint/spreadlint/render"
)

// statefulSet rolls out a StatefulSet. Both crews belong to it: a pod is in the one of its revision.
func (r *roller) statefulSet(w *render.Workload, release *render.Release) func() (bool, error) {
	if kind := setting(w, "updateStrategy", "type"); kind == "OnDelete" {
		r.result.Skipped = "updateStrategy OnDelete: the new revision comes when somebody deletes a pod"
		return nil
	}
	r.partition = integer(setting(w, "updateStrategy", "rollingUpdate", "partition"), 0)
	most := 1
	if maxUnavailableKnown(release) {
		most = max(1, scaled(setting(w, "updateStrategy", "rollingUpdate", "maxUnavailable"), "1", w.Replicas, false))
	}
	ordered := setting(w, "podManagementPolicy") != "Parallel"
	r.partition = min(r.partition, w.Replicas)
	r.result.Strategy = fmt.Sprintf("RollingUpdate, maxUnavailable %d, partition %d", most, r.partition)
	if !ordered {
		r.result.Strategy += ", Parallel"
	}
	r.enough = w.Replicas
	return func() (bool, error) { return r.updateStatefulSet(most, ordered) }
}

// maxUnavailableKnown reports whether the StatefulSet's maxUnavailable is heeded: on by default from 1.37 on.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/features/kube_features.go (MaxUnavailableStatefulSet)
func maxUnavailableKnown(release *render.Release) bool {
	minor := versionOf(release)
	return minor == 0 || minor >= 37
}

// updateStatefulSet is one sync of the StatefulSet controller: make what is missing, lowest ordinal first and, unless it is
// Parallel, one at a time; when all of them run, delete outdated pods from the highest ordinal down.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/controller/statefulset/stateful_set_control.go (updateStatefulSet)
func (r *roller) updateStatefulSet(most int, ordered bool) (bool, error) {
	pods := make([]*member, r.replicas)
	owner := map[*member]*crew{}
	var condemned []*member
	for _, c := range []*crew{r.old, r.fresh} {
		for _, m := range c.pods {
			owner[m] = c
			if m.index < 0 || m.index >= r.replicas {
				condemned = append(condemned, m)
				continue
			}
			pods[m.index] = m
		}
	}
	created := false
	for i, m := range pods {
		if m == nil {
			c := r.fresh
			if i < r.partition {
				c = r.old
			}
			r.create(c, i, "")
			created = true
			if ordered {
				return true, nil
			}
			continue
		}
		if ordered && (m.going || !m.ready) {
			return false, nil
		}
	}
	if created {
		return true, nil
	}
	slices.SortFunc(condemned, func(a, b *member) int { return b.index - a.index })
	for _, m := range condemned { // fewer replicas than before
		if !m.going {
			return true, r.delete(owner[m], m)
		}
		if ordered {
			return false, nil
		}
	}
	unavailable, outdated := 0, 0
	for _, m := range pods {
		if m.going || !m.ready {
			unavailable++
			if owner[m] == r.old && !m.going {
				outdated++
			}
		}
	}
	if unavailable >= most && (ordered || outdated == 0) {
		return false, nil
	}
	budget, moved := most-unavailable, false
	for i := len(pods) - 1; i >= r.partition; i-- {
		m := pods[i]
		if owner[m] != r.old || m.going || m.ready && budget <= 0 || ordered && budget <= 0 {
			continue
		}
		if m.ready || ordered {
			budget--
		}
		moved = true
		if err := r.delete(r.old, m); err != nil {
			return true, err
		}
	}
	return moved, nil
}
