package scheduler

import (
	"context"
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	fwk "k8s.io/kube-scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/apis/config"
	"k8s.io/kubernetes/pkg/scheduler/apis/config/latest"
	"k8s.io/kubernetes/pkg/scheduler/backend/cache"
	"k8s.io/kubernetes/pkg/scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/framework/parallelize"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/names"
	frameworkruntime "k8s.io/kubernetes/pkg/scheduler/framework/runtime"
	"k8s.io/kubernetes/pkg/scheduler/metrics"

	"github.com/spreadlint/spreadlint/kube"
)

func init() { metrics.Register() }

// leftOut are the plugins of the default profile that need more than a cluster of nodes, pods and volumes: what drivers
// can hold, devices, and what happens after a pod has found no node or one.
var leftOut = []string{names.NodeVolumeLimits, names.DynamicResources, names.DefaultPreemption}

// Verdict is what a scheduler says about a pod.
type Verdict struct {
	Feasible   []string
	Rejections []kube.Rejection
	Message    string
	Scores     map[string]kube.Score // by node, when there are two or more feasible ones
}

// Real asks the framework runtime of kube-scheduler, with the default profile, about one pod and the cluster as it is.
// Image locality, scheduling gates and declared node features take part, which kube leaves out: they must not matter.
func Real(c *Cluster, bound []*corev1.Pod, pod *corev1.Pod) (Verdict, error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	snapshot := cache.NewSnapshot(bound, c.Nodes)
	framework_, err := newFramework(ctx, c, snapshot)
	if err != nil {
		return Verdict{}, err
	}
	state := framework.NewCycleState()
	all, err := snapshot.NodeInfos().List()
	if err != nil {
		return Verdict{}, err
	}
	verdict := Verdict{}
	diagnosis := framework.Diagnosis{NodeToStatus: framework.NewDefaultNodeToStatus()}
	result, status, unscheduled := framework_.RunPreFilterPlugins(ctx, state, pod)
	var feasible []fwk.NodeInfo
	if !status.IsSuccess() {
		if !status.IsRejected() {
			return verdict, status.AsError()
		}
		diagnosis.NodeToStatus.SetAbsentNodesStatus(status)
		diagnosis.PreFilterMsg = status.Message()
	} else {
		if !result.AllNodes() {
			diagnosis.NodeToStatus.SetAbsentNodesStatus(fwk.NewStatus(fwk.UnschedulableAndUnresolvable, fmt.Sprintf("node(s) didn't satisfy plugin(s) %v", sorted(unscheduled.UnsortedList()))))
		}
		for _, n := range all {
			if !result.AllNodes() && !result.NodeNames.Has(n.Node().Name) {
				continue
			}
			if status := framework_.RunFilterPluginsWithNominatedPods(ctx, state, pod, n); status.IsSuccess() {
				feasible = append(feasible, n)
			} else if !status.IsRejected() {
				return verdict, status.AsError()
			} else {
				diagnosis.NodeToStatus.Set(n.Node().Name, status)
			}
		}
	}
	for _, n := range all {
		name := n.Node().Name
		if slices.Contains(feasible, n) {
			verdict.Feasible = append(verdict.Feasible, name)
			continue
		}
		status := diagnosis.NodeToStatus.Get(name)
		verdict.Rejections = append(verdict.Rejections, kube.Rejection{Node: name, Plugin: status.Plugin(), Reasons: status.Reasons(), Final: status.Code() == fwk.UnschedulableAndUnresolvable})
	}
	slices.SortFunc(verdict.Feasible, kube.CompareNames)
	slices.SortFunc(verdict.Rejections, func(a, b kube.Rejection) int { return kube.CompareNames(a.Node, b.Node) })
	if len(feasible) == 0 {
		fit := &framework.FitError{Pod: pod, NumAllNodes: len(all), Diagnosis: diagnosis}
		verdict.Message = fit.Error()
	}
	if len(feasible) < 2 {
		return verdict, nil
	}
	if status := framework_.RunPreScorePlugins(ctx, state, pod, feasible); !status.IsSuccess() {
		return verdict, status.AsError()
	}
	scores, status := framework_.RunScorePlugins(ctx, state, pod, feasible)
	if !status.IsSuccess() {
		return verdict, status.AsError()
	}
	verdict.Scores = map[string]kube.Score{}
	for _, s := range scores {
		score := kube.Score{Node: s.Name, Total: s.TotalScore}
		for _, p := range s.Scores {
			switch {
			case p.Name == names.VolumeBinding: // by how well a volume's size fits a claim that waits, which kube leaves out
				score.Total -= p.Score
			case p.Name != names.ImageLocality:
				score.Plugins = append(score.Plugins, kube.PluginScore{Plugin: p.Name, Score: p.Score})
			case p.Score != 0:
				return verdict, fmt.Errorf("image locality gives %d", p.Score)
			}
		}
		verdict.Scores[s.Name] = score
	}
	return verdict, nil
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}

func newFramework(ctx context.Context, c *Cluster, snapshot *cache.Snapshot) (framework.Framework, error) {
	defaults, err := latest.Default()
	if err != nil {
		return nil, err
	}
	profile := defaults.Profiles[0]
	profile.Plugins.MultiPoint.Enabled = slices.DeleteFunc(profile.Plugins.MultiPoint.Enabled, func(p config.Plugin) bool { return slices.Contains(leftOut, p.Name) })
	profile.PluginConfig = slices.DeleteFunc(profile.PluginConfig, func(p config.PluginConfig) bool { return slices.Contains(leftOut, p.Name) })
	clients := fake.NewClientset()
	factory := informers.NewSharedInformerFactory(clients, 0)
	if err := fill(factory, c); err != nil {
		return nil, err
	}
	return frameworkruntime.NewFramework(ctx, plugins.NewInTreeRegistry(), &profile,
		frameworkruntime.WithClientSet(clients), frameworkruntime.WithInformerFactory(factory), frameworkruntime.WithSnapshotSharedLister(snapshot),
		frameworkruntime.WithParallelism(parallelize.DefaultParallelism), frameworkruntime.WithPodNominator(nobody{}))
}

// nobody has nominated no pods.
type nobody struct{ fwk.PodNominator }

func (nobody) NominatedPodsForNode(string) []fwk.PodInfo { return nil }

// fill puts the objects into the informers' caches.
func fill(factory informers.SharedInformerFactory, c *Cluster) error {
	for _, n := range c.Namespaces {
		if err := factory.Core().V1().Namespaces().Informer().GetIndexer().Add(n); err != nil {
			return err
		}
	}
	for _, s := range c.Services {
		if err := factory.Core().V1().Services().Informer().GetIndexer().Add(s); err != nil {
			return err
		}
	}
	for _, claim := range c.Storage.Claims {
		if err := factory.Core().V1().PersistentVolumeClaims().Informer().GetIndexer().Add(claim); err != nil {
			return err
		}
	}
	for _, volume := range c.Storage.Volumes {
		if err := factory.Core().V1().PersistentVolumes().Informer().GetIndexer().Add(volume); err != nil {
			return err
		}
	}
	for _, class := range c.Storage.Classes {
		if err := factory.Storage().V1().StorageClasses().Informer().GetIndexer().Add(class); err != nil {
			return err
		}
	}
	for _, o := range c.Owners {
		meta := metav1.ObjectMeta{Namespace: o.Namespace, Name: o.Name}
		var err error
		switch o.Kind {
		case "ReplicaSet":
			err = factory.Apps().V1().ReplicaSets().Informer().GetIndexer().Add(&appsv1.ReplicaSet{ObjectMeta: meta, Spec: appsv1.ReplicaSetSpec{Selector: o.Selector}})
		case "StatefulSet":
			err = factory.Apps().V1().StatefulSets().Informer().GetIndexer().Add(&appsv1.StatefulSet{ObjectMeta: meta, Spec: appsv1.StatefulSetSpec{Selector: o.Selector}})
		case "ReplicationController":
			err = factory.Core().V1().ReplicationControllers().Informer().GetIndexer().Add(&corev1.ReplicationController{ObjectMeta: meta, Spec: corev1.ReplicationControllerSpec{Selector: o.Selector.MatchLabels}})
		}
		if err != nil {
			return err
		}
	}
	return nil
}
