package render

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spreadlint/spreadlint/values"
)

// shorthand for the fields of the table below.
func field(short string) string {
	short = strings.Replace(short, "spread", "spec.template.spec.topologySpreadConstraints", 1)
	short = strings.Replace(short, "hard", "spec.template.spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution", 1)
	return strings.Replace(short, "soft", "spec.template.spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution", 1)
}

// TestCause: what decides a field, for each way in which templates hand
// values on. Each claim about a value is proven: another value changes the
// field.
func TestCause(t *testing.T) {
	release := renderCase(t, "testdata/causes", "default")
	for _, c := range []struct {
		workload, field string
		value           string // the first decider, "" for none
		place           string // where it stands, or would be inserted
		template        string // what printed the field
		control         string // the nearest condition, "" for none
	}{
		{"plain", "spec.replicas", "replicas", "user.yaml:6:11", "plain.yaml:5", ""},
		{"plain", "spread[0].topologyKey", "constraints[0].topologyKey", "values.yaml:9:18", "plain.yaml:12", "constraints"},
		{"plain", "spread[0].minDomains", "constraints[0].minDomains", "user.yaml:2:1", "plain.yaml:12", "constraints"},
		{"plain", "spread", "constraints", "values.yaml:8:3", "plain.yaml:12", "constraints"},
		{"literal", "spec.replicas", "", "", "plain.yaml:19", ""},
		{"literal", "spread[0].topologyKey", "", "", "plain.yaml:24", "mode"},
		{"silent", "spec.replicas", "absentReplicas", "user.yaml:2:1", "plain.yaml:31", ""},
		{"expressions", "spec.replicas", "component.web.replicas", "values.yaml:19:19", "plain.yaml:38", ""},
		{"expressions", "spread[0].topologyKey", "constraints[0].topologyKey", "values.yaml:9:18", "plain.yaml:42", ""},
		{"expressions", "spread[1].topologyKey", "racks.row", "--set:1:18", "plain.yaml:43", ""},
		{"expressions", "spread[2].topologyKey", "racks.row", "--set:1:18", "plain.yaml:44", ""},
		{"expressions", "spread[3].topologyKey", "global.key", "values.yaml:2:8", "plain.yaml:45", ""},
		{"expressions", "spread[4].topologyKey", "racks.row", "--set:1:18", "plain.yaml:46", ""},
		{"expressions", "spread[5].topologyKey", "global.key", "values.yaml:2:8", "plain.yaml:47", ""},
		{"expressions", "spread[6].topologyKey", `"dotted.key".replicas`, "values.yaml:31:13", "plain.yaml:48", ""},
		{"expressions", "spread[7].topologyKey", "absent.deeper.key", "user.yaml:2:1", "plain.yaml:49", ""},
		{"preset", "spec.replicas", "big", "values.yaml:23:6", "_helpers.tpl:28", ""},
		{"preset", "soft[0].podAffinityTerm.topologyKey", "global.key", "values.yaml:2:8", "_helpers.tpl:2", "preset"},
		{"preset", "soft", "", "", "_helpers.tpl:10", "preset"},
		{"preset-literal", "soft[0].podAffinityTerm.topologyKey", "", "", "_helpers.tpl:2", "preset"},
		{"text", "hard[0].topologyKey", "text", "values.yaml:15:22", "_helpers.tpl:22", "text"},
		{"text", "hard[1].topologyKey", "text", "values.yaml:17:22", "_helpers.tpl:22", "text"},
		{"with-include", "soft[0].podAffinityTerm.topologyKey", "preset", "values.yaml:5:9", "helpers.yaml:33", "preset"},
		{"set", "spread[0].topologyKey", "", "", "helpers.yaml:44", "mode"},
		{"merged", "spec.replicas", "merge.over.weight", "values.yaml:34:18", "helpers.yaml:54", ""},
		{"merged", "spread[0].topologyKey", "merge.base.topologyKey", "values.yaml:33:23", "helpers.yaml:58", ""},
		{"merged", "spread[1].topologyKey", "racks.row", "--set:1:18", "helpers.yaml:59", ""},
		{"merged", "spread[2].topologyKey", "global.key", "values.yaml:2:8", "helpers.yaml:60", ""},
		{"merged", "spread[3].topologyKey", "merge.base.topologyKey", "values.yaml:33:23", "helpers.yaml:61", ""},
		{"scalars", "spread[0].topologyKey", "zones[0]", "values.yaml:20:9", "loops.yaml:9", "zones"},
		{"scalars", "spread[1].topologyKey", "zones[1]", "values.yaml:20:29", "loops.yaml:9", "zones"},
		{"scalars", "spread[2].topologyKey", "racks.row", "--set:1:18", "loops.yaml:12", "racks"},
		{"scalars", "spread[3].topologyKey", "global.key", "values.yaml:2:8", "loops.yaml:15", "global.key"},
		{"worker-one", "spread[0].topologyKey", "workers[0].key", "values.yaml:26:22", "loops.yaml:28", "workers"},
		{"worker-two", "spread[0].topologyKey", "workerDefaults.key", "values.yaml:29:8", "loops.yaml:28", "workers"},
		{"worker-two", "spec.replicas", "replicas", "user.yaml:6:11", "loops.yaml:24", "workers"},
		{"store", "spec.replicas", "store.replicas", "user.yaml:3:13", "store.yaml:5", ""},
		{"store", "spread[0].topologyKey", "global.key", "values.yaml:2:8", "store.yaml:9", ""},
		{"store", "spread[1].topologyKey", "store.own.key", "sub/values.yaml:5:12", "store.yaml:10", ""},
		{"store", "spread[2].topologyKey", "store.given.key", "user.yaml:4:16", "store.yaml:11", ""},
		{"store", "spread[3].topologyKey", "store.global.narrow", "user.yaml:5:20", "store.yaml:12", ""},
		{"printed", "hard[0].topologyKey", "antiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey", "values.yaml:37:21", "yaml.yaml:9", ""},
		{"imported", "spec.replicas", "imported.replicas", "sub/values.yaml:4:26", "imported.yaml:5", ""},
	} {
		t.Run(c.workload+" "+c.field, func(t *testing.T) {
			w := workload(t, release, c.workload)
			path, err := values.ParsePath(field(c.field))
			if err != nil {
				t.Fatal(err)
			}
			cause := release.Cause(w, path)
			value, place := "", ""
			if len(cause.Values) > 0 {
				value = cause.Values[0].Path.String()
				places, ok := release.Places(cause.Values[0])
				if !ok {
					t.Fatalf("no place for %s", value)
				}
				place = shownAt(shortName(places[0].Layer.File.Name), places[0].Node)
			}
			if value != c.value || !strings.HasSuffix(place, c.place) || cause.Literal != (c.value == "") {
				t.Errorf("decided by %q at %s, literal %v; want %q at %s", value, place, cause.Literal, c.value, c.place)
			}
			if got := fmt.Sprintf("%s:%d", filepath.Base(cause.Template.File), cause.Template.Line); got != c.template {
				t.Errorf("printed by %s, want %s", got, c.template)
			}
			control := ""
			if len(cause.Controls) > 0 {
				control = cause.Controls[0].Path.String()
			}
			if control != c.control {
				t.Errorf("controlled by %q, want %q", control, c.control)
			}
			if value != "" {
				proveDecider(t, release, w, path, cause.Values[0])
			}
		})
	}
}

// proveDecider changes a value and expects the field to change.
func proveDecider(t *testing.T, r *Release, w *Workload, path values.Path, d Decider) {
	t.Helper()
	other, ok := otherValue(d.Value)
	if d.Text != (TextLine{}) {
		other = d.Written("example.com/other")
	}
	if list, isList := d.Value.([]any); isList {
		other, ok = append(list[:len(list):len(list)], list[0]), true
	}
	if !ok {
		t.Fatalf("no other value for %v", d.Value)
	}
	if !r.Moves(w, path, d.Path, other) {
		t.Errorf("%s = %v changes nothing", d.Path, other)
	}
}

func renderCase(t *testing.T, dir, variant string) *Release {
	t.Helper()
	release, err := Render(filepath.Join(dir, "chart"), readArguments(t, filepath.Join(dir, variant+".args")).options(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	return release
}

func workload(t *testing.T, r *Release, name string) *Workload {
	t.Helper()
	for _, w := range r.Workloads {
		if w.Name == name {
			return w
		}
	}
	t.Fatalf("no workload %s", name)
	return nil
}

func shortName(name string) string {
	return strings.TrimPrefix(filepath.ToSlash(name), "testdata/causes/chart/")
}
