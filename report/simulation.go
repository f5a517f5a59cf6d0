package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/cluster"
	"github.com/spreadlint/spreadlint/render"
)

// Formats of simulations only.
const (
	SVG  Format = "svg"  // the picture of the placement
	HTML Format = "html" // a page to play with
)

// SimulationFormats lists the formats of a simulation, the default first.
func SimulationFormats() []string {
	return []string{string(Text), string(JSON), string(SVG), string(HTML)}
}

// Simulation is everything that is shown of a simulated release. All formats
// show the same answers.
type Simulation struct {
	Source    string // the chart or the file of manifests
	Inventory *cluster.Inventory
	Release   *render.Release
	Seed      uint64
	Seeds     int
	Limits    []string
	Workloads []SimulatedWorkload // in the order of the release
	Drains    []*cluster.Drain    // of every node with pods, one at a time; none when losses were asked for
	Losses    []SimulatedLoss
	Asked     bool // the losses are those that were asked for, not all

	columnKey string // the label that the columns of the grid stand for, "" for none
}

// SimulatedWorkload is what is shown of one workload.
type SimulatedWorkload struct {
	*cluster.WorkloadPlacement
	Mark      string // stands for its pods in grids
	Rules     []SimulatedRule
	Worst     *cluster.Layout    // nil for a single pod and for what is not placed
	Capacity  *cluster.Capacity  // likewise
	Prospects *cluster.Prospects // likewise
	Rollout   *cluster.Rollout   // nil for what no controller rolls out
	Scales    []Scale            // placements of other numbers of replicas, when they were asked for
}

// SimulatedLoss is a loss of nodes and where the pods are afterwards.
type SimulatedLoss struct {
	*cluster.Loss
	known bool    // whether it is known where the replacements go
	fresh []place // the pods that replace lost ones
}

// Questions say what to ask of a simulation.
type Questions struct {
	Source string
	Before *cluster.Simulation // the release as it runs, nil for one of the same templates
	Lose   []string            // selections of nodes; empty asks for every node and domain
	After  bool                // where pods go after each loss, not only after those of Lose
	Scales bool                // placements of other numbers of replicas
	// Progress is told what is being worked out, from the same goroutine. It may be nil.
	Progress func(activity string)
}

// Simulate asks for everything that is shown. The error is that of a selection
// of nodes that names none, or one of the program.
func Simulate(s *cluster.Simulation, options cluster.Options, q Questions) (*Simulation, error) {
	if q.Progress == nil {
		q.Progress = func(string) {}
	}
	result := &Simulation{Source: q.Source, Inventory: s.Inventory, Release: s.Release, Seed: options.Seed, Seeds: max(1, options.Seeds), Asked: len(q.Lose) > 0}
	var chosen []*cluster.Loss
	for _, selection := range q.Lose { // first, for it may be misspelt
		loss, err := s.Lose(selection)
		if err != nil {
			return nil, &SelectionError{selection, err}
		}
		chosen = append(chosen, loss)
	}
	q.Progress("placing pods")
	placement, err := s.Place()
	if err != nil {
		return nil, err
	}
	result.Limits = placement.Limits
	for i, p := range placement.Workloads {
		w := SimulatedWorkload{WorkloadPlacement: p, Mark: mark(i)}
		if p.Skipped == "" && len(p.Refused) == 0 {
			q.Progress("looking at " + p.Workload.ID())
			if err := w.ask(s, q, placement); err != nil {
				return nil, fmt.Errorf("simulate %s: %w", p.Workload.ID(), err)
			}
		}
		result.Workloads = append(result.Workloads, w)
	}
	result.columnKey = columnKey(s.Inventory, s.Release.Workloads)
	if !result.Asked {
		q.Progress("losing nodes")
		if chosen, err = s.Losses(); err != nil {
			return nil, err
		}
		q.Progress("draining nodes")
		if result.Drains, err = s.Drains(); err != nil {
			return nil, err
		}
	}
	for _, loss := range chosen {
		result.Losses = append(result.Losses, SimulatedLoss{Loss: loss})
	}
	if q.After || result.Asked || !result.Placed() { // who waits may get a place that a loss opens
		q.Progress("placing what replaces lost pods")
		if err := result.afterAll(s); err != nil {
			return nil, err
		}
	}
	if q.Scales {
		q.Progress("trying other numbers of replicas")
		if err := result.scale(options); err != nil {
			return nil, err
		}
	}
	return result, nil
}

// SelectionError is a selection of nodes that names none.
type SelectionError struct {
	Selection string
	Cause     error
}

func (e *SelectionError) Error() string { return e.Cause.Error() }

// ask asks what there is to know of one workload.
func (w *SimulatedWorkload) ask(s *cluster.Simulation, q Questions, placement *cluster.Placement) error {
	var err error
	if w.Rules, err = rulesOf(s, w.Workload, placement); err != nil {
		return err
	}
	if w.Wanted >= 2 && w.Workload.Kind != "DaemonSet" {
		layout, err := s.Worst(w.Workload, w.Wanted)
		if err != nil {
			return err
		}
		capacity, err := s.Capacity(w.Workload)
		if err != nil {
			return err
		}
		prospects, err := s.Prospects(w.Workload)
		if err != nil {
			return err
		}
		w.Worst, w.Capacity, w.Prospects = &layout, &capacity, &prospects
	}
	if slices.Contains([]string{"Deployment", "StatefulSet", "DaemonSet"}, w.Workload.Kind) && w.Workload.Hook == "" {
		if w.Rollout, err = s.Rollout(w.Workload, q.Before); err != nil {
			return err
		}
	}
	return nil
}

// Stuck reports whether a rollout does not finish, be it for some seeds only.
func (w SimulatedWorkload) Stuck() bool { return w.Rollout != nil && w.Rollout.Stuck > 0 }

// Missing is how many pods of the workload have no node, be it for some seeds
// only.
func (w SimulatedWorkload) Missing() int {
	missing := len(w.Pending) + w.NotCreated
	for _, o := range w.Outcomes {
		missing = max(missing, o.Pending)
	}
	return missing
}

// Placed reports whether every pod has a node.
func (r *Simulation) Placed() bool {
	return !slices.ContainsFunc(r.Workloads, func(w SimulatedWorkload) bool { return w.Missing() > 0 || len(w.Refused) > 0 })
}

// Finishes reports whether every rollout finishes.
func (r *Simulation) Finishes() bool {
	return !slices.ContainsFunc(r.Workloads, SimulatedWorkload.Stuck)
}

// Judged is how many workloads were placed or refused: the others say nothing
// about the release.
func (r *Simulation) Judged() int {
	n := 0
	for _, w := range r.Workloads {
		if w.Skipped == "" || len(w.Refused) > 0 {
			n++
		}
	}
	return n
}

// pods counts the pods of the release, without those of workloads that were not
// looked at.
func (r *Simulation) pods() int {
	n := 0
	for _, w := range r.Workloads {
		if w.Skipped == "" || len(w.Refused) > 0 {
			n += w.Wanted
		}
	}
	return n
}

// WriteSimulation writes a simulation in a format, all at once.
func WriteSimulation(w io.Writer, r *Simulation, f Format, o Options) error {
	switch f {
	case Text:
		return writeSimulationText(w, r, o)
	case JSON:
		return writeSimulationJSON(w, r)
	case SVG:
		return writeSimulationSVG(w, r)
	case HTML:
		return writeSimulationHTML(w, r)
	}
	return fmt.Errorf("unknown format %q: legal are %q", string(f), SimulationFormats())
}

// shortName is the name of a workload without the name of the release, where
// that keeps it different from the others.
func (r *Simulation) shortName(w SimulatedWorkload) string {
	return strings.TrimPrefix(w.Workload.Name, r.commonPrefix())
}

// shortID is the kind with the short name.
func (r *Simulation) shortID(w SimulatedWorkload) string {
	return w.Workload.Kind + "/" + r.shortName(w)
}

// commonPrefix is what the names of all workloads begin with, up to a dash;
// "" unless there are several.
func (r *Simulation) commonPrefix() string {
	if len(r.Workloads) < 2 {
		return ""
	}
	prefix := r.Workloads[0].Workload.Name
	for _, w := range r.Workloads {
		for !strings.HasPrefix(w.Workload.Name, prefix) {
			prefix = prefix[:len(prefix)-1]
		}
	}
	prefix = prefix[:strings.LastIndexByte(prefix, '-')+1]
	for _, w := range r.Workloads {
		if rest := w.Workload.Name[len(prefix):]; rest == "" || '0' <= rest[0] && rest[0] <= '9' {
			return "" // a bare number says nothing
		}
	}
	return prefix
}

const zoneLabel = "topology.kubernetes.io/zone"

// mark is the letter of a workload in grids: A to Z, then A2, B2 ...
func mark(i int) string {
	letter := string(rune('A' + i%26))
	if i >= 26 {
		return fmt.Sprintf("%s%d", letter, i/26+1)
	}
	return letter
}

// columnKey is the label by which nodes are shown in columns: the zone, else
// one that rules of the release are about, else none.
func columnKey(inventory *cluster.Inventory, workloads []*render.Workload) string {
	keys := []string{zoneLabel}
	for _, w := range workloads {
		for _, t := range slices.Concat(w.Terms(), w.AffinityTerms()) {
			if !perNode(inventory, t.TopologyKey) {
				keys = append(keys, t.TopologyKey)
			}
		}
	}
	for _, key := range keys {
		for _, n := range inventory.Nodes {
			if n.Labels[key] != "" {
				return key
			}
		}
	}
	return ""
}

// perNode reports whether a label has another value on each node, so that its
// domains are the nodes.
func perNode(inventory *cluster.Inventory, key string) bool {
	seen := map[string]bool{}
	for _, n := range inventory.Nodes {
		value, ok := n.Labels[key]
		if ok && seen[value] {
			return false
		}
		seen[value] = true
	}
	return true
}

// shortKey is how people call a label.
func shortKey(key string) string {
	return cmp.Or(map[string]string{zoneLabel: "zone", "topology.kubernetes.io/region": "region", "kubernetes.io/hostname": "node"}[key], key)
}
