package schema_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/xeipuuv/gojsonschema"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/spreadlint/spreadlint/schema"
)

// TestDialectsAreSchemas holds every embedded file to what the rest of the package takes for granted.
func TestDialectsAreSchemas(t *testing.T) {
	dialects := schema.Dialects()
	if len(dialects) == 0 {
		t.Fatal("no dialects are embedded")
	}
	for _, d := range dialects {
		t.Run(d.Name, func(t *testing.T) {
			loader := gojsonschema.NewSchemaLoader()
			loader.Validate, loader.Draft = true, gojsonschema.Draft7
			if _, err := loader.Compile(gojsonschema.NewBytesLoader(d.Schema)); err != nil {
				t.Errorf("not a valid draft-07 schema: %v", err)
			}
			var document map[string]any
			if err := json.Unmarshal(d.Schema, &document); err != nil {
				t.Fatal(err)
			}
			if got, want := document["$schema"], "http://json-schema.org/draft-07/schema#"; got != want {
				t.Errorf("$schema: got %v, want %s", got, want)
			}
			meta, err := jsonschema.NewCompiler().Compile("http://json-schema.org/draft-07/schema")
			if err != nil {
				t.Fatal(err)
			}
			if err := meta.Validate(document); err != nil {
				t.Errorf("breaks the draft-07 meta-schema: %v", err)
			}
			if d.Title == "" || d.Description == "" {
				t.Error("no title or description")
			}

			defaults := map[string]any{}
			modes := 0
			for _, k := range d.Keys {
				if k.Description == "" {
					t.Errorf("%s has no description", k.Path)
				}
				if k.Default != nil {
					put(defaults, k, k.Default)
				}
				if k.Role == schema.RoleMode {
					modes++
					if len(k.Legal) == 0 {
						t.Errorf("mode %s lists no legal words", k.Path)
					}
				}
				for _, off := range k.Off {
					if !slices.Contains(k.Legal, off) {
						t.Errorf("%s: %v switches off, but is not legal", k.Path, off)
					}
				}
			}
			keys := slices.ContainsFunc(d.Keys, func(k schema.DialectKey) bool { return k.Role == schema.RoleTopologyKey })
			if modes == 0 && !keys {
				t.Error("no key has the role of a mode or a topology key")
			}
			check(t, schema.CheckDialect(d.Name, defaults), nil)
		})
	}
}

func put(m map[string]any, k schema.DialectKey, value any) {
	for _, step := range k.Path[:len(k.Path)-1] {
		inner, ok := m[step.Name()].(map[string]any)
		if !ok {
			inner = map[string]any{}
			m[step.Name()] = inner
		}
		m = inner
	}
	m[k.Name] = value
}

func TestDialects(t *testing.T) {
	var got []string
	for _, d := range schema.Dialects() {
		for _, k := range d.Keys {
			got = append(got, fmt.Sprintf("%s %s %d %v %v %v", d.Name, k.Path, k.Role, k.Legal, k.Off, k.Default))
		}
	}
	want := []string{
		"connectware podAntiAffinity 1 [soft hard none] [none] soft",
		"connectware podAntiAffinityTopologyKey 2 [] [] kubernetes.io/hostname",
		"connectware-agent podAntiAffinity 1 [soft hard none] [none] soft",
		"connectware-agent podAntiAffinityOptions 0 [] [] <nil>",
		"connectware-agent podAntiAffinityOptions.key 0 [] [] <nil>",
		"connectware-agent podAntiAffinityOptions.operator 0 [] [] <nil>",
		"connectware-agent podAntiAffinityOptions.topologyKey 2 [] [] <nil>",
		"connectware-agent podAntiAffinityOptions.value 0 [] [] <nil>",
	}
	for _, line := range want {
		if !slices.Contains(got, line) {
			t.Errorf("missing %q in\n%s", line, strings.Join(got, "\n"))
		}
	}
	if !slices.IsSortedFunc(schema.Dialects(), func(a, b schema.Dialect) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("dialects are not sorted by name")
	}
}

func TestWords(t *testing.T) {
	tests := []struct {
		key      string
		siblings map[string]any
		legal    string
		off      string
		known    bool
	}{
		{"podAntiAffinity", map[string]any{"podAntiAffinityTopologyKey": "x"}, "[soft hard none ]", "[none ]", true},
		{"podAntiAffinity", map[string]any{"podAntiAffinityTopologyKey": "x", "retention": "10d"}, "[ soft hard]", "[]", true},
		{"podAntiAffinityPreset", map[string]any{"affinity": nil}, "[ soft hard]", "[]", true},
		{"antiAffinity", nil, "[ hard soft]", "[]", true},
		{"hardAntiAffinity", nil, "[true false]", "[]", true},
		{"podAntiAffinity", map[string]any{"podAntiAffinityOptions": nil}, "[soft hard none]", "[none]", true},
		{"podAntiAffinity", nil, "[soft hard none ]", "[none ]", true},
		{"podAntiAffinityTopologyKey", nil, "[]", "[]", false},
		{"topologyKey", nil, "[]", "[]", false},
		{"spread", nil, "[]", "[]", false},
	}
	for _, test := range tests {
		legal, off, known := schema.Words(test.key, test.siblings)
		if fmt.Sprint(legal) != test.legal || fmt.Sprint(off) != test.off || known != test.known {
			t.Errorf("Words(%s, %v): got %v, %v, %v", test.key, test.siblings, legal, off, known)
		}
	}
}

func TestCheckDialect(t *testing.T) {
	const form = "must be the name of a node label, without a value, such as kubernetes.io/hostname, found "
	tests := []struct {
		name, dialect, values string
		want                  []string
	}{
		{"sound", "connectware", `{podAntiAffinity: hard, podAntiAffinityTopologyKey: topology.kubernetes.io/zone, replicas: 3}`, nil},
		{"nothing", "connectware", `{}`, nil},
		{"wrong case", "connectware", `{podAntiAffinity: Hard}`,
			[]string{`podAntiAffinity [enum] must be one of "soft", "hard", "none"`}},
		{"boolean", "connectware", `{podAntiAffinity: true}`, []string{`podAntiAffinity [type] must be a string, found true`}},
		{"null is unset", "connectware", `{podAntiAffinity: null, podAntiAffinityTopologyKey: null}`, nil},
		{"equals sign", "connectware", `{podAntiAffinity: hard, podAntiAffinityTopologyKey: kubernetes.io/os=linux}`,
			[]string{`podAntiAffinityTopologyKey [pattern] ` + form + `"kubernetes.io/os=linux"`}},
		{"all at once", "connectware", `{podAntiAffinity: 5, podAntiAffinityTopologyKey: ""}`, []string{
			`podAntiAffinity [type] must be a string, found the number 5`,
			`podAntiAffinityTopologyKey [pattern] ` + form + `""`}},
		{"agent, sound", "connectware-agent", `{podAntiAffinity: soft,
  podAntiAffinityOptions: {topologyKey: zone, key: app, operator: In, value: 1}}`, nil},
		{"agent, unknown option", "connectware-agent", `{podAntiAffinityOptions: {topologyKey: a=b, values: [x], "a.b": 1}}`, []string{
			`podAntiAffinityOptions."a.b" [unknown] unknown key`,
			`podAntiAffinityOptions.topologyKey [pattern] ` + form + `"a=b"`,
			`podAntiAffinityOptions.values [unknown] unknown key`}},
		{"agent, options of the wrong type", "connectware-agent", `{podAntiAffinityOptions: [x]}`,
			[]string{`podAntiAffinityOptions [type] must be a map, found a list`}},
		{"agent, value of the wrong type", "connectware-agent", `{podAntiAffinityOptions: {value: [x]}}`,
			[]string{`podAntiAffinityOptions.value [type] must be a string, a number or true or false, found a list`}},
		{"too long", "connectware", `{podAntiAffinityTopologyKey: ` + strings.Repeat("a.", 157) + `a/x}`, nil},
		{"no such dialect", "x", `{}`, []string{` [other] cannot be checked: there is no dialect "x"`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			check(t, schema.CheckDialect(test.dialect, tree(t, test.values)), test.want)
		})
	}
	if got := schema.CheckDialect("connectware", nil); len(got) != 0 {
		t.Errorf("nil map: got %v", lines(got))
	}
}

// TestTopologyKeyPattern compares the pattern with Kubernetes' own check. It cannot count the length of the prefix.
func TestTopologyKeyPattern(t *testing.T) {
	keys := []string{
		"zone", "kubernetes.io/hostname", "topology.kubernetes.io/zone", "a/b", "A_b.c-d", "example.com/Zone_1", "1",
		"", " ", "zone ", " zone", "-zone", "zone-", "a=b", "kubernetes.io/os=linux", "a/b/c", "/a", "a/", "Kubernetes.io/zone",
		"a..b/c", "-a/b", "a-/b", "a b", "ä", "zone\n", "_a", "a_b/c", "a.b.c.d/e.f_g",
		strings.Repeat("a", 63), strings.Repeat("a", 64), "x/" + strings.Repeat("a", 63), "x/" + strings.Repeat("a", 64),
	}
	for _, key := range keys {
		want := len(validation.IsQualifiedName(key)) == 0
		got := len(schema.CheckDialect("connectware", map[string]any{"podAntiAffinityTopologyKey": key})) == 0
		if got != want {
			t.Errorf("%q: got accepted=%v, Kubernetes says %v", key, got, want)
		}
	}
}
