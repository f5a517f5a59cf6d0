package render

import (
	"strings"

	"github.com/spreadlint/spreadlint/values"
)

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
