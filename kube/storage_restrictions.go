package kube

import (
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	informersv1 "k8s.io/client-go/informers/core/v1"
	corelisters "k8s.io/client-go/listers/core/v1"
	fwk "k8s.io/kube-scheduler/framework"
)

// What the plugin VolumeRestrictions asks of the cluster: a claim that is ReadWriteOncePod admits one pod in all of it, and
// some disks of old one pod on each node.

func (v coreV1) PersistentVolumeClaims() informersv1.TypedPersistentVolumeClaimInformer {
	return claimInformer{lister: claimLister{storage: v.objects.storage}}
}

type claimInformer struct {
	informersv1.TypedPersistentVolumeClaimInformer
	lister corelisters.PersistentVolumeClaimLister
}

func (i claimInformer) Lister() corelisters.PersistentVolumeClaimLister { return i.lister }

type claimLister struct {
	corelisters.PersistentVolumeClaimLister
	storage *Storage
}

func (l claimLister) PersistentVolumeClaims(namespace string) corelisters.PersistentVolumeClaimNamespaceLister {
	return namespacedClaims{storage: l.storage, namespace: namespace}
}

type namespacedClaims struct {
	corelisters.PersistentVolumeClaimNamespaceLister
	storage   *Storage
	namespace string
}

// Get finds a claim. Where nothing is known of volumes every claim is one without restrictions.
func (l namespacedClaims) Get(name string) (*corev1.PersistentVolumeClaim, error) {
	if l.storage == nil {
		return &corev1.PersistentVolumeClaim{}, nil
	}
	if claim := l.storage.Claim(l.namespace, name); claim != nil {
		return claim, nil
	}
	return nil, apierrors.NewNotFound(corev1.Resource("persistentvolumeclaim"), name)
}

func (l sharedLister) StorageInfos() fwk.StorageInfoLister { return storageInfos{l.nodes.scheduler} }

type storageInfos struct{ scheduler *Scheduler }

func (i storageInfos) IsPVCUsedByPods(key string) bool {
	for _, n := range i.scheduler.order {
		if n.info.PVCRefCounts[key] > 0 {
			return true
		}
	}
	return false
}
