package scheduler

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/spreadlint/spreadlint/kube"
)

const mostClaims = 6

// storage makes up classes, volumes and claims in every state: bound, prebound, lost, waiting for their pod or not.
func (g generator) storage() *kube.Storage {
	s := kube.NewStorage()
	for _, name := range []string{"at-once", "first-consumer", "zonal", "local"} {
		class := &storagev1.StorageClass{ObjectMeta: metav1.ObjectMeta{Name: name}, Provisioner: "example.com/disk"}
		mode := storagev1.VolumeBindingWaitForFirstConsumer
		switch name {
		case "at-once":
			mode = storagev1.VolumeBindingImmediate
		case "zonal":
			class.AllowedTopologies = []corev1.TopologySelectorTerm{{MatchLabelExpressions: []corev1.TopologySelectorLabelRequirement{
				{Key: corev1.LabelTopologyZone, Values: []string{g.one("a", "b"), "c"}}}}}
		case "local":
			class.Provisioner = "kubernetes.io/no-provisioner"
		}
		class.VolumeBindingMode = &mode
		s.Classes[name] = class
	}
	for i := range 2 * mostClaims {
		pv := g.volume(fmt.Sprintf("pv-%d", i))
		s.Volumes[pv.Name] = pv
	}
	for i := range mostClaims {
		claim := g.claim(fmt.Sprintf("claim-%d", i), i, s)
		s.Claims[types.NamespacedName{Namespace: claim.Namespace, Name: claim.Name}] = claim
	}
	return s
}

func (g generator) volume(name string) *corev1.PersistentVolume {
	filesystem := corev1.PersistentVolumeFilesystem
	pv := &corev1.PersistentVolume{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{}},
		Spec: corev1.PersistentVolumeSpec{StorageClassName: g.one("local", "local", "zonal"), VolumeMode: &filesystem, AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
			Capacity:               corev1.ResourceList{corev1.ResourceStorage: g.quantity((1 + g.IntN(4)) << 30)},
			PersistentVolumeSource: corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{Driver: "example.com/disk", VolumeHandle: name}}}}
	pv.Status.Phase = corev1.VolumeAvailable
	if g.chance(0.7) {
		key := g.one(corev1.LabelTopologyZone, corev1.LabelTopologyZone, corev1.LabelHostname, "rack")
		values := map[string]string{corev1.LabelTopologyZone: g.one("a", "b", "c"), corev1.LabelHostname: fmt.Sprintf("node-%d", g.IntN(8)), "rack": g.one("1", "2")}
		pv.Spec.NodeAffinity = &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{
			{MatchExpressions: []corev1.NodeSelectorRequirement{{Key: key, Operator: corev1.NodeSelectorOpIn, Values: []string{values[key]}}}}}}}
	}
	if g.chance(0.3) {
		pv.Labels[g.one(corev1.LabelTopologyZone, corev1.LabelFailureDomainBetaZone, corev1.LabelTopologyRegion)] = g.one("a", "b", "a__c", "r", "__")
	}
	return pv
}

func (g generator) claim(name string, i int, s *kube.Storage) *corev1.PersistentVolumeClaim {
	class := g.one("at-once", "first-consumer", "zonal", "local", "unknown", "")
	claim := &corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: g.one("default", "default", "blue"), UID: types.UID(name), Annotations: map[string]string{}},
		Spec: corev1.PersistentVolumeClaimSpec{StorageClassName: &class, AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
			Resources: corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: g.quantity((1 + g.IntN(4)) << 30)}}}}
	if g.chance(0.3) {
		claim.Spec.AccessModes[0] = corev1.ReadWriteOncePod
	}
	switch n := g.Float64(); {
	case n < 0.6: // bound
		pv := s.Volumes[fmt.Sprintf("pv-%d", i)]
		claim.Spec.VolumeName = pv.Name
		claim.Annotations["pv.kubernetes.io/bind-completed"] = "yes"
		claim.Status.Phase = corev1.ClaimBound
		pv.Status.Phase = corev1.VolumeBound
		pv.Spec.ClaimRef = &corev1.ObjectReference{Namespace: claim.Namespace, Name: claim.Name, UID: claim.UID}
		if g.chance(0.1) {
			delete(s.Volumes, pv.Name)
		}
	case n < 0.65: // prebound
		claim.Spec.VolumeName = fmt.Sprintf("pv-%d", i)
	case n < 0.7:
		claim.Status.Phase, claim.Spec.VolumeName = corev1.ClaimLost, "gone"
	case n < 0.75:
		now := metav1.Unix(1, 0)
		claim.DeletionTimestamp = &now
	case n < 0.8:
		claim.Annotations["volume.kubernetes.io/selected-node"] = fmt.Sprintf("node-%d", g.IntN(4))
	}
	return claim
}

// attach gives a pod one or two claims, of which one may not exist, or a disk that is named in the pod.
func (g generator) attach(pod *corev1.Pod) {
	if g.chance(0.2) {
		disk := &corev1.ISCSIVolumeSource{TargetPortal: "10.0.0.1", IQN: g.one("iqn.a", "iqn.b"), ReadOnly: g.chance(0.5)}
		pod.Spec.Volumes = append(pod.Spec.Volumes, corev1.Volume{Name: "disk", VolumeSource: corev1.VolumeSource{ISCSI: disk}})
	}
	for i := range 1 + g.IntN(2) {
		pod.Spec.Volumes = append(pod.Spec.Volumes, corev1.Volume{Name: fmt.Sprintf("v%d", i), VolumeSource: corev1.VolumeSource{
			PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: fmt.Sprintf("claim-%d", g.IntN(mostClaims))}}})
	}
}
