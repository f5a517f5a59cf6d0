package render

import (
	"slices"
	"strings"
)

// placementKeys are the names by which custom resources say where their pods
// go, and how many there are. Each operator reads them in its own way.
var placementKeys = map[string]bool{
	"affinity": true, "podAntiAffinity": true, "antiAffinityTopologyKey": true, "topologySpreadConstraints": true,
	"placement": true, "nodeSelector": true, "tolerations": true, "instances": true,
}

// ownShapes names the custom resources that place pods in a shape of their
// own: what their operators make of it is not known here.
func ownShapes(objects []object) []string {
	var found []string
	for i := range objects {
		o := &objects[i]
		group, _, grouped := strings.Cut(o.text("apiVersion"), "/")
		if !grouped || !strings.Contains(group, ".") || strings.HasSuffix(group, ".k8s.io") {
			continue // Kubernetes' own
		}
		if places(o.body["spec"]) && len(workloadsOf(o)) == 0 {
			found = append(found, o.text("kind")+"/"+o.text("metadata", "name"))
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func places(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		for key, x := range v {
			if placementKeys[key] && x != nil || places(x) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, places)
	}
	return false
}
