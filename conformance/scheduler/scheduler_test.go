package scheduler

import (
	"flag"
	"fmt"
	"reflect"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/spreadlint/spreadlint/kube"
)

var (
	count = flag.Int("clusters", 100, "how many clusters to compare")
	seed  = flag.Uint64("seed", 1, "seed of the clusters")
	only  = flag.Uint64("only", 0, "compare only the cluster with this number, from 1")
)

// TestAgreement lets pods come to generated clusters one after another, and go again. Each time both schedulers must say
// the same: which nodes are feasible, why the others are not, the sentence about a pod that fits nowhere, and every score.
func TestAgreement(t *testing.T) {
	pods, pending, scored, plugins := 0, 0, 0, map[string]int{}
	first, last := uint64(1), uint64(*count)
	if *only > 0 {
		first, last = *only, *only
	}
	for number := first; number <= last; number++ {
		c := Generate(*seed, number)
		ours, bound := prepare(t, c)
		for i, pod := range c.Incoming {
			want, err := Real(c, bound, pod)
			if err != nil {
				t.Fatalf("cluster %d, pod %s: %v", number, pod.Name, err)
			}
			got, node := ask(t, ours, pod)
			if difference := compare(got, want); difference != "" {
				t.Errorf("cluster %d of seed %d, pod %s: %s", number, *seed, pod.Name, difference)
			}
			pods++
			if len(want.Scores) > 0 {
				scored++
			}
			for _, r := range want.Rejections {
				plugins[r.Plugin]++
			}
			if node == "" {
				pending++
			} else {
				if err := ours.Bind(pod, node); err != nil {
					t.Fatal(err)
				}
				placed := *pod
				placed.Spec.NodeName = node
				bound = append(bound, &placed)
			}
			bound = change(t, ours, bound, i)
		}
		if t.Failed() && number > first+20 {
			t.FailNow()
		}
	}
	t.Logf("%d clusters of seed %d: %d pods, %d Pending, %d scored; rejections by %v", last-first+1, *seed, pods, pending, scored, plugins)
	for _, name := range []string{"TaintToleration", "NodeAffinity", "NodePorts", "NodeResourcesFit", "PodTopologySpread", "InterPodAffinity", "NodeUnschedulable", "VolumeRestrictions", "VolumeBinding", "VolumeZone"} {
		if *count >= 100 && *only == 0 && plugins[name] == 0 {
			t.Errorf("%s rejects nothing: the generator misses it", name)
		}
	}
}

func prepare(t *testing.T, c *Cluster) (*kube.Scheduler, []*corev1.Pod) {
	t.Helper()
	s, err := kube.NewScheduler(kube.Surroundings{Namespaces: c.Namespaces, Services: c.Services, Storage: c.Storage}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.AddNodes(c.Nodes...); err != nil {
		t.Fatal(err)
	}
	for _, o := range c.Owners {
		if err := s.Own(o); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range c.Bound {
		if err := s.Bind(p, p.Spec.NodeName); err != nil {
			t.Fatal(err)
		}
	}
	return s, slices.Clone(c.Bound)
}

// ask takes the verdict of Filter and the scores of Schedule, on a fork: asking must change nothing.
func ask(t *testing.T, s *kube.Scheduler, pod *corev1.Pod) (Verdict, string) {
	t.Helper()
	filtered, err := s.Fork(7).Filter(pod)
	if err != nil {
		t.Fatal(err)
	}
	scheduled, err := s.Schedule(pod)
	if err != nil {
		t.Fatal(err)
	}
	v := Verdict{Feasible: filtered.Feasible(), Rejections: filtered.Rejections(), Message: filtered.Message()}
	if !slices.Equal(v.Feasible, scheduled.Feasible()) {
		t.Errorf("Filter and Schedule differ: %v, %v", v.Feasible, scheduled.Feasible())
	}
	if scheduled.Scores != nil {
		v.Scores = map[string]kube.Score{}
	}
	for _, score := range scheduled.Scores {
		v.Scores[score.Node] = score
	}
	return v, scheduled.Node
}

// change lets a pod go, or begin to go, so that the state is one that was reached step by step.
func change(t *testing.T, s *kube.Scheduler, bound []*corev1.Pod, i int) []*corev1.Pod {
	t.Helper()
	if len(bound) == 0 || i%2 == 1 {
		return bound
	}
	at := i * 5 % len(bound)
	pod := bound[at]
	if i%4 == 0 {
		if err := s.Remove(pod.UID); err != nil {
			t.Fatal(err)
		}
		return slices.Delete(slices.Clone(bound), at, at+1)
	}
	if err := s.Terminate(pod.UID); err != nil {
		t.Fatal(err)
	}
	going := *pod
	going.DeletionTimestamp = &pod.CreationTimestamp
	changed := slices.Clone(bound)
	changed[at] = &going
	return changed
}

func compare(got, want Verdict) string {
	switch {
	case !slices.Equal(got.Feasible, want.Feasible):
		return fmt.Sprintf("feasible are %v, want %v", got.Feasible, want.Feasible)
	case got.Message != want.Message:
		return fmt.Sprintf("message\n%s\nwant\n%s", got.Message, want.Message)
	case len(got.Rejections) != len(want.Rejections):
		return fmt.Sprintf("%d rejections, want %d", len(got.Rejections), len(want.Rejections))
	case len(got.Scores) != len(want.Scores):
		return fmt.Sprintf("%d scores, want %d", len(got.Scores), len(want.Scores))
	}
	for i := range got.Rejections {
		if !reflect.DeepEqual(got.Rejections[i], want.Rejections[i]) {
			return fmt.Sprintf("rejection %+v, want %+v", got.Rejections[i], want.Rejections[i])
		}
	}
	for node, score := range want.Scores {
		if !reflect.DeepEqual(got.Scores[node], score) {
			return fmt.Sprintf("score %+v, want %+v", got.Scores[node], score)
		}
	}
	return ""
}
