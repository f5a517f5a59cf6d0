package main

import (
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// blamed is a render whose findings name values.
type blamed struct {
	name     string
	files    []string
	docs     []document
	findings []finding
	values   map[string]any
}

// blameLimit bounds the findings of a chart whose value is changed.
const blameLimit = 5

// inert are the rules that say that a value does nothing.
var inert = []string{"unknown-value", "misplaced-value", "value-without-effect"}

// blames changes the value that a finding names, or inserts it where it is
// unset, and asks helm whether the blamed workloads are placed otherwise, and
// spreadlint whether the finding goes.
func (k *check) blames() error {
	seen, tried := map[string]bool{}, 0
	for _, b := range k.blameable {
		for _, f := range b.findings {
			path, err := values.ParsePath(f.Path)
			if err != nil || len(path) == 0 || seen[f.Rule+f.Path] || tried == blameLimit {
				continue
			}
			if f.Location.Layer == "set" || strings.HasPrefix(f.Rule, "schema-") {
				continue
			}
			seen[f.Rule+f.Path], tried = true, tried+1
			if err := k.blame(b, f, path); err != nil {
				return err
			}
		}
	}
	return nil
}

func (k *check) blame(b blamed, f finding, path values.Path) error {
	current, _ := values.Lookup(b.values, path)
	before := signature(b.docs)
	rendered, decides := false, false
	var last ran
	for _, other := range otherValues(f, current) {
		tree, ok := override(b.values, setting{path, other})
		if !ok {
			continue
		}
		file, err := k.keep(write(tree, false).text)
		if err != nil {
			return err
		}
		more := append(dashF(b.files), "-f", file)
		last = k.template(k.chart.dir, more...)
		if last.exit != 0 {
			continue
		}
		rendered = true
		docs := documents(last.out)
		ids := moved(before, signature(docs))
		if slices.Contains(inert, f.Rule) {
			if len(ids) > 0 {
				k.result.Blames["inert, but decides"]++
				k.result.fail("blame", "a value said to do nothing moves something", b.name+": "+f.Rule+" "+f.Path+" moves "+strings.Join(ids, " "), last)
				return nil
			}
			continue
		}
		if !touches(f, ids) {
			continue
		}
		decides = true
		again, ok := reportOf(k.lint(k.chart.dir, more...))
		if ok && !slices.ContainsFunc(again.Findings, func(g finding) bool {
			return g.key() == f.key() && g.Path == f.Path && g.Message == f.Message
		}) {
			k.result.Blames["decides"]++
			return nil
		}
	}
	switch {
	case slices.Contains(inert, f.Rule) && rendered:
		k.result.Blames["inert, as said"]++
	case decides && strings.Contains(f.Message, "rendered twice"):
		k.result.Blames["decides, and no overlay takes it away"]++
	case decides:
		k.result.Blames["decides, finding stays"]++
		k.result.fail("blame", "the value changes the workload, the finding stays", b.name+": "+f.Rule+" "+f.Path+" "+strings.Join(f.Workloads, " ")+": "+f.Message, last)
	case rendered:
		k.result.Blames["does not decide"]++
		k.result.fail("blame", "the blamed value moves nothing", b.name+": "+f.Rule+" "+f.Path+" "+strings.Join(f.Workloads, " ")+": "+f.Message, last)
	default:
		k.result.Blames["no other value renders"]++
	}
	return nil
}

// touches reports whether something that a finding is about is among the
// objects that moved: its workloads or, of a rule about budgets, a budget.
func touches(f finding, ids []string) bool {
	if len(f.Workloads) == 0 {
		return len(ids) > 0
	}
	return slices.ContainsFunc(ids, func(id string) bool {
		return slices.Contains(f.Workloads, id) || strings.HasPrefix(f.Rule, "pdb-") && strings.HasPrefix(id, "PodDisruptionBudget/")
	})
}

// otherValues are values to try in place of the blamed one: first what would
// mend such a finding, then anything else of its kind.
func otherValues(f finding, current any) []any {
	labels := map[string]any{"app.kubernetes.io/instance": render.StandInName}
	anti := map[string]any{"podAntiAffinity": map[string]any{preferred: []any{map[string]any{"weight": 50.0,
		"podAffinityTerm": map[string]any{"topologyKey": hostname, "labelSelector": map[string]any{"matchLabels": labels}}}}}}
	spread := []any{map[string]any{"maxSkew": 1.0, "topologyKey": hostname, "whenUnsatisfiable": "ScheduleAnyway", "labelSelector": map[string]any{"matchLabels": labels}}}
	key := f.Path[strings.LastIndexAny(f.Path, ".]")+1:]
	var try []any
	switch lower := strings.ToLower(key); {
	case strings.HasSuffix(lower, "podantiaffinity") && isMapOrNil(current):
		try = append(try, anti["podAntiAffinity"], "hard", "soft")
	case strings.HasSuffix(lower, "affinity") && isMapOrNil(current):
		try = append(try, anti, yamlText(anti))
	case strings.Contains(lower, "spreadconstraint"):
		try = append(try, spread, yamlText(spread), spread[0])
	}
	switch v := current.(type) {
	case bool:
		try = append(try, !v)
	case float64:
		try = append(try, 1.0, v+1)
	case string:
		try = append(try, "soft", "hard", hostname, zone, 1.0, "", yamlText(anti))
	case map[string]any:
		try = append(try, map[string]any{}, nil)
	case []any:
		try = append(try, []any{}, nil)
	default:
		try = append(try, 1.0, 3.0, "soft", "hard", hostname, true, map[string]any{}, []any{}, anti, spread)
	}
	return append(try, nil)
}

func isMapOrNil(value any) bool {
	_, isMap := value.(map[string]any)
	return isMap || value == nil || value == ""
}

// yamlText is the value as a block of text, for charts that take text.
func yamlText(value any) string {
	w := &writer{at: map[string][2]int{}, lines: []string{""}}
	w.value(value, nil, 0)
	return strings.Join(w.lines[1:], "\n") + "\n"
}
