package render

import (
	"fmt"
	"path"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"
)

// session is one loaded chart with one set of values, ready to be rendered
// several times, with its templates as they are or replaced.
type session struct {
	source  *source
	chart   *chart.Chart
	options Options
	user    map[string]any
	caps    *chartutil.Capabilities
	tree    map[string]any
	shown   map[string]string // engine's template name -> path to show
	renders *int              // how often the engine ran
	merged  chartutil.Values  // for the first render; later ones merge anew
}

// newSession loads a fresh chart, applies dependencies as Helm's install
// action does, and merges the values.
func newSession(src *source, user map[string]any, options Options) (*session, error) {
	c, err := src.chart()
	if err != nil {
		return nil, err
	}
	if options.chartVersion != "" {
		twin, metadata := *c, *c.Metadata
		metadata.Version, metadata.AppVersion = options.chartVersion, options.chartVersion
		twin.Metadata = &metadata
		c = &twin
	}
	caps, err := capabilities(options)
	if err != nil {
		return nil, err
	}
	if err := installable(src, c, caps); err != nil {
		return nil, err
	}
	s := &session{source: src, chart: c, options: options, user: deepCopy(user).(map[string]any), caps: caps, shown: map[string]string{}}
	if err := chartutil.ProcessDependenciesWithMerge(c, s.user); err != nil {
		return nil, &Failure{File: src.path, Message: "cannot apply the chart's dependencies: " + err.Error()}
	}
	if err := compatible(src, c, caps); err != nil {
		return nil, err
	}
	if err := s.merge(); err != nil {
		return nil, err
	}
	s.eachTemplate(func(name string, file *chart.File) *chart.File {
		s.shown[name] = src.shown(file)
		return file
	})
	return s, nil
}

// with is a session of the same chart with other values, which must not switch
// dependencies: what Helm made of them stays as it is.
func (s *session) with(user map[string]any) (*session, error) {
	next := &session{source: s.source, chart: s.chart, options: s.options, user: user, caps: s.caps, shown: s.shown}
	return next, next.merge()
}

// merge merges the values for the first render.
func (s *session) merge() (err error) {
	if s.merged, err = s.renderValues(); err != nil {
		return err
	}
	s.tree = deepCopy(map[string]any(s.merged["Values"].(chartutil.Values))).(map[string]any)
	return nil
}

func capabilities(options Options) (*chartutil.Capabilities, error) {
	caps := chartutil.DefaultCapabilities.Copy()
	version, err := chartutil.ParseKubeVersion(options.KubeVersion)
	if err != nil {
		return nil, &Failure{Message: fmt.Sprintf("--kube-version %q is no version", options.KubeVersion), Hints: []string{"write it like 1.33 or v1.33.2"}}
	}
	caps.KubeVersion = *version
	caps.APIVersions = append(caps.APIVersions, options.APIVersions...)
	return caps, nil
}

// installable refuses what `helm template` refuses before it renders: library
// charts and missing dependencies.
func installable(src *source, c *chart.Chart, caps *chartutil.Capabilities) error {
	if strings.EqualFold(c.Metadata.Type, "library") {
		return &Failure{File: src.path + "/Chart.yaml", Message: "a library chart renders nothing by itself", Hints: []string{"lint a chart that uses it"}}
	}
	present := map[string]bool{}
	for _, d := range c.Dependencies() {
		present[d.Name()] = true
	}
	var missing []string
	for _, d := range c.Metadata.Dependencies {
		if d != nil && !present[d.Name] {
			missing = append(missing, d.Name)
		}
	}
	if len(missing) > 0 {
		return &Failure{File: src.path + "/Chart.yaml",
			Message: "dependencies are listed but missing in charts/: " + strings.Join(missing, ", "),
			Hints:   []string{"run `helm dependency build " + src.path + "`"}}
	}
	return nil
}

func compatible(src *source, c *chart.Chart, caps *chartutil.Capabilities) error {
	if want := c.Metadata.KubeVersion; want != "" && !chartutil.IsCompatibleRange(want, caps.KubeVersion.String()) {
		return &Failure{File: src.path + "/Chart.yaml",
			Message: fmt.Sprintf("the chart requires kubeVersion %s, which Kubernetes %s does not meet", want, caps.KubeVersion.String()),
			Hints:   []string{"give your cluster's version with --kube-version"}}
	}
	return nil
}

// renderValues merges the values anew: the engine writes into what it is
// given. The chart's JSON schema is not applied here; schema violations are
// findings, and a schema with remote references must not reach the network.
func (s *session) renderValues() (chartutil.Values, error) {
	if merged := s.merged; merged != nil {
		s.merged = nil
		return merged, nil
	}
	release := chartutil.ReleaseOptions{Name: s.options.Name, Namespace: s.options.Namespace, Revision: 1,
		IsInstall: !s.options.IsUpgrade, IsUpgrade: s.options.IsUpgrade}
	v, err := chartutil.ToRenderValuesWithSchemaValidation(s.chart, s.user, release, s.caps, true)
	if err != nil {
		return nil, &Failure{File: s.source.path, Message: "cannot merge the values: " + err.Error()}
	}
	return v, nil
}

// eachTemplate visits the templates of the chart and its dependencies and puts
// what visit returns in their place; nil leaves a template out.
func (s *session) eachTemplate(visit func(name string, file *chart.File) *chart.File) {
	seen := map[*chart.Chart]bool{} // aliases of a chart share its dependencies
	var walk func(c *chart.Chart)
	walk = func(c *chart.Chart) {
		if seen[c] {
			return
		}
		seen[c] = true
		kept := make([]*chart.File, 0, len(c.Templates))
		for _, file := range c.Templates {
			if next := visit(path.Join(c.ChartFullPath(), file.Name), file); next != nil {
				kept = append(kept, next)
			}
		}
		c.Templates = kept
		for _, d := range c.Dependencies() {
			walk(d)
		}
	}
	walk(s.chart)
}

// templates returns the chart's templates by chart, to be put back later.
func (s *session) templates() (restore func()) {
	saved := map[*chart.Chart][]*chart.File{}
	var walk func(c *chart.Chart, visit func(*chart.Chart))
	walk = func(c *chart.Chart, visit func(*chart.Chart)) {
		visit(c)
		for _, d := range c.Dependencies() {
			walk(d, visit)
		}
	}
	walk(s.chart, func(c *chart.Chart) { saved[c] = c.Templates })
	return func() { walk(s.chart, func(c *chart.Chart) { c.Templates = saved[c] }) }
}

// shownName returns the path to show for the engine's template name.
func (s *session) shownName(name string) string {
	if shown := s.shown[name]; shown != "" {
		return shown
	}
	return name
}
