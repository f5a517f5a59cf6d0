package lint

import (
	"fmt"

	"github.com/spreadlint/spreadlint/kube"
)

var _ = register(Rule{
	ID: "feature-unavailable", Category: "version", Severity: Error, Since: "0.1.0",
	Title: "A placement field that this Kubernetes version does not honour",
	NoFix: "whether the field goes or the cluster is upgraded, only you can tell",
	Doc: `A field whose feature gate is off is removed by the API server without a word; a field that the version does not know
is dropped with a warning, or the object is refused, depending on the client's field validation. Either way the
protection is not there. The version is that of ` + "`--kube-version`" + `; for the lowest version that the chart's own
` + "`kubeVersion`" + ` admits the finding is advice.

` + featureTable() + `
"Works from" is the first version in which the field works without a feature gate.`,
	Check: func(in *Input) []Finding {
		var found []Finding
		version := kube.MinorOf(in.Release.KubeVersion)
		lowest := in.Release.LowestKubeMinor()
		for _, w := range in.Release.Workloads {
			for _, feature := range kube.Features {
				for _, path := range feature.Uses(&w.Pod.Object.Spec) {
					f := at(w, path)
					f.target.onKey = true
					f.Caret = fmt.Sprintf("works from Kubernetes 1.%d on", feature.On)
					switch {
					case version > 0 && feature.Stage(version) != "":
						f.Message = fmt.Sprintf("Kubernetes 1.%d %s %s", version, feature.Stage(version), feature.Name)
						f.Effect = droppedEffect(feature.Stage(version))
					case lowest > 0 && feature.Stage(lowest) != "":
						f.Severity = Info
						f.Message = fmt.Sprintf("Kubernetes 1.%d, which the chart admits, %s %s", lowest, feature.Stage(lowest), feature.Name)
						f.Effect = "on such a cluster, " + droppedEffect(feature.Stage(lowest))
					default:
						continue
					}
					found = append(found, f)
				}
			}
		}
		return found
	},
})

func droppedEffect(stage string) string {
	if stage == "drops" {
		return "the API server removes the field without a word: what it says does not hold"
	}
	return "the API server drops the field with a warning, or refuses the object: what it says does not hold"
}
