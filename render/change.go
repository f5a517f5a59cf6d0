package render

import (
	"fmt"
	"slices"

	"helm.sh/helm/v3/pkg/chart"

	"github.com/spreadlint/spreadlint/values"
)

// Change is another value for a path, or none.
type Change struct {
	Path   values.Path
	Value  any
	Remove bool // take the key out of the user's values
}

// With renders the chart again with changed values. What the change proves is
// seen by comparing the workloads.
func (r *Release) With(changes ...Change) (*Release, error) { return r.with(nil, changes) }

// WithAPIs renders the chart as in a cluster that has more API versions.
func (r *Release) WithAPIs(versions ...string) (*Release, error) {
	next, err := r.changed(nil, nil)
	if err != nil {
		return nil, err
	}
	next.options.APIVersions = append(slices.Clone(r.options.APIVersions), versions...)
	next.alike = nil // it has other capabilities
	captureLog(func() { err = next.render() })
	return next, err
}

// WithFiles renders the same chart with other values files, given as the whole
// list, with their own layers: as if the user had written them. The other
// arguments stay as they are.
func (r *Release) WithFiles(files []*values.File) (*Release, error) {
	options := r.options
	options.Values.Files = files
	user, layers, err := options.Values.merge()
	if err != nil {
		return nil, err
	}
	next, err := renderSource(r.source, user, layers, options)
	if next != nil {
		next.TargetKubeVersion = r.TargetKubeVersion
		next.TakeNames(r)
	}
	return next, err
}

// Files are the user's values files, in their order.
func (r *Release) Files() []*values.File { return r.options.Values.Files }

// Object is the workload's whole object: read only.
func (w *Workload) Object() map[string]any { return w.body }

// Probe is With for one workload: only its template is rendered, so of the
// other workloads nothing is known, nor of autoscalers.
func (r *Release) Probe(w *Workload, changes ...Change) (*Release, error) {
	return r.ProbeAll([]*Workload{w}, changes...)
}

// ProbeAll is Probe for several workloads.
func (r *Release) ProbeAll(of []*Workload, changes ...Change) (*Release, error) {
	return r.with(templatesOf(of), changes)
}

// templatesOf are the templates that make the workloads.
func templatesOf(workloads []*Workload) map[string]bool {
	names := map[string]bool{}
	for _, w := range workloads {
		names[w.doc.name] = true
	}
	return names
}

func (r *Release) with(only map[string]bool, changes []Change) (*Release, error) {
	next, err := r.changed(only, changes)
	if err != nil {
		return nil, err
	}
	captureLog(func() { err = next.render() })
	if err != nil {
		return nil, err
	}
	next.TakeNames(r)
	return next, nil
}

// changed is the release with other values, not rendered yet.
func (r *Release) changed(only map[string]bool, changes []Change) (*Release, error) {
	user, _ := deepCopy(r.user).(map[string]any)
	if user == nil {
		user = map[string]any{}
	}
	for _, c := range changes {
		if c.Remove {
			remove(user, c.Path)
		} else if err := r.set(user, c.Path, c.Value); err != nil {
			return nil, err
		}
	}
	next := &Release{Chart: r.Chart, Name: r.Name, Namespace: r.Namespace, KubeVersion: r.KubeVersion,
		Layers: r.Layers, user: user, source: r.source, options: r.options, renders: r.renders, probe: true, only: only}
	if !r.source.maySwitch(changes) {
		next.alike = r.session
	}
	return next, nil
}

// set puts a value into the user's tree. Helm replaces lists whole, so the
// first list on the way is copied from the effective values.
func (r *Release) set(tree map[string]any, path values.Path, value any) error {
	if len(path) == 0 || path[0].IsIndex() {
		return fmt.Errorf("no value at %s", path)
	}
	var holder any = tree
	for i := range path[:len(path)-1] {
		next, ok := values.Lookup(holder, path[i:i+1])
		switch next.(type) {
		case map[string]any, []any:
		default:
			ok = false
		}
		if !ok || path[i+1].IsIndex() {
			effective, _ := values.Lookup(r.tree, path[:i+1])
			next = map[string]any{}
			if list, isList := effective.([]any); isList {
				next = deepCopy(list)
			} else if path[i+1].IsIndex() {
				return fmt.Errorf("no list at %s", path[:i+1])
			}
			if !put(holder, path[i], next) {
				return fmt.Errorf("no value at %s", path[:i+1])
			}
		}
		holder = next
	}
	if !put(holder, path.Last(), value) {
		return fmt.Errorf("no value at %s", path)
	}
	return nil
}

func put(holder any, key values.Key, value any) bool {
	switch holder := holder.(type) {
	case map[string]any:
		if key.IsIndex() {
			return false
		}
		holder[key.Name()] = value
		return true
	case []any:
		if !key.IsIndex() || key.Index() < 0 || key.Index() >= len(holder) {
			return false
		}
		holder[key.Index()] = value
		return true
	}
	return false
}

func remove(tree map[string]any, path values.Path) {
	parent, ok := values.Lookup(any(tree), path.Parent())
	if m, isMap := parent.(map[string]any); ok && isMap && !path.Last().IsIndex() {
		delete(m, path.Last().Name())
	}
}

// Workload returns the same workload in another render, nil if it is gone.
func (r *Release) Workload(like *Workload) *Workload {
	for _, w := range r.Workloads {
		if w.key() == like.key() {
			return w
		}
	}
	return nil
}

// TemplateText calls visit with every file of the chart and its dependencies,
// disabled ones included, that may hold template code.
func (r *Release) TemplateText(visit func(name string, text []byte)) {
	if r.source == nil {
		return
	}
	for _, f := range r.source.files {
		visit(f.Name, f.Data)
	}
}

// ChartSchema is a chart's values.schema.json and the values it is for.
type ChartSchema struct {
	File   string      // path to show
	JSON   []byte      //
	Prefix values.Path // where the chart's values hang in the root's
	Values map[string]any
}

// Schemas lists the JSON schemas that Helm would apply.
func (r *Release) Schemas() []ChartSchema {
	var found []ChartSchema
	var walk func(c *chart.Chart, prefix values.Path)
	walk = func(c *chart.Chart, prefix values.Path) {
		tree, _ := values.Lookup(any(r.tree), prefix)
		if m, ok := tree.(map[string]any); ok && c.Schema != nil {
			s := ChartSchema{JSON: c.Schema, Prefix: prefix, Values: m}
			for _, raw := range c.Raw {
				if raw.Name == "values.schema.json" {
					s.File = r.source.shown(raw)
				}
			}
			found = append(found, s)
		}
		for _, d := range c.Dependencies() {
			walk(d, prefix.Key(d.Name()))
		}
	}
	if r.session != nil && r.session.chart != nil {
		walk(r.session.chart, nil)
	}
	return found
}

// TemplateFile returns a template of the chart by the path that is shown for
// it, for code frames; nil when there is none.
func (r *Release) TemplateFile(shown string) *values.File {
	if r.source == nil {
		return nil
	}
	return r.source.text(shown)
}

func (s *source) text(shown string) *values.File {
	for _, f := range s.files {
		if s.path+"/"+f.Name == shown {
			return values.Text(shown, f.Data)
		}
	}
	return nil
}
