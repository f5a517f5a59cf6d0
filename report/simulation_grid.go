package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/cluster"
	"github.com/spreadlint/spreadlint/kube"
)

// grid is a placement on the nodes, by domain: what text and pictures draw.
type grid struct {
	columns []gridColumn
}

// gridColumn is a domain with its nodes.
type gridColumn struct {
	title string // "zone a"; "" for nodes that have no domain at all
	nodes []gridNode
	pods  int
}

// gridNode is a node, or several that look alike.
type gridNode struct {
	names    []string
	pods     []gridPod
	lost     bool
	cordoned bool
	summed   bool // the pods are those of all the nodes together
}

// gridPod are the pods of one workload on a node.
type gridPod struct {
	workload int // index
	count    int
	fresh    int // of them, made after a loss
}

// place is a pod on a grid.
type place struct {
	workload int
	node     string
	fresh    bool
}

// placed lists the pods of the release.
func (r *Simulation) placed() []place {
	var all []place
	for i, w := range r.Workloads {
		for _, pod := range w.Pods {
			all = append(all, place{workload: i, node: pod.Node})
		}
	}
	return all
}

// afterLoss lists the pods that are left by a loss and those that replace what
// was lost, as far as it is known where they are.
func (r *Simulation) afterLoss(l SimulatedLoss) []place {
	var all []place
	for i, w := range r.Workloads {
		if !w.stays() {
			continue
		}
		for _, pod := range w.Pods {
			if !slices.Contains(l.Nodes, pod.Node) {
				all = append(all, place{workload: i, node: pod.Node})
			}
		}
	}
	return append(all, l.fresh...)
}

// newGrid draws pods on the nodes of the cluster.
func (r *Simulation) newGrid(pods []place, lost []string) grid {
	on := map[string][]gridPod{}
	for _, p := range pods {
		list := on[p.node]
		at := slices.IndexFunc(list, func(g gridPod) bool { return g.workload == p.workload })
		if at < 0 {
			list = append(list, gridPod{workload: p.workload})
			at = len(list) - 1
		}
		list[at].count++
		if p.fresh {
			list[at].fresh++
		}
		on[p.node] = list
	}
	byTitle := map[string]*gridColumn{}
	var titles []string
	for _, n := range r.Inventory.Nodes {
		title := ""
		if value, ok := n.Labels[r.columnKey]; ok && r.columnKey != "" {
			title = shortKey(r.columnKey) + " " + value
		} else if r.columnKey != "" {
			title = "no " + shortKey(r.columnKey)
		}
		column := byTitle[title]
		if column == nil {
			column = &gridColumn{title: title}
			byTitle[title] = column
			titles = append(titles, title)
		}
		node := gridNode{names: []string{n.Name}, pods: on[n.Name], lost: slices.Contains(lost, n.Name), cordoned: n.Spec.Unschedulable}
		slices.SortFunc(node.pods, func(a, b gridPod) int { return a.workload - b.workload })
		for _, p := range node.pods {
			column.pods += p.count
		}
		column.nodes = append(column.nodes, node)
	}
	none := "no " + shortKey(r.columnKey)
	slices.SortFunc(titles, func(a, b string) int {
		if a == none || b == none { // stands last
			return strings.Compare(fmt.Sprint(a == none), fmt.Sprint(b == none))
		}
		return kube.CompareNames(a, b)
	})
	var g grid
	for _, title := range titles {
		column := byTitle[title]
		slices.SortFunc(column.nodes, func(a, b gridNode) int { return kube.CompareNames(a.names[0], b.names[0]) })
		g.columns = append(g.columns, *column)
	}
	return g
}

// nodes counts the nodes of the grid, and those of its longest column.
func (g grid) nodes() (all, longest int) {
	for _, c := range g.columns {
		all += len(c.nodes)
		longest = max(longest, len(c.nodes))
	}
	return all, longest
}

// collapsed joins nodes of a column that look alike, those with most pods
// first.
func (g grid) collapsed() grid {
	var result grid
	for _, c := range g.columns {
		joined := gridColumn{title: c.title, pods: c.pods}
		for _, n := range c.nodes {
			at := slices.IndexFunc(joined.nodes, func(o gridNode) bool {
				return slices.Equal(o.pods, n.pods) && o.lost == n.lost && o.cordoned == n.cordoned
			})
			if at < 0 {
				n.names = slices.Clone(n.names)
				joined.nodes = append(joined.nodes, n)
				continue
			}
			joined.nodes[at].names = append(joined.nodes[at].names, n.names...)
		}
		slices.SortStableFunc(joined.nodes, func(a, b gridNode) int { return b.load() - a.load() })
		result.columns = append(result.columns, joined)
	}
	return result
}

func (n gridNode) load() int {
	sum := 0
	for _, p := range n.pods {
		sum += p.count
	}
	return sum
}

// summed puts all nodes of each column together.
func (g grid) summed() grid {
	var result grid
	for _, c := range g.columns {
		all := gridNode{summed: true}
		for _, n := range c.nodes {
			all.names = append(all.names, n.names...)
			for _, p := range n.pods {
				at := slices.IndexFunc(all.pods, func(o gridPod) bool { return o.workload == p.workload })
				if at < 0 {
					all.pods = append(all.pods, p)
					continue
				}
				all.pods[at].count += p.count
				all.pods[at].fresh += p.fresh
			}
		}
		slices.SortFunc(all.pods, func(a, b gridPod) int { return a.workload - b.workload })
		result.columns = append(result.columns, gridColumn{title: c.title, pods: c.pods, nodes: []gridNode{all}})
	}
	return result
}

// shortNames shortens the names of the nodes by a domain that all share:
// "ip-10-0-1-7.eu-central-1.compute.internal". It returns that domain.
func shortNames(inventory *cluster.Inventory) (short map[string]string, domain string) {
	short = map[string]string{}
	for i, n := range inventory.Nodes {
		_, rest, found := strings.Cut(n.Name, ".")
		if i == 0 {
			domain = rest
		}
		if !found || rest != domain {
			domain = ""
			break
		}
	}
	for _, n := range inventory.Nodes {
		short[n.Name] = n.Name
		if domain != "" {
			short[n.Name] = strings.TrimSuffix(n.Name, "."+domain)
		}
	}
	return short, domain
}
