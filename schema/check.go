package schema

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/xeipuuv/gojsonschema"

	"github.com/spreadlint/spreadlint/values"
)

// CheckDialect checks one map of values that has a dialect's mode key (e.g. {podAntiAffinity,
// podAntiAffinityTopologyKey, ...}) against the dialect's schema; violations have paths relative to the map. A null is
// not checked: to Helm it means that the key is not set.
func CheckDialect(name string, m map[string]any) []Violation {
	for _, d := range embedded() {
		if d.Name == name {
			return d.check(m)
		}
	}
	return []Violation{{Reason: fmt.Sprintf("cannot be checked: there is no dialect %q", name)}}
}

func (d dialect) check(m map[string]any) []Violation {
	if d.err != nil {
		return []Violation{{Reason: "cannot be checked: " + d.err.Error()}}
	}
	m, _ = withoutNulls(m).(map[string]any)
	result, err := d.compiled.Validate(gojsonschema.NewGoLoader(m))
	if err != nil {
		return []Violation{{Reason: "cannot be checked: " + err.Error()}}
	}
	var all []Violation
	for _, e := range result.Errors() {
		if !isGeneric(e) || !hasDeeper(e, result.Errors()) {
			all = append(all, d.violation(e, m))
		}
	}
	return tidy(all)
}

// violation words one error of gojsonschema. Its types are listed at
// https://github.com/xeipuuv/gojsonschema/blob/v1.2.0/errors.go
func (d dialect) violation(e gojsonschema.ResultError, m map[string]any) Violation {
	path, value := locate(m, tokens(e))
	details := e.Details()
	switch e := e.(type) {
	case *gojsonschema.AdditionalPropertyNotAllowedError: // reported at the parent
		return Violation{Path: path.Key(fmt.Sprint(details["property"])), Kind: Unknown, Reason: reasonUnknown}
	case *gojsonschema.RequiredError: // reported at the parent
		return Violation{Path: path.Key(fmt.Sprint(details["property"])), Kind: Required, Reason: reasonRequired}
	case *gojsonschema.EnumError, *gojsonschema.ConstError:
		legal := allowed(details["allowed"])
		if len(legal) == 0 {
			return Violation{Path: path, Kind: Enum, Reason: e.Description()}
		}
		return Violation{Path: path, Kind: Enum, Reason: mustBeOneOf(legal), Legal: legal}
	case *gojsonschema.InvalidTypeError:
		names := strings.Split(strings.Trim(fmt.Sprint(details["expected"]), "[]"), ",")
		return Violation{Path: path, Kind: Type, Reason: mustBeType(names, value)}
	case *gojsonschema.DoesNotMatchPatternError:
		if form := d.form(path); form != "" {
			return Violation{Path: path, Kind: Pattern, Reason: fmt.Sprintf("must be %s, found %s", form, literal(value))}
		}
		return Violation{Path: path, Kind: Pattern, Reason: mustMatch(fmt.Sprint(details["pattern"]), fmt.Sprint(value))}
	case *gojsonschema.NumberGTEError, *gojsonschema.NumberGTError, *gojsonschema.NumberLTEError, *gojsonschema.NumberLTError,
		*gojsonschema.StringLengthGTEError, *gojsonschema.StringLengthLTEError,
		*gojsonschema.ArrayMinItemsError, *gojsonschema.ArrayMaxItemsError:
		return Violation{Path: path, Kind: Range, Reason: sentence(e.Description())}
	}
	if isGeneric(e) {
		return Violation{Path: path, Reason: reasonNoForm}
	}
	return Violation{Path: path, Reason: sentence(e.Description())}
}

// form gives the words for the pattern of the key at this path.
func (d dialect) form(at values.Path) string {
	for _, k := range d.Keys {
		if k.Path.Equal(at) {
			return k.form
		}
	}
	return ""
}

// separator joins the names of a location. Field() would join them with dots, which keys contain; no YAML key that
// anybody types has a NUL.
const separator = "\x00"

func tokens(e gojsonschema.ResultError) []string {
	all := strings.Split(e.Context().String(separator), separator)
	return all[1:] // without "(root)"
}

// isGeneric says whether an error only sums up others that may be reported beside it.
func isGeneric(e gojsonschema.ResultError) bool {
	switch e.(type) {
	case *gojsonschema.NumberAnyOfError, *gojsonschema.NumberOneOfError, *gojsonschema.NumberAllOfError,
		*gojsonschema.ConditionThenError, *gojsonschema.ConditionElseError:
		return true
	default:
		return false
	}
}

// hasDeeper says whether a more telling error stands at the place of e or below.
func hasDeeper(e gojsonschema.ResultError, all []gojsonschema.ResultError) bool {
	at := e.Context().String(separator)
	for _, other := range all {
		place := other.Context().String(separator)
		if !isGeneric(other) && (place == at || strings.HasPrefix(place, at+separator)) {
			return true
		}
	}
	return false
}

// allowed reads the legal values back from the text that gojsonschema makes of them: JSON, joined by commas.
func allowed(text any) []any {
	var legal []any
	if err := json.Unmarshal([]byte("["+fmt.Sprint(text)+"]"), &legal); err != nil {
		return nil // the caller then shows the library's sentence
	}
	return legal
}

// sentence makes the library's sentence ("Must be greater than ...") follow a path.
func sentence(description string) string {
	if description == "" {
		return "does not fit the schema"
	}
	return strings.ToLower(description[:1]) + description[1:]
}

// withoutNulls copies a tree of values without its null entries.
func withoutNulls(node any) any {
	switch node := node.(type) {
	case map[string]any:
		copied := make(map[string]any, len(node))
		for key, value := range node {
			if value != nil {
				copied[key] = withoutNulls(value)
			}
		}
		return copied
	case []any:
		copied := make([]any, len(node))
		for i, value := range node {
			copied[i] = withoutNulls(value)
		}
		return copied
	default:
		return node
	}
}
