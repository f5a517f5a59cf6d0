package cluster

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
)

// sixNodes is the cluster of the observations: three zones of two nodes.
const sixNodes = `
pools:
- {name: 'n', count: 6, zones: [a, b, c], allocatable: {cpu: 4, memory: 8Gi, pods: 110}}
`

const hostKey, zoneKey = "kubernetes.io/hostname", "topology.kubernetes.io/zone"

// hard is a pod's rule: never two pods of app in one domain.
func hard(app, key string) string {
	return fmt.Sprintf(`affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: %q, labelSelector: {matchLabels: {app: %s}}}]}}`, key, app)
}

func soft(app, key string) string {
	return fmt.Sprintf(`affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 100, podAffinityTerm: {topologyKey: %q, labelSelector: {matchLabels: {app: %s}}}}]}}`, key, app)
}

// spread is a hard constraint with maxSkew 1; more are further fields of it.
func spread(app, key string, more ...string) string {
	return fmt.Sprintf(`topologySpreadConstraints: [%s]`, constraint(app, key, more...))
}

func constraint(app, key string, more ...string) string {
	fields := append([]string{"topologyKey: " + fmt.Sprintf("%q", key), "labelSelector: {matchLabels: {app: " + app + "}}"}, more...)
	text := strings.Join(fields, ", ")
	if !strings.Contains(text, "maxSkew") {
		text += ", maxSkew: 1"
	}
	if !strings.Contains(text, "whenUnsatisfiable") {
		text += ", whenUnsatisfiable: DoNotSchedule"
	}
	return "{" + text + "}"
}

// workload is an object that makes pods labelled app: name. fields are of its spec ("replicas: 3"), rules of its pod spec.
func workload(kind, name, fields string, rules ...string) string {
	api := "apps/v1"
	switch kind {
	case "Job", "CronJob":
		api = "batch/v1"
	}
	text := fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata: {name: %s}\nspec:\n  selector: {matchLabels: {app: %s}}\n", api, kind, name, name)
	for _, f := range strings.Split(fields, "\n") {
		if f != "" {
			text += "  " + f + "\n"
		}
	}
	text += fmt.Sprintf("  template:\n    metadata: {labels: {app: %s}}\n    spec:\n", name)
	if !slices.ContainsFunc(rules, func(r string) bool { return strings.HasPrefix(r, "containers") }) {
		rules = append(slices.Clone(rules), "containers: [{name: c}]")
	}
	for _, r := range rules {
		text += "      " + r + "\n"
	}
	return text
}

func deployment(name, fields string, rules ...string) string {
	return workload("Deployment", name, fields, rules...)
}

func statefulSet(name, fields string, rules ...string) string {
	return workload("StatefulSet", name, fields, rules...)
}

func releaseOf(t testing.TB, manifests ...string) *render.Release {
	t.Helper()
	release, err := render.FromManifests("manifests.yaml", []byte(strings.Join(manifests, "---\n")))
	if err != nil {
		t.Fatalf("%v in\n%s", err, strings.Join(manifests, "---\n"))
	}
	return release
}

func inventoryOf(t testing.TB, nodes string) *Inventory {
	t.Helper()
	inventory, err := ReadNodes("nodes.yaml", []byte(nodes))
	if err != nil {
		t.Fatal(err)
	}
	return inventory
}

func simulate(t testing.TB, nodes string, manifests ...string) *Simulation {
	t.Helper()
	s, err := New(inventoryOf(t, nodes), releaseOf(t, manifests...), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func place(t testing.TB, s *Simulation) *Placement {
	t.Helper()
	p, err := s.Place()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// perDomain counts the pods of a workload by the value of a key: "a:3 b:2".
func perDomain(s *Simulation, p *WorkloadPlacement, key string) string {
	counts := map[string]int{}
	for _, pod := range p.Pods {
		counts[s.bare.Node(pod.Node).Labels[key]]++
	}
	var parts []string
	for _, value := range slices.SortedFunc(maps.Keys(counts), kube.CompareNames) {
		parts = append(parts, fmt.Sprintf("%s:%d", value, counts[value]))
	}
	return strings.Join(parts, " ")
}

// sizes are the sorted counts per domain: "2 2 3".
func sizes(s *Simulation, p *WorkloadPlacement, key string) string {
	counts := map[string]int{}
	for _, pod := range p.Pods {
		counts[s.bare.Node(pod.Node).Labels[key]]++
	}
	return strings.Trim(fmt.Sprint(slices.Sorted(maps.Values(counts))), "[]")
}

func messages(p *WorkloadPlacement) string {
	var all []string
	for _, pod := range p.Pending {
		if !slices.Contains(all, pod.Message) {
			all = append(all, pod.Message)
		}
	}
	return strings.Join(all, " | ")
}
