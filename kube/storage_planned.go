package kube

import (
	"maps"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/component-helpers/storage/volume"
)

// Clone returns a storage of its own with the same objects.
func (s *Storage) Clone() *Storage {
	return &Storage{Claims: maps.Clone(s.Claims), Volumes: maps.Clone(s.Volumes), Classes: maps.Clone(s.Classes), Partial: s.Partial, planned: maps.Clone(s.planned)}
}

// Plan adds a claim that does not exist yet, but will when its pods come. One that exists already stays as it is. A planned
// claim whose class does not wait for a pod is bound here if there is a volume for it, as Kubernetes' controller does it:
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/controller/volume/persistentvolume/pv_controller.go (syncUnboundClaim)
// Else a volume will be made for it: where, is known only from the class's allowedTopologies.
func (s *Storage) Plan(claim *corev1.PersistentVolumeClaim) {
	key := types.NamespacedName{Namespace: claim.Namespace, Name: claim.Name}
	if s.Claims[key] != nil {
		return
	}
	claim = claim.DeepCopy()
	if claim.Spec.VolumeMode == nil { // as the API server defaults it
		mode := corev1.PersistentVolumeFilesystem
		claim.Spec.VolumeMode = &mode
	}
	if class := s.ClassOf(claim.Spec); class != nil {
		claim.Spec.StorageClassName = &class.Name
	}
	s.Claims[key] = claim
	s.planned[key] = true
	if len(s.Volumes) == 0 {
		return
	}
	if name := s.boundAtOnce(claim); name != "" {
		s.Claims[key] = boundTo(claim, name)
	}
}

// IsPlanned reports whether a claim does not exist yet.
func (s *Storage) IsPlanned(namespace, name string) bool {
	return s.planned[types.NamespacedName{Namespace: namespace, Name: name}]
}

// boundAtOnce is the volume that a planned claim gets before its pods are placed, "" when there is none yet.
func (s *Storage) boundAtOnce(claim *corev1.PersistentVolumeClaim) string {
	gone := map[string]*corev1.PersistentVolume{}
	for _, other := range s.Claims {
		if other != claim && other.Spec.VolumeName != "" {
			gone[other.Spec.VolumeName] = s.Volumes[other.Spec.VolumeName]
		}
	}
	if name := claim.Spec.VolumeName; name != "" {
		pv := s.Volumes[name]
		if _, ofOther := gone[name]; pv == nil || ofOther || pv.Spec.ClaimRef != nil && !volume.IsVolumeBoundToClaim(pv, claim) {
			return ""
		}
		return name
	}
	if claim.Spec.StorageClassName == nil && s.Partial {
		return "" // the cluster's default class is not known
	}
	name := volume.GetPersistentVolumeClaimClass(claim)
	class := s.Classes[name]
	delayed := class != nil && !BindsAtOnce(class)
	found, err := volume.FindMatchingVolume(claim, s.ofClass(name), nil, gone, delayed, true)
	if err != nil || found == nil {
		return "" // an error is a selector that the API server refuses
	}
	return found.Name
}

// boundTo is a claim that has that volume for good.
func boundTo(claim *corev1.PersistentVolumeClaim, volumeName string) *corev1.PersistentVolumeClaim {
	bound := claim.DeepCopy()
	bound.Spec.VolumeName = volumeName
	metav1.SetMetaDataAnnotation(&bound.ObjectMeta, volume.AnnBindCompleted, "yes")
	return bound
}

// settle notes which existing volumes the planned claims of a pod take by being placed on a node: no other claim can have
// them, and the pod that comes after this one has to follow them. They stay taken when the pod goes, as claims stay.
func (s *Scheduler) settle(pod *corev1.Pod, node *corev1.Node) error {
	storage := s.objects.storage
	if storage == nil || len(storage.planned) == 0 || len(storage.Volumes) == 0 {
		return nil
	}
	plugin := volumeBinding{storage, s}
	var delayed []delayedClaim
	for _, v := range pod.Spec.Volumes {
		if v.PersistentVolumeClaim == nil {
			continue
		}
		claim := storage.Claim(pod.Namespace, v.PersistentVolumeClaim.ClaimName)
		if claim == nil || IsBound(claim) || !storage.IsPlanned(claim.Namespace, claim.Name) || !plugin.delays(claim) {
			continue
		}
		if s.taken[types.NamespacedName{Namespace: claim.Namespace, Name: claim.Name}] == "" {
			delayed = append(delayed, plugin.delayed(claim))
		}
	}
	chosen, _, err := plugin.provides(delayed, plugin.gone(), node)
	if len(chosen) > 0 && s.taken == nil {
		s.taken = map[types.NamespacedName]string{}
	}
	maps.Copy(s.taken, chosen)
	return err
}
