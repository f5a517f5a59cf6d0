package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/values"
)

// featureAt is the feature that a field of the pod template belongs to.
func featureAt(p values.Path) (kube.Feature, bool) {
	for _, f := range kube.Features {
		if f.Field != "" && f.Spread == inConstraint(p) && slices.Contains(p, values.Name(f.Field)) {
			return f, true
		}
	}
	return kube.Feature{}, false
}

// featureTable is the table as markdown, for the documentation.
func featureTable() string {
	var b strings.Builder
	b.WriteString("| field | known from | works from | stable | source |\n|---|---|---|---|---|\n")
	for _, f := range kube.Features {
		stable := "not yet"
		if f.Stable > 0 {
			stable = fmt.Sprintf("1.%d", f.Stable)
		}
		fmt.Fprintf(&b, "| %s | 1.%d | 1.%d | %s | %s |\n", f.Name, f.Alpha, f.On, stable, f.Source)
	}
	return b.String()
}
