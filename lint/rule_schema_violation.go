package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/schema"
	"github.com/spreadlint/spreadlint/values"
)

var _ = register(Rule{
	ID: "schema-violation", Category: "values", Severity: Error, Since: "0.1.0",
	Title: "A value that the JSON schema of the chart, or of its family, refuses",
	NoFix: "the schema says what is legal, not which of it is meant",
	Doc: `Where the chart ships a values.schema.json, Helm refuses to render values that break it. Each violation is reported on
the line of the value; the chart is rendered all the same, so that other findings are not hidden.

Many charts ship no schema. Where the defaults of a block are written as those of a family of charts that spreadlint
knows, types and unknown keys are checked against spreadlint's own schema of that family, and the message names it. Helm
accepts such values: the effect is that of the chart's templates.

Remote references (` + "`$ref`" + ` with an address) are not loaded: spreadlint never uses the network. A schema that needs them
is not checked, and that is said as advice.`,
	Needs: needsValues,
	Check: func(in *Input) []Finding { return append(in.chartViolations(), in.dialectViolations()...) },
})

// chartViolations checks the values against the schemas that the chart and its
// dependencies ship, as Helm does before it renders.
func (in *Input) chartViolations() []Finding {
	var found []Finding
	for _, s := range in.Release.Schemas() {
		violations, err := schema.Chart(s.JSON, s.Values)
		if err != nil {
			f := Finding{Severity: Info, Message: "the chart's schema was not checked: " + err.Error(),
				Effect: "values that the schema forbids are not reported"}
			f.Location = Location{File: s.File, Layer: LayerChart}
			found = append(found, f)
			continue
		}
		for _, v := range violations {
			f := in.violation(s.Prefix, v)
			if len(s.Prefix)+len(v.Path) == 0 { // no line of the values is wrong
				f.target.value, f.Location = nil, Location{File: s.File, Layer: LayerChart}
			}
			found = append(found, f)
		}
	}
	return found
}

// violationsOf are the violations of a chart that could not be rendered: Helm
// stops at them before it comes to the templates.
func violationsOf(unrendered *render.Release, chart string) []Finding {
	in := &Input{Release: unrendered}
	found := in.chartViolations()
	for i := range found {
		found[i].Rule = "schema-violation"
		found[i] = found[i].as(byID["schema-violation"])
		in.place(&found[i])
		found[i].Chart = chart
	}
	return found
}

// dialectViolations checks the blocks whose chart defaults speak a known
// dialect: a mode key with a legal word, and a topology key's place beside it.
// Words and topology keys have rules of their own; here it is types and
// unknown keys.
func (in *Input) dialectViolations() []Finding {
	var found []Finding
	dialects := schema.Dialects()
	seen := map[string]bool{}
	for _, layer := range in.Release.Layers {
		if layer.Kind == render.LayerChart {
			continue
		}
		layer.Walk(func(at values.Path, value any) {
			if _, isMap := value.(map[string]any); !isMap || seen[at.String()] {
				return
			}
			seen[at.String()] = true
			effective, _ := values.Lookup(any(in.Release.Values()), at)
			if block, ok := effective.(map[string]any); ok {
				found = append(found, in.blockViolations(dialects, block, at)...)
			}
		})
	}
	return found
}

// blockViolations checks one block against the dialect that it is written in.
func (in *Input) blockViolations(dialects []schema.Dialect, block map[string]any, at values.Path) []Finding {
	i := slices.IndexFunc(dialects, func(d schema.Dialect) bool { return in.speaks(d, at) })
	if i < 0 {
		return nil
	}
	var found []Finding
	for _, v := range schema.CheckDialect(dialects[i].Name, block) {
		path := at.Child(v.Path...)
		if origin, ok := in.Release.Layers.Find(path); !ok || origin.Layer.Kind == render.LayerChart || v.Kind != schema.Type && v.Kind != schema.Unknown {
			continue
		}
		f := in.violation(at, v)
		f.advisory = true
		f.Message = fmt.Sprintf("%s: %s, by spreadlint's schema %q of this family of charts", path, v.Reason, dialects[i].Name)
		f.Effect = "the chart renders something that is no rule, or ignores the key"
		found = append(found, f)
	}
	return found
}

// speaks reports whether the chart's own defaults in a block are written in a
// dialect.
func (in *Input) speaks(d schema.Dialect, at values.Path) bool {
	mode, others, known := false, 0, 0
	for _, k := range d.Keys {
		if len(k.Path) != 1 {
			continue
		}
		value, declared := in.Release.Layers.Default(at.Child(k.Path...))
		if k.Role == schema.RoleMode && declared {
			mode = mode || slices.Contains(k.Legal, value)
		} else if k.Role != schema.RoleMode {
			others++
			if declared {
				known++
			}
		}
	}
	return mode && known > 0 && known == others
}

func (in *Input) violation(prefix values.Path, v schema.Violation) Finding {
	path := prefix.Child(v.Path...)
	f := atValue(path)
	f.target.onKey = v.Kind == schema.Unknown
	f.Message = fmt.Sprintf("%s breaks the chart's schema: %s", path, v.Reason)
	if len(path) == 0 {
		f.Message = "the values break the chart's schema: " + v.Reason
	}
	f.Caret = v.Reason
	f.Effect = "Helm refuses the values: `helm upgrade` stops with an error"
	current, _ := values.Lookup(any(in.Release.Values()), path)
	word, isText := current.(string)
	for _, legal := range v.Legal {
		if text, ok := legal.(string); ok && isText && strings.EqualFold(strings.TrimSpace(word), text) {
			f.Fixes = append(f.Fixes, setHere(Unsafe, text))
		}
	}
	if fallback, declared := in.Release.Layers.Default(path); declared && v.Kind == schema.Type {
		if fix, ok := in.formFix(path, fallback, current); ok {
			f.Fixes = append(f.Fixes, fix)
		}
	}
	return f
}

// breaksSchema reports whether the chart's own schema refuses the value at a
// path.
func (in *Input) breaksSchema(path values.Path) bool {
	for _, s := range in.Release.Schemas() {
		violations, err := schema.Chart(s.JSON, s.Values)
		if err == nil && slices.ContainsFunc(violations, func(v schema.Violation) bool { return s.Prefix.Child(v.Path...).Equal(path) }) {
			return true
		}
	}
	return false
}
