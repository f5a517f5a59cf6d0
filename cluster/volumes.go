package cluster

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
)

// volumes of the cluster, with what the release adds to them.
type volumes struct {
	known  *kube.Storage
	shared bool // only those that all pods of a workload have in common
}

// withVolumes joins what is known of the cluster's volumes with those that the release brings along. The claims of its
// StatefulSets are planned in the order of the pods, so that it does not matter which is asked for first.
func (s *Simulation) withVolumes() *kube.Storage {
	storage := kube.NewStorage()
	if known := s.Inventory.Storage; known != nil {
		storage = known.Clone()
	} else {
		storage.Partial = true
	}
	volumes, claims, classes := s.Release.Storage()
	for _, class := range classes {
		if storage.Classes[class.Name] == nil {
			storage.Classes[class.Name] = class
		}
	}
	for _, volume := range volumes {
		if storage.Volumes[volume.Name] == nil {
			volume.Status.Phase = corev1.VolumeAvailable
			storage.Volumes[volume.Name] = volume
		}
	}
	for _, claim := range claims {
		claim.Namespace = cmp.Or(claim.Namespace, metav1.NamespaceDefault)
		storage.Plan(claim)
	}
	for _, w := range s.Release.Workloads {
		templates := claimTemplates(w)
		for i := range w.Replicas {
			for _, template := range templates {
				storage.Plan(claimOf(w, template, integer(setting(w, "ordinals", "start"), 0)+i))
			}
		}
	}
	return storage
}

// claimOf is the claim that a StatefulSet makes for a pod.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/controller/statefulset/stateful_set_utils.go (getPersistentVolumeClaims)
func claimOf(w *render.Workload, template corev1.PersistentVolumeClaim, ordinal int) *corev1.PersistentVolumeClaim {
	claim := template.DeepCopy()
	claim.Namespace = cmp.Or(w.Namespace, metav1.NamespaceDefault)
	claim.Name = fmt.Sprintf("%s-%s-%d", template.Name, w.Name, ordinal)
	return claim
}

// anyPod is a pod of a workload with what all of its pods have in common.
func (s *Simulation) anyPod(w *render.Workload) *corev1.Pod {
	t := s.template(w, 1)
	t.volumes.shared = true
	return t.pod(0, 0, "")
}

// claimTemplates are those of a StatefulSet.
func claimTemplates(w *render.Workload) []corev1.PersistentVolumeClaim {
	written := setting(w, "volumeClaimTemplates")
	if written == nil || w.Kind != "StatefulSet" {
		return nil
	}
	var templates []corev1.PersistentVolumeClaim
	text, err := json.Marshal(written)
	if err != nil || json.Unmarshal(text, &templates) != nil {
		return nil // the API server refuses it
	}
	return templates
}

// attach gives a pod the claims of its StatefulSet. Claims of which nothing is known are left out: they might be anything.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/controller/statefulset/stateful_set_utils.go (updateStorage)
func (v *volumes) attach(pod *corev1.Pod, w *render.Workload, ordinal int) {
	if v == nil {
		return
	}
	for _, template := range claimTemplates(w) {
		pod.Spec.Volumes = slices.DeleteFunc(pod.Spec.Volumes, func(other corev1.Volume) bool { return other.Name == template.Name })
		if v.shared {
			continue
		}
		claim := claimOf(w, template, ordinal)
		v.known.Plan(claim)
		pod.Spec.Volumes = append(pod.Spec.Volumes, corev1.Volume{Name: template.Name,
			VolumeSource: corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: claim.Name}}})
	}
	pod.Spec.Volumes = slices.DeleteFunc(pod.Spec.Volumes, func(volume corev1.Volume) bool {
		return v.known.Partial && volume.PersistentVolumeClaim != nil && v.known.Claim(pod.Namespace, volume.PersistentVolumeClaim.ClaimName) == nil
	})
}

// volumeLimits says what is not known of a workload's volumes.
func (s *Simulation) volumeLimits(w *render.Workload) []string {
	var limits []string
	add := func(format string, args ...any) {
		if text := fmt.Sprintf(format, args...); !slices.Contains(limits, text) {
			limits = append(limits, text)
		}
	}
	partial := s.storage.Partial
	if partial {
		templates := claimTemplates(w)
		for _, v := range w.Pod.Object.Spec.Volumes {
			if slices.ContainsFunc(templates, func(t corev1.PersistentVolumeClaim) bool { return t.Name == v.Name }) {
				continue // the template's claim takes its place
			}
			if claim := v.PersistentVolumeClaim; claim != nil && s.storage.Claim(cmp.Or(w.Namespace, metav1.NamespaceDefault), claim.ClaimName) == nil {
				add("volume %s: its claim may bind its pod to a zone, or admit one pod only (--volumes tells)", v.Name)
			}
		}
	}
	for _, v := range s.newVolumes(w) {
		class := s.storage.ClassOf(v.claim)
		switch {
		case class == nil && partial:
			add("volume %s: it may bind its pod to a zone (--volumes tells which)", v.name)
		case class == nil:
			add("volume %s: its storage class is not known, a new one may bind its pod to a zone", v.name)
		case kube.BindsAtOnce(class):
			add("volume %s: the class %s makes new ones before their pods are placed, in any zone", v.name, class.Name)
		case class.Provisioner == noProvisioner && s.storage.Has(class.Name):
			// Its volumes are there, and each is known.
		case class.Provisioner == noProvisioner && partial:
			add("volume %s: the volumes of the class %s are made by hand, and bind their pods to nodes (--volumes tells which)", v.name, class.Name)
		default:
			add("volume %s: a new one may bind its pod to the zone of its first node", v.name)
		}
	}
	return limits
}

// noProvisioner marks a class whose volumes are made by hand.
const noProvisioner = "kubernetes.io/no-provisioner"

// Attached is a volume that a pod's claim is bound to.
type Attached struct {
	Claim, Volume string
	Nodes         []string // on which it can be used
}

// Attached lists the volumes that a Pending pod waits with.
func (s *Simulation) Attached(p PendingPod) []Attached {
	var all []Attached
	if p.pod == nil {
		return nil
	}
	for _, v := range p.pod.Spec.Volumes {
		if v.PersistentVolumeClaim == nil {
			continue
		}
		claim := s.storage.Claim(p.pod.Namespace, v.PersistentVolumeClaim.ClaimName)
		if claim == nil || !kube.IsBound(claim) || s.storage.Volumes[claim.Spec.VolumeName] == nil {
			continue
		}
		attached := Attached{Claim: claim.Name, Volume: claim.Spec.VolumeName}
		for _, node := range s.Inventory.Nodes {
			if kube.ReachesNode(s.storage.Volumes[claim.Spec.VolumeName], node) {
				attached.Nodes = append(attached.Nodes, node.Name)
			}
		}
		all = append(all, attached)
	}
	return all
}

// BoundAtOnce lists the storage classes of volumes that are made for a workload before its pods are placed, sorted.
func (s *Simulation) BoundAtOnce(w *render.Workload) []string {
	var classes []string
	for _, v := range s.newVolumes(w) {
		if class := s.storage.ClassOf(v.claim); class != nil && kube.BindsAtOnce(class) && !slices.Contains(classes, class.Name) {
			classes = append(classes, class.Name)
		}
	}
	slices.Sort(classes)
	return classes
}

// eachVolume visits the volumes of a workload's pods, of equal pods those of
// one.
func (s *Simulation) eachVolume(w *render.Workload, visit func(*corev1.Pod, corev1.Volume)) {
	t, pods := s.template(w, 1), 1
	if len(claimTemplates(w)) > 0 {
		pods = max(1, w.Replicas)
	}
	for i := range pods {
		pod := t.pod(i, 0, "")
		for _, v := range pod.Spec.Volumes {
			visit(pod, v)
		}
	}
}

// usableVolumes are those that exist and that the claims of the workloads have or may get, by name.
func (s *Simulation) usableVolumes(workloads []*render.Workload) []*corev1.PersistentVolume {
	found := map[string]*corev1.PersistentVolume{}
	if len(s.storage.Volumes) == 0 {
		return nil
	}
	for _, w := range workloads {
		s.eachVolume(w, func(pod *corev1.Pod, v corev1.Volume) {
			if v.PersistentVolumeClaim == nil {
				return
			}
			claim := s.storage.Claim(pod.Namespace, v.PersistentVolumeClaim.ClaimName)
			switch {
			case claim == nil:
			case claim.Spec.VolumeName != "":
				found[claim.Spec.VolumeName] = s.storage.Volumes[claim.Spec.VolumeName]
			default:
				for _, volume := range s.storage.Of(claim) {
					found[volume.Name] = volume
				}
			}
		})
	}
	var all []*corev1.PersistentVolume
	for _, name := range slices.Sorted(maps.Keys(found)) {
		if found[name] != nil {
			all = append(all, found[name])
		}
	}
	return all
}

// newVolume is one that will be made for a pod.
type newVolume struct {
	name  string // in the pod
	claim corev1.PersistentVolumeClaimSpec
}

// newVolumes are those of a workload's pods that do not exist yet.
func (s *Simulation) newVolumes(w *render.Workload) []newVolume {
	var found []newVolume
	s.eachVolume(w, func(pod *corev1.Pod, v corev1.Volume) {
		switch {
		case v.Ephemeral != nil && v.Ephemeral.VolumeClaimTemplate != nil:
			found = append(found, newVolume{v.Name, v.Ephemeral.VolumeClaimTemplate.Spec})
		case v.PersistentVolumeClaim != nil && s.storage.IsPlanned(pod.Namespace, v.PersistentVolumeClaim.ClaimName):
			if claim := s.storage.Claim(pod.Namespace, v.PersistentVolumeClaim.ClaimName); !kube.IsBound(claim) {
				found = append(found, newVolume{v.Name, claim.Spec})
			}
		}
	})
	return found
}
