package render

import "strings"

// The other release and chart version that a twin is rendered under.
const (
	TwinName    = "spreadlint-twin"
	TwinVersion = "98.7.6"
)

// Twin renders the chart once more under another release name and another
// chart and application version: what tells releases or versions apart shows
// by comparison. Only the templates of some workloads are rendered.
func (r *Release) Twin(of []*Workload) (*Release, error) {
	options := r.options
	options.Name = TwinName
	options.chartVersion = TwinVersion
	next := &Release{Chart: r.Chart, Name: options.Name, Namespace: r.Namespace, KubeVersion: r.KubeVersion,
		Layers: r.Layers, user: r.user, source: r.source, options: options, renders: r.renders, probe: true, only: templatesOf(of)}
	var err error
	captureLog(func() { err = next.render() })
	return next, err
}

// Counterpart is the workload of a twin that the same template rendered at the
// same place; nil when the two releases differ in shape.
func (r *Release) Counterpart(w *Workload, twin *Release) *Workload {
	return counterpart(w, r.Workloads, twin.Workloads)
}

// counterpart is the one of the others that stands where w stands among its
// own: the n-th of its kind in the same file.
func counterpart(w *Workload, own, others []*Workload) *Workload {
	like := func(x *Workload) bool { return x.doc.name == w.doc.name && x.Kind == w.Kind }
	nth := 0
	for _, x := range own {
		if x == w {
			break
		}
		if like(x) {
			nth++
		}
	}
	for _, x := range others {
		if like(x) {
			if nth == 0 {
				return x
			}
			nth--
		}
	}
	return nil
}

// MentionsVersion reports whether a label's value carries the chart's or the
// application's version.
func (r *Release) MentionsVersion(value string) bool {
	if r.session == nil || r.session.chart == nil {
		return false
	}
	m := r.session.chart.Metadata
	for _, version := range []string{m.Version, m.AppVersion} {
		// A label cannot hold the + of a version; charts write _ for it.
		if len(version) > 2 && strings.Contains(value, strings.ReplaceAll(version, "+", "_")) {
			return true
		}
	}
	return false
}

// ChartName is the name in Chart.yaml, "" for rendered manifests.
func (r *Release) ChartName() string {
	if r.session == nil || r.session.chart == nil || r.session.chart.Metadata == nil {
		return ""
	}
	return r.session.chart.Metadata.Name
}
