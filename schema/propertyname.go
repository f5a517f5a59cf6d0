package schema

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// propertyName words a key that may not be called so (propertyNames). The library names the map that holds it, but in a
// slice that it goes on writing to, so that by the end the location may name a neighbour
// (https://github.com/santhosh-tekuri/jsonschema/blob/v6.0.3/validator.go, objValidate: InstanceLocation = vd.vloc).
// Only its length is certain, hence the search.
func (f finder) propertyName(e *jsonschema.ValidationError, k *kind.PropertyNames) []finding {
	reason := "is not an allowed key"
	if len(e.Causes) == 1 {
		switch cause := e.Causes[0].ErrorKind.(type) {
		case *kind.Pattern:
			reason += ": it must match the pattern " + cause.Want
		case *kind.Enum:
			reason += ": it " + mustBeOneOf(plainNumbers(cause.Want))
		case *kind.MaxLength:
			reason += fmt.Sprintf(": it %s", mustHave("at most", cause.Want, "character", cause.Got))
		}
	}
	holders := holders(f.tree, nil, len(e.InstanceLocation), k.Property)
	if len(holders) > 1 {
		holders = slices.DeleteFunc(holders, func(at []string) bool { return !f.guilty(at, k.Property) })
	}
	var all []finding
	for _, at := range holders {
		path, _ := locate(f.tree, at)
		all = append(all, finding{
			Violation: Violation{Path: path.Key(k.Property), Kind: Unknown, Reason: reason},
			depth:     len(path),
		})
	}
	return all
}

// holders lists the locations of all maps at this depth that have the key.
func holders(node any, at []string, depth int, key string) [][]string {
	var all [][]string
	switch node := node.(type) {
	case map[string]any:
		if depth == 0 {
			if _, ok := node[key]; ok {
				all = append(all, slices.Clone(at))
			}
			return all
		}
		for _, name := range slices.Sorted(maps.Keys(node)) {
			all = append(all, holders(node[name], append(at, name), depth-1, key)...)
		}
	case []any:
		for i := 0; depth > 0 && i < len(node); i++ {
			all = append(all, holders(node[i], append(at, fmt.Sprint(i)), depth-1, key)...)
		}
	}
	return all
}

// guilty says whether there are fewer complaints about the key once the map at this location is without it.
func (f finder) guilty(at []string, key string) bool {
	without, _ := drop(f.tree, at, key).(map[string]any)
	return f.complaints(without, key) < f.complaints(f.tree, key)
}

// drop copies the tree along at and leaves out the key there.
func drop(node any, at []string, key string) any {
	switch node := node.(type) {
	case map[string]any:
		copied := maps.Clone(node)
		if len(at) == 0 {
			delete(copied, key)
		} else {
			copied[at[0]] = drop(copied[at[0]], at[1:], key)
		}
		return copied
	case []any:
		copied := slices.Clone(node)
		for i := range copied {
			if len(at) > 0 && fmt.Sprint(i) == at[0] {
				copied[i] = drop(copied[i], at[1:], key)
			}
		}
		return copied
	default:
		return node
	}
}

// complaints counts how often the tree is refused because some map has the key.
func (f finder) complaints(tree map[string]any, key string) int {
	var invalid *jsonschema.ValidationError
	if !errors.As(f.schema.Validate(tree), &invalid) {
		return 0
	}
	n := 0
	var count func(*jsonschema.ValidationError)
	count = func(e *jsonschema.ValidationError) {
		if k, ok := e.ErrorKind.(*kind.PropertyNames); ok && k.Property == key {
			n++
		}
		for _, cause := range e.Causes {
			count(cause)
		}
	}
	count(invalid)
	return n
}
