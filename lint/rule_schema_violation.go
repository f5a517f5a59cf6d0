package lint

import (
	"fmt"
	"strings"

	"github.com/spreadlint/spreadlint/schema"
	"github.com/spreadlint/spreadlint/values"
)

var _ = register(Rule{
	ID: "schema-violation", Category: "values", Severity: Error, Since: "0.1.0",
	Title: "A value that the chart's JSON schema refuses",
	Doc: `The chart ships a values.schema.json, and Helm refuses to render values that break it. Each violation is reported on
the line of the value; the chart is rendered all the same, so that other findings are not hidden.

Remote references (` + "`$ref`" + ` with an address) are not loaded: spreadlint never uses the network. A schema that needs them
is not checked, and that is said as advice.`,
	Check: func(in *Input) []Finding {
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
				found = append(found, in.violation(s.Prefix, v))
			}
		}
		return found
	},
})

func (in *Input) violation(prefix values.Path, v schema.Violation) Finding {
	path := prefix.Child(v.Path...)
	f := atValue(path)
	f.target.onKey = v.Kind == schema.Unknown
	name := path.String()
	if name == "" {
		name = "the values"
	}
	f.Message = fmt.Sprintf("%s breaks the chart's schema: %s", name, v.Reason)
	f.Caret = v.Reason
	f.Effect = "Helm refuses the values: `helm upgrade` stops with an error"
	current, _ := values.Lookup(any(in.Release.Values()), path)
	word, isText := current.(string)
	for _, legal := range v.Legal {
		if text, ok := legal.(string); ok && isText && strings.EqualFold(strings.TrimSpace(word), text) {
			f.Fixes = append(f.Fixes, setHere(Unsafe, text))
		}
	}
	return f
}
