package render

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"

	"github.com/spreadlint/spreadlint/values"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var chartLine = regexp.MustCompile(`(?m)^# chart: (\S+)$`)

// TestSameAsHelm renders the shipped charts with every example and compares
// the documents with those of `helm template`. It needs helm on the PATH; the
// golden files of TestGolden stand in where there is none.
func TestSameAsHelm(t *testing.T) {
	helm, err := exec.LookPath("helm")
	if err != nil {
		t.Skip("helm is not on the PATH: go install helm.sh/helm/v3/cmd/helm@v3.22.0")
	}
	examples, err := filepath.Glob("../examples/*.yaml")
	if err != nil || len(examples) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, name := range examples {
		if strings.HasPrefix(filepath.Base(name), "nodes-") {
			continue // an inventory, no values
		}
		t.Run(filepath.Base(name), func(t *testing.T) {
			chart, options := example(t, name)
			out, err := exec.Command(helm, "template", "demo", chart, "-f", name, "-n", "plant", "--kube-version", DefaultKubeVersion, "--is-upgrade").Output()
			if err != nil {
				t.Fatal(err)
			}
			options.IsUpgrade = true
			release, err := Render(chart, options)
			if err != nil {
				t.Fatal(err)
			}
			want, got := documents(string(out)), documents(allTexts(release))
			if strings.Join(want, "\n---\n") != strings.Join(got, "\n---\n") {
				t.Errorf("helm renders %d documents, spreadlint %d; the first that differs:\n%s", len(want), len(got), firstDifference(want, got))
			}
		})
	}
}

// TestGolden renders some examples and compares with files that were compared
// with helm's output when they were written.
func TestGolden(t *testing.T) {
	for _, name := range []string{"values-prod", "agents-prod", "values-constraints"} {
		t.Run(name, func(t *testing.T) {
			chart, options := example(t, "../examples/"+name+".yaml")
			release, err := Render(chart, options)
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Join(documents(allTexts(release)), "\n---\n") + "\n"
			golden := filepath.Join("testdata", name+".golden")
			if *update {
				if err := os.MkdirAll("testdata", 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if string(want) != got {
				t.Errorf("%s differs: %s", golden, firstDifference(strings.Split(string(want), "\n"), strings.Split(got, "\n")))
			}
		})
	}
}

func example(t *testing.T, name string) (chart string, options Options) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	m := chartLine.FindStringSubmatch(string(text))
	if m == nil {
		t.Fatalf("%s names no chart", name)
	}
	file, err := values.Parse(name, text)
	if err != nil {
		t.Fatal(err)
	}
	options = Options{Name: "demo", Namespace: "plant"}
	options.Values.Files = []*values.File{file}
	return "../" + m[1], options
}

func allTexts(r *Release) string {
	var all strings.Builder
	for _, name := range sortedNames(r.Texts()) {
		all.WriteString("---\n" + r.Texts()[name] + "\n")
	}
	return all.String()
}

var sourceLine = regexp.MustCompile(`(?m)^# Source: .*\n`)

// documents are the documents of a rendered text in a fixed order, without
// what says where they come from.
func documents(text string) []string {
	var all []string
	for _, d := range split("", "", sourceLine.ReplaceAllString(text, "")) {
		if body := strings.TrimSpace(d.text); body != "" {
			all = append(all, body)
		}
	}
	sort.Strings(all)
	return all
}

func firstDifference(want, got []string) string {
	for i := range min(len(want), len(got)) {
		if want[i] != got[i] {
			return "want:\n" + want[i] + "\ngot:\n" + got[i]
		}
	}
	return "one has more documents than the other"
}

// TestCauses: what decides a field of the shipped charts, through helpers,
// lists with defaults, layers and text values.
func TestCauses(t *testing.T) {
	for _, c := range []struct{ name, example, workload, field, value, file string }{
		{"a key in a helper", "seed-broker", "StatefulSet/demo-connectware-broker", "spec.template.spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey",
			"broker.podAntiAffinityTopologyKey", "seed-broker.yaml:5:31"},
		{"a chart default", "seed-broker", "StatefulSet/demo-connectware-nats", "spec.replicas", "nats.replicas", "values.yaml"},
		{"agents' defaults", "agents-broken", "StatefulSet/demo-connectware-agent-bender-robots", "spec.template.spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey",
			"protocolMapperAgentDefaults.podAntiAffinityOptions.topologyKey", "agents-broken.yaml:9:18"},
		{"a list passed on", "broken-constraints", "StatefulSet/demo-connectware-broker", "spec.template.spec.topologySpreadConstraints[0].whenUnsatisfiable",
			"broker.topologySpreadConstraints[0].whenUnsatisfiable", "broken-constraints.yaml:9:26"},
	} {
		t.Run(c.name, func(t *testing.T) {
			chart, options := example(t, "../examples/"+c.example+".yaml")
			release, err := Render(chart, options)
			if err != nil {
				t.Fatal(err)
			}
			field, err := values.ParsePath(c.field)
			if err != nil {
				t.Fatal(err)
			}
			for _, w := range release.Workloads {
				if w.ID() != c.workload {
					continue
				}
				cause := release.Cause(w, field)
				if len(cause.Values) == 0 || cause.Values[0].Path.String() != c.value {
					t.Fatalf("got %+v, want %s", cause, c.value)
				}
				places, ok := release.Places(cause.Values[0])
				if !ok || !strings.Contains(shownAt(places[0].Layer.File.Name, places[0].Node), c.file) {
					t.Errorf("got %s, want %s", shownAt(places[0].Layer.File.Name, places[0].Node), c.file)
				}
				return
			}
			t.Fatalf("no %s", c.workload)
		})
	}
}

func shownAt(name string, node values.Node) string {
	start := node.Value.Start
	return fmt.Sprintf("%s:%d:%d", name, start.Line, start.Column)
}
