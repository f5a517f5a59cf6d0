package cluster

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/schema"
	"github.com/spreadlint/spreadlint/values"
)

//go:embed inventory.schema.json
var inventorySchema []byte

// InventorySchema is the JSON Schema (draft-07) of the short form in which people write down a cluster:
//
//	pools:
//	  - name: workers          # nodes workers-1, workers-2 ...
//	    count: 6               # dealt out to the zones in turn
//	    zones: [a, b, c]
//	    labels: {disk: ssd}
//	    taints: ["dedicated=edge:NoSchedule"]
//	    allocatable: {cpu: 4, memory: 16Gi}
//	namespaces:
//	  - {name: prod, labels: {team: a}}
func InventorySchema() []byte { return inventorySchema }

// pool is a group of equal nodes.
type pool struct {
	name          string
	count         int
	zones         []string
	labels        map[string]string
	taints        []corev1.Taint
	unschedulable bool
	allocatable   corev1.ResourceList
}

// isShort reports whether a tree is meant to be the short form, though its pools are missing or misspelt.
func isShort(tree map[string]any) bool {
	for _, key := range []string{"kind", "apiVersion", "items"} {
		if _, ok := tree[key]; ok {
			return false
		}
	}
	return len(values.Nearest("pools", slices.Collect(maps.Keys(tree)), 1)) > 0 || tree["namespaces"] != nil
}

// readPools reads the short form.
func (inv *Inventory) readPools(d *document) error {
	violations, err := schema.Document(inventorySchema, d.tree)
	if err != nil {
		return err
	}
	for _, v := range violations {
		return d.violation(v)
	}
	pools, _ := d.tree["pools"].([]any)
	seen := inv.nodeNames()
	for i, item := range pools {
		m, _ := item.(map[string]any)
		at := values.Path{values.Name("pools"), values.Index(i)}
		p, err := readPool(d, at, m)
		if err != nil {
			return err
		}
		most, growing := m["maxCount"].(float64)
		if growing && int(most) < p.count {
			return d.failure(at.Key("maxCount"), false, fmt.Sprintf("maxCount %d is below count %d", int(most), p.count), "count is how many nodes there are now, maxCount how many the autoscaler may make of them")
		}
		if growing && int(most) > p.count {
			inv.Growing = append(inv.Growing, fmt.Sprintf("%s: up to %s", p.name, count(int(most), "node")))
		}
		if p.count > MaxNodes-len(inv.Nodes) {
			return d.failure(at.Key("count"), false, fmt.Sprintf("more than %d nodes", MaxNodes), "Kubernetes supports 5,000 nodes a cluster")
		}
		before := len(inv.Nodes)
		inv.addPool(p)
		for _, n := range inv.Nodes[before:] {
			if seen[n.Name] {
				return d.failure(at.Key("name"), false, fmt.Sprintf("two nodes are called %s", n.Name), "give each pool a name of its own")
			}
			seen[n.Name] = true
		}
	}
	names, _ := d.tree["namespaces"].([]any)
	for i, item := range names {
		m, _ := item.(map[string]any)
		at := values.Path{values.Name("namespaces"), values.Index(i)}
		namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprint(m["name"])}}
		if objection := kube.NamespaceNameObjection(namespace.Name); objection != "" {
			return d.failure(at.Key("name"), false, fmt.Sprintf("no namespace can be called %.80q", namespace.Name), objection)
		}
		if namespace.Labels, err = readLabels(d, at.Key("labels"), m["labels"]); err != nil {
			return err
		}
		inv.Namespaces = append(inv.Namespaces, namespace)
	}
	return nil
}

func readPool(d *document, at values.Path, m map[string]any) (p pool, err error) {
	n, _ := m["count"].(float64)
	p.name, _ = m["name"].(string)
	p.count = int(n)
	// The last node has the longest name, and a label has less room than a name.
	last := fmt.Sprintf("%s-%d", p.name, p.count)
	for _, objection := range []string{kube.NodeNameObjection(last), kube.LabelValueObjection(last)} {
		if objection != "" {
			return p, d.failure(at.Key("name"), false, fmt.Sprintf("no node can be called %.80q", last), objection)
		}
	}
	zones, _ := m["zones"].([]any)
	for i, z := range zones {
		if objection := kube.LabelValueObjection(fmt.Sprint(z)); objection != "" {
			return p, d.failure(at.Key("zones").Item(i), false, fmt.Sprintf("%.80q cannot be the name of a zone, which is a label's value", z), objection)
		}
		p.zones = append(p.zones, fmt.Sprint(z))
	}
	p.unschedulable, _ = m["unschedulable"].(bool)
	if p.labels, err = readLabels(d, at.Key("labels"), m["labels"]); err != nil {
		return p, err
	}
	if p.taints, err = readTaints(d, at.Key("taints"), m["taints"]); err != nil {
		return p, err
	}
	if m["allocatable"] != nil {
		p.allocatable, err = readResources(d, at.Key("allocatable"), m["allocatable"])
	}
	return p, err
}

// addPool makes the nodes of a pool, with the labels that every node has.
// https://kubernetes.io/docs/reference/labels-annotations-taints/
func (inv *Inventory) addPool(p pool) {
	for i := range p.count {
		node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("%s-%d", p.name, i+1), Labels: map[string]string{}}}
		node.Labels[corev1.LabelHostname] = node.Name
		node.Labels[corev1.LabelOSStable] = "linux"
		node.Labels[corev1.LabelArchStable] = "amd64"
		if len(p.zones) > 0 {
			node.Labels[corev1.LabelTopologyZone] = p.zones[i%len(p.zones)]
		}
		maps.Copy(node.Labels, p.labels)
		node.Spec.Taints = slices.Clone(p.taints)
		node.Spec.Unschedulable = p.unschedulable
		node.Status.Allocatable = maps.Clone(p.allocatable)
		cordonTaint(node)
		if !size(node) {
			inv.Unsized = append(inv.Unsized, node.Name)
		}
		inv.Nodes = append(inv.Nodes, node)
	}
}

// violation places a violation of the schema and suggests what was meant.
func (d *document) violation(v schema.Violation) error {
	message := fmt.Sprintf("%s: %s", v.Path, v.Reason)
	failure := d.failure(v.Path, v.Kind == schema.Unknown, message)
	if v.Kind == schema.Type && (strings.HasSuffix(v.Reason, "found true") || strings.HasSuffix(v.Reason, "found false")) {
		failure.Hints = []string{"YAML 1.1 takes y, yes, on, n, no and off for true and false: write the word in quotes"}
	}
	if v.Kind != schema.Unknown || len(v.Path) == 0 {
		return failure
	}
	known := knownKeys(v.Path.Parent())
	if near := values.Nearest(v.Path.Last().Name(), known, 1); len(near) > 0 {
		failure.Hints = []string{"did you mean " + near[0] + "?"}
		return failure
	}
	failure.Hints = []string{fmt.Sprintf("legal keys: %s", join(known))}
	return failure
}

// knownKeys lists the keys that the schema has for a map of the short form.
func knownKeys(at values.Path) []string {
	type level struct {
		Properties map[string]json.RawMessage `json:"properties"`
		Items      json.RawMessage            `json:"items"`
	}
	text := json.RawMessage(inventorySchema)
	var l level
	for i := 0; ; i++ {
		l = level{}
		if json.Unmarshal(text, &l) != nil || i == len(at) {
			return slices.Sorted(maps.Keys(l.Properties))
		}
		text = l.Properties[at[i].Name()]
		if at[i].IsIndex() {
			text = l.Items
		}
	}
}
