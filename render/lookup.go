package render

import (
	"regexp"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
)

// Lookup is a template that asks the cluster.
type Lookup struct{ File, Kind string }

// lookupCall finds `lookup "apps/v1" "Deployment"`; a kind that is not spelt
// out is not found.
var lookupCall = regexp.MustCompile(`\blookup\s+"[^"]*"\s+"([A-Za-z]+)"`)

// watched are the kinds whose presence in a cluster decides about workloads.
// Charts ask for Secrets far more often, to keep a generated password.
var watched = []string{"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Pod", "Node", "HorizontalPodAutoscaler", "PodDisruptionBudget"}

// Lookups are the calls of lookup in a chart's templates that ask for
// workloads or nodes. Offline they are answered with nothing.
func Lookups(chartPath string) []Lookup {
	src, err := readSource(chartPath)
	if err != nil {
		return nil // the render tells
	}
	c, err := src.chart()
	if err != nil {
		return nil
	}
	var found []Lookup
	(&session{source: src, chart: c}).eachTemplate(func(_ string, file *chart.File) *chart.File {
		for _, m := range lookupCall.FindAllStringSubmatch(string(file.Data), -1) {
			next := Lookup{File: src.shown(file), Kind: m[1]}
			if slices.Contains(watched, next.Kind) && !slices.Contains(found, next) {
				found = append(found, next)
			}
		}
		return file
	})
	slices.SortFunc(found, func(a, b Lookup) int { return strings.Compare(a.File+a.Kind, b.File+b.Kind) })
	return found
}
