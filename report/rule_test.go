package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/spreadlint/spreadlint/lint"
)

// sampleRule has all that markdown shows.
var sampleRule = &lint.Rule{
	ID: "topology-key-syntax", Category: "api", Severity: lint.Error, Since: "0.1.0",
	Title: "An affinity topology key is no label key",
	Doc: "A `topologyKey` names a node label: only its key, never `key=value`. In podAffinity and podAntiAffinity the API\n" +
		"server refuses the whole object, so `helm upgrade` fails. Elsewhere it is *accepted*; see\n" +
		"[the documentation](https://kubernetes.io/docs/concepts/scheduling-eviction/).\n\n" +
		"## Legal keys\n\n" +
		"- `kubernetes.io/hostname` is one domain per node, the usual choice for a workload that must survive\n" +
		"  the loss of a node\n" +
		"- `topology.kubernetes.io/zone`\n" +
		"  1. with **three** zones or more\n\n" +
		"```yaml\ntopologyKey: kubernetes.io/hostname\n\n  # `no` *markdown* here\n```\n\n" +
		"| key | since |\n|---|---|\n| `kubernetes.io/hostname` | 1.17 |",
}

var sampleRules = []*lint.Rule{
	{ID: "unknown-mode", Category: "values", Severity: lint.Warning, Since: "0.1.0", Title: "A spreading mode that the chart does not know", Doc: "x"},
	sampleRule,
	{ID: "no-spread", Category: "availability", Severity: lint.Info, Since: "0.1.0", OptIn: true,
		Title: "Several replicas | and no rule that spreads them", Doc: "Why.\n"},
}

func TestWriteRule(t *testing.T) {
	for file, o := range map[string]Options{
		"rule.txt": {}, "rule.narrow.txt": {Width: 50}, "rule.color.txt": {Color: true, Width: 300},
	} {
		t.Run(file, func(t *testing.T) {
			var b bytes.Buffer
			if err := WriteRule(&b, sampleRule, o); err != nil {
				t.Fatal(err)
			}
			golden(t, file, b.Bytes())
		})
	}
}

func TestWriteRules(t *testing.T) {
	for file, o := range map[string]Options{"rules.txt": {}, "rules.narrow.txt": {Width: 70}, "rules.color.txt": {Color: true}} {
		t.Run(file, func(t *testing.T) {
			var b bytes.Buffer
			if err := WriteRules(&b, sampleRules, o); err != nil {
				t.Fatal(err)
			}
			golden(t, file, b.Bytes())
		})
	}
}

func TestPages(t *testing.T) {
	golden(t, "rule.md", []byte(RuleMarkdown(sampleRule)))
	golden(t, "rules.md", []byte(RulesIndexMarkdown(sampleRules)))
}

// TestEveryRule: what is shown of the rules that exist fits on a terminal and
// shows each of them.
func TestEveryRule(t *testing.T) {
	index := RulesIndexMarkdown(lint.Rules())
	for _, r := range lint.Rules() {
		if !strings.Contains(index, "["+r.ID+"]("+r.ID+".md)") {
			t.Errorf("%s is not in the index", r.ID)
		}
		var b strings.Builder
		if err := WriteRule(&b, r, Options{}); err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(b.String(), "\n") {
			verbatim := strings.HasPrefix(line, "    ")
			if !verbatim && columns(line) > docWidth && strings.Contains(strings.TrimSpace(line), " ") {
				t.Errorf("%s: a line of %d columns: %s", r.ID, columns(line), line)
			}
		}
	}
}
