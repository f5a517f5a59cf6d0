package cluster

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/spreadlint/spreadlint/kube"
)

// running is the cluster with the release on it: with the inventory's own pods of it where there are any, else as Place
// puts it.
func (s *Simulation) running() (*world, error) {
	if len(s.live) == 0 {
		_, err := s.Place()
		return s.placed, err
	}
	w := &world{scheduler: s.bare.Fork(s.options.Seed)}
	for _, workload := range s.Release.Workloads {
		if len(s.live[workload]) == 0 {
			continue
		}
		c, err := s.crewOf(workload, w.scheduler, 1)
		if err != nil {
			return nil, err
		}
		c.want = 0
		for i, pod := range s.live[workload] {
			w.serial++
			m := &member{pod: pod, of: c.current, index: i, serial: w.serial, asked: -1, going: pod.DeletionTimestamp != nil}
			if c.daemon() {
				m.target = cmp.Or(kube.DaemonTarget(pod), pod.Spec.NodeName)
			}
			if workload.Kind == "StatefulSet" {
				m.index = ordinal(pod.Name) - c.current.first
			}
			c.pods = append(c.pods, m)
			if !m.going {
				c.want++
			}
			if node := pod.Spec.NodeName; node != "" && w.scheduler.Node(node) != nil {
				if err := w.bind(m, node); err != nil {
					return nil, err
				}
				m.ready = !m.going
			}
		}
		w.crews = append(w.crews, c)
	}
	return w, nil
}

// ordinal is the number at the end of a StatefulSet's pod's name.
func ordinal(name string) int {
	n := 0
	if _, err := fmt.Sscanf(name[strings.LastIndexByte(name, '-')+1:], "%d", &n); err != nil {
		return 0
	}
	return n
}
