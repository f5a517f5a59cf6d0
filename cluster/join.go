package cluster

import (
	"fmt"

	"github.com/spreadlint/spreadlint/render"
)

// Join adds the nodes, pods and namespaces of another inventory. The error is
// a *render.Failure about a node that both have.
func (inv *Inventory) Join(other *Inventory) error {
	known := map[string]bool{}
	for _, n := range inv.Nodes {
		known[n.Name] = true
	}
	for _, n := range other.Nodes {
		if known[n.Name] {
			return &render.Failure{File: other.Source, Message: fmt.Sprintf("the node %s stands in %s already", n.Name, inv.Source),
				Hints: []string{"give each node once"}}
		}
	}
	inv.Source += ", " + other.Source
	inv.Nodes = append(inv.Nodes, other.Nodes...)
	inv.Pods = append(inv.Pods, other.Pods...)
	inv.Namespaces = append(inv.Namespaces, other.Namespaces...)
	inv.Unsized = append(inv.Unsized, other.Unsized...)
	inv.Growing = append(inv.Growing, other.Growing...)
	if len(inv.Nodes) > MaxNodes {
		return &render.Failure{File: other.Source, Message: fmt.Sprintf("%d nodes; a cluster has at most %d here", len(inv.Nodes), MaxNodes)}
	}
	inv.sort()
	return nil
}
