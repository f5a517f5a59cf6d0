package kube

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	apps "k8s.io/client-go/informers/apps"
	appsv1 "k8s.io/client-go/informers/apps/v1"
	core "k8s.io/client-go/informers/core"
	informersv1 "k8s.io/client-go/informers/core/v1"
	appslisters "k8s.io/client-go/listers/apps/v1"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"
	fwk "k8s.io/kube-scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/framework"
)

// deletion stands for the time at which a pod was deleted; only that there is one matters.
var deletion = metav1.NewTime(time.Unix(0, 0))

// handle is what the plugins see of the scheduler. It answers only what the plugins of the default profile ask; every
// other method of the embedded nil interface would panic. The comparison with the framework's own runtime in conformance/
// runs through all of the plugins.
// Kubernetes' fake clientset would do the same work, but its types are all kept by the linker: 25 MB.
type handle struct {
	fwk.Handle
	lister  *nodeLister
	objects *objects
}

func (h *handle) SnapshotSharedLister() fwk.SharedLister { return sharedLister{nodes: h.lister} }
func (h *handle) Parallelizer() fwk.Parallelizer         { return inTurn{} }
func (h *handle) SharedDRAManager() fwk.SharedDRAManager { return nil }
func (h *handle) SharedInformerFactory() informers.SharedInformerFactory {
	return factory{objects: h.objects}
}

// inTurn works in one goroutine: results do not depend on luck, and for the clusters at hand it is as fast.
type inTurn struct{}

func (inTurn) Until(_ context.Context, pieces int, work workqueue.DoWorkPieceFunc, _ string) {
	for i := range pieces {
		work(i)
	}
}

type sharedLister struct {
	fwk.SharedLister
	nodes *nodeLister
}

func (l sharedLister) NodeInfos() fwk.NodeInfoLister { return l.nodes }

// nodeLister lists the nodes of a scheduler as the plugins want them.
type nodeLister struct {
	scheduler                *Scheduler
	stale, staleAffinity     bool
	all, affinity, repelling []fwk.NodeInfo
}

// noticed is told which pod came or went.
func (l *nodeLister) noticed(pod *corev1.Pod) {
	if pod.Spec.Affinity != nil {
		l.staleAffinity = true
	}
}

func (l *nodeLister) refresh() {
	if l.stale {
		l.all = make([]fwk.NodeInfo, 0, len(l.scheduler.order))
		for _, n := range l.scheduler.order {
			l.all = append(l.all, n.info)
		}
	}
	if l.stale || l.staleAffinity {
		l.affinity, l.repelling = nil, nil
		for _, n := range l.scheduler.order {
			if len(n.info.PodsWithAffinity) > 0 {
				l.affinity = append(l.affinity, n.info)
			}
			if len(n.info.PodsWithRequiredAntiAffinity) > 0 {
				l.repelling = append(l.repelling, n.info)
			}
		}
	}
	l.stale, l.staleAffinity = false, false
}

func (l *nodeLister) List() ([]fwk.NodeInfo, error) {
	l.refresh()
	return l.all, nil
}

func (l *nodeLister) HavePodsWithAffinityList() ([]fwk.NodeInfo, error) {
	l.refresh()
	return l.affinity, nil
}

func (l *nodeLister) HavePodsWithRequiredAntiAffinityList() ([]fwk.NodeInfo, error) {
	l.refresh()
	return l.repelling, nil
}

// HavePodsWithRequiredNonHostScopedAntiAffinityList is empty while the feature InterPodAffinityHostnameFastPath is off.
func (l *nodeLister) HavePodsWithRequiredNonHostScopedAntiAffinityList() ([]fwk.NodeInfo, error) {
	return nil, nil
}

func (l *nodeLister) Get(name string) (fwk.NodeInfo, error) {
	n := l.scheduler.byName[name]
	if n == nil {
		return nil, fmt.Errorf("node %q not found", name)
	}
	return n.info, nil
}

// objects are what the plugins read through informers.
type objects struct {
	namespaces, services, controllers, replicaSets, statefulSets cache.Indexer
	storage                                                      *Storage // nil: nothing is known, and volumes are not looked at
	podInfos                                                     map[podShape]*framework.PodInfo
}

// podShape is the same for pods that share what a PodInfo is made of: their spec, told by the addresses of its parts.
type podShape struct {
	namespace  string
	containers *corev1.Container
	affinity   *corev1.Affinity
}

// podInfo is framework.NewPodInfo, which parses the terms and sums up the requests, once for pods of one shape.
func (o *objects) podInfo(pod *corev1.Pod) *framework.PodInfo {
	if len(pod.Spec.Containers) == 0 {
		info, _ := framework.NewPodInfo(pod)
		return info
	}
	shape := podShape{pod.Namespace, &pod.Spec.Containers[0], pod.Spec.Affinity}
	known := o.podInfos[shape]
	if known == nil {
		known, _ = framework.NewPodInfo(pod)
		known.CalculateResource()
		o.podInfos[shape] = known
	}
	info := *known
	info.Pod = pod
	return &info
}

func newObjects() *objects {
	index := func() cache.Indexer {
		return cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc})
	}
	return &objects{podInfos: map[podShape]*framework.PodInfo{}, namespaces: index(), services: index(), controllers: index(), replicaSets: index(), statefulSets: index()}
}

// The types below stand between the plugins and those listers. Each embeds the interface it stands for and answers the
// one question that is asked.

type factory struct {
	informers.SharedInformerFactory
	objects *objects
}

func (f factory) Core() core.Interface { return coreGroup{objects: f.objects} }
func (f factory) Apps() apps.Interface { return appsGroup{objects: f.objects} }

type coreGroup struct {
	core.Interface
	objects *objects
}

func (g coreGroup) V1() informersv1.Interface { return coreV1{objects: g.objects} }

type coreV1 struct {
	informersv1.Interface
	objects *objects
}

func (v coreV1) Namespaces() informersv1.TypedNamespaceInformer {
	return namespaces{lister: corelisters.NewNamespaceLister(v.objects.namespaces)}
}
func (v coreV1) Services() informersv1.TypedServiceInformer {
	return services{lister: corelisters.NewServiceLister(v.objects.services)}
}
func (v coreV1) ReplicationControllers() informersv1.TypedReplicationControllerInformer {
	return replicationControllers{lister: corelisters.NewReplicationControllerLister(v.objects.controllers)}
}

type appsGroup struct {
	apps.Interface
	objects *objects
}

func (g appsGroup) V1() appsv1.Interface { return appsV1{objects: g.objects} }

type appsV1 struct {
	appsv1.Interface
	objects *objects
}

func (v appsV1) ReplicaSets() appsv1.TypedReplicaSetInformer {
	return replicaSets{lister: appslisters.NewReplicaSetLister(v.objects.replicaSets)}
}
func (v appsV1) StatefulSets() appsv1.TypedStatefulSetInformer {
	return statefulSets{lister: appslisters.NewStatefulSetLister(v.objects.statefulSets)}
}

type namespaces struct {
	informersv1.TypedNamespaceInformer
	lister corelisters.NamespaceLister
}

func (i namespaces) Lister() corelisters.NamespaceLister { return i.lister }

type services struct {
	informersv1.TypedServiceInformer
	lister corelisters.ServiceLister
}

func (i services) Lister() corelisters.ServiceLister { return i.lister }

type replicationControllers struct {
	informersv1.TypedReplicationControllerInformer
	lister corelisters.ReplicationControllerLister
}

func (i replicationControllers) Lister() corelisters.ReplicationControllerLister { return i.lister }

type replicaSets struct {
	appsv1.TypedReplicaSetInformer
	lister appslisters.ReplicaSetLister
}

func (i replicaSets) Lister() appslisters.ReplicaSetLister { return i.lister }

type statefulSets struct {
	appsv1.TypedStatefulSetInformer
	lister appslisters.StatefulSetLister
}

func (i statefulSets) Lister() appslisters.StatefulSetLister { return i.lister }
