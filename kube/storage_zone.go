package kube

import (
	"context"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	fwk "k8s.io/kube-scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/feature"
)

// volumeZone is VolumeZone: volumes of old have labels instead of a node affinity.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/scheduler/framework/plugins/volumezone/volume_zone.go
type volumeZone struct{ storage *Storage }

func newVolumeZone(_ context.Context, _ runtime.Object, h fwk.Handle, _ feature.Features) (fwk.Plugin, error) {
	return volumeZone{h.(*handle).objects.storage}, nil
}

func (volumeZone) Name() string                                 { return "VolumeZone" }
func (volumeZone) PreFilterExtensions() fwk.PreFilterExtensions { return nil }

func (p volumeZone) PreFilter(_ context.Context, _ fwk.CycleState, pod *corev1.Pod, _ []fwk.NodeInfo) (*fwk.PreFilterResult, *fwk.Status) {
	if p.storage == nil {
		return nil, fwk.NewStatus(fwk.Skip)
	}
	labelled := false
	for _, name := range p.storage.volumesOf(pod) {
		pv := p.storage.Volumes[name]
		if pv == nil {
			missing := apierrors.NewNotFound(corev1.Resource("persistentvolume"), name)
			return nil, refuse("%s", missing.Error())
		}
		labelled = labelled || slices.ContainsFunc(zoneLabels, func(key string) bool { return pv.Labels[key] != "" })
	}
	if !labelled {
		return nil, fwk.NewStatus(fwk.Skip)
	}
	return nil, nil
}

// volumesOf names the volumes that a pod's claims speak of.
func (s *Storage) volumesOf(pod *corev1.Pod) []string {
	var names []string
	for _, v := range pod.Spec.Volumes {
		if v.PersistentVolumeClaim == nil {
			continue
		}
		if claim := s.Claim(pod.Namespace, v.PersistentVolumeClaim.ClaimName); claim != nil && claim.Spec.VolumeName != "" {
			names = append(names, claim.Spec.VolumeName)
		}
	}
	return names
}

func (p volumeZone) Filter(_ context.Context, _ fwk.CycleState, pod *corev1.Pod, on fwk.NodeInfo) *fwk.Status {
	for _, name := range p.storage.volumesOf(pod) {
		if pv := p.storage.Volumes[name]; pv != nil && !inVolumeZone(pv, on.Node()) {
			return refuse("node(s) had no available volume zone")
		}
	}
	return nil
}

var zoneLabels = []string{corev1.LabelFailureDomainBetaZone, corev1.LabelFailureDomainBetaRegion, corev1.LabelTopologyZone, corev1.LabelTopologyRegion}

// inVolumeZone compares the zone labels of a volume with those of a node; a node without any has no zones at all.
func inVolumeZone(pv *corev1.PersistentVolume, node *corev1.Node) bool {
	if !slices.ContainsFunc(zoneLabels, func(key string) bool { _, ok := node.Labels[key]; return ok }) {
		return true
	}
	successors := map[string]string{corev1.LabelFailureDomainBetaZone: corev1.LabelTopologyZone, corev1.LabelFailureDomainBetaRegion: corev1.LabelTopologyRegion}
	for _, key := range zoneLabels {
		written, ok := pv.Labels[key]
		zones, readable := zoneSet(written)
		if !ok || !readable {
			continue
		}
		value, ok := node.Labels[key]
		if successor := successors[key]; !ok && successor != "" {
			value, ok = node.Labels[successor]
		}
		if !ok || !slices.Contains(zones, value) {
			return false
		}
	}
	return true
}

// zoneSet reads a label that may name several zones.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/staging/src/k8s.io/cloud-provider/volume/helpers/zones.go (LabelZonesToSet)
func zoneSet(text string) (zones []string, ok bool) {
	for _, zone := range strings.Split(text, "__") {
		zone = strings.TrimSpace(zone)
		if zone == "" {
			return nil, false
		}
		zones = append(zones, zone)
	}
	return zones, true
}
