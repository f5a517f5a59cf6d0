package render

import (
	"fmt"
	"slices"

	"helm.sh/helm/v3/pkg/chartutil"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// RollingUpdate returns how many pods a rolling update of the Deployment may
// add and take away at once; rolling is false for other kinds and strategies.
// Surge is rounded up, unavailable down, and if both are 0 one may be
// unavailable:
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/controller/deployment/util/deployment_util.go (ResolveFenceposts)
func (w *Workload) RollingUpdate() (surge, unavailable int, rolling bool) {
	if w.Kind != "Deployment" {
		return 0, 0, false
	}
	if kind, _ := w.Lookup(w.path.Child(names("spec", "strategy", "type")...)); kind != nil && kind != "RollingUpdate" && kind != "" {
		return 0, 0, false
	}
	surge, okSurge := w.scaled("maxSurge", true)
	unavailable, okUnavailable := w.scaled("maxUnavailable", false)
	if !okSurge || !okUnavailable {
		return 0, 0, false
	}
	if surge == 0 && unavailable == 0 {
		unavailable = 1
	}
	return surge, unavailable, true
}

func (w *Workload) fencepost(field string) intstr.IntOrString {
	v, ok := w.Lookup(w.path.Child(names("spec", "strategy", "rollingUpdate", field)...))
	if !ok || v == nil {
		return intstr.FromString("25%")
	}
	return intstr.Parse(fmt.Sprint(v))
}

func (w *Workload) scaled(field string, up bool) (int, bool) {
	bound := w.fencepost(field)
	n, err := intstr.GetScaledValueFromIntOrPercent(&bound, w.Replicas, up)
	return n, err == nil
}

// RollingUpdateText shows the numbers, and the rounding of percentages.
func (w *Workload) RollingUpdateText() string {
	surge, unavailable, _ := w.RollingUpdate()
	s, u := w.fencepost("maxSurge"), w.fencepost("maxUnavailable")
	replicas := fmt.Sprintf(" of %d replicas", w.Replicas)
	if w.Autoscaler != "" {
		replicas += " (the least that " + w.Autoscaler + " keeps)"
	}
	part := func(field string, bound intstr.IntOrString, direction string, n int) string {
		if bound.Type == intstr.Int {
			return fmt.Sprintf("%s is %d", field, n)
		}
		text := fmt.Sprintf("%s %s%s rounds %s to %d", field, bound.String(), replicas, direction, n)
		replicas = "" // once is enough
		return text
	}
	return part("maxSurge", s, "up", surge) + ", " + part("maxUnavailable", u, "down", unavailable)
}

// BlocksUpgrade reports whether Helm waits for the hook before it installs or
// upgrades anything.
func (w *Workload) BlocksUpgrade() bool {
	events, _ := hookEventsOf(w.Hook)
	return slices.Contains(events, "pre-install") || slices.Contains(events, "pre-upgrade") || slices.Contains(events, "pre-rollback")
}

// RunsBeside reports whether pods of the release run while the hook does:
// before an install they do not exist yet, after a delete no more.
func (w *Workload) RunsBeside() bool {
	events, _ := hookEventsOf(w.Hook)
	return slices.ContainsFunc(events, func(event string) bool { return event != "pre-install" && event != "post-delete" })
}

// LowestKubeMinor is the lowest minor version of Kubernetes 1 that the chart's
// own kubeVersion admits; 0 when it says nothing, and when the cluster's version
// is given.
func (r *Release) LowestKubeMinor() int {
	if !r.options.unversioned || r.session == nil || r.session.chart == nil || r.session.chart.Metadata.KubeVersion == "" {
		return 0
	}
	for minor := 16; minor < 60; minor++ {
		if chartutil.IsCompatibleRange(r.session.chart.Metadata.KubeVersion, fmt.Sprintf("v1.%d.0", minor)) {
			return minor
		}
	}
	return 0
}
