package conformance

import (
	"math"
	"reflect"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/spreadlint/spreadlint/values"
)

// typeAt is the Go type of a placement field; nil when Kubernetes has none.
func typeAt(path values.Path) reflect.Type {
	for i := range path {
		if placement(plain(path[:i+1])) {
			return typeIn(reflect.TypeFor[corev1.PodSpec](), path[i:])
		}
	}
	return nil
}

func typeIn(t reflect.Type, path values.Path) reflect.Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if len(path) == 0 {
		return t
	}
	switch t.Kind() {
	case reflect.Slice, reflect.Map:
		return typeIn(t.Elem(), path[1:])
	case reflect.Struct:
		for i := range t.NumField() {
			if name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); name == path[0].Name() {
				return typeIn(t.Field(i).Type, path[1:])
			}
		}
	}
	return nil
}

// fits reports whether the decoder takes a value for a type, its parts aside.
func fits(value any, t reflect.Type) bool {
	if value == nil || t == nil {
		return true
	}
	switch value := value.(type) {
	case string:
		return t.Kind() == reflect.String
	case float64:
		return t.Kind() == reflect.Int32 && value == math.Trunc(value) && value >= math.MinInt32 && value <= math.MaxInt32
	case []any:
		return t.Kind() == reflect.Slice
	case map[string]any:
		return t.Kind() == reflect.Struct || t.Kind() == reflect.Map
	}
	return false
}

// without takes values out of a document.
func without(doc []byte, paths []values.Path) ([]byte, error) {
	var tree any
	if err := yaml.Unmarshal(doc, &tree); err != nil {
		return nil, err
	}
	slices.SortFunc(paths, func(a, b values.Path) int { return strings.Compare(b.String(), a.String()) })
	for _, p := range paths {
		tree = remove(tree, p)
	}
	return yaml.Marshal(tree)
}

// remove takes one value out of a tree of maps and lists. In a list a null
// stands in, so that the indexes of the others stay.
func remove(tree any, p values.Path) any {
	switch node := tree.(type) {
	case map[string]any:
		child, present := node[p[0].Name()]
		switch {
		case p[0].IsIndex() || !present:
		case len(p) == 1:
			delete(node, p[0].Name())
		default:
			node[p[0].Name()] = remove(child, p[1:])
		}
	case []any:
		switch {
		case !p[0].IsIndex() || p[0].Index() >= len(node):
		case len(p) == 1:
			node[p[0].Index()] = nil
		default:
			node[p[0].Index()] = remove(node[p[0].Index()], p[1:])
		}
	}
	return tree
}
