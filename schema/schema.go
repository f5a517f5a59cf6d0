// Package schema says what values files may hold: it checks values against a chart's own values.schema.json as Helm
// does, and it knows the legal words of a few families of charts, its dialects. A broken schema or a broken value is
// reported at the value's path in plain words. It knows no files, no positions and no templates, loads nothing from the
// network or the disk, and never says where in a chart a key stands.
package schema

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/values"
)

// Violation is one place where values break a schema.
type Violation struct {
	Path   values.Path // the offending value; for an unknown or a missing property, the path of that property
	Reason string      // plain words that follow the path: `must be one of "soft", "hard", "none"`, `unknown key`
	Legal  []any       // the legal values, when the schema lists them
	Kind   Kind
}

// Kind groups violations by what it takes to repair them.
type Kind int

// The kinds of violation.
const (
	Other    Kind = iota // a rule that fits no other kind, e.g. none of several allowed forms
	Enum                 // not one of the listed values
	Type                 // wrong JSON type
	Unknown              // a key that the schema does not allow
	Required             // a key that is missing
	Pattern              // a string of the wrong form
	Range                // too small, too large, too short, too long
)

// String gives the name of the kind.
func (k Kind) String() string {
	switch k {
	case Enum:
		return "enum"
	case Type:
		return "type"
	case Unknown:
		return "unknown"
	case Required:
		return "required"
	case Pattern:
		return "pattern"
	case Range:
		return "range"
	default:
		return "other"
	}
}

// tidy sorts violations by path and drops repetitions, which come from schemas that state a thing twice.
func tidy(violations []Violation) []Violation {
	slices.SortStableFunc(violations, func(a, b Violation) int {
		return cmp.Or(comparePaths(a.Path, b.Path), cmp.Compare(a.Kind, b.Kind), strings.Compare(a.Reason, b.Reason))
	})
	return slices.CompactFunc(violations, func(a, b Violation) bool {
		return a.Path.Equal(b.Path) && a.Kind == b.Kind && a.Reason == b.Reason
	})
}

// comparePaths orders paths step by step: list items by number, keys by spelling.
func comparePaths(a, b values.Path) int {
	return slices.CompareFunc(a, b, func(a, b values.Key) int {
		return cmp.Or(cmp.Compare(a.Index(), b.Index()), strings.Compare(a.Name(), b.Name()))
	})
}
