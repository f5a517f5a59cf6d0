package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/xeipuuv/gojsonschema"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/values"
)

func asJSON(t *testing.T, r lint.Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, r, JSON, Options{}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestJSONFollowsItsSchema(t *testing.T) {
	schema, err := gojsonschema.NewSchema(gojsonschema.NewBytesLoader(JSONSchema()))
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]lint.Report{
		"sample":        sample(),
		"empty":         {},
		"empty finding": {Findings: []lint.Finding{{Rule: "no-spread", Severity: lint.Info, Fixes: []lint.Fix{{Safety: lint.Safe}}}}},
	} {
		t.Run(name, func(t *testing.T) {
			got := asJSON(t, r)
			result, err := schema.Validate(gojsonschema.NewBytesLoader(got))
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range result.Errors() {
				t.Error(e)
			}
			if bytes.Contains(got, []byte(": null")) && name != "sample" {
				t.Errorf("null instead of a list:\n%s", got)
			}
		})
	}
}

// TestSchemaIsComplete: every object of the schema is closed, every property
// is described, and the sample has all properties that the schema knows.
func TestSchemaIsComplete(t *testing.T) {
	var schema map[string]any
	if err := json.Unmarshal(JSONSchema(), &schema); err != nil {
		t.Fatal(err)
	}
	sampled := string(asJSON(t, sample()))
	var walk func(at string, node map[string]any)
	walk = func(at string, node map[string]any) {
		properties, isObject := node["properties"].(map[string]any)
		if isObject && node["additionalProperties"] != false {
			t.Errorf("%s allows unknown properties", at)
		}
		for name, p := range properties {
			property := p.(map[string]any)
			if text, isText := property["description"].(string); !isText || text == "" {
				t.Errorf("%s.%s is not described", at, name)
			}
			if !strings.Contains(sampled, `"`+name+`":`) {
				t.Errorf("%s.%s is not in the sample", at, name)
			}
			walk(at+"."+name, property)
		}
	}
	walk("report", schema)
	for name, d := range schema["definitions"].(map[string]any) {
		walk(name, d.(map[string]any))
	}
}

func TestJSONSet(t *testing.T) {
	key := values.Path{values.Name("a"), values.Name("b.c"), values.Index(0)}
	for _, tc := range []struct {
		set  lint.Set
		want string
	}{
		{lint.Set{Path: key, Value: "<x>"}, `{"path":"a.\"b.c\"[0]","value":"<x>"}`},
		{lint.Set{Path: key}, `{"path":"a.\"b.c\"[0]","value":null}`},
		{lint.Set{Path: key, Value: false}, `{"path":"a.\"b.c\"[0]","value":false}`},
		{lint.Set{Path: key, Remove: true}, `{"path":"a.\"b.c\"[0]","remove":true}`},
	} {
		if got := compact(newJSONSet(tc.set)); got != tc.want {
			t.Errorf("got %s, want %s", got, tc.want)
		}
	}
}

func TestJSONError(t *testing.T) {
	r := lint.Report{Findings: []lint.Finding{{Fixes: []lint.Fix{{Sets: []lint.Set{{Value: func() {}}}}}}}}
	var b bytes.Buffer
	if err := Write(&b, r, JSON, Options{}); err == nil || b.Len() > 0 {
		t.Errorf("got error %v and %q", err, b.String())
	}
}
