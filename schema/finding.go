package schema

import (
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// finder turns the error tree of the jsonschema library into violations.
type finder struct {
	schema *jsonschema.Schema
	tree   map[string]any
}

// finding is a violation with what is needed to choose between the branches of an anyOf or oneOf.
type finding struct {
	Violation
	depth   int      // of the value that the keyword looked at
	types   []string // the types that a Type violation wants
	missing string   // the key that a Required violation wants
	unset   bool     // the value is null where the schema wants another type
}

// flatten gives the violations of an error and of all that is below it.
func (f finder) flatten(e *jsonschema.ValidationError) []finding {
	switch k := e.ErrorKind.(type) {
	case *kind.Schema, *kind.Group, *kind.AllOf, *kind.Reference:
		var all []finding
		for _, cause := range e.Causes {
			all = append(all, f.flatten(cause)...)
		}
		return all
	case *kind.AnyOf:
		return f.nearest(e)
	case *kind.OneOf:
		if len(k.Subschemas) == 0 {
			return f.nearest(e)
		}
	}
	return f.leaf(e)
}

// leaf words one error that has no interesting causes.
func (f finder) leaf(e *jsonschema.ValidationError) []finding {
	path, value := locate(f.tree, e.InstanceLocation)
	depth := len(path)
	one := func(k Kind, reason string) []finding {
		return []finding{{Violation: Violation{Path: path, Kind: k, Reason: reason}, depth: depth}}
	}
	each := func(keys []string, k Kind, reason string) []finding {
		var all []finding
		for _, key := range keys {
			v := finding{Violation: Violation{Path: path.Key(key), Kind: k, Reason: reason}, depth: depth}
			if k == Required {
				v.missing = key
			}
			all = append(all, v)
		}
		return all
	}
	listed := func(legal []any) []finding {
		legal = plainNumbers(legal)
		found := one(Enum, mustBeOneOf(legal))
		found[0].Legal = legal
		return found
	}

	switch k := e.ErrorKind.(type) {
	case *kind.Type:
		found := one(Type, mustBeType(k.Want, value))
		found[0].types, found[0].unset = k.Want, value == nil
		return found
	case *kind.Enum:
		return listed(k.Want)
	case *kind.Const:
		return listed([]any{k.Want})
	case *kind.Required:
		return each(k.Missing, Required, reasonRequired)
	case *kind.DependentRequired:
		return each(k.Missing, Required, fmt.Sprintf("%s when %s is set", reasonRequired, literal(k.Prop)))
	case *kind.Dependency:
		return each(k.Missing, Required, fmt.Sprintf("%s when %s is set", reasonRequired, literal(k.Prop)))
	case *kind.AdditionalProperties:
		return each(k.Properties, Unknown, reasonUnknown)
	case *kind.FalseSchema:
		return one(Unknown, "is not allowed here")
	case *kind.PropertyNames:
		return f.propertyName(e, k)
	case *kind.Pattern:
		return one(Pattern, mustMatch(k.Want, k.Got))
	case *kind.Format:
		return one(Pattern, fmt.Sprintf("must be a valid %s, found %s", k.Want, literal(value)))
	case *kind.Minimum:
		return one(Range, mustCompare("at least", k.Want, value))
	case *kind.Maximum:
		return one(Range, mustCompare("at most", k.Want, value))
	case *kind.ExclusiveMinimum:
		return one(Range, mustCompare("more than", k.Want, value))
	case *kind.ExclusiveMaximum:
		return one(Range, mustCompare("less than", k.Want, value))
	case *kind.MultipleOf:
		return one(Range, mustCompare("a multiple of", k.Want, value))
	case *kind.MinLength:
		return one(Range, mustHave("at least", k.Want, "character", k.Got))
	case *kind.MaxLength:
		return one(Range, mustHave("at most", k.Want, "character", k.Got))
	case *kind.MinItems:
		return one(Range, mustHave("at least", k.Want, "item", k.Got))
	case *kind.MaxItems:
		return one(Range, mustHave("at most", k.Want, "item", k.Got))
	case *kind.MinProperties:
		return one(Range, mustHave("at least", k.Want, "key", k.Got))
	case *kind.MaxProperties:
		return one(Range, mustHave("at most", k.Want, "key", k.Got))
	case *kind.AdditionalItems:
		items, _ := value.([]any)
		return one(Range, mustHave("at most", len(items)-k.Count, "item", len(items)))
	case *kind.UniqueItems:
		return one(Other, fmt.Sprintf("items %d and %d are equal, each may stand there once", k.Duplicates[0], k.Duplicates[1]))
	case *kind.Contains:
		return one(Other, "has no item of the form that the schema wants in it")
	case *kind.OneOf:
		return one(Other, "matches more than one of the allowed forms, only one may match")
	case *kind.Not:
		return one(Other, "has a form that the schema forbids")
	default:
		return one(Other, libraryText(e))
	}
}

// libraryText is the library's own sentence without the location in front of it.
func libraryText(e *jsonschema.ValidationError) string {
	if e.ErrorKind == nil {
		return "does not fit the schema"
	}
	bare := jsonschema.ValidationError{ErrorKind: e.ErrorKind}
	return strings.TrimPrefix(bare.Error(), "at '': ")
}
