package render

import (
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"

	"github.com/spreadlint/spreadlint/values"
)

// dependencies says where in the root chart's values those of the
// dependencies hang, of disabled ones too, by the text of the path.
type dependencies struct {
	values     map[string]bool
	conditions map[string]values.Path   // those that switch a dependency
	aliased    map[string][]values.Path // the place by a dependency's own name -> those by its aliases
}

// dependencies reads them from a chart that Helm has not processed yet: later
// it has forgotten those that are switched off.
func (s *source) dependencies() dependencies {
	found := dependencies{map[string]bool{}, map[string]values.Path{}, map[string][]values.Path{}}
	if s.loaded == nil && s.load() != nil {
		return found // the render reports it
	}
	found.add(s.loaded, nil)
	return found
}

func (found dependencies) add(c *chart.Chart, prefix values.Path) {
	listed := map[string]bool{}
	below := func(name string, at values.Path) {
		found.values[at.String()] = true
		for _, d := range c.Dependencies() {
			if d.Name() == name {
				found.add(d, at)
			}
		}
	}
	for _, d := range c.Metadata.Dependencies {
		if d == nil {
			continue
		}
		listed[d.Name] = true
		at := prefix.Key(d.Name)
		if d.Alias != "" {
			found.aliased[at.String()] = append(found.aliased[at.String()], prefix.Key(d.Alias))
			at = prefix.Key(d.Alias)
		}
		below(d.Name, at)
		for _, condition := range strings.Split(d.Condition, ",") {
			if condition = strings.TrimSpace(condition); condition != "" {
				at := prefix.Child(dotted(condition)...)
				found.conditions[at.String()] = at
			}
		}
	}
	for _, d := range c.Dependencies() { // Helm loads what lies in charts/ without being listed
		if !listed[d.Name()] {
			below(d.Name(), prefix.Key(d.Name()))
		}
	}
	for at := range found.aliased {
		if found.values[at] {
			delete(found.aliased, at) // the name is in use without an alias as well
		}
	}
}

// maySwitch reports whether a change of a value may switch a dependency on or
// off: if not, Helm makes the same of the chart's dependencies as before.
// Globals are values of all charts, and tags have no place in Chart.yaml.
// https://github.com/helm/helm/blob/v3.22.0/pkg/chartutil/dependencies.go
func (s *source) maySwitch(changes []Change) bool {
	if len(changes) == 0 {
		return false
	}
	global := values.Name(chartutil.GlobalKey)
	conditions := s.dependencies().conditions
	for _, c := range changes {
		if slices.Contains(c.Path, values.Name("tags")) {
			return true
		}
		for _, condition := range conditions {
			if condition.HasPrefix(c.Path) || c.Path.HasPrefix(condition) || slices.Contains(condition, global) && slices.Contains(c.Path, global) {
				return true
			}
		}
	}
	return false
}

// ChartHome is where the values belong that stand below a chart's name at a
// place where Helm does not look for them: below a dependency's own name
// although the chart gives it an alias, or several, or below the name of the
// very chart whose values these are.
func (r *Release) ChartHome(p values.Path) []values.Path {
	if r.source == nil || r.session == nil || len(p) == 0 || p.Last().IsIndex() || r.Layers.declares(p) {
		return nil
	}
	if aliases := r.source.dependencies().aliased[p.String()]; len(aliases) > 0 {
		return aliases
	}
	own := r.session.chart.Name()
	if len(p) > 1 {
		own = p.Parent().Last().Name()
	}
	if own == p.Last().Name() && r.Layers.holdsChart(p.Parent()) {
		return []values.Path{p.Parent()}
	}
	return nil
}

// IsDependency reports whether a key of the root chart's values belongs to a
// dependency.
func (r *Release) IsDependency(key string) bool {
	if r.session == nil || r.session.chart == nil {
		return false
	}
	for _, d := range r.session.chart.Dependencies() {
		if d.Name() == key {
			return true
		}
	}
	return false
}
