package report

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/spreadlint/spreadlint/cluster"
	"github.com/spreadlint/spreadlint/kube"
)

// simulationVersion grows as jsonVersion does.
const simulationVersion = 1

//go:embed simulation.schema.json
var simulationSchema string

// SimulationSchema is the JSON Schema (draft-07) of the JSON format of
// simulations.
func SimulationSchema() []byte { return []byte(simulationSchema) }

// The types below are the format, apart from those that cluster can change.
type (
	jsonSimulation struct {
		Version   int                     `json:"version"`
		Summary   jsonSimulationSummary   `json:"summary"`
		Nodes     []jsonNode              `json:"nodes"`
		Workloads []jsonSimulatedWorkload `json:"workloads"`
		Losses    []jsonLoss              `json:"losses"`
		Drains    []jsonDrain             `json:"drains"`
		Limits    []string                `json:"limits"`
	}
	jsonSimulationSummary struct {
		Source      string `json:"source"`
		KubeVersion string `json:"kubeVersion"`
		Nodes       int    `json:"nodes"`
		Workloads   int    `json:"workloads"`
		Pods        int    `json:"pods"`
		Pending     int    `json:"pending"`
		Placed      bool   `json:"placed"`
		Finishes    bool   `json:"finishes"`
		Seed        uint64 `json:"seed"`
		Seeds       int    `json:"seeds"`
	}
	jsonNode struct {
		Name        string `json:"name"`
		Zone        string `json:"zone"`
		Schedulable bool   `json:"schedulable"`
	}
	jsonSimulatedWorkload struct {
		Name       string         `json:"name"`
		Namespace  string         `json:"namespace"`
		Wanted     int            `json:"wanted"`
		Skipped    string         `json:"skipped"`
		Refused    []jsonRefusal  `json:"refused"`
		Pods       []jsonPod      `json:"pods"`
		Pending    []jsonPending  `json:"pending"`
		NotCreated int            `json:"notCreated"`
		Outcomes   []jsonOutcome  `json:"outcomes"`
		Rules      []jsonRule     `json:"rules"`
		Worst      *jsonWorst     `json:"worst"`
		Capacity   *jsonCapacity  `json:"capacity"`
		Prospects  *jsonProspects `json:"prospects"`
		Growth     *jsonGrowth    `json:"growth"`
		Rollout    *jsonRollout   `json:"rollout"`
		Scales     []jsonScale    `json:"scales"`
		Limits     []string       `json:"limits"`
	}
	jsonRefusal struct {
		Path   string `json:"path"`
		Detail string `json:"detail"`
	}
	jsonPod struct {
		Name string `json:"name"`
		Node string `json:"node"`
	}
	jsonPending struct {
		Name       string          `json:"name"`
		Message    string          `json:"message"`
		Event      string          `json:"event"`
		Rejections []jsonRejection `json:"rejections"`
	}
	jsonRejection struct {
		Plugin  string   `json:"plugin"`
		Reasons []string `json:"reasons"`
		Nodes   []string `json:"nodes"`
	}
	jsonOutcome struct {
		Seed        uint64 `json:"seed"`
		Pending     int    `json:"pending"`
		MostOnNode  int    `json:"mostOnNode"`
		MostPerZone int    `json:"mostPerZone"`
	}
	jsonRule struct {
		Kind        string       `json:"kind"`
		Path        string       `json:"path"`
		TopologyKey string       `json:"topologyKey"`
		Hard        bool         `json:"hard"`
		MaxSkew     int          `json:"maxSkew"`
		MinDomains  int          `json:"minDomains"`
		Skew        int          `json:"skew"`
		Most        int          `json:"most"`
		Domains     []jsonDomain `json:"domains"`
		Lacking     []string     `json:"lacking"`
	}
	jsonDomain struct {
		Value string `json:"value"`
		Pods  int    `json:"pods"`
	}
	jsonShare struct {
		Where string `json:"where"`
		Least int    `json:"least"`
		Most  int    `json:"most"`
		Exact bool   `json:"exact"`
	}
	jsonWorst struct {
		Node jsonShare `json:"node"`
		Zone jsonShare `json:"zone"`
	}
	jsonCapacity struct {
		Most    int    `json:"most"`
		Rule    string `json:"rule"`
		Exact   bool   `json:"exact"`
		Domains int    `json:"domains"`
	}
	jsonProspects struct {
		Known bool `json:"known"`
		Least int  `json:"least"`
		Most  int  `json:"most"`
	}
	jsonGrowth struct {
		Autoscaler string `json:"autoscaler"`
		Most       int    `json:"most"`
		Maximum    int    `json:"maximum"`
		Message    string `json:"message"`
		Event      string `json:"event"`
	}
	jsonRollout struct {
		Strategy  string        `json:"strategy"`
		Skipped   string        `json:"skipped"`
		Finishes  bool          `json:"finishes"`
		Finished  int           `json:"finished"`
		Stuck     int           `json:"stuck"`
		Blocker   string        `json:"blocker"`
		Available bool          `json:"available"`
		Updated   int           `json:"updated"`
		Old       int           `json:"old"`
		Lowest    int           `json:"lowest"`
		Spread    []int         `json:"spread"`
		Waiting   []jsonPending `json:"waiting"`
		Steps     []jsonStep    `json:"steps"`
	}
	jsonStep struct {
		Created []string `json:"created"`
		Deleted []string `json:"deleted"`
		Running int      `json:"running"`
		Pending int      `json:"pending"`
	}
	jsonScale struct {
		Replicas int    `json:"replicas"`
		Pending  int    `json:"pending"`
		Event    string `json:"event"`
	}
	jsonLoss struct {
		Name      string             `json:"name"`
		Nodes     []string           `json:"nodes"`
		Like      string             `json:"like"`
		Workloads []jsonWorkloadLoss `json:"workloads"`
		// Replacements is null when it is not known where they go.
		Replacements []jsonReplacement `json:"replacements"`
	}
	jsonWorkloadLoss struct {
		Name     string        `json:"name"`
		Wanted   int           `json:"wanted"`
		Before   int           `json:"before"`
		Left     int           `json:"left"`
		Replaced int           `json:"replaced"`
		Missing  int           `json:"missing"`
		Pending  []jsonPending `json:"pending"`
		Outage   jsonOutage    `json:"outage"`
	}
	jsonOutage struct {
		Replaced int           `json:"replaced"`
		Missing  int           `json:"missing"`
		Pending  []jsonPending `json:"pending"`
	}
	jsonDrain struct {
		Node    string        `json:"node"`
		Like    string        `json:"like"`
		Done    bool          `json:"done"`
		Evicted int           `json:"evicted"`
		Blocked string        `json:"blocked"`
		Reason  string        `json:"reason"`
		Budget  string        `json:"budget"`
		Pending []jsonPending `json:"pending"`
	}
	jsonReplacement struct {
		Workload string `json:"workload"`
		Node     string `json:"node"`
	}
)

func writeSimulationJSON(w io.Writer, r *Simulation) error {
	pending := 0
	for _, x := range r.Workloads {
		pending += len(x.Pending) + x.NotCreated
		if len(x.Refused) > 0 {
			pending += x.Wanted
		}
	}
	out := jsonSimulation{
		Version: simulationVersion,
		Summary: jsonSimulationSummary{Source: r.Source, KubeVersion: r.Release.KubeVersion, Nodes: len(r.Inventory.Nodes), Workloads: len(r.Workloads),
			Pods: r.pods(), Pending: pending, Placed: r.Placed(), Finishes: r.Finishes(), Seed: r.Seed, Seeds: r.Seeds},
		Nodes:     []jsonNode{},
		Workloads: each(r.Workloads, newJSONSimulatedWorkload),
		Losses:    each(r.Losses, r.newJSONLoss),
		Drains:    each(r.Drains, newJSONDrain),
		Limits:    each(r.Limits, same),
	}
	for _, n := range r.Inventory.Nodes {
		out.Nodes = append(out.Nodes, jsonNode{n.Name, n.Labels[zoneLabel], !n.Spec.Unschedulable})
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(out); err != nil {
		return fmt.Errorf("write the simulation as JSON: %w", err)
	}
	return nil
}

func newJSONSimulatedWorkload(w SimulatedWorkload) jsonSimulatedWorkload {
	out := jsonSimulatedWorkload{
		Name: w.Workload.ID(), Namespace: w.Workload.Namespace, Wanted: w.Wanted, Skipped: w.Skipped, NotCreated: w.NotCreated,
		Refused:  each(w.Refused, func(e kube.FieldError) jsonRefusal { return jsonRefusal{e.Path.String(), e.Detail} }),
		Pods:     each(w.Pods, func(p cluster.PlacedPod) jsonPod { return jsonPod(p) }),
		Pending:  each(w.Pending, newJSONPending),
		Outcomes: each(w.Outcomes, func(o cluster.Outcome) jsonOutcome { return jsonOutcome(o) }),
		Rules:    each(w.Rules, newJSONRule),
		Scales:   each(w.Scales, func(s Scale) jsonScale { return jsonScale{s.Replicas, s.Pending, s.Sentence} }),
		Limits:   each(w.Limits, same),
	}
	if w.Worst != nil {
		out.Worst = &jsonWorst{newJSONShare(w.Worst.Node), newJSONShare(w.Worst.Zone)}
	}
	if c := w.Capacity; c != nil {
		out.Capacity = &jsonCapacity{c.Most, c.Rule.String(), c.Exact, c.Domains}
	}
	if x := w.Prospects; x != nil {
		out.Prospects = &jsonProspects{x.Known, x.Least, x.Most}
	}
	if g := w.Growth; g != nil {
		out.Growth = &jsonGrowth{w.Workload.Autoscaler, g.Most, g.Maximum, g.Message, g.Event}
	}
	if x := w.Rollout; x != nil {
		out.Rollout = &jsonRollout{Strategy: x.Strategy, Skipped: x.Skipped, Finishes: x.Finishes, Finished: x.Finished, Stuck: x.Stuck, Blocker: x.Blocker,
			Available: x.Available, Updated: x.Updated, Old: x.Old, Lowest: x.Lowest, Spread: append([]int{}, x.Spread...),
			Waiting: each(x.Waiting, newJSONPending), Steps: each(x.Steps, func(s cluster.Step) jsonStep {
				return jsonStep{each(s.Created, same), each(s.Deleted, same), s.Running, s.Pending}
			})}
	}
	return out
}

func newJSONShare(s cluster.Share) jsonShare { return jsonShare{s.Where, s.Least, s.Most, s.Exact()} }

func newJSONRule(r SimulatedRule) jsonRule {
	return jsonRule{Kind: r.Term.Kind(), Path: r.Term.Path.String(), TopologyKey: r.Term.TopologyKey, Hard: r.Term.Hard,
		MaxSkew: r.Term.MaxSkew, MinDomains: r.Term.MinDomains, Skew: r.Skew, Most: r.Most,
		Domains: each(r.Counts, func(c DomainCount) jsonDomain { return jsonDomain(c) }), Lacking: each(r.Lacking, same)}
}

// newJSONPending joins the nodes that reject a pod for the same reason.
func newJSONPending(p cluster.PendingPod) jsonPending {
	out := jsonPending{Name: p.Name, Message: p.Message, Event: p.Event, Rejections: []jsonRejection{}}
	for _, r := range p.Rejections() {
		at := slices.IndexFunc(out.Rejections, func(o jsonRejection) bool { return o.Plugin == r.Plugin && slices.Equal(o.Reasons, r.Reasons) })
		if at < 0 {
			out.Rejections = append(out.Rejections, jsonRejection{Plugin: r.Plugin, Reasons: each(r.Reasons, same)})
			at = len(out.Rejections) - 1
		}
		out.Rejections[at].Nodes = append(out.Rejections[at].Nodes, r.Node)
	}
	return out
}

func newJSONDrain(d *cluster.Drain) jsonDrain {
	out := jsonDrain{Node: d.Node, Like: d.Like, Done: d.Done, Evicted: len(d.Evicted), Blocked: d.Blocked, Reason: d.Reason, Pending: each(d.Pending, newJSONPending)}
	if d.Budget != nil {
		out.Budget = d.Budget.Name
	}
	return out
}

func (r *Simulation) newJSONLoss(l SimulatedLoss) jsonLoss {
	out := jsonLoss{Name: l.Name, Nodes: each(l.Nodes, same), Like: l.Like, Workloads: each(l.Workloads, func(w cluster.WorkloadLoss) jsonWorkloadLoss {
		part := jsonWorkloadLoss{Name: w.Workload.ID(), Wanted: w.Wanted, Before: w.Before, Left: w.Left, Replaced: w.Replaced,
			Missing: w.Wanted - w.Left - w.Replaced, Pending: each(w.Pending, newJSONPending)}
		part.Outage = jsonOutage{part.Replaced, part.Missing, part.Pending}
		if o := w.Outage; o != nil {
			part.Outage = jsonOutage{o.Replaced, w.Wanted - w.Left - o.Replaced, each(o.Pending, newJSONPending)}
		}
		return part
	})}
	if l.known {
		out.Replacements = each(l.fresh, func(p place) jsonReplacement {
			return jsonReplacement{r.Workloads[p.workload].Workload.ID(), p.node}
		})
	}
	return out
}
