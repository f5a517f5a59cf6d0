package conformance

import (
	"maps"
	"slices"

	"sigs.k8s.io/yaml"

	"github.com/spreadlint/spreadlint/values"
)

// Shrink makes an object smaller as long as the judges disagree about it, by
// taking out what stands in its placement fields, piece by piece. The result
// may show another disagreement than the original.
func Shrink(doc []byte, disagree func([]byte) bool) []byte {
	var tree any
	if err := yaml.Unmarshal(doc, &tree); err != nil {
		return doc
	}
	smallest, err := yaml.Marshal(tree)
	if err != nil || !disagree(smallest) {
		return doc // its spelling matters
	}
	for again := true; again; {
		again = false
		for _, change := range changes(tree) {
			smaller, err := yaml.Marshal(change)
			if err != nil || len(smaller) >= len(smallest) || !disagree(smaller) {
				continue
			}
			if err := yaml.Unmarshal(smaller, &tree); err != nil {
				return smallest
			}
			smallest, again = smaller, true
			break
		}
	}
	return smallest
}

// changes are the trees that lack one part of the placement fields, largest
// parts first.
func changes(tree any) []any {
	var trees []any
	walk(tree, nil, func(p values.Path) {
		if placement(plain(p)) {
			trees = append(trees, cut(tree, p))
		}
	})
	slices.SortStableFunc(trees, func(a, b any) int { return size(a) - size(b) })
	return trees
}

func walk(v any, at values.Path, visit func(values.Path)) {
	visit(at)
	switch node := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(node)) {
			walk(node[k], at.Key(k), visit)
		}
	case []any:
		for i, item := range node {
			walk(item, at.Item(i), visit)
		}
	}
}

// cut copies a tree without the value at a path; list items move up.
func cut(tree any, p values.Path) any {
	switch node := tree.(type) {
	case map[string]any:
		copied := maps.Clone(node)
		if len(p) == 1 {
			delete(copied, p[0].Name())
		} else {
			copied[p[0].Name()] = cut(node[p[0].Name()], p[1:])
		}
		return copied
	case []any:
		i := p[0].Index()
		if len(p) == 1 {
			return slices.Delete(slices.Clone(node), i, i+1)
		}
		copied := slices.Clone(node)
		copied[i] = cut(node[i], p[1:])
		return copied
	}
	return tree
}

func size(v any) int {
	n := 1
	switch node := v.(type) {
	case map[string]any:
		for _, item := range node {
			n += size(item)
		}
	case []any:
		for _, item := range node {
			n += size(item)
		}
	}
	return n
}
