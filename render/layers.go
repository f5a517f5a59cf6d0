package render

import (
	"fmt"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/strvals"

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

// SetArgument is one --set style argument.
type SetArgument struct{ Flag, Text string }

// UserValues is what the user gave on the command line, already read.
type UserValues struct {
	Files []*values.File
	Sets  []SetArgument // in any order; Helm's order of flags is applied
	// ReadFile reads the file of a --set-file argument.
	ReadFile func(name string) ([]byte, error)
}

// setOrder is the order in which Helm applies the flags, whatever the order
// on the command line:
// https://github.com/helm/helm/blob/v3.22.0/pkg/cli/values/options.go
var setOrder = []string{"--set-json", "--set", "--set-string", "--set-file", "--set-literal"}

// merge builds the user's values exactly as Helm does, and the layers behind
// them.
func (u UserValues) merge() (map[string]any, Layers, error) {
	base := map[string]any{}
	var layers Layers
	for _, file := range u.Files {
		tree := file.Tree()
		copied, _ := deepCopy(tree).(map[string]any) // --set writes into what was merged
		base = mergeMaps(base, copied)
		layers = append(layers, &Layer{Kind: LayerFile, File: file, tree: tree})
	}
	for _, flag := range setOrder {
		for _, set := range u.Sets {
			if set.Flag != flag {
				continue
			}
			if err := u.parseSet(set, base); err != nil {
				return nil, nil, setFailure(set, err)
			}
			alone := map[string]any{}
			if err := u.parseSet(set, alone); err != nil {
				// An argument such as a[0].b=c may need what the files gave it.
				alone = map[string]any{}
			}
			layers = append(layers, &Layer{Kind: LayerSet, Flag: flag, File: values.Text(flag, []byte(set.Text)), tree: alone})
		}
	}
	return base, layers, nil
}

func (u UserValues) parseSet(set SetArgument, into map[string]any) error {
	switch set.Flag {
	case "--set-json":
		return strvals.ParseJSON(set.Text, into)
	case "--set":
		return strvals.ParseInto(set.Text, into)
	case "--set-string":
		return strvals.ParseIntoString(set.Text, into)
	case "--set-literal":
		return strvals.ParseLiteralInto(set.Text, into)
	case "--set-file":
		return strvals.ParseIntoFile(set.Text, into, func(name []rune) (any, error) {
			data, err := u.ReadFile(string(name))
			return string(data), err
		})
	}
	return fmt.Errorf("unknown flag %s", set.Flag)
}

func setFailure(set SetArgument, err error) error {
	failure := &Failure{File: set.Flag, Message: fmt.Sprintf("cannot parse %q: %v", set.Text, err)}
	switch set.Flag {
	case "--set-json":
		failure.Hints = []string{`write key=JSON, for example --set-json 'broker.tolerations=[]'`}
	case "--set-file":
		failure.Hints = []string{"write key=path of a readable file"}
	default:
		failure.Hints = []string{"write " + set.Flag + " key.subkey=value; a dot inside a key is written as \\."}
	}
	return failure
}

// mergeMaps is Helm's merge of two values files: maps deeply, the rest
// replaced.
func mergeMaps(a, b map[string]any) map[string]any {
	out := make(map[string]any, len(a))
	for k, v := range a {
		out[k] = v
	}
	for k, v := range b {
		if v, ok := v.(map[string]any); ok {
			if old, ok := out[k].(map[string]any); ok {
				out[k] = mergeMaps(old, v)
				continue
			}
		}
		out[k] = v
	}
	return out
}

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
			if file, err = values.Parse(s.shown(raw), raw.Data); err != nil {
				return nil, err
			}
		}
	}
	layers = append(layers, &Layer{Kind: LayerChart, File: file, Prefix: prefix, tree: file.Tree()})
	layers.mount(c, prefix)
	return layers, nil
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

// argumentNode finds the part of a --set argument that sets path.
func (l *Layer) argumentNode(path values.Path) values.Node {
	text := string(l.File.Src)
	start := 0
	if l.Flag == "--set" || l.Flag == "--set-string" || l.Flag == "--set-file" {
		for _, end := range append(commas(text), len(text)) {
			tree := map[string]any{}
			u := UserValues{ReadFile: func(string) ([]byte, error) { return nil, nil }}
			if err := u.parseSet(SetArgument{l.Flag, text[start:end]}, tree); err == nil {
				if _, ok := values.Lookup(tree, path); ok {
					return l.segmentNode(start, end)
				}
			}
			start = end + 1
		}
		start = 0
	}
	return l.segmentNode(start, len(text))
}

func (l *Layer) segmentNode(start, end int) values.Node {
	text := string(l.File.Src[start:end])
	value := start
	if i := strings.Index(text, "="); i >= 0 {
		value = start + i + 1
	}
	return values.Node{
		HasKey: true,
		Key:    values.Span{Start: l.File.PosAt(start), End: l.File.PosAt(max(start, value-1))},
		Value:  values.Span{Start: l.File.PosAt(value), End: l.File.PosAt(end)},
	}
}

// commas returns the offsets of the commas that separate assignments.
func commas(text string) []int {
	var at []int
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case ',':
			if depth <= 0 {
				at = append(at, i)
			}
		}
	}
	return at
}

// argumentAbove finds the argument that decides the list in which an absent
// path would stand. Maps of several layers are merged, a list has one owner.
func (l Layers) argumentAbove(path values.Path) (Origin, bool) {
	for i := len(path) - 1; i > 0; i-- {
		if !path[i-1].IsIndex() {
			continue
		}
		origin, found := l.Find(path[:i])
		if !found {
			continue
		}
		origin.Set = false
		return origin, origin.Layer.Kind == LayerSet
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
