package schema_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/spreadlint/spreadlint/schema"
)

func tree(t testing.TB, text string) map[string]any {
	t.Helper()
	var m map[string]any
	if err := yaml.Unmarshal([]byte(text), &m); err != nil {
		t.Fatalf("parse test values: %v\n%s", err, text)
	}
	return m
}

// lines writes violations as "path [kind] reason".
func lines(violations []schema.Violation) []string {
	all := []string{}
	for _, v := range violations {
		all = append(all, fmt.Sprintf("%s [%s] %s", v.Path, v.Kind, v.Reason))
	}
	return all
}

func check(t *testing.T, got []schema.Violation, want []string) {
	t.Helper()
	if got, want := lines(got), append([]string{}, want...); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestChart(t *testing.T) {
	tests := []struct {
		name   string
		schema string // in YAML
		values string
		want   []string
	}{
		{"sound", `{properties: {a: {type: string}}}`, `{a: x, b: 1}`, nil},
		{"empty schema", `{}`, `{a: x}`, nil},
		{"enum", `{properties: {a: {enum: [soft, hard, none]}}}`, `{a: Soft}`,
			[]string{`a [enum] must be one of "soft", "hard", "none"`}},
		{"enum of other types", `{properties: {a: {enum: ["", 1, 2.5, true, null]}}}`, `{a: x}`,
			[]string{`a [enum] must be one of "", 1, 2.5, true, null`}},
		{"const", `{properties: {a: {const: 5}}}`, `{a: 6}`, []string{`a [enum] must be 5`}},
		{"type", `{properties: {a: {type: integer}, b: {type: string}, c: {type: boolean}, d: {type: array}, e: {type: object}}}`,
			`{a: "3", b: 3, c: "yes", d: {}, e: []}`, []string{
				`a [type] must be an integer, found the string "3"`,
				`b [type] must be a string, found the number 3`,
				`c [type] must be true or false, found the string "yes"`,
				`d [type] must be a list, found a map`,
				`e [type] must be a map, found a list`}},
		{"types", `{properties: {a: {type: [integer, string, "null"]}, b: {type: integer}, c: {type: number}}}`,
			`{a: true, b: 1.5, c: null}`, []string{
				`a [type] must be an integer, a string or null, found true`,
				`b [type] must be an integer, found the number 1.5`,
				`c [type] must be a number, found null`}},
		{"required", `{required: [a, b], properties: {c: {required: [d]}}}`, `{c: {}}`,
			[]string{`a [required] is required`, `b [required] is required`, `c.d [required] is required`}},
		{"additional properties", `{properties: {a: {additionalProperties: false, properties: {b: {}}}}}`,
			`{a: {b: 1, c.d: 2, e: 3}}`, []string{`a."c.d" [unknown] unknown key`, `a.e [unknown] unknown key`}},
		{"false schema", `{properties: {a: false}}`, `{a: 1}`, []string{`a [unknown] is not allowed here`}},
		{"pattern", `{properties: {a: {pattern: "^x+$"}}}`, `{a: xyz}`,
			[]string{`a [pattern] must match the pattern ^x+$, found "xyz"`}},
		{"format", `{"$schema": "http://json-schema.org/draft-07/schema#", properties: {a: {format: ipv4}}}`, `{a: x}`,
			[]string{`a [pattern] must be a valid ipv4, found "x"`}},
		{"numbers", `{properties: {a: {minimum: 1}, b: {maximum: 10}, c: {exclusiveMinimum: 0}, d: {exclusiveMaximum: 1.5}, e: {multipleOf: 2}}}`,
			`{a: 0, b: 11, c: 0, d: 2, e: 3}`, []string{
				`a [range] must be at least 1, found 0`,
				`b [range] must be at most 10, found 11`,
				`c [range] must be more than 0, found 0`,
				`d [range] must be less than 1.5, found 2`,
				`e [range] must be a multiple of 2, found 3`}},
		{"lengths", `{properties: {a: {minLength: 1}, b: {maxLength: 2}, c: {minItems: 2}, d: {maxItems: 0}, e: {minProperties: 1}, f: {maxProperties: 1}}}`,
			`{a: "", b: xyz, c: [1], d: [1], e: {}, f: {x: 1, z: 2}}`, []string{
				`a [range] must have at least 1 character, found 0`,
				`b [range] must have at most 2 characters, found 3`,
				`c [range] must have at least 2 items, found 1`,
				`d [range] must have at most 0 items, found 1`,
				`e [range] must have at least 1 key, found 0`,
				`f [range] must have at most 1 key, found 2`}},
		{"lists", `{properties: {a: {items: {type: string}}, b: {uniqueItems: true}, c: {contains: {const: 1}}}}`,
			`{a: [x, 1, z, 2], b: [1, 2, 1], c: [2]}`, []string{
				`a[1] [type] must be a string, found the number 1`,
				`a[3] [type] must be a string, found the number 2`,
				`b [other] items 0 and 2 are equal, each may stand there once`,
				`c [other] has no item of the form that the schema wants in it`}},
		{"digits as keys", `{properties: {a: {additionalProperties: {type: string}}}}`, `{a: {"0": 1, "10": 2}}`, []string{
			`a.0 [type] must be a string, found the number 1`,
			`a.10 [type] must be a string, found the number 2`}},
		{"more than ten items", `{properties: {a: {items: {type: string}}}}`, `{a: [x, x, 1, x, x, x, x, x, x, x, 2]}`, []string{
			`a[2] [type] must be a string, found the number 1`,
			`a[10] [type] must be a string, found the number 2`}},
		{"not", `{properties: {a: {not: {const: x}}}}`, `{a: x}`, []string{`a [other] has a form that the schema forbids`}},
		{"allOf twice the same", `{allOf: [{properties: {a: {type: string}}}, {properties: {a: {type: string}}}]}`, `{a: 1}`,
			[]string{`a [type] must be a string, found the number 1`}},
		{"if then", `{if: {properties: {a: {const: 1}}}, then: {required: [b]}}`, `{a: 1}`, []string{`b [required] is required`}},
		{"ref", `{"$defs": {m: {enum: [soft, hard]}}, properties: {a: {"$ref": "#/$defs/m"}}}`, `{a: x}`,
			[]string{`a [enum] must be one of "soft", "hard"`}},
		{"dependencies", `{dependentRequired: {a: [b]}, properties: {c: {}}}`, `{a: 1}`,
			[]string{`b [required] is required when "a" is set`}},

		{"anyOf types", `{properties: {a: {anyOf: [{type: string}, {type: object}]}}}`, `{a: 1}`,
			[]string{`a [type] must be a string or a map, found the number 1`}},
		{"anyOf words", `{properties: {a: {anyOf: [{enum: [soft, hard]}, {const: ""}]}}}`, `{a: x}`,
			[]string{`a [enum] must be one of "soft", "hard", ""`}},
		{"anyOf nullable", `{properties: {a: {anyOf: [{type: "null"}, {type: string, pattern: "^x$"}]}}}`, `{a: z}`,
			[]string{`a [pattern] must match the pattern ^x$, found "z"`}},
		{"anyOf nearest by type", `{properties: {a: {anyOf: [{type: string}, {type: object, properties: {b: {type: integer}}}]}}}`,
			`{a: {b: x}}`, []string{`a.b [type] must be an integer, found the string "x"`}},
		{"oneOf nearest by discriminator", `{properties: {a: {oneOf: [
  {properties: {kind: {const: x}, size: {type: integer}}}, {properties: {kind: {const: w}, size: {type: string}}}]}}}`,
			`{a: {kind: x, size: big}}`, []string{`a.size [type] must be an integer, found the string "big"`}},
		{"anyOf required", `{anyOf: [{required: [a]}, {required: [b]}]}`, `{c: 1}`,
			[]string{` [required] must have one of the keys "a" or "b"`}},
		{"anyOf none", `{properties: {a: {anyOf: [{minLength: 5}, {pattern: x}]}}}`, `{a: z}`,
			[]string{`a [other] matches none of the allowed forms`}},
		{"anyOf through refs", `{"$defs": {s: {type: string, maxLength: 1}, i: {type: integer}},
  properties: {a: {anyOf: [{"$ref": "#/$defs/s"}, {"$ref": "#/$defs/i"}]}}}`, `{a: abc}`,
			[]string{`a [range] must have at most 1 character, found 3`}},
		{"oneOf two", `{properties: {a: {oneOf: [{type: string}, {minLength: 1}]}}}`, `{a: x}`,
			[]string{`a [other] matches more than one of the allowed forms, only one may match`}},

		{"draft 4", `{"$schema": "http://json-schema.org/draft-04/schema#", properties: {a: {minimum: 1, exclusiveMinimum: true}}}`,
			`{a: 1}`, []string{`a [range] must be more than 1, found 1`}},
		{"draft 6", `{"$schema": "http://json-schema.org/draft-06/schema#", properties: {a: {const: x}, b: {exclusiveMinimum: 1}}}`,
			`{a: w, b: 1}`, []string{`a [enum] must be "x"`, `b [range] must be more than 1, found 1`}},
		{"draft 7", `{"$schema": "http://json-schema.org/draft-07/schema#", if: {required: [a]}, then: {required: [b]}, dependencies: {a: [c]}}`,
			`{a: 1}`, []string{`b [required] is required`, `c [required] is required when "a" is set`}},
		{"draft 7 list of items", `{"$schema": "http://json-schema.org/draft-07/schema#",
  properties: {a: {items: [{type: string}], additionalItems: false}}}`,
			`{a: [x, 1, 2]}`, []string{`a [range] must have at most 1 item, found 3`}},
		{"draft 2019-09", `{"$schema": "https://json-schema.org/draft/2019-09/schema", "$defs": {x: {required: [b]}},
  dependentSchemas: {a: {"$ref": "#/$defs/x"}}, properties: {a: {}}, unevaluatedProperties: false}`,
			`{a: 1, z: 2}`, []string{`b [required] is required`, `z [unknown] is not allowed here`}},
		{"draft 2020-12", `{"$schema": "https://json-schema.org/draft/2020-12/schema", properties: {a: {prefixItems: [{type: string}], items: false}}}`,
			`{a: [1, 2]}`, []string{`a[0] [type] must be a string, found the number 1`, `a[1] [unknown] is not allowed here`}},
		{"no draft is 2020-12", `{properties: {a: {prefixItems: [{type: string}]}}}`, `{a: [1]}`,
			[]string{`a[0] [type] must be a string, found the number 1`}},
		{"urn", `{properties: {a: {"$ref": "urn:example:anything"}}}`, `{a: 1}`, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			document, err := yaml.YAMLToJSON([]byte(test.schema))
			if err != nil {
				t.Fatal(err)
			}
			got, err := schema.Chart(document, tree(t, test.values))
			if err != nil {
				t.Fatal(err)
			}
			check(t, got, test.want)
		})
	}
}

func TestChartLegal(t *testing.T) {
	got, err := schema.Chart([]byte(`{"properties": {"a": {"enum": ["x", 1, 1.5]}}}`), map[string]any{"a": "y"})
	if err != nil || len(got) != 1 {
		t.Fatalf("got %v, %v", got, err)
	}
	if want := []any{"x", int64(1), 1.5}; !slices.Equal(got[0].Legal, want) {
		t.Errorf("got %#v, want %#v", got[0].Legal, want)
	}
}

func TestChartNumbers(t *testing.T) {
	document := []byte(`{"properties": {"a": {"type": "integer", "minimum": 3, "enum": [3]}}}`)
	for _, value := range []any{3, int64(3), 3.0, json.Number("3"), json.Number("3.0")} {
		got, err := schema.Chart(document, map[string]any{"a": value})
		if err != nil || len(got) != 0 {
			t.Errorf("%T(%v): got %v, %v", value, value, lines(got), err)
		}
	}
	got, err := schema.Chart(document, map[string]any{"a": 2.0})
	if err != nil {
		t.Fatal(err)
	}
	check(t, got, []string{"a [enum] must be 3"})
}

// The library reports a bad property name at a place that it may have overwritten by then.
func TestChartPropertyNames(t *testing.T) {
	document := []byte(`{"properties": {
		"a": {"items": {"properties": {"labels": {"propertyNames": {"pattern": "^[a-z]+$"}}}}},
		"b": {"items": {"properties": {"labels": {"type": "object"}}}}}}`)
	m := tree(t, `{a: [{labels: {x: 1, W: 1}}, {labels: {Z: 1}}, {labels: {W: 1}}], b: [{labels: {W: 1}}], c: {d: {e: 1}}}`)
	for range 20 {
		got, err := schema.Chart(document, m)
		if err != nil {
			t.Fatal(err)
		}
		check(t, got, []string{
			`a[0].labels.W [unknown] is not an allowed key: it must match the pattern ^[a-z]+$`,
			`a[1].labels.Z [unknown] is not an allowed key: it must match the pattern ^[a-z]+$`,
			`a[2].labels.W [unknown] is not an allowed key: it must match the pattern ^[a-z]+$`,
		})
	}
}

func TestChartBroken(t *testing.T) {
	tests := []struct{ name, schema, want string }{
		{"empty file", ``, `values.schema.json is not JSON: EOF`},
		{"not JSON", `{"a": `, `values.schema.json is not JSON: unexpected EOF`},
		{"two documents", `{} {}`, `values.schema.json is not JSON: invalid character after top-level value`},
		{"a list", `[]`, `values.schema.json is not a valid schema`},
		{"bad keyword", `{"type": "strin"}`, `values.schema.json is not a valid schema`},
		{"bad pattern", `{"properties": {"a": {"pattern": "(?=x)"}}}`, `values.schema.json is not a valid schema`},
		{"missing definition", `{"$ref": "#/definitions/x"}`, `values.schema.json cannot be used`},
		{"remote ref", `{"properties": {"a": {"$ref": "https://example.com/schema.json#/definitions/x"}}}`,
			`values.schema.json refers to "https://example.com/schema.json#/definitions/x": remote references and other files are not loaded`},
		{"remote ref by http", `{"allOf": [{"$ref": "http://example.com/a.json"}]}`, `refers to "http://example.com/a.json"`},
		{"file ref", `{"properties": {"a": {"$ref": "file:///etc/passwd"}}}`, `refers to "file:///etc/passwd"`},
		{"relative ref", `{"properties": {"a": {"$ref": "../common/schema.json#/a"}}}`, `refers to "../common/schema.json#/a"`},
		{"remote meta-schema", `{"$schema": "https://example.com/draft"}`, `refers to "https://example.com/draft"`},
		{"other scheme", `{"$ref": "ftp://example.com/x"}`, `refers to "ftp://example.com/x"`},
		{"base moved", `{"$id": "https://example.com/base/root.json", "$ref": "x.json"}`, `refers to "https://example.com/base/x.json"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			violations, err := schema.Chart([]byte(test.schema), map[string]any{"a": 1})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want %q in it", err, test.want)
			}
			if err != nil && strings.Contains(err.Error(), "\n") {
				t.Errorf("error has several lines: %q", err)
			}
			if violations != nil {
				t.Errorf("got violations %v beside the error", violations)
			}
		})
	}
	if _, err := schema.Chart([]byte(`{}`), nil); err != nil {
		t.Errorf("nil values: got %v", err)
	}
}
