package cluster

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// MaxNodes is how many nodes an inventory may have. Kubernetes supports 5,000 nodes a cluster; what is larger by far is a
// slip in a count.
const MaxNodes = 20000

// Inventory is what is known of a cluster: its nodes, and, where they are given, its pods and namespaces.
type Inventory struct {
	Source     string // the file of the nodes, as shown to the user
	Nodes      []*corev1.Node
	Pods       []*corev1.Pod // those that run or wait; finished ones are left out
	Namespaces []*corev1.Namespace
	Storage    *kube.Storage // nil when nothing is known of volumes

	// Unsized names the nodes of which no allocatable resources are known, sorted. Nothing is too big for them.
	Unsized []string
	// Growing names the pools that an autoscaler may grow beyond the nodes at hand, with how far: "workers: up to 10 nodes".
	Growing []string
}

// ReadNodes reads the nodes of a cluster from text: the output of `kubectl get nodes -o yaml` or `-o json` (a List, single
// Nodes, several documents), or spreadlint's own short form, see [InventorySchema]. Pods and namespaces in a List beside
// the nodes are taken too. The error is a *render.Failure; there is never an inventory without nodes.
func ReadNodes(name string, data []byte) (*Inventory, error) {
	docs, err := documents(name, data)
	if err != nil {
		return nil, err
	}
	inventory := &Inventory{Source: name}
	for _, d := range docs {
		if _, short := d.tree["pools"]; short || isShort(d.tree) {
			err = inventory.readPools(d)
		} else {
			err = inventory.readObjects(d, "Node", "Pod", "Namespace")
		}
		if err != nil {
			return nil, err
		}
	}
	if len(inventory.Nodes) == 0 {
		return nil, noNodes(name, docs, inventory)
	}
	inventory.sort()
	return inventory, nil
}

// noNodes says what there was instead of nodes.
func noNodes(name string, docs []*document, found *Inventory) error {
	failure := &render.Failure{File: name, Message: "the list has no nodes",
		Hints: []string{"give the output of `kubectl get nodes -o yaml`, or write down pools: name, count, zones"}}
	if len(docs) > 0 {
		failure = docs[0].failure(nil, false, failure.Message, failure.Hints...)
	}
	if n := len(found.Pods); n > 0 {
		failure.Message = fmt.Sprintf("found %s, but no nodes", count(n, "pod"))
		failure.Hints = []string{"nodes are listed by `kubectl get nodes -o yaml`; pods are given with --pods"}
	}
	return failure
}

// AddPods reads the pods of a cluster: the output of `kubectl get pods -A -o json` or `-o yaml`. Pods that have finished
// are left out.
func (inv *Inventory) AddPods(name string, data []byte) error {
	docs, err := documents(name, data)
	if err != nil {
		return err
	}
	read := &Inventory{}
	for _, d := range docs {
		if err := read.readObjects(d, "Pod", "Node", "Namespace"); err != nil {
			return err
		}
	}
	if len(read.Nodes) > 0 && len(read.Pods) == 0 {
		return docs[0].failure(nil, false, fmt.Sprintf("found %s, but no pods", count(len(read.Nodes), "node")),
			"pods are listed by `kubectl get pods -A -o json`")
	}
	inv.Pods = append(inv.Pods, read.Pods...)
	inv.Namespaces = append(inv.Namespaces, read.Namespaces...)
	inv.sort()
	return nil
}

// AddNamespaces reads namespaces with their labels: the output of `kubectl get namespaces -o yaml`.
func (inv *Inventory) AddNamespaces(name string, data []byte) error {
	docs, err := documents(name, data)
	if err != nil {
		return err
	}
	for _, d := range docs {
		if err := inv.readObjects(d, "Namespace"); err != nil {
			return err
		}
	}
	inv.sort()
	return nil
}

// Zones makes an inventory of equal nodes of unknown size: so many zones, so many nodes in each.
func Zones(zones, nodesPerZone int) (*Inventory, error) {
	switch {
	case zones < 1 || nodesPerZone < 1:
		return nil, &render.Failure{Message: fmt.Sprintf("%d zones of %d nodes are no cluster", zones, nodesPerZone), Hints: []string{"give at least 1 of both"}}
	case zones > MaxNodes || nodesPerZone > MaxNodes || zones*nodesPerZone > MaxNodes:
		return nil, &render.Failure{Message: fmt.Sprintf("%d zones of %d nodes are more than %d nodes", zones, nodesPerZone, MaxNodes)}
	}
	inventory := &Inventory{Source: fmt.Sprintf("%s of %s", count(zones, "zone"), count(nodesPerZone, "node"))}
	p := pool{name: "node", count: zones * nodesPerZone}
	for i := range zones {
		p.zones = append(p.zones, zoneName(i))
	}
	inventory.addPool(p)
	inventory.sort()
	return inventory, nil
}

// zoneName is a, b, c ... and after z a number.
func zoneName(i int) string {
	if i < 26 {
		return string(rune('a' + i))
	}
	return fmt.Sprintf("z%d", i+1)
}

// sort brings everything into an order that does not depend on the file's.
func (inv *Inventory) sort() {
	slices.SortStableFunc(inv.Nodes, func(a, b *corev1.Node) int { return kube.CompareNames(a.Name, b.Name) })
	slices.SortStableFunc(inv.Pods, func(a, b *corev1.Pod) int {
		return kube.CompareNames(a.Namespace+"/"+a.Name, b.Namespace+"/"+b.Name)
	})
	slices.SortStableFunc(inv.Namespaces, func(a, b *corev1.Namespace) int { return strings.Compare(a.Name, b.Name) })
	slices.SortFunc(inv.Unsized, kube.CompareNames)
}

// add takes in a node, unless there is one of its name or there are too many.
func (inv *Inventory) add(d *document, at values.Path, node *corev1.Node, seen map[string]bool) error {
	if seen[node.Name] {
		return d.failure(at, false, fmt.Sprintf("two nodes are called %s", node.Name), "a node's name is unique in its cluster; was the list pasted twice?")
	}
	seen[node.Name] = true
	if len(inv.Nodes) == MaxNodes {
		return d.failure(at, false, fmt.Sprintf("more than %d nodes", MaxNodes), "Kubernetes supports 5,000 nodes a cluster; give the nodes of one cluster")
	}
	inv.Nodes = append(inv.Nodes, node)
	return nil
}

func (inv *Inventory) nodeNames() map[string]bool {
	seen := map[string]bool{}
	for _, n := range inv.Nodes {
		seen[n.Name] = true
	}
	return seen
}

// count words a number of things: "1 node", "3 nodes".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
