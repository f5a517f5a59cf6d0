package report

import (
	"fmt"
	"slices"
)

// pageData is what the script of the page plays with. Pods are flat lists of
// numbers, three a pod: workload, node, 1 for one that replaces a lost one.
type (
	pageData struct {
		Nodes     []int              `json:"nodes"` // the domain of each node
		Workloads []pageDataWorkload `json:"workloads"`
		Pods      []int              `json:"pods"`
		Pending   [][3]int           `json:"pending"` // workload, count, sentence or -1
		Losses    []pageDataLoss     `json:"losses"`
		Sentences []string           `json:"sentences"`
		Dense     int                `json:"dense"` // with more nodes in use a domain shows no names
	}
	pageDataWorkload struct {
		Mark   string          `json:"mark"`
		Name   string          `json:"name"`
		Class  string          `json:"class"`
		Wanted int             `json:"wanted"`
		Scales []pageDataScale `json:"scales"` // counting up, the present number among them
	}
	pageDataScale struct {
		Replicas int   `json:"replicas"`
		Pods     []int `json:"pods"`
		Missing  int   `json:"missing"`
		Sentence int   `json:"sentence"`
	}
	pageDataLoss struct {
		Name    string   `json:"name"`
		Kind    string   `json:"kind"`
		Text    string   `json:"text"`
		Node    int      `json:"node"`   // whose loss this is, or -1
		Domain  int      `json:"domain"` // likewise
		Nodes   []int    `json:"nodes"`
		Pods    []int    `json:"pods"`
		Known   bool     `json:"known"`
		Pending [][3]int `json:"pending"`
	}
)

// sentence is the number of a sentence, -1 for none.
func (d *pageData) sentence(text string) int {
	if text == "" {
		return -1
	}
	text = plain(text)
	at := slices.Index(d.Sentences, text)
	if at < 0 {
		d.Sentences = append(d.Sentences, text)
		at = len(d.Sentences) - 1
	}
	return at
}

// usedNodes are the nodes that hold a pod at any time.
func (d *pageData) usedNodes() map[int]bool {
	used := map[int]bool{}
	mark := func(flat []int) {
		for i := 1; i < len(flat); i += 3 {
			used[flat[i]] = true
		}
	}
	mark(d.Pods)
	for _, l := range d.Losses {
		mark(l.Pods)
	}
	for _, w := range d.Workloads {
		for _, s := range w.Scales {
			mark(s.Pods)
		}
	}
	return used
}

func (r *Simulation) pageData() pageData {
	d := pageData{Dense: denseNodes, Nodes: make([]int, len(r.Inventory.Nodes)), Workloads: []pageDataWorkload{}, Pending: [][3]int{}, Losses: []pageDataLoss{}, Sentences: []string{}}
	index := map[string]int{}
	for i, n := range r.Inventory.Nodes {
		index[n.Name] = i
	}
	flat := func(pods []place) []int {
		numbers := []int{}
		for _, p := range pods {
			fresh := 0
			if p.fresh {
				fresh = 1
			}
			numbers = append(numbers, p.workload, index[p.node], fresh)
		}
		return numbers
	}
	domains := map[string]int{}
	for i, c := range r.newGrid(nil, nil).columns {
		domains[c.title] = i
		for _, n := range c.nodes {
			d.Nodes[index[n.names[0]]] = i
		}
	}
	d.Pods = flat(r.placed())
	for i, w := range r.Workloads {
		if n := len(w.Pending) + w.NotCreated; n > 0 {
			sentence := -1
			if len(w.Pending) > 0 {
				sentence = d.sentence(bySentence(w.Pending)[0].sentence)
			}
			d.Pending = append(d.Pending, [3]int{i, n, sentence})
		}
		one := pageDataWorkload{Mark: w.Mark, Name: plain(r.shortName(w)), Class: podColor(i), Wanted: w.Wanted, Scales: []pageDataScale{}}
		for _, s := range w.Scales {
			one.Scales = append(one.Scales, pageDataScale{s.Replicas, flat(s.placed), s.Pending, d.sentence(s.Sentence)})
		}
		d.Workloads = append(d.Workloads, one)
	}
	for _, l := range r.Losses {
		one := pageDataLoss{Name: plain(l.Name), Kind: "asked for", Node: -1, Domain: -1, Nodes: []int{}, Known: l.known, Pods: flat(r.afterLoss(l)), Pending: [][3]int{}}
		for _, name := range l.Nodes {
			one.Nodes = append(one.Nodes, index[name])
		}
		if key, thing := lostThing(l.Name); !r.Asked && key == "" {
			one.Name, one.Kind, one.Node = plain(thing), "a node", one.Nodes[0]
		} else if !r.Asked {
			one.Name, one.Kind = plain(shortKey(key)+" "+thing), "a "+plain(shortKey(key))
			if at, ok := domains[shortKey(key)+" "+thing]; ok && key == r.columnKey {
				one.Domain = at
			}
		}
		one.Text, one.Pending = r.lossSummary(&d, l)
		d.Losses = append(d.Losses, one)
	}
	return d
}

// lossSummary says what a loss comes to, and which pods have no node then:
// those that had none before, too.
func (r *Simulation) lossSummary(d *pageData, l SimulatedLoss) (text string, pending [][3]int) {
	gone, replaced, missing := 0, 0, 0
	pending = [][3]int{}
	for i, w := range r.Workloads {
		sentence := -1
		if len(w.Pending) > 0 {
			sentence = d.sentence(bySentence(w.Pending)[0].sentence)
		}
		for _, part := range l.Workloads {
			if part.Workload != w.Workload {
				continue
			}
			gone, replaced = gone+part.Before-part.Left, replaced+part.Replaced
			if len(part.Pending) > 0 {
				sentence = d.sentence(bySentence(part.Pending)[0].sentence)
			}
		}
		if n := r.missingAfter(l, i); n > 0 {
			missing += n
			pending = append(pending, [3]int{i, n, sentence})
		}
	}
	text = fmt.Sprintf("%s gone at once, %d re-placed, ", count(gone, "pod"), replaced)
	if missing > 0 {
		text += fmt.Sprintf("%d without a node", missing)
	} else {
		text += "none without a node"
	}
	if waiting, _ := r.waiting(lossKind{losses: []SimulatedLoss{l}}); waiting != "" {
		text += "; " + waiting
	}
	return text + ".", pending
}
