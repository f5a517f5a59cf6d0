package lint

import (
	"fmt"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// unserved finds objects whose kind the API server does not have in the
// version that is rendered.
func (in *Input) unserved(objects []*render.Workload) []Finding {
	var found []Finding
	inCluster := map[string]map[string]string{}
	for _, o := range objects {
		reason, instead := kube.Unserved(o.APIVersion, o.Kind, kube.MinorOf(in.Release.KubeVersion))
		if reason == "" {
			continue
		}
		field := o.ObjectPath(values.Path{values.Name("apiVersion")})
		f := Finding{Workloads: []string{o.ID()}, Field: field.String(), target: target{workload: o, field: field}}
		f.Message = fmt.Sprintf("%s: %s", o.ID(), reason)
		f.Effect = "the API server does not know the object: `helm upgrade` stops with an error"
		if instead != "" {
			f.Caret = instead
			f.Fixes = []Fix{setHere(Unsafe, instead)}
			api := instead + "/" + o.Kind
			if _, asked := inCluster[api]; !asked {
				inCluster[api] = in.versionsWith(api)
			}
			if inCluster[api][o.ID()] == instead {
				f.Severity, f.Fixes = Info, nil
				f.Message = fmt.Sprintf("%s: %s, for want of a cluster that the chart could ask", o.ID(), o.APIVersion)
				f.Caret = "the chart asks for " + api + "; --api-versions " + api + " answers it"
				f.Effect = fmt.Sprintf("`helm upgrade` asks the cluster and renders %s; what `helm template` prints is refused: %s", instead, reason)
			}
		}
		if o.APIVersion == "policy/v1beta1" && f.Severity != Info {
			f.Notes = append(f.Notes, "in policy/v1 an empty selector selects every pod, not none")
		}
		found = append(found, f)
	}
	return found
}

// versionsWith are the API versions of the objects that the chart would render
// in a cluster that lists an API; empty when that cannot be told. A cluster,
// but not `helm template`, also lists the kinds of its APIs.
// https://github.com/helm/helm/blob/v3.22.0/pkg/action/action.go (GetVersionSet)
func (in *Input) versionsWith(api string) map[string]string {
	versions := map[string]string{}
	if in.Release.Chart == "" {
		return versions
	}
	there, err := in.Release.WithAPIs(api)
	if err != nil {
		return versions
	}
	for _, w := range there.Workloads {
		versions[w.ID()] = w.APIVersion
	}
	for _, b := range there.Budgets {
		versions[b.Object.ID()] = b.Object.APIVersion
	}
	return versions
}
