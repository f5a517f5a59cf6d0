package config

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/schema"
)

func write(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), FileName)
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestMistakes(t *testing.T) {
	for _, c := range []struct{ name, text, want, hint string }{
		{"unknown key", "selct: [api]\n", ":1:1: selct: unknown key", "did you mean select?"},
		{"unknown rule", "ignore:\n  - api\n  - topology-key-sintax\n", `:3:5: no rule or category is called "topology-key-sintax"`, ""},
		{"unknown rule of a severity", "severities:\n  no-sprad: error\n", `:2:3: no rule is called "no-sprad"`, "did you mean no-spread?"},
		{"wrong severity", "severities: {no-spread: fatal}\n", ":1:25: severities.no-spread: must be one of", ""},
		{"word for a list", "select: api\n", ":1:9: select: must be a list", ""},
		{"version as a number", "kubeVersion: 1.33\n", ":1:14: kubeVersion: must be a string", ""},
		{"no version", "kubeVersion: latest\n", ":1:14: kubeVersion: ", ""},
		{"suppression without a reason", "suppress:\n  - rule: no-spread\n", ":2:5: suppress[0].reason: is required", ""},
		{"suppression of no rule", "suppress:\n  - {rule: nope, reason: x}\n", `:2:6: no rule is called "nope"`, ""},
		{"unknown key of a chart", "charts:\n  web: {selekt: [api]}\n", ":2:9: charts.web.selekt: unknown key", "did you mean select?"},
		{"failOn of a chart", "charts:\n  web: {failOn: error}\n", ":2:9: charts.web.failOn: unknown key", "failOn holds for the whole run: it is legal at the top of the file only"},
		{"another ending", "severity: {no-spread: error}\n", ":1:1: severity: unknown key", "did you mean severities?"},
		{"another middle", "kubernetesVersion: \"1.33\"\n", ":1:1: kubernetesVersion: unknown key", "did you mean kubeVersion?"},
		{"key of an intent", "intent:\n  broker: {survives: zone}\n", ":2:11: intent.broker.survive", ""},
		{"unknown failure", "intent:\n  broker: {survive: region}\n", ":2:21: intent.broker.survive: must be one of", ""},
		{"nothing to be strict about", "intent:\n  broker: {survive: none, strict: true}\n", ":2:35: intent.broker: strict, but nothing is to survive", "write survive: node or survive: zone, or leave strict out"},
		{"intent of a chart", "charts:\n  web:\n    intent: {default: {survive: node, strct: true}}\n", ":3:39: charts.web.intent.default.strct: unknown key", "did you mean strict?"},
		{"key of a profile", "profiles:\n  dev: {node: n.yaml}\n", ":2:9: profiles.dev.node: unknown key", "did you mean nodes?"},
		{"name of a profile", "profiles:\n  \"a b\": {nodes: n.yaml}\n", ":2:3: profiles", ""},
		{"blank reason", "suppress:\n  - {rule: no-spread, reason: \"  \"}\n", ":2:31: suppress[0].reason: is blank", "write why the finding is accepted"},
		{"twice the same key", "ignore: [api]\nignore: [topology]\n", ":2:1: ignore is set twice: what line 1 says would be lost", ""},
		{"further document", "ignore: [api]\n---\nignore: [topology]\n", ":3:1: a further YAML document: only the first would be read", ""},
		{"no YAML", "select: [api\n", ":", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			name := write(t, c.text)
			_, err := Load(name)
			if err == nil {
				t.Fatal("no error")
			}
			if got := strings.TrimPrefix(err.Error(), name); !strings.HasPrefix(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
			var mistake *Error
			if c.hint != "" && (!errors.As(err, &mistake) || strings.Join(mistake.Hints, "\n") != c.hint) {
				t.Errorf("got %v, want the hint %q", err, c.hint)
			}
		})
	}
}

// All mistakes are told at once, in the order of the file.
func TestAllMistakes(t *testing.T) {
	name := write(t, "severities: {no-sprad: error}\nselct: [api]\nsuppress:\n  - {rule: nope, reason: x}\nkubeVersion: 1.33\n")
	_, err := Load(name)
	if err == nil {
		t.Fatal("no error")
	}
	got := strings.ReplaceAll(err.Error(), name, "")
	for i, want := range []string{":1:14: no rule", ":2:1: selct: unknown key; did you mean select?", ":4:6: no rule", ":5:14: kubeVersion"} {
		if lines := strings.Split(got, "\n"); len(lines) != 4 || !strings.HasPrefix(lines[i], want) {
			t.Errorf("line %d: got\n%s\nwant %q", i, got, want)
		}
	}
}

// The keys that the hints name are those of the schema.
func TestKeysAreTheSchemas(t *testing.T) {
	type level struct {
		AdditionalProperties json.RawMessage
		Items                json.RawMessage
	}
	var root struct{ Properties, Definitions map[string]level }
	if err := json.Unmarshal(schemaJSON, &root); err != nil {
		t.Fatal(err)
	}
	inner := func(text json.RawMessage) map[string]json.RawMessage {
		var below struct{ Properties map[string]json.RawMessage }
		if err := json.Unmarshal(text, &below); err != nil {
			t.Fatal(err)
		}
		return below.Properties
	}
	compare := func(level string, listed []string, known []string) {
		listed = slices.Sorted(slices.Values(listed))
		slices.Sort(known)
		if !slices.Equal(listed, known) {
			t.Errorf("%s: listed %v, the schema has %v", level, listed, known)
		}
	}
	compare("top", topKeys, slices.Collect(maps.Keys(root.Properties)))
	compare("charts", chartKeys, slices.Collect(maps.Keys(inner(root.Properties["charts"].AdditionalProperties))))
	compare("intent", intentKeys, slices.Collect(maps.Keys(inner(root.Definitions["intent"].AdditionalProperties))))
	compare("profiles", profileKeys, slices.Collect(maps.Keys(inner(root.Definitions["profiles"].AdditionalProperties))))
	compare("suppress", suppressKeys, slices.Collect(maps.Keys(inner(root.Properties["suppress"].Items))))
}

func TestSettings(t *testing.T) {
	name := write(t, `
ignore: [topology]
severities:
  no-spread: error
kubeVersion: "1.33"
charts:
  charts/**:
    kubeVersion: "1.30"
  charts/web:
    ignore: []
suppress:
  - {rule: no-spread, workload: "Deployment/*", reason: one node}
`)
	f, err := Load(name)
	if err != nil {
		t.Fatal(err)
	}
	here := filepath.Dir(name)
	for _, c := range []struct{ chart, version, ignore, origin string }{
		{"other", "1.33", "topology", ":5"},
		{"charts/deep/er", "1.30", "topology", ":8"},
		{"charts/web", "1.30", "", ":8"},
	} {
		s := f.For(filepath.Join(here, c.chart))
		if s.KubeVersion != c.version || strings.Join(s.Ignore, ",") != c.ignore || s.Origins["kubeVersion"] != name+c.origin {
			t.Errorf("%s: got %q %q %q", c.chart, s.KubeVersion, s.Ignore, s.Origins["kubeVersion"])
		}
		if s.Severities["no-spread"] != lint.Error || len(s.Suppress) != 1 || s.Suppress[0].Reason != "one node" {
			t.Errorf("%s: got %+v", c.chart, s)
		}
	}
}

func TestFind(t *testing.T) {
	name := write(t, "ignore: [api]\n")
	below := filepath.Join(filepath.Dir(name), "charts", "web")
	if err := os.MkdirAll(below, 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := Find(below)
	if err != nil || f == nil {
		t.Fatalf("got %v, %v", f, err)
	}
	if got := f.For(below).Ignore; len(got) != 1 || got[0] != "api" {
		t.Errorf("got %v", got)
	}
}

// TestSchemaKnowsRules: the schema accepts an example with everything in it.
func TestSchemaIsSound(t *testing.T) {
	if _, err := schema.Document(JSONSchema(), map[string]any{}); err != nil {
		t.Fatal(err)
	}
	var none *File
	if s := none.For("x"); s.KubeVersion != "" || len(s.Suppress) != 0 {
		t.Errorf("an absent file has settings: %+v", s)
	}
}
