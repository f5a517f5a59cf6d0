package cluster

import (
	"fmt"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
)

// daemonSet rolls out a DaemonSet: node by node.
func (r *roller) daemonSet(w *render.Workload) func() (bool, error) {
	if kind := setting(w, "updateStrategy", "type"); kind == "OnDelete" {
		r.result.Skipped = "updateStrategy OnDelete: the new revision comes when somebody deletes a pod"
		return nil
	}
	return func() (bool, error) {
		wanted := r.daemonNodes()
		surge := scaled(setting(w, "updateStrategy", "rollingUpdate", "maxSurge"), "0", len(wanted), true)
		unavailable := scaled(setting(w, "updateStrategy", "rollingUpdate", "maxUnavailable"), "1", len(wanted), true)
		if surge == 0 && unavailable == 0 {
			unavailable = 1
		}
		r.enough = len(wanted) - unavailable
		r.result.Strategy = fmt.Sprintf("RollingUpdate, maxSurge %d, maxUnavailable %d", surge, unavailable)
		if surge == 0 {
			return r.replaceDaemons(wanted, unavailable)
		}
		return r.surgeDaemons(wanted, surge)
	}
}

// daemonNodes are the nodes that want a pod of the new revision.
func (r *roller) daemonNodes() []string {
	var wanted []string
	for _, name := range r.world.scheduler.NodeNames() {
		if kube.DaemonRuns(&r.fresh.current.workload.Pod.Object.Spec, r.world.scheduler.Node(name)) {
			wanted = append(wanted, name)
		}
	}
	return wanted
}

// pair is what a DaemonSet has on one node.
type pair struct {
	old, fresh *member // those that nobody deletes
	any        bool    // also one that is being deleted
}

func (r *roller) pairs() map[string]*pair {
	pairs := map[string]*pair{}
	for _, c := range []*crew{r.old, r.fresh} {
		for _, m := range c.pods {
			p := pairs[m.target]
			if p == nil {
				p = &pair{}
				pairs[m.target] = p
			}
			p.any = true
			switch {
			case m.going:
			case c == r.old:
				p.old = m
			default:
				p.fresh = m
			}
		}
	}
	return pairs
}

// replaceDaemons deletes an old pod, and makes the new one when it is gone.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/controller/daemon/update.go (rollingUpdate, maxSurge 0)
func (r *roller) replaceDaemons(wanted []string, most int) (bool, error) {
	pairs, moved := r.pairs(), false
	for i, name := range wanted {
		if pairs[name] == nil {
			r.create(r.fresh, i, name)
			moved = true
		}
	}
	if moved {
		return true, nil
	}
	unavailable := 0
	var ready, broken []*member
	for _, name := range wanted {
		p := pairs[name]
		switch {
		case p.old == nil && p.fresh == nil || p.old != nil && p.fresh != nil:
			unavailable++
		case p.fresh != nil:
			if !p.fresh.ready {
				unavailable++
			}
		case !p.old.ready:
			broken = append(broken, p.old)
			unavailable++
		default:
			ready = append(ready, p.old)
		}
	}
	for _, m := range append(broken, ready[:min(len(ready), max(0, most-unavailable))]...) {
		moved = true
		if err := r.delete(r.old, m); err != nil {
			return true, err
		}
	}
	dropped, err := r.dropUnwanted(wanted, pairs)
	return moved || dropped, err
}

// surgeDaemons makes the new pod beside the old one, and deletes the old one when the new one runs.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/controller/daemon/update.go (rollingUpdate, maxSurge above 0)
func (r *roller) surgeDaemons(wanted []string, surge int) (bool, error) {
	pairs, moved := r.pairs(), false
	inFlight := 0
	for _, name := range wanted {
		if p := pairs[name]; p != nil && p.old != nil && p.fresh != nil && !p.fresh.ready && p.old.ready {
			inFlight++
		}
	}
	for i, name := range wanted {
		p := pairs[name]
		switch {
		case p == nil || p.old == nil && p.fresh == nil:
			r.create(r.fresh, i, name)
			moved = true
		case p.old != nil && p.fresh != nil:
			if p.fresh.ready || !p.old.ready {
				moved = true
				if err := r.delete(r.old, p.old); err != nil {
					return true, err
				}
			}
		case p.old != nil && (!p.old.ready || inFlight < surge):
			if p.old.ready {
				inFlight++
			}
			r.create(r.fresh, i, name)
			moved = true
		}
	}
	dropped, err := r.dropUnwanted(wanted, pairs)
	return moved || dropped, err
}

// dropUnwanted deletes pods on nodes that the new revision does not want any more.
func (r *roller) dropUnwanted(wanted []string, pairs map[string]*pair) (moved bool, err error) {
	keep := map[string]bool{}
	for _, name := range wanted {
		keep[name] = true
	}
	for _, name := range r.world.scheduler.NodeNames() {
		p := pairs[name]
		if p == nil || keep[name] || p.old == nil {
			continue
		}
		moved = true
		if err := r.delete(r.old, p.old); err != nil {
			return true, err
		}
	}
	return moved, nil
}
