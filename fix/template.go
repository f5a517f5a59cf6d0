package fix

import (
	"maps"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/values"
)

// lostTemplate is a template expression in the value at a path that a set
// would overwrite; "" when there is none. What it gives today is not what it
// means: another release, or an upgrade, may get something else.
func lostTemplate(file *values.File, path values.Path, set lint.Set) string {
	if set.Remove || set.Move != nil {
		return ""
	}
	now, _ := values.Lookup(any(file.Tree()), path)
	kept := expressions(set.Value)
	for _, line := range expressions(now) {
		if !slices.Contains(kept, line) {
			return line
		}
	}
	return ""
}

// expressions are the lines of the texts in a value that hold template
// expressions, in the order of the keys.
func expressions(v any) []string {
	var found []string
	switch v := v.(type) {
	case string:
		for line := range strings.Lines(v) {
			if line = strings.TrimSpace(line); strings.Contains(line, "{{") {
				found = append(found, line)
			}
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			found = append(found, expressions(v[key])...)
		}
	case []any:
		for _, x := range v {
			found = append(found, expressions(x)...)
		}
	}
	return found
}
