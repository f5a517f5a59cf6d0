package kube

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/spreadlint/spreadlint/values"
)

// gaps knows where values are missing from a decoded template because they have the wrong type. To validation such a
// value looks absent; what it says about the absence is no news and must not reach the user. The paths are kept spelled
// out, so that ten thousand errors cost no more than ten thousand look-ups.
type gaps struct {
	at    map[string]bool // the paths of the missing values
	above map[string]bool // the paths of the maps and lists around them
}

func newGaps(errors []FieldError) gaps {
	g := gaps{at: map[string]bool{}, above: map[string]bool{}}
	for _, e := range errors {
		g.at[e.Path.String()] = true
		for p := e.Path.Parent(); len(p) > 0; p = p.Parent() {
			g.above[p.String()] = true
		}
	}
	return g
}

// explain says whether an error at path is only the shadow of a missing value.
func (g gaps) explain(e *field.Error, path values.Path) bool {
	if len(g.at) == 0 {
		return false
	}
	for p := path; len(p) > 0; p = p.Parent() {
		if g.at[p.String()] {
			return true // the value itself, or a part of it
		}
	}
	beside := func(name string) bool { return g.at[path.Parent().Key(name).String()] }
	switch {
	case e.Type == field.ErrorTypeRequired:
		return g.above[path.String()] // a list that is empty because its items are missing
	case e.Type == field.ErrorTypeForbidden:
		return beside("labelSelector") // matchLabelKeys without a selector
	case strings.HasSuffix(e.Field, "].operator") && strings.HasPrefix(e.Field, "spec.tolerations["):
		return beside("key") || beside("value") // the operator must suit both
	case e.Origin == "dependsOn":
		return beside("whenUnsatisfiable") // minDomains without DoNotSchedule
	case e.Type == field.ErrorTypeDuplicate:
		// "{topologyKey, whenUnsatisfiable}": two absent halves are equal.
		pair := fmt.Sprint(e.BadValue)
		return strings.HasPrefix(pair, "{, ") || strings.HasSuffix(pair, ", }")
	default:
		return false
	}
}
