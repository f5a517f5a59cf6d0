package schema

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// nearest words a value that fits no branch of an anyOf or oneOf. Where one branch is clearly what the author meant its
// violations are given; where the branches say the same kind of thing they are joined; else one sentence says that none
// fits, since a list of what every branch misses helps nobody.
func (f finder) nearest(e *jsonschema.ValidationError) []finding {
	path, value := locate(f.tree, e.InstanceLocation)
	depth := len(path)
	here := finding{Violation: Violation{Path: path}, depth: depth}

	var branches [][]finding
	for _, cause := range e.Causes {
		if found := f.flatten(cause); len(found) > 0 {
			branches = append(branches, found)
		}
	}
	if types, ok := joinTypes(branches, depth); ok {
		here.Kind, here.Reason, here.types = Type, mustBeType(types, value), types
		return []finding{here}
	}
	// A branch for another type than the value has is not meant, nor one whose discriminating key has another word.
	branches = without(branches, func(v finding) bool { return v.Kind == Type && v.depth == depth })
	if words, ok := joinWords(branches, depth); ok {
		here.Kind, here.Reason, here.Legal = Enum, mustBeOneOf(words), words
		return []finding{here}
	}
	if len(branches) > 1 {
		branches = without(branches, func(v finding) bool { return v.Kind == Enum && v.depth == depth+1 })
	}
	if len(branches) == 1 {
		return branches[0]
	}
	if keys, ok := joinMissing(branches, depth); ok {
		here.Kind, here.Reason = Required, fmt.Sprintf("must have one of the keys %s", either(keys))
		return []finding{here}
	}
	if places, ok := joinUnset(branches); ok {
		here.Path, here.Kind, here.Reason = branches[0][0].Path, Required, "one of "+strings.Join(places, ", ")+" must be set"
		return []finding{here}
	}
	here.Reason = reasonNoForm
	return []finding{here}
}

// joinUnset gives the places of which one must be set, when every branch wants nothing else than a value where there is
// none: the same thing may stand at several places.
func joinUnset(branches [][]finding) (places []string, ok bool) {
	for _, branch := range branches {
		if len(branch) != 1 || branch[0].missing == "" && !branch[0].unset {
			return nil, false
		}
		if place := branch[0].Path.String(); !slices.Contains(places, place) {
			places = append(places, place)
		}
	}
	return places, len(places) > 1
}

// without leaves out the branches that have such a finding.
func without(branches [][]finding, such func(finding) bool) [][]finding {
	var rest [][]finding
	for _, branch := range branches {
		if !slices.ContainsFunc(branch, such) {
			rest = append(rest, branch)
		}
	}
	return rest
}

// joinTypes gives the union of the wanted types when every branch is about the type of the value and nothing else.
func joinTypes(branches [][]finding, depth int) (types []string, ok bool) {
	for _, branch := range branches {
		if len(branch) != 1 || branch[0].Kind != Type || branch[0].depth != depth {
			return nil, false
		}
		for _, name := range branch[0].types {
			if !slices.Contains(types, name) {
				types = append(types, name)
			}
		}
	}
	return types, len(types) > 0
}

// joinWords gives the union of the legal values when every branch is a list of them.
func joinWords(branches [][]finding, depth int) (words []any, ok bool) {
	for _, branch := range branches {
		if len(branch) != 1 || branch[0].Kind != Enum || branch[0].depth != depth {
			return nil, false
		}
		words = union(words, branch[0].Legal)
	}
	return words, len(words) > 0
}

// joinMissing gives the missing keys when every branch misses exactly one.
func joinMissing(branches [][]finding, depth int) (keys []string, ok bool) {
	for _, branch := range branches {
		if len(branch) != 1 || branch[0].missing == "" || branch[0].depth != depth {
			return nil, false
		}
		if word := literal(branch[0].missing); !slices.Contains(keys, word) {
			keys = append(keys, word)
		}
	}
	return keys, len(keys) > 0
}

// union appends the values that are not there yet.
func union(all, more []any) []any {
	for _, value := range more {
		if !slices.ContainsFunc(all, func(v any) bool { return reflect.DeepEqual(v, value) }) {
			all = append(all, value)
		}
	}
	return all
}
