package report

import (
	"fmt"
	"strings"
)

// podColors are the colours of workloads in pictures, on a light and on a dark
// ground. They repeat; the letter tells workloads apart, the colour helps the
// eye.
var podColors = [][2]string{
	{"#0b63c5", "#6cb0ff"}, {"#b3470b", "#ff9d5c"}, {"#177a3e", "#56d788"}, {"#8431d1", "#c795ff"},
	{"#0d7377", "#4fd6d2"}, {"#8a6100", "#f0c14b"}, {"#4b45d6", "#9d9bff"}, {"#b3266f", "#ff8cc4"},
	{"#4a7010", "#b2db5a"}, {"#06679c", "#5cc8f5"}, {"#5e5a55", "#b9b3ab"}, {"#8c4a2f", "#e0a98c"},
}

func podColor(workload int) string { return fmt.Sprintf("pod-%d", workload%len(podColors)) }

// podStyle is the style sheet of those colours; property is fill or
// background.
func podStyle(property string) string {
	var light, dark strings.Builder
	for i, c := range podColors {
		fmt.Fprintf(&light, ".pod-%d{%s:%s}", i, property, c[0])
		fmt.Fprintf(&dark, ".pod-%d{%s:%s}", i, property, c[1])
	}
	return light.String() + "\n@media (prefers-color-scheme:dark){" + dark.String() + "}\n"
}
