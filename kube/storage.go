package kube

import (
	"context"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/component-helpers/storage/volume"
	fwk "k8s.io/kube-scheduler/framework"
	v1helper "k8s.io/kubernetes/pkg/apis/core/v1/helper"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/feature"
)

// Storage is what is known of a cluster's volumes.
type Storage struct {
	Claims  map[types.NamespacedName]*corev1.PersistentVolumeClaim
	Volumes map[string]*corev1.PersistentVolume
	Classes map[string]*storagev1.StorageClass

	// Partial says that only what a release brings along is known: there may be more in the cluster.
	Partial bool

	planned map[types.NamespacedName]bool // see [Storage.Plan]
}

// NewStorage is that of a cluster without any.
func NewStorage() *Storage {
	return &Storage{Claims: map[types.NamespacedName]*corev1.PersistentVolumeClaim{}, Volumes: map[string]*corev1.PersistentVolume{},
		Classes: map[string]*storagev1.StorageClass{}, planned: map[types.NamespacedName]bool{}}
}

// Claim is the claim of that name, nil when there is none.
func (s *Storage) Claim(namespace, name string) *corev1.PersistentVolumeClaim {
	return s.Claims[types.NamespacedName{Namespace: namespace, Name: name}]
}

// Class is the storage class of that name; of "" it is the default one, by the annotation that marks it. Of several
// defaults the API server takes the newest, which is not known here: nil.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/volume/util/storageclass.go (GetDefaultClass)
func (s *Storage) Class(name string) *storagev1.StorageClass {
	if name != "" {
		return s.Classes[name]
	}
	var found *storagev1.StorageClass
	for _, c := range s.Classes {
		if c.Annotations["storageclass.kubernetes.io/is-default-class"] == "true" || c.Annotations["storageclass.beta.kubernetes.io/is-default-class"] == "true" {
			if found != nil {
				return nil
			}
			found = c
		}
	}
	return found
}

// ClassOf is the class of which a claim will be, nil when that is not known.
func (s *Storage) ClassOf(claim corev1.PersistentVolumeClaimSpec) *storagev1.StorageClass {
	switch {
	case claim.StorageClassName == nil:
		return s.Class("")
	case *claim.StorageClassName == "":
		return nil // no class at all, which is not the default one
	}
	return s.Class(*claim.StorageClassName)
}

// IsBound reports whether a claim has its volume for good.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/scheduler/framework/plugins/volumebinding/binder.go (isPVCFullyBound)
func IsBound(claim *corev1.PersistentVolumeClaim) bool {
	_, done := claim.Annotations[volume.AnnBindCompleted]
	return claim.Spec.VolumeName != "" && done
}

// BindsAtOnce reports whether volumes of the class are made before their pods are placed.
func BindsAtOnce(class *storagev1.StorageClass) bool {
	return class.VolumeBindingMode == nil || *class.VolumeBindingMode == storagev1.VolumeBindingImmediate
}

// ReachesNode reports whether a volume can be used on a node, by its node affinity and by its labels, as VolumeBinding
// and VolumeZone judge it.
func ReachesNode(pv *corev1.PersistentVolume, node *corev1.Node) bool {
	return volume.CheckNodeAffinity(pv, node.Labels) == nil && inVolumeZone(pv, node)
}

// The filters of this file and of storage_zone.go do what the plugins of their names do. Those themselves would bring
// cloud providers' code with them; what they decide by is here the same functions of component-helpers. Not done: storage capacity, which nothing
// tells of, scores by the size of volumes that wait for a claim, and the translation of volumes of in-tree drivers. A
// volume that a class will make restricts the pod by the class's allowedTopologies only.

// volumeBinding is VolumeBinding.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/scheduler/framework/plugins/volumebinding/volume_binding.go
type volumeBinding struct {
	storage   *Storage
	scheduler *Scheduler // for the volumes that its pods took
}

func newVolumeBinding(_ context.Context, _ runtime.Object, h fwk.Handle, _ feature.Features) (fwk.Plugin, error) {
	return volumeBinding{h.(*handle).objects.storage, h.(*handle).lister.scheduler}, nil
}

func (volumeBinding) Name() string                                 { return "VolumeBinding" }
func (volumeBinding) PreFilterExtensions() fwk.PreFilterExtensions { return nil }

func refuse(format string, args ...any) *fwk.Status {
	return fwk.NewStatus(fwk.UnschedulableAndUnresolvable, fmt.Sprintf(format, args...))
}

// podClaims are a pod's claims by how far they are.
type podClaims struct {
	bound   []*corev1.PersistentVolumeClaim
	delayed []delayedClaim
	gone    map[string]*corev1.PersistentVolume // those that planned claims took
}

// delayedClaim is one that gets its volume when its pod is placed.
type delayedClaim struct {
	*corev1.PersistentVolumeClaim
	class    *storagev1.StorageClass
	existing []*corev1.PersistentVolume // of its class
}

func (*podClaims) Clone() fwk.StateData { panic("kube: the state of volumes is never cloned") }

func (p volumeBinding) PreFilter(_ context.Context, state fwk.CycleState, pod *corev1.Pod, _ []fwk.NodeInfo) (*fwk.PreFilterResult, *fwk.Status) {
	if p.storage == nil || !slices.ContainsFunc(pod.Spec.Volumes, usesClaim) {
		return nil, fwk.NewStatus(fwk.Skip)
	}
	var claims podClaims
	immediate := false
	for _, v := range pod.Spec.Volumes {
		switch {
		case v.Ephemeral != nil:
			if later := p.storage.laterClaim(pod, v); p.delays(later) {
				claims.delayed = append(claims.delayed, p.delayed(later))
			}
			continue
		case v.PersistentVolumeClaim == nil:
			continue
		}
		name := v.PersistentVolumeClaim.ClaimName
		claim := p.storage.Claim(pod.Namespace, name)
		switch {
		case claim == nil:
			return nil, refuse("persistentvolumeclaim %q not found", name)
		case claim.Status.Phase == corev1.ClaimLost:
			return nil, refuse("persistentvolumeclaim %q bound to non-existent persistentvolume %q", name, claim.Spec.VolumeName)
		case claim.DeletionTimestamp != nil:
			return nil, refuse("persistentvolumeclaim %q is being deleted", name)
		case IsBound(claim):
			claims.bound = append(claims.bound, claim)
		case p.storage.IsPlanned(claim.Namespace, claim.Name):
			if taken := p.scheduler.taken[types.NamespacedName{Namespace: claim.Namespace, Name: claim.Name}]; taken != "" {
				claims.bound = append(claims.bound, boundTo(claim, taken))
			} else if p.delays(claim) {
				claims.delayed = append(claims.delayed, p.delayed(claim))
			}
		case claim.Spec.VolumeName == "" && p.delays(claim):
			claims.delayed = append(claims.delayed, p.delayed(claim))
		default:
			immediate = true
		}
	}
	if immediate {
		return nil, refuse("pod has unbound immediate PersistentVolumeClaims")
	}
	claims.gone = p.gone()
	state.Write("VolumeBinding", &claims)
	return nil, nil
}

// laterClaim is a claim as it will be made.
func (s *Storage) laterClaim(pod *corev1.Pod, v corev1.Volume) *corev1.PersistentVolumeClaim {
	claim := &corev1.PersistentVolumeClaim{}
	claim.Namespace, claim.Name = pod.Namespace, pod.Name+"-"+v.Name
	if v.Ephemeral.VolumeClaimTemplate == nil {
		return claim
	}
	claim.Spec = *v.Ephemeral.VolumeClaimTemplate.Spec.DeepCopy()
	if class := s.ClassOf(claim.Spec); class != nil {
		claim.Spec.StorageClassName = &class.Name
	}
	return claim
}

func (p volumeBinding) delays(claim *corev1.PersistentVolumeClaim) bool {
	name := volume.GetPersistentVolumeClaimClass(claim)
	if name == "" {
		return false
	}
	class := p.storage.Class(name)
	return class != nil && !BindsAtOnce(class)
}

func usesClaim(v corev1.Volume) bool { return v.PersistentVolumeClaim != nil || v.Ephemeral != nil }

func (p volumeBinding) Filter(_ context.Context, state fwk.CycleState, pod *corev1.Pod, on fwk.NodeInfo) *fwk.Status {
	data, err := state.Read("VolumeBinding")
	if err != nil {
		return fwk.AsStatus(err)
	}
	claims, node := data.(*podClaims), on.Node()
	var reasons []string
	for _, claim := range claims.bound {
		// volumeZone has refused the pod when there is no such volume.
		if pv := p.storage.Volumes[claim.Spec.VolumeName]; pv != nil && volume.CheckNodeAffinity(pv, node.Labels) != nil {
			reasons = append(reasons, "node(s) didn't match PersistentVolume's node affinity")
			break
		}
	}
	if _, provided, err := p.provides(claims.delayed, claims.gone, node); err != nil {
		return fwk.AsStatus(err)
	} else if !provided {
		reasons = append(reasons, "node(s) didn't find available persistent volumes to bind")
	}
	if len(reasons) > 0 {
		return fwk.NewStatus(fwk.UnschedulableAndUnresolvable, reasons...)
	}
	return nil
}

func (p volumeBinding) delayed(claim *corev1.PersistentVolumeClaim) delayedClaim {
	class := volume.GetPersistentVolumeClaimClass(claim)
	return delayedClaim{claim, p.storage.Class(class), p.storage.ofClass(class)}
}

// gone are the volumes that planned claims took.
func (p volumeBinding) gone() map[string]*corev1.PersistentVolume {
	gone := map[string]*corev1.PersistentVolume{}
	for _, name := range p.scheduler.taken {
		gone[name] = p.storage.Volumes[name]
	}
	return gone
}

// provides reports whether the claims without a volume can have one on a node, and which of those that exist they take.
func (p volumeBinding) provides(delayed []delayedClaim, gone map[string]*corev1.PersistentVolume, node *corev1.Node) (chosen map[types.NamespacedName]string, ok bool, err error) {
	for _, claim := range delayed {
		selected, provisioning := claim.Annotations[volume.AnnSelectedNode]
		if provisioning && selected != node.Name {
			return nil, false, nil
		}
		if !provisioning {
			pv, err := volume.FindMatchingVolume(claim.PersistentVolumeClaim, claim.existing, node, gone, true, true)
			if err != nil {
				return nil, false, err
			}
			if pv != nil {
				if chosen == nil {
					chosen, gone = map[types.NamespacedName]string{}, maps.Clone(gone)
				}
				gone[pv.Name] = pv
				chosen[types.NamespacedName{Namespace: claim.Namespace, Name: claim.Name}] = pv.Name
				continue
			}
		}
		byHand := claim.class.Provisioner == "" || claim.class.Provisioner == volume.NotSupportedProvisioner
		if byHand && p.storage.Partial && len(claim.existing) == 0 {
			continue // somebody makes them in the cluster
		}
		if byHand || !v1helper.MatchTopologySelectorTerms(claim.class.AllowedTopologies, labels.Set(node.Labels)) {
			return nil, false, nil
		}
	}
	return chosen, true, nil
}

// Has reports whether there are volumes of a class.
func (s *Storage) Has(class string) bool { return len(s.ofClass(class)) > 0 }

// Of lists the volumes of a claim's class, by name.
func (s *Storage) Of(claim *corev1.PersistentVolumeClaim) []*corev1.PersistentVolume {
	return s.ofClass(volume.GetPersistentVolumeClaimClass(claim))
}

func (s *Storage) ofClass(class string) []*corev1.PersistentVolume {
	var found []*corev1.PersistentVolume
	for _, name := range slices.Sorted(maps.Keys(s.Volumes)) {
		if pv := s.Volumes[name]; volume.GetPersistentVolumeClass(pv) == class {
			found = append(found, pv)
		}
	}
	return found
}
