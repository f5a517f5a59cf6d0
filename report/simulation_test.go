package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/spreadlint/spreadlint/cluster"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/schema"
)

func simulationText(t *testing.T, r *Simulation, f Format, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteSimulation(&b, r, f, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

var everything = Questions{After: true, Scales: true}

func TestWriteSimulation(t *testing.T) {
	all := simulated(t, simulationNodes, simulationManifests, everything)
	lose := simulated(t, simulationNodes, simulationManifests, Questions{Lose: []string{"zone=a", "node=n3.plant.example"}})
	for _, tc := range []struct {
		file   string
		of     *Simulation
		format Format
		o      Options
	}{
		{"simulation.txt", all, Text, Options{}},
		{"simulation.narrow.txt", all, Text, Options{Width: 80}},
		{"simulation.wide.txt", all, Text, Options{Width: 120}},
		{"simulation.color.txt", all, Text, Options{Color: true}},
		{"simulation.lose.txt", lose, Text, Options{}},
		{"simulation.json", all, JSON, Options{}},
		{"simulation.svg", all, SVG, Options{}},
		{"simulation.lose.svg", lose, SVG, Options{}},
		{"simulation.html", all, HTML, Options{}},
	} {
		t.Run(tc.file, func(t *testing.T) {
			golden(t, tc.file, []byte(simulationText(t, tc.of, tc.format, tc.o)))
		})
	}
}

// TestSimulationRepeats asks and writes everything twice: equal bytes.
func TestSimulationRepeats(t *testing.T) {
	one := simulated(t, simulationNodes, simulationManifests, everything)
	two := simulated(t, simulationNodes, simulationManifests, everything)
	for _, f := range SimulationFormats() {
		if simulationText(t, one, Format(f), Options{}) != simulationText(t, two, Format(f), Options{}) {
			t.Errorf("%s differs the second time", f)
		}
	}
}

func TestSimulationJSONFollowsItsSchema(t *testing.T) {
	for name, q := range map[string]Questions{"everything": everything, "little": {}, "asked": {Lose: []string{"zone=a"}}} {
		t.Run(name, func(t *testing.T) {
			text := simulationText(t, simulated(t, simulationNodes, simulationManifests, q), JSON, Options{})
			var tree map[string]any
			if err := json.Unmarshal([]byte(text), &tree); err != nil {
				t.Fatal(err)
			}
			found, err := schema.Chart(SimulationSchema(), tree)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range found {
				t.Errorf("%s %s", v.Path, v.Reason)
			}
		})
	}
}

// TestSimulationSchemaIsComplete: every object of the schema is closed and
// demands all of its properties, every property is described and in the sample.
func TestSimulationSchemaIsComplete(t *testing.T) {
	var document map[string]any
	if err := json.Unmarshal(SimulationSchema(), &document); err != nil {
		t.Fatal(err)
	}
	sampled := simulationText(t, simulated(t, simulationNodes, simulationManifests, everything), JSON, Options{})
	var walk func(at string, node map[string]any)
	walk = func(at string, node map[string]any) {
		properties, isObject := node["properties"].(map[string]any)
		if !isObject {
			return
		}
		required, _ := node["required"].([]any)
		if node["additionalProperties"] != false || len(required) != len(properties) {
			t.Errorf("%s is open", at)
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
	walk("simulation", document)
	for name, d := range document["definitions"].(map[string]any) {
		walk(name, d.(map[string]any))
	}
}

const hostile = `</script><script>alert(1)</script><img src=x onerror=alert(2)>"'&<!--]]>{{.}}`

// TestSimulationEscapes gives every name that a stranger can choose a text that
// would like to be markup.
func TestSimulationEscapes(t *testing.T) {
	inventory, err := cluster.ReadNodes("nodes.yaml", []byte(simulationNodes))
	if err != nil {
		t.Fatal(err)
	}
	for i, n := range inventory.Nodes {
		n.Name = fmt.Sprint("n", i, hostile, "\x1b[31m\x00\u202e\uffff")
		n.Labels[zoneLabel] = hostile + fmt.Sprint(i%2)
	}
	release, err := render.FromManifests("plant.yaml", []byte(simulationManifests))
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range release.Workloads {
		w.Name += hostile + "\x1b]0;title\x07"
	}
	s, err := cluster.New(inventory, release, cluster.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := Simulate(s, cluster.Options{}, Questions{Source: hostile, After: true, Scales: true})
	if err != nil {
		t.Fatal(err)
	}
	r.Limits = append(r.Limits, hostile)
	page, drawing := simulationText(t, r, HTML, Options{}), simulationText(t, r, SVG, Options{})
	for name, text := range map[string]string{"html": page, "svg": drawing} {
		for _, bad := range []string{"<img", "<script>alert", "\x1b", "\u202e", "\x00"} {
			if strings.Contains(text, bad) {
				t.Errorf("%s has %q", name, bad)
			}
		}
	}
	if n := strings.Count(page, "</script>"); n != 2 {
		t.Errorf("the page has %d ends of scripts, want 2", n)
	}
	wellFormed(t, drawing)
	if text := simulationText(t, r, Text, Options{}); strings.ContainsAny(text, "\x1b\x00\x07\u202e") {
		t.Error("the text has control characters")
	}
}

func wellFormed(t *testing.T, text string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// TestPicturesAreSelfContained: nothing is loaded from elsewhere.
func TestPicturesAreSelfContained(t *testing.T) {
	r := simulated(t, simulationNodes, simulationManifests, everything)
	for _, f := range []Format{SVG, HTML} {
		text := simulationText(t, r, f, Options{})
		for _, bad := range []string{"https://", "src=", "href=", "url(", "@import"} {
			if strings.Contains(text, bad) {
				t.Errorf("%s has %q", f, bad)
			}
		}
		if rest := strings.ReplaceAll(text, "http://www.w3.org/2000/svg", ""); strings.Contains(rest, "http:") {
			t.Errorf("%s names an address", f)
		}
	}
}

// TestWidth: nothing but what cannot be broken is wider than the terminal.
func TestSimulationWidth(t *testing.T) {
	large := "pools:\n- {name: worker-of-the-plant, count: 300, zones: [eu-central-1a, eu-central-1b, eu-central-1c]}\n"
	many := "pools:\n"
	for i := range 40 {
		many += fmt.Sprintf("- {name: p%d, count: 2, zones: [zone-%d]}\n", i, i)
	}
	for name, nodes := range map[string]string{"few": simulationNodes, "large": large, "many zones": many} {
		r := simulated(t, nodes, simulationManifests, Questions{Lose: []string{"node=" + firstNode(t, nodes)}})
		for _, width := range []int{80, 120} {
			text := simulationText(t, r, Text, Options{Width: width})
			if lines := strings.Count(text, "\n"); lines > 160 {
				t.Errorf("%s: %d lines", name, lines)
			}
			for _, line := range strings.Split(text, "\n") {
				if columns(line) > width && strings.Contains(strings.TrimSpace(line), " ") && !strings.Contains(line, "requiredDuring") {
					t.Errorf("%s at %d columns: %d: %s", name, width, columns(line), line)
				}
			}
		}
	}
}

func firstNode(t *testing.T, nodes string) string {
	t.Helper()
	inventory, err := cluster.ReadNodes("nodes.yaml", []byte(nodes))
	if err != nil {
		t.Fatal(err)
	}
	return inventory.Nodes[0].Name
}

// TestAfter: what is shown after a loss is what the loss counts.
func TestAfter(t *testing.T) {
	r := simulated(t, simulationNodes, simulationManifests, everything)
	for _, l := range r.Losses {
		if !l.known {
			t.Errorf("%s: where the replacements go is not known", l.Name)
			continue
		}
		g := r.newGrid(r.afterLoss(l), l.Nodes)
		for _, c := range g.columns {
			for _, n := range c.nodes {
				if n.lost && len(n.pods) > 0 {
					t.Errorf("%s: pods on the lost node %s", l.Name, n.names)
				}
			}
		}
		for _, part := range l.Workloads {
			fresh := 0
			for _, p := range l.fresh {
				if r.Workloads[p.workload].Workload == part.Workload {
					fresh++ // whose own pods are lost
				}
			}
			if fresh != part.Replaced {
				t.Errorf("%s: %d new pods of %s, want %d", l.Name, fresh, part.Workload.ID(), part.Replaced)
			}
		}
	}
}

// TestScales: other numbers of replicas agree with the simulation's own word.
func TestScales(t *testing.T) {
	r := simulated(t, simulationNodes, simulationManifests, everything)
	s, err := cluster.New(r.Inventory, r.Release, cluster.Options{})
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, w := range r.Workloads {
		for i, scale := range w.Scales {
			fit, err := s.Fits(w.Workload, scale.Replicas)
			if err != nil {
				t.Fatal(err)
			}
			if scale.Replicas != i+1 || scale.Pending != fit.Pending {
				t.Errorf("%s with %d replicas: %d Pending, want %d", w.Workload.ID(), scale.Replicas, scale.Pending, fit.Pending)
			}
			tried++
		}
	}
	if tried < 30 {
		t.Errorf("%d numbers of replicas were tried", tried)
	}
}

func TestNameRanges(t *testing.T) {
	for _, tc := range []struct {
		names []string
		most  int
		want  string
	}{
		{[]string{"n1", "n2", "n3", "n4"}, 3, "n1..n4"},
		{[]string{"n1", "n2"}, 3, "n1, n2"},
		{[]string{"n1", "n2", "n4", "n5", "n6"}, 4, "n1, n2, n4..n6"},
		{[]string{"a", "b", "c", "d", "e"}, 2, "a, b, and 3 more"},
		{[]string{"a", "b", "c"}, 2, "a, b, c"},
		{[]string{"n9", "n10", "n11"}, 3, "n9..n11"},
		{[]string{"n01", "n02", "n03"}, 3, "n01, n02, n03"},
		{[]string{"n99999999999999999999"}, 3, "n99999999999999999999"},
		{nil, 3, ""},
	} {
		if got := ranges(slices.Clone(tc.names), tc.most); got != tc.want {
			t.Errorf("%q: got %q, want %q", tc.names, got, tc.want)
		}
	}
}

func TestMarks(t *testing.T) {
	for i, want := range map[int]string{0: "A", 25: "Z", 26: "A2", 52: "A3"} {
		if got := mark(i); got != want {
			t.Errorf("%d: got %s, want %s", i, got, want)
		}
	}
}
