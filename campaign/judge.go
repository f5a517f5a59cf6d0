package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/spreadlint/spreadlint/render"
)

// verdict is what helm's output says about a finding.
type verdict string

const (
	isTrue  verdict = "true"
	isFalse verdict = "false"
	unknown verdict = "" // this rule is not judged here
)

var (
	labelKey   = regexp.MustCompile(`^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$`)
	deprecated = []string{"failure-domain.beta.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/region", "beta.kubernetes.io/os", "beta.kubernetes.io/arch", "beta.kubernetes.io/instance-type"}
	usualKeys  = []string{hostname, zone, "topology.kubernetes.io/region"}
)

// judge looks in helm's output for what a finding claims. Each claim is
// written here a second time, from Kubernetes' documentation: what both get
// wrong alike stays hidden, what one gets wrong shows.
func judge(f finding, all []document) verdict {
	claim, ok := claims[f.Rule]
	if !ok {
		return unknown
	}
	byID := map[string][]workload{}
	for _, w := range workloads(all) {
		byID[w.id()] = append(byID[w.id()], w)
	}
	if len(f.Workloads) == 0 {
		return unknown
	}
	for _, id := range f.Workloads {
		holds := false
		if len(byID[id]) == 0 {
			return unknown // another kind of object
		}
		for _, w := range byID[id] {
			holds = holds || claim(w, all)
		}
		if !holds && f.Rule == "misnested-field" {
			return unknown // of a field that Kubernetes does not know elsewhere
		}
		if !holds {
			return isFalse
		}
	}
	return isTrue
}

var claims = map[string]func(workload, []document) bool{
	"no-spread": func(w workload, all []document) bool { return w.replicas >= 2 && !w.spreadSoundly() },
	"selector-misses-self": func(w workload, _ []document) bool {
		return w.hasTerm(func(t term) bool {
			matches, known := selects(t.selector, w.labels)
			return t.selector == nil || known && !matches
		})
	},
	"selector-missing": func(w workload, _ []document) bool {
		return w.hasTerm(func(t term) bool { return t.selector == nil })
	},
	"topology-key-deprecated": func(w workload, _ []document) bool {
		return w.hasTerm(func(t term) bool { return slices.Contains(deprecated, t.key) })
	},
	"topology-key-syntax": func(w workload, _ []document) bool {
		return w.hasTerm(func(t term) bool { return !labelKey.MatchString(t.key) })
	},
	"topology-key-suspicious": func(w workload, _ []document) bool {
		return w.hasTerm(func(t term) bool { return !slices.Contains(usualKeys, t.key) })
	},
	"placement-field-missing": func(w workload, _ []document) bool {
		return w.hasTerm(func(t term) bool {
			if t.spread {
				return t.key == "" || t.tree["maxSkew"] == nil || words(t.tree["whenUnsatisfiable"]) == ""
			}
			return t.key == "" || !t.hard && t.weight == nil || t.tree == nil
		}) || at(w.pod, "affinity", "nodeAffinity") != nil || at(w.pod, "affinity", "podAffinity") != nil || len(list(w.pod["tolerations"])) > 0
	},
	"pointless-rule": func(w workload, _ []document) bool { return w.kind == "DaemonSet" && len(w.terms()) > 0 },
	"duplicate-workload": func(w workload, all []document) bool {
		n := 0
		for _, d := range all {
			if d.kind == w.kind && d.name == w.name && d.space == w.space {
				n++
			}
		}
		return n > 1
	},
	"rollout-deadlock": func(w workload, _ []document) bool {
		return w.kind == "Deployment" && w.hasTerm(func(t term) bool {
			matches, _ := selects(t.selector, w.labels)
			return t.hard && matches
		})
	},
	"workload-refused": func(w workload, _ []document) bool {
		n, ok := number(w.controlled)
		return w.controlled != nil && (!ok || n < 0) || w.labels == nil || selectsNot(w) || slices.Contains(gone, words(w.tree["apiVersion"]))
	},
	"misnested-field": func(w workload, _ []document) bool { return w.writesTwice() || w.hasUnknownField() },
	"selector-ignores-release": func(w workload, _ []document) bool {
		return w.hasTerm(func(t term) bool { return !strings.Contains(fmt.Sprint(t.selector), render.StandInName) })
	},
	"hook-pod-repelled": func(w workload, all []document) bool {
		return slices.ContainsFunc(workloads(all), func(other workload) bool {
			return w.hook != other.hook && (w.keepsAway(other) || other.keepsAway(w))
		})
	},
	"pdb-blocks-drain": func(w workload, all []document) bool {
		for _, d := range all {
			if d.kind != "PodDisruptionBudget" {
				continue
			}
			if matches, _ := selects(at(d.tree, "spec", "selector"), w.labels); !matches {
				continue
			}
			pods := 0
			for _, other := range workloads(all) {
				if matches, _ := selects(at(d.tree, "spec", "selector"), other.labels); matches && templateRuns(other) {
					pods += other.replicas
				}
			}
			if at(d.tree, "spec", "minAvailable") == nil && at(d.tree, "spec", "maxUnavailable") == nil {
				return true // the disruption controller expects no pod then, and allows none to go
			}
			if n, ok := bound(at(d.tree, "spec", "minAvailable"), pods); ok && n >= pods {
				return true
			}
			if n, ok := bound(at(d.tree, "spec", "maxUnavailable"), pods); ok && n == 0 {
				return true
			}
		}
		return false
	},
}

// gone are the API versions that Kubernetes had for workloads.
// https://kubernetes.io/docs/reference/using-api/deprecation-guide/
var gone = []string{"extensions/v1beta1", "apps/v1beta1", "apps/v1beta2", "batch/v1beta1", "batch/v2alpha1"}

// writesTwice reports whether helm's text has a key twice in one map.
func (w workload) writesTwice() bool {
	var tree map[string]any
	err := yaml.UnmarshalStrict([]byte(w.text), &tree)
	return err != nil && strings.Contains(err.Error(), "already set")
}

// hasUnknownField reports whether a rule has a field that Kubernetes'
// documentation does not know at its place.
// https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#scheduling
func (w workload) hasUnknownField() bool {
	hasOther := func(value any, known ...string) bool {
		tree, _ := value.(map[string]any)
		for key := range tree {
			if !slices.Contains(known, key) {
				return true
			}
		}
		return false
	}
	if hasOther(w.affinity, "nodeAffinity", "podAffinity", "podAntiAffinity") || hasOther(at(w.affinity, "podAntiAffinity"), required, preferred) {
		return true
	}
	for _, item := range list(at(w.affinity, "podAntiAffinity", preferred)) {
		if hasOther(item, "weight", "podAffinityTerm") {
			return true
		}
	}
	return w.hasTerm(func(t term) bool {
		if t.spread {
			return hasOther(t.tree, "maxSkew", "topologyKey", "whenUnsatisfiable", "labelSelector", "minDomains", "nodeAffinityPolicy", "nodeTaintsPolicy", "matchLabelKeys")
		}
		return hasOther(t.tree, "labelSelector", "topologyKey", "namespaces", "namespaceSelector", "matchLabelKeys", "mismatchLabelKeys")
	})
}

// keepsAway reports whether a hard anti-affinity term selects another's pods.
func (w workload) keepsAway(other workload) bool {
	return w.hasTerm(func(t term) bool {
		matches, _ := selects(t.selector, other.labels)
		return t.hard && !t.spread && matches
	})
}

func templateRuns(w workload) bool {
	return w.kind == "Deployment" || w.kind == "StatefulSet" || w.kind == "ReplicaSet"
}

func selectsNot(w workload) bool {
	matches, known := selects(at(w.tree, "spec", "selector"), w.labels)
	return known && !matches
}

func (w workload) hasTerm(holds func(term) bool) bool { return slices.ContainsFunc(w.terms(), holds) }

// spreadSoundly reports whether a term over nodes or zones surely keeps the
// workload's own pods apart, so that nobody may say that nothing does.
func (w workload) spreadSoundly() bool {
	if w.pod["nodeSelector"] != nil || w.pod["nodeName"] != nil || at(w.affinity, "nodeAffinity") != nil || at(w.affinity, "podAffinity") != nil {
		return false
	}
	return w.hasTerm(func(t term) bool {
		matches, known := selects(t.selector, w.labels)
		skew, _ := number(t.tree["maxSkew"])
		return matches && known && t.selector != nil && t.tree["namespaces"] == nil && t.tree["namespaceSelector"] == nil &&
			slices.Contains(usualKeys, t.key) && (!t.spread || skew >= 1 && skew < w.replicas)
	})
}

// unprotected are the workloads that no-spread must name: nothing at all
// spreads their pods. Where something does, but badly, other rules speak.
func unprotected(all []document) (ids []string) {
	for _, w := range workloads(all) {
		if !templateRuns(w) || w.replicas < 2 || w.hook || at(w.affinity, "podAntiAffinity") != nil || w.constraints != nil && len(list(w.constraints)) > 0 {
			continue
		}
		if strings.Contains(w.text, "hostPort:") || w.pod["hostNetwork"] == true {
			continue // no two on one node anyway
		}
		if _, isText := w.affinity.(string); isText {
			continue // refused
		}
		if _, isList := w.constraints.([]any); w.constraints != nil && !isList {
			continue
		}
		ids = append(ids, w.id())
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
