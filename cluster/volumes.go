package cluster

import (
	"encoding/json"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
)

// volumes are the cluster's and what the release adds to them. A nil one knows nothing: pods have no claims then.
type volumes struct {
	known   *kube.Storage
	planned []*corev1.PersistentVolumeClaim // of the release
	shared  bool                            // only those that all pods of a workload have in common
}

// anyPod is a pod of a workload with what all of its pods have in common.
func (s *Simulation) anyPod(w *render.Workload) *corev1.Pod {
	t := s.template(w, 1)
	if t.volumes != nil {
		t.volumes.shared = true
	}
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

// attach gives a pod the claims of its StatefulSet, and makes of claims that the cluster does not have yet, but will have
// when the release is installed, ephemeral volumes of the same class: both are made for the pod.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/controller/statefulset/stateful_set_utils.go (updateStorage)
func (v *volumes) attach(pod *corev1.Pod, w *render.Workload, ordinal int) {
	if v == nil {
		return
	}
	for _, template := range claimTemplates(w) {
		if v.shared {
			break
		}
		pod.Spec.Volumes = slices.DeleteFunc(pod.Spec.Volumes, func(other corev1.Volume) bool { return other.Name == template.Name })
		volume := corev1.Volume{Name: template.Name}
		name := fmt.Sprintf("%s-%s-%d", template.Name, w.Name, ordinal)
		if v.known.Claim(pod.Namespace, name) != nil {
			volume.PersistentVolumeClaim = &corev1.PersistentVolumeClaimVolumeSource{ClaimName: name}
		} else {
			volume.Ephemeral = later(template.Spec)
		}
		pod.Spec.Volumes = append(pod.Spec.Volumes, volume)
	}
	for i, volume := range pod.Spec.Volumes {
		if volume.PersistentVolumeClaim == nil || v.known.Claim(pod.Namespace, volume.PersistentVolumeClaim.ClaimName) != nil {
			continue
		}
		for _, claim := range v.planned {
			if claim.Name == volume.PersistentVolumeClaim.ClaimName && (claim.Namespace == "" || claim.Namespace == pod.Namespace) {
				pod.Spec.Volumes[i].VolumeSource = corev1.VolumeSource{Ephemeral: later(claim.Spec)}
			}
		}
	}
}

func later(spec corev1.PersistentVolumeClaimSpec) *corev1.EphemeralVolumeSource {
	return &corev1.EphemeralVolumeSource{VolumeClaimTemplate: &corev1.PersistentVolumeClaimTemplate{Spec: spec}}
}

// volumeLimits says what is not known of a workload's volumes.
func (s *Simulation) volumeLimits(w *render.Workload) []string {
	if s.Inventory.Storage == nil {
		var limits []string
		if len(claimTemplates(w)) > 0 {
			limits = append(limits, "volumeClaimTemplates: a volume may bind its pod to a zone (--volumes tells which)")
		}
		for _, v := range w.Pod.Object.Spec.Volumes {
			if v.PersistentVolumeClaim != nil || v.Ephemeral != nil {
				limits = append(limits, fmt.Sprintf("volume %s: it may bind its pod to a zone (--volumes tells which)", v.Name))
			}
		}
		return limits
	}
	var limits []string
	add := func(format string, args ...any) {
		if text := fmt.Sprintf(format, args...); !slices.Contains(limits, text) {
			limits = append(limits, text)
		}
	}
	for _, v := range s.newVolumes(w) {
		class := s.Inventory.Storage.ClassOf(v.Ephemeral.VolumeClaimTemplate.Spec)
		switch {
		case class == nil:
			add("volume %s: its storage class is not known, a new one may bind its pod to a zone", v.Name)
		case kube.BindsAtOnce(class):
			add("volume %s: the class %s makes new ones before their pods are placed, in any zone", v.Name, class.Name)
		default:
			add("volume %s: a new one may bind its pod to the zone of its first node", v.Name)
		}
	}
	return limits
}

// Attached is a volume that a pod's claim is bound to.
type Attached struct {
	Claim, Volume string
	Nodes         []string // on which it can be used
}

// Attached lists the volumes that a Pending pod waits with.
func (s *Simulation) Attached(p PendingPod) []Attached {
	var all []Attached
	if s.Inventory.Storage == nil || p.pod == nil {
		return nil
	}
	for _, v := range p.pod.Spec.Volumes {
		if v.PersistentVolumeClaim == nil {
			continue
		}
		claim := s.Inventory.Storage.Claim(p.pod.Namespace, v.PersistentVolumeClaim.ClaimName)
		if claim == nil || !kube.IsBound(claim) || s.Inventory.Storage.Volumes[claim.Spec.VolumeName] == nil {
			continue
		}
		attached := Attached{Claim: claim.Name, Volume: claim.Spec.VolumeName}
		for _, node := range s.Inventory.Nodes {
			if kube.ReachesNode(s.Inventory.Storage.Volumes[claim.Spec.VolumeName], node) {
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
	if s.Inventory.Storage == nil {
		return nil
	}
	for _, v := range s.newVolumes(w) {
		if class := s.Inventory.Storage.ClassOf(v.Ephemeral.VolumeClaimTemplate.Spec); class != nil && kube.BindsAtOnce(class) && !slices.Contains(classes, class.Name) {
			classes = append(classes, class.Name)
		}
	}
	slices.Sort(classes)
	return classes
}

// newVolumes are those of a workload's pods that do not exist yet.
func (s *Simulation) newVolumes(w *render.Workload) []corev1.Volume {
	var found []corev1.Volume
	for i := range max(1, w.Replicas) {
		for _, v := range s.template(w, 1).pod(i, 0, "").Spec.Volumes {
			if v.Ephemeral != nil && v.Ephemeral.VolumeClaimTemplate != nil {
				found = append(found, v)
			}
		}
	}
	return found
}
