package render

import (
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/chart"

	"github.com/spreadlint/spreadlint/values"
)

// LayerKind says where a layer of values comes from.
type LayerKind string

const (
	LayerChart LayerKind = "chart"  // a chart's own values.yaml
	LayerFile  LayerKind = "values" // a file given with -f
	LayerSet   LayerKind = "set"    // a --set argument
)

// Layer is one source of values: a file or one --set argument.
type Layer struct {
	Kind   LayerKind
	File   *values.File // text; for LayerSet the argument itself
	Flag   string       // for LayerSet: "--set", "--set-json" ...
	Prefix values.Path  // where the tree hangs in the root chart's values
	tree   map[string]any
	mounts []mount
}

// mount is a part of a dependency's values that a chart above takes over by
// import-values.
type mount struct{ prefix, at values.Path } // in the root chart's values, in the layer's tree

// Layers are all sources of a release's values, the weakest first.
type Layers []*Layer

// chartLayers lists the default values of a chart and of its dependencies,
// after Helm has applied aliases and conditions; deeper charts are weaker.
func (s *source) chartLayers(c *chart.Chart, prefix values.Path) (Layers, error) {
	var layers Layers
	for _, d := range c.Dependencies() {
		below, err := s.chartLayers(d, prefix.Key(d.Name()))
		if err != nil {
			return nil, err
		}
		layers = append(below, layers...)
	}
	// A chart without values has a layer too: it tells that there is a chart.
	file := values.Text(s.path, nil)
	for _, raw := range c.Raw {
		if raw.Name == "values.yaml" && len(raw.Data) > 0 {
			var err error
			if file, err = s.valuesFile(raw); err != nil {
				return nil, err
			}
		}
	}
	layers = append(layers, &Layer{Kind: LayerChart, File: file, Prefix: prefix, tree: file.Tree()})
	layers.mount(c, prefix)
	return layers, nil
}

// valuesFile parses a chart's values.yaml, once for all renders.
func (s *source) valuesFile(raw *chart.File) (*values.File, error) {
	if file := s.defaults[&raw.Data[0]]; file != nil {
		return file, nil
	}
	file, err := values.Parse(s.shown(raw), raw.Data)
	if err == nil {
		s.defaults[&raw.Data[0]] = file
	}
	return file, err
}

// mount notes the parts of the layers that the chart imports from its
// dependencies, as Helm has resolved them.
// https://github.com/helm/helm/blob/v3.22.0/pkg/chartutil/dependencies.go (processImportValues)
func (l Layers) mount(c *chart.Chart, prefix values.Path) {
	for _, d := range c.Metadata.Dependencies {
		for _, imported := range d.ImportValues {
			names, ok := imported.(map[string]string)
			if !ok {
				continue
			}
			from, to := prefix.Key(d.Name).Child(dotted(names["child"])...), prefix.Child(dotted(names["parent"])...)
			for _, layer := range l {
				if at, ok := layer.within(from); ok {
					layer.mounts = append(layer.mounts, mount{prefix: to, at: at})
				}
			}
		}
	}
}

// ImportedAs is the key of a chart that imports a dependency's value: Helm
// copies the default there, before the user's values are known.
func (l Layers) ImportedAs(p values.Path) (values.Path, bool) {
	for _, layer := range l {
		for _, m := range layer.mounts {
			if from := layer.Prefix.Child(m.at...); p.HasPrefix(from) {
				return m.prefix.Child(p[len(from):]...), true
			}
		}
	}
	return nil, false
}

// dotted is the path that Chart.yaml spells with dots; "." is the top.
func dotted(text string) values.Path {
	var p values.Path
	for _, name := range strings.Split(text, ".") {
		if name != "" {
			p = p.Key(name)
		}
	}
	return p
}

// within is where the layer's tree has a path of the root chart's values.
func (l *Layer) within(path values.Path) (values.Path, bool) {
	if path.HasPrefix(l.Prefix) {
		own := path[len(l.Prefix):]
		if _, ok := values.Lookup(any(l.tree), own); ok {
			return own, true
		}
	}
	for _, m := range l.mounts {
		if path.HasPrefix(m.prefix) {
			taken := m.at.Child(path[len(m.prefix):]...)
			if _, ok := values.Lookup(any(l.tree), taken); ok {
				return taken, true
			}
		}
	}
	return nil, false
}

// Value is what the layer sets at a path of the root chart's values.
func (l *Layer) Value(p values.Path) (any, bool) {
	within, ok := l.within(p)
	if !ok {
		return nil, false
	}
	return values.Lookup(any(l.tree), within)
}

// Origin is where a value is decided.
type Origin struct {
	Layer *Layer
	Path  values.Path // within the layer's file
	Node  values.Node // for LayerSet: the argument's text
	Set   bool        // false: the key is not set; Node is where it would be inserted
}

// Find returns where the effective value of a path of the root chart's values
// comes from: the strongest layer that holds it. found is false when no layer
// does.
func (l Layers) Find(path values.Path) (origin Origin, found bool) {
	all := l.All(path)
	if len(all) == 0 {
		return Origin{}, false
	}
	return all[0], true
}

// All lists every layer that sets the path, or that takes it away from a
// weaker one by a parent without it (null, a text), strongest first: the first
// decides, the others are overridden.
func (l Layers) All(path values.Path) []Origin {
	var found, blocking []Origin
	for _, candidate := range l.globalPaths(path) {
		for i := len(l) - 1; i >= 0; i-- {
			if origin, ok := l[i].find(candidate); ok {
				found = append(append(found, blocking...), origin)
				blocking = nil
			} else if len(candidate) == len(path) {
				if origin, ok := l[i].blocks(candidate); ok {
					blocking = append(blocking, origin)
				}
			}
		}
	}
	return found
}

// globalPaths lists the places where the value of a path may be set: Helm
// copies `global` of a chart over that of its dependencies, so for
// a.global.x the root's global.x comes first.
// https://github.com/helm/helm/blob/v3.22.0/pkg/chartutil/coalesce.go
func (l Layers) globalPaths(path values.Path) []values.Path {
	at := slices.Index(path, values.Name("global"))
	if at <= 0 || !l.isChart(path[:at]) {
		return []values.Path{path}
	}
	var paths []values.Path
	for i := 0; i <= at; i++ {
		paths = append(paths, path[:i].Child(path[at:]...))
	}
	return paths
}

// isChart reports whether a dependency's values hang at the path. A
// dependency without values.yaml is told by that no chart declares the path.
func (l Layers) isChart(path values.Path) bool {
	for _, layer := range l {
		if layer.Kind == LayerChart && layer.Prefix.HasPrefix(path) {
			return true
		}
	}
	return !l.declares(path)
}

func (l *Layer) find(path values.Path) (Origin, bool) {
	within, ok := l.within(path)
	if !ok || len(within) == 0 {
		return Origin{}, false
	}
	if l.Kind == LayerSet {
		if value, _ := l.Value(path); value == nil && path.Last().IsIndex() {
			return Origin{}, false // padding of a[1]=x
		}
		return Origin{Layer: l, Path: within, Node: l.argumentNode(within), Set: true}, true
	}
	node, ok := l.File.Find(within)
	if !ok {
		return Origin{}, false
	}
	return Origin{Layer: l, Path: within, Node: node, Set: true}, true
}

// blocks finds a parent of the path that is no map or list.
func (l *Layer) blocks(path values.Path) (Origin, bool) {
	for i := len(path) - 1; i > len(l.Prefix); i-- {
		origin, ok := l.find(path[:i])
		if !ok {
			continue
		}
		v, _ := values.Lookup(l.tree, origin.Path)
		switch v.(type) {
		case map[string]any, []any:
			return Origin{}, false
		}
		return origin, true
	}
	return Origin{}, false
}

// Insertion returns where a path that no layer sets would be inserted: below
// its deepest existing parent in the user's files, the last file winning; if
// none of them holds a parent, at the end of the last; without any file in
// the chart's defaults.
func (l Layers) Insertion(path values.Path) (Origin, bool) {
	var best Origin
	bestDepth := -1
	for _, layer := range l {
		if layer.Kind == LayerSet || !path.HasPrefix(layer.Prefix) || layer.Kind == LayerChart && len(layer.File.Src) == 0 {
			continue
		}
		within := path[len(layer.Prefix):]
		parent, node := layer.File.Deepest(within)
		depth := len(parent)
		if layer.Kind == LayerFile {
			depth += 1000 // a user's file before the chart's defaults
		} else {
			depth += len(layer.Prefix)
		}
		if depth >= bestDepth {
			best, bestDepth = Origin{Layer: layer, Path: within, Node: node}, depth
		}
	}
	return best, bestDepth >= 0
}
