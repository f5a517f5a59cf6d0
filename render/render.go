// Package render turns a chart and the user's values into a Release: the
// workloads as the scheduler will see them, and, on demand, the template line
// and the values behind every rendered field.
//
// It is the only package that knows Helm. It renders with Helm's own engine,
// never touches the network or a cluster, and judges nothing.
package render

import (
	"errors"
	"fmt"
	"strings"

	"helm.sh/helm/v3/pkg/chartutil"

	"github.com/spreadlint/spreadlint/values"
)

// DefaultKubeVersion is the Kubernetes version that charts see unless another
// is asked for. The Helm SDK's own default is 1.20, which many charts refuse.
const DefaultKubeVersion = "1.37.0"

// StandInName is the release name that `helm template` uses when none is given.
const StandInName = "release-name"

// Options is what a render depends on besides the chart.
type Options struct {
	Values      UserValues
	Name        string // release name; "" is Helm's default "release-name"
	Namespace   string // "" is "default"
	KubeVersion string // "" is DefaultKubeVersion
	APIVersions []string
	IsUpgrade   bool
	SkipTests   bool // leave out objects of helm test hooks

	unplaced     bool   // no namespace was given
	unversioned  bool   // nor a Kubernetes version
	chartVersion string // of a twin, instead of the chart's own
}

// Release is a rendered chart.
type Release struct {
	Chart       string // path as given; "" for rendered manifests
	Name        string
	Namespace   string
	KubeVersion string
	Workloads   []*Workload
	Budgets     []*Budget
	OwnShapes   []string // custom resources that place pods in a way of their own: not judged

	TargetKubeVersion string // the version that the cluster is about to be upgraded to, "" for none
	Layers            Layers
	Warnings          []string // what Helm said while it merged values

	manifest *values.File // the rendered YAML, when that was given

	user      map[string]any // the user's values, merged
	tree      map[string]any // effective values of the root chart, never rendered
	source    *source
	options   Options
	session   *session
	focus     []*Workload
	documents map[string]*tracedDocument // by Workload.key; nil: cannot be traced
	renders   *int                       // how often the engine ran, for it and for what was tried

	alike *session        // of a release with the same dependencies, if one is known
	probe bool            // made by With or Probe: the layers are those of the original
	only  map[string]bool // templates that a probe renders, nil for all
	texts map[string]string
	again secondRender
	moved []string // files that a change of values was seen to change, and nothing else does

	stable map[string]bool // workloads, by key, that a second render names alike, once asked for
}

// Values returns the effective values of the root chart: read only.
func (r *Release) Values() map[string]any { return r.tree }

// Manifest is the YAML that FromManifests was given, nil for a chart.
func (r *Release) Manifest() *values.File { return r.manifest }

// Texts are the rendered files by the engine's template name, without NOTES.
func (r *Release) Texts() map[string]string { return r.texts }

// Renders says how many times the engine rendered the chart so far.
func (r *Release) Renders() int {
	if r.renders == nil {
		return 0
	}
	return *r.renders
}

// Chart is a chart that is read once and rendered with several sets of values,
// one after the other.
type Chart struct {
	path   string
	source *source // once it is read
}

// Open names the directory or archive of a chart. It is read by the first
// Render.
func Open(chartPath string) *Chart { return &Chart{path: chartPath} }

// Render renders the chart with the user's values. The error is a *Failure or
// a *values.SyntaxError. It takes as long and as much memory as the chart's
// templates ask for: the caller bounds both.
func (c *Chart) Render(options Options) (release *Release, err error) {
	defer catch(c.path, &err)
	if c.source == nil {
		if c.source, err = readSource(c.path); err != nil {
			return nil, err
		}
	}
	user, layers, err := options.Values.merge()
	if err != nil {
		return nil, err
	}
	return renderSource(c.source, user, layers, options)
}

// Render renders a chart once, see [Chart.Render].
func Render(chartPath string, options Options) (*Release, error) {
	return Open(chartPath).Render(options)
}

func renderSource(src *source, user map[string]any, layers Layers, options Options) (*Release, error) {
	if options.Name == "" {
		options.Name = StandInName
	}
	if options.Namespace == "" {
		options.Namespace, options.unplaced = "default", true
	}
	if options.KubeVersion == "" {
		options.KubeVersion, options.unversioned = DefaultKubeVersion, true
	}
	r := &Release{Chart: src.path, Name: options.Name, Namespace: options.Namespace,
		KubeVersion: options.KubeVersion, Layers: layers, user: user, source: src, options: options, renders: new(int)}
	if err := chartutil.ValidateReleaseName(options.Name); err != nil {
		return nil, &Failure{Message: fmt.Sprintf("--name %q is no release name: %v", options.Name, err)}
	}
	var err error
	r.Warnings = captureLog(func() { err = r.render() })
	if err != nil {
		err = r.redacted(r.culprit(err))
		var failure *Failure
		if errors.As(err, &failure) && r.session != nil {
			failure.Unrendered = r
		}
		return nil, err
	}
	return r, nil
}

func (r *Release) render() (err error) {
	defer catch(r.Chart, &err)
	if err := r.renderTexts(); err != nil {
		return err
	}
	objects, err := r.session.objects(r.texts)
	if err != nil {
		return err
	}
	r.Workloads, r.Budgets = r.session.workloads(objects)
	if !r.probe {
		r.OwnShapes = ownShapes(objects)
	}
	return nil
}

// catch turns a panic of Helm's libraries into a Failure: no chart may end the
// program.
func catch(chart string, err *error) {
	if p := recover(); p != nil {
		*err = &Failure{File: chart, Message: fmt.Sprintf("Helm's libraries panicked: %v", p),
			Hints: []string{"try `helm template` with the same values; if that works, please report it"}}
	}
}

func (r *Release) renderTexts() (err error) {
	defer catch(r.Chart, &err)
	if r.alike != nil {
		r.session, err = r.alike.with(r.user)
	} else {
		r.session, err = newSession(r.source, r.user, r.options)
	}
	if err != nil {
		return err
	}
	r.session.renders, r.alike = r.renders, nil
	r.tree = r.session.tree
	if !r.probe {
		below, err := r.source.chartLayers(r.session.chart, nil)
		if err != nil {
			return err
		}
		r.Layers = append(below, r.Layers...)
	}
	if r.texts, err = r.session.render(r.only); err != nil {
		return r.blame(err)
	}
	return nil
}

// deepCopy copies a decoded YAML tree.
func deepCopy(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			out[k] = deepCopy(x)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = deepCopy(x)
		}
		return out
	}
	return v
}

// lookup is values.Lookup in the effective values.
func (r *Release) lookup(p values.Path) (any, bool) { return values.Lookup(r.tree, p) }

// HelmVersion is the version of the Helm libraries that render.
func HelmVersion() string {
	return strings.TrimPrefix(chartutil.DefaultCapabilities.HelmVersion.Version, "v")
}
