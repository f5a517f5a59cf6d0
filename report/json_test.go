package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/schema"
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

// violations checks JSON against the published schema, with the validator that
// charts' schemas are checked with.
func violations(t *testing.T, data []byte) []schema.Violation {
	t.Helper()
	var tree map[string]any
	if err := json.Unmarshal(data, &tree); err != nil {
		t.Fatal(err)
	}
	found, err := schema.Chart(JSONSchema(), tree)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestJSONFollowsItsSchema(t *testing.T) {
	for name, r := range map[string]lint.Report{
		"sample":        sample(),
		"empty":         {},
		"empty finding": {Findings: []lint.Finding{{Rule: "no-spread", Severity: lint.Info, Fixes: []lint.Fix{{Safety: lint.Safe}}}}},
	} {
		t.Run(name, func(t *testing.T) {
			got := asJSON(t, r)
			for _, v := range violations(t, got) {
				t.Errorf("%s %s", v.Path, v.Reason)
			}
			if bytes.Contains(got, []byte(": null")) && name != "sample" {
				t.Errorf("null instead of a list:\n%s", got)
			}
		})
	}
}

func TestSchemaRefuses(t *testing.T) {
	good := string(asJSON(t, sample()))
	for _, edit := range [][2]string{
		{`"version": 2`, `"version": 1`},
		{`"rule": "topology-key-syntax"`, `"rule": "topology-key-syntax", "caret": ""`},
		{`"severity": "error"`, `"severity": "fatal"`},
		{`"layer": "values"`, `"layer": ""`},
		{`"line": 6`, `"line": -1`},
		{`"remove": true`, `"remove": true, "value": 1`},
		{`"unjudged": true`, `"judged": false`},
	} {
		bad := strings.Replace(good, edit[0], edit[1], 1)
		if bad == good {
			t.Errorf("the sample has no %s", edit[0])
		}
		if len(violations(t, []byte(bad))) == 0 {
			t.Errorf("%s is accepted", edit[1])
		}
	}
}

// TestSchemaIsComplete: every object of the schema is closed, every property
// is described, and the sample has all properties that the schema knows.
func TestSchemaIsComplete(t *testing.T) {
	var document map[string]any
	if err := json.Unmarshal(JSONSchema(), &document); err != nil {
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
	walk("report", document)
	for name, d := range document["definitions"].(map[string]any) {
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

// A report that is read is the report that was written.
func TestJSONIsReadBack(t *testing.T) {
	text := asJSON(t, sample())
	read, err := Read(text)
	if err != nil {
		t.Fatal(err)
	}
	if again := asJSON(t, read); !bytes.Equal(text, again) {
		t.Errorf("got\n%s\nwant\n%s", again, text)
	}
	for _, bad := range []string{"", "[]", "{}", `{"version": 1}`, string(text) + "{}", strings.Replace(string(text), `"findings"`, `"found"`, 1)} {
		if _, err := Read([]byte(bad)); err == nil {
			t.Errorf("accepted: %.60s", bad)
		}
	}
}
