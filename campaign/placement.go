package main

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// workload is what helm rendered of an object with pods.
type workload struct {
	document
	labels      map[string]any // of the pods
	pod         map[string]any // the pods' spec
	controlled  any            // replicas as rendered
	replicas    int            // that run at least; an autoscaler's minimum counts
	affinity    any
	constraints any
}

// templatePath is where a kind has its pod template.
func templatePath(kind string) []string {
	switch kind {
	case "Deployment", "StatefulSet", "ReplicaSet", "DaemonSet", "Job":
		return []string{"spec", "template"}
	case "CronJob":
		return []string{"spec", "jobTemplate", "spec", "template"}
	case "Pod":
		return []string{}
	}
	return nil
}

func workloads(all []document) []workload {
	var found []workload
	for _, d := range all {
		path := templatePath(d.kind)
		if path == nil || d.tree == nil {
			continue
		}
		template := at(d.tree, path...)
		w := workload{document: d}
		w.labels, _ = at(template, "metadata", "labels").(map[string]any)
		w.pod, _ = at(template, "spec").(map[string]any)
		w.affinity, w.constraints = w.pod["affinity"], w.pod["topologySpreadConstraints"]
		w.replicas = 1
		if d.kind == "Deployment" || d.kind == "StatefulSet" || d.kind == "ReplicaSet" {
			w.controlled = at(d.tree, "spec", "replicas")
			if n, ok := number(w.controlled); ok {
				w.replicas = n
			}
			if n, ok := scaled(d, all); ok {
				w.replicas = n
			}
		}
		found = append(found, w)
	}
	return found
}

// scaled is how many pods an autoscaler of the release keeps at least.
func scaled(d document, all []document) (least int, ok bool) {
	for _, scaler := range all {
		var field string
		switch scaler.kind {
		case "HorizontalPodAutoscaler":
			field = "minReplicas"
		case "ScaledObject": // of KEDA, which makes an autoscaler of it
			field = "minReplicaCount"
		default:
			continue
		}
		kind := words(at(scaler.tree, "spec", "scaleTargetRef", "kind"))
		if words(at(scaler.tree, "spec", "scaleTargetRef", "name")) != d.name || kind != d.kind && (kind != "" || d.kind != "Deployment") {
			continue
		}
		if least, ok = number(at(scaler.tree, "spec", field)); !ok {
			least = 1
		}
		return least, true
	}
	return 0, false
}

func number(value any) (int, bool) {
	f, ok := value.(float64)
	return int(f), ok && f == float64(int(f))
}

// signature is what decides where pods go, by object: compared, it tells what
// a value moves. Labels count only where a selector is; checksums and random
// passwords do not.
func signature(all []document) map[string]string {
	found := map[string]string{}
	put := func(d document, parts map[string]any) {
		text, err := json.Marshal(parts)
		if err == nil { // decoded from YAML: always
			found[d.id()] += string(text) // objects of one name count together
		}
	}
	for _, w := range workloads(all) {
		parts := map[string]any{"labels": w.labels, "replicas": w.controlled}
		for _, key := range []string{"affinity", "topologySpreadConstraints", "nodeSelector", "tolerations", "nodeName"} {
			parts[key] = w.pod[key]
		}
		for _, key := range []string{"selector", "strategy", "updateStrategy", "podManagementPolicy", "completions", "parallelism"} {
			parts["spec."+key] = at(w.tree, "spec", key)
		}
		put(w.document, parts)
	}
	for _, d := range all {
		if d.kind == "PodDisruptionBudget" || d.kind == "HorizontalPodAutoscaler" || d.kind == "ScaledObject" {
			put(d, map[string]any{"spec": at(d.tree, "spec")})
		}
	}
	return found
}

// moved are the objects whose placement differs, sorted.
func moved(a, b map[string]string) []string {
	ids := map[string]bool{}
	for _, pair := range [2][2]map[string]string{{a, b}, {b, a}} {
		for id, text := range pair[0] {
			if pair[1][id] != text {
				ids[id] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(ids))
}

// term is a podAntiAffinity term or a spread constraint, as rendered.
type term struct {
	tree     map[string]any // the term itself, without its weight
	weight   any
	hard     bool
	spread   bool
	selector any
	key      string
}

// terms are a workload's own, leaving out what is not of the form.
func (w workload) terms() []term {
	var all []term
	anti := at(w.affinity, "podAntiAffinity")
	for _, t := range list(at(anti, required)) {
		tree, _ := t.(map[string]any)
		all = append(all, term{tree: tree, hard: true, selector: tree["labelSelector"], key: words(tree["topologyKey"])})
	}
	for _, t := range list(at(anti, preferred)) {
		tree, _ := at(t, "podAffinityTerm").(map[string]any)
		all = append(all, term{tree: tree, weight: at(t, "weight"), selector: tree["labelSelector"], key: words(tree["topologyKey"])})
	}
	for _, t := range list(w.constraints) {
		tree, _ := t.(map[string]any)
		all = append(all, term{tree: tree, spread: true, hard: tree["whenUnsatisfiable"] == "DoNotSchedule", selector: tree["labelSelector"], key: words(tree["topologyKey"])})
	}
	return all
}

func list(value any) []any {
	l, _ := value.([]any)
	return l
}

// selects evaluates a rendered labelSelector; known is false where it is not
// of the form.
func selects(selector any, labels map[string]any) (matches, known bool) {
	tree, ok := selector.(map[string]any)
	if !ok {
		return false, selector == nil
	}
	matches = true
	same, _ := tree["matchLabels"].(map[string]any)
	for key, value := range same {
		if own, ok := labels[key]; !ok || words(own) != words(value) {
			matches = false
		}
	}
	for _, e := range list(tree["matchExpressions"]) {
		own, has := labels[words(at(e, "key"))]
		in := false
		for _, v := range list(at(e, "values")) {
			in = in || has && words(v) == words(own)
		}
		switch at(e, "operator") {
		case "In":
			matches = matches && in
		case "NotIn":
			matches = matches && !in
		case "Exists":
			matches = matches && has
		case "DoesNotExist":
			matches = matches && !has
		default:
			return false, false
		}
	}
	return matches, true
}

// bound is a number or a percentage of all, rounded up, as budgets write it.
func bound(value any, all int) (int, bool) {
	if n, ok := number(value); ok {
		return n, true
	}
	text, isText := value.(string)
	percent, err := strconv.Atoi(strings.TrimSuffix(text, "%"))
	if !isText || err != nil || !strings.HasSuffix(text, "%") {
		return 0, false
	}
	return (percent*all + 99) / 100, true
}
