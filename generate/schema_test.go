package generate_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"

	"github.com/spreadlint/spreadlint/generate"
	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// refused are the examples with a mistake that a schema can express; what is
// wrong with others is a matter of meaning.
var refused = []string{"agents-broken", "broken-constraints", "broken-keys", "broken-mode", "broken-types", "seed-broker"}

// TestHelmRefuses lets Helm check the examples against the schemas of the
// shipped charts: alone, and as dependencies of an umbrella.
func TestHelmRefuses(t *testing.T) {
	found, err := filepath.Glob("../examples/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	charts := map[string]*chart.Chart{}
	for _, name := range []string{"connectware", "connectware-agent"} {
		charts[name] = withSchema(t, filepath.Join("../charts", name))
	}
	for _, file := range found {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		if strings.HasPrefix(name, "nodes-") || strings.HasPrefix(name, "volumes") {
			continue
		}
		c := charts["connectware"]
		if strings.HasPrefix(name, "agents-") {
			c = charts["connectware-agent"]
		}
		user, err := chartutil.ReadValuesFile(file)
		if err != nil {
			t.Fatal(err)
		}
		umbrella := &chart.Chart{Metadata: &chart.Metadata{APIVersion: "v2", Name: "umbrella", Version: "1.0.0"}}
		umbrella.AddDependency(c)
		wants := slices.Contains(refused, name)
		if wants {
			seen++
		}
		if err := accepts(c, user); (err != nil) != wants {
			t.Errorf("%s alone: %v", name, err)
		}
		if err := accepts(umbrella, map[string]any{"global": map[string]any{"of": "others"}, c.Name(): map[string]any(user)}); (err != nil) != wants {
			t.Errorf("%s in an umbrella: %v", name, err)
		}
	}
	if seen != len(refused) {
		t.Errorf("%d examples were refused, want %d", seen, len(refused))
	}
}

func accepts(c *chart.Chart, user map[string]any) error {
	_, err := chartutil.ToRenderValues(c, user, chartutil.ReleaseOptions{Name: "demo"}, chartutil.DefaultCapabilities)
	return err
}

func withSchema(t *testing.T, dir string) *chart.Chart {
	t.Helper()
	release, err := render.Render(dir, render.Options{})
	if err != nil {
		t.Fatal(err)
	}
	made, err := generate.MakeSchema(release)
	if err != nil {
		t.Fatal(err)
	}
	c, err := loader.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	c.Schema = made.Text
	return c
}

// What a mode that is off makes of its key, and what a closed block refuses.
func TestSchemaOfBlocks(t *testing.T) {
	main, agents := withSchema(t, "../charts/connectware"), withSchema(t, "../charts/connectware-agent")
	for _, c := range []struct {
		name, text string
		of         *chart.Chart
		refused    bool
	}{
		{"none with the default key", "broker: {podAntiAffinity: none}", main, false},
		{"none with a key", "broker: {podAntiAffinity: none, podAntiAffinityTopologyKey: topology.kubernetes.io/zone}", main, true},
		{"soft with a key", "broker: {podAntiAffinity: soft, podAntiAffinityTopologyKey: topology.kubernetes.io/zone}", main, false},
		{"a key of nobody in an open block", "broker: {extra: 1}", main, false},
		{"a key of nobody at the root", "extra: 1", main, false},
		{"a typing error in a closed block", "protocolMapperAgentDefaults: {podAntiAffinityOptions: {topologykey: zone}}", agents, true},
		{"an unknown field of a constraint", "broker: {topologySpreadConstraints: [{maxSkew: 1, topologyKey: rack, whenUnsatisfiable: DoNotSchedule, maxSkw: 2}]}", main, true},
		{"a template in a constraint", "broker: {topologySpreadConstraints: [{maxSkew: 1, topologyKey: '{{ .Release.Name }}', whenUnsatisfiable: DoNotSchedule}]}", main, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			user, err := chartutil.ReadValues([]byte(c.text))
			if err != nil {
				t.Fatal(err)
			}
			if err := accepts(c.of, user); (err != nil) != c.refused {
				t.Errorf("got %v, refused should be %v", err, c.refused)
			}
		})
	}
}

// A schema that is there keeps all it says, and its order; a second run adds
// nothing.
func TestSchemaIsMerged(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../charts/connectware-agent")); err != nil {
		t.Fatal(err)
	}
	given := "{\n    \"title\": \"ours\",\n    \"properties\": {\n        \"image\": {\"type\": \"object\"},\n        \"protocolMapperAgentDefaults\": {\"properties\": {\"podAntiAffinity\": {\"enum\": [\"soft\", \"hard\"]}}}\n    }\n}\n"
	write := func(text []byte) {
		if err := os.WriteFile(filepath.Join(dir, "values.schema.json"), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write([]byte(given))
	make := func() *generate.Schema {
		release, err := render.Render(dir, render.Options{})
		if err != nil {
			t.Fatal(err)
		}
		made, err := generate.MakeSchema(release)
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	made := make()
	text := string(made.Text)
	for _, want := range []string{"{\n    \"title\": \"ours\",\n    \"properties\": {\n        \"image\"", "\"soft\",\n                        \"hard\"\n                    ]"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	if !slices.Contains(made.Kept, "protocolMapperAgentDefaults.podAntiAffinity") || len(made.Added) == 0 {
		t.Errorf("kept %v, added %v", made.Kept, made.Added)
	}
	write(made.Text)
	if again := make(); string(again.Text) != text || len(again.Added) > 0 {
		t.Errorf("a second run adds %v", again.Added)
	}
}

// What the overlays of the shipped charts set is legal in their schemas.
func TestOverlayFitsSchema(t *testing.T) {
	for _, name := range []string{"connectware", "connectware-agent"} {
		release, err := render.Render(filepath.Join("../charts", name), render.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, survive := range []string{lint.SurviveNode, lint.SurviveZone} {
			for _, strict := range []bool{false, true} {
				result, err := generate.Run(release, generate.Options{Lint: lint.Options{Intents: []lint.Intent{{Name: lint.DefaultIntent, Survive: survive, Strict: strict}}}})
				if err != nil {
					t.Fatal(err)
				}
				if !result.Met() || len(result.Left) > 0 {
					t.Errorf("%s, survive %s, strict %v: met %v, left %v", name, survive, strict, result.Met(), result.Left)
				}
				overlay, err := result.File("overlay.yaml", nil)
				if err != nil {
					t.Fatal(err)
				}
				if err := accepts(withSchema(t, filepath.Join("../charts", name)), overlay.Tree()); err != nil {
					t.Error(err)
				}
				if _, err := values.Parse("overlay.yaml", overlay.Src); err != nil {
					t.Error(err)
				}
			}
		}
	}
}
