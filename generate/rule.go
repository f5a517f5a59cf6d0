package generate

import "github.com/spreadlint/spreadlint/kube"

// rule is one term or constraint.
type rule struct {
	key        string
	hard       bool
	perVersion bool // tells revisions apart: matchLabelKeys
	minDomains int
}

// antiAffinity writes one rule as a podAntiAffinity.
func antiAffinity(r rule, labels map[string]any) map[string]any {
	term := map[string]any{"topologyKey": r.key, "labelSelector": map[string]any{"matchLabels": labels}}
	if r.perVersion {
		term["matchLabelKeys"] = []any{"pod-template-hash"}
	}
	if r.hard {
		return map[string]any{"requiredDuringSchedulingIgnoredDuringExecution": []any{term}}
	}
	return map[string]any{"preferredDuringSchedulingIgnoredDuringExecution": []any{map[string]any{"weight": 100, "podAffinityTerm": term}}}
}

// constraint writes one rule as a topology spread constraint. Fields that the
// cluster's version does not know are left out: see lint's feature-unavailable.
func (s *search) constraint(t *Target, r rule, labels map[string]any) map[string]any {
	version := kube.MinorOf(s.release.KubeVersion)
	c := softConstraint(r.key, labels)
	if r.hard {
		c["whenUnsatisfiable"] = "DoNotSchedule"
		if version >= 26 {
			c["nodeTaintsPolicy"] = "Honor" // a control plane is no empty domain
		}
		if r.minDomains > 0 && version >= 27 {
			c["minDomains"] = r.minDomains
		}
	}
	if r.perVersion && t.first().Kind == "Deployment" && version >= 27 {
		c["matchLabelKeys"] = []any{"pod-template-hash"}
	}
	return c
}

// softConstraint is a constraint of which no pod waits, with what Kubernetes
// asks of every one.
func softConstraint(key string, labels map[string]any) map[string]any {
	return map[string]any{"maxSkew": 1, "topologyKey": key, "whenUnsatisfiable": "ScheduleAnyway",
		"labelSelector": map[string]any{"matchLabels": labels}}
}
