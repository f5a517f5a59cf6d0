package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/cluster"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// What an intent may say that a workload survives: the loss of any one node,
// or of any one zone.
const (
	SurviveNone = "none"
	SurviveNode = "node"
	SurviveZone = "zone"
)

// DefaultIntent is the name of the intent for workloads without one of their own.
const DefaultIntent = "default"

// Intent is what a person says must survive.
type Intent struct {
	Name    string // DefaultIntent, a workload, or a pattern with * for any text
	Survive string // SurviveNode, SurviveZone or SurviveNone
	Strict  bool   // only hard rules count
	Place   Location
}

func (i Intent) String() string {
	if i.Strict {
		return "survive " + i.Survive + ", strict"
	}
	return "survive " + i.Survive
}

// Key is the node label whose values are what may be lost.
func (i Intent) Key() string {
	if i.Survive == SurviveZone {
		return zoneKey
	}
	return hostnameKey
}

// UnknownWorkloadError is an intent for a workload that the chart has not.
type UnknownWorkloadError struct {
	Intent  Intent
	Nearest []string
	Known   []string // by their shortest names
}

func (e *UnknownWorkloadError) Error() string {
	return fmt.Sprintf("intent.%s: the chart has no workload of this name", e.Intent.Name)
}

// ContradictionError are two intents for one workload.
type ContradictionError struct {
	A, B     Intent
	Workload string
}

func (e *ContradictionError) Error() string {
	return fmt.Sprintf("intent.%s (%s) and intent.%s (%s) are both about %s", e.A.Name, e.A, e.B.Name, e.B, e.Workload)
}

// Wanted is what each workload of a release is to survive: those that have
// several pods, or that an intent names. The error is an
// *UnknownWorkloadError or a *ContradictionError.
func Wanted(release *render.Release, intents []Intent) (map[*render.Workload]Intent, error) {
	in := &Input{Release: release}
	if err := in.unknownIntent(intents); err != nil {
		return nil, err
	}
	wanted := map[*render.Workload]Intent{}
	spread := in.shouldSpread()
	for _, w := range in.running() {
		intent, own, err := in.intentOf(w, intents)
		if err != nil {
			return nil, err
		}
		lasting := w.Kind != "DaemonSet" && w.Kind != "Job" && w.Kind != "CronJob"
		if intent.Survive != "" && lasting && (own || slices.Contains(spread, w)) {
			wanted[w] = intent
		}
	}
	return wanted, nil
}

// intentOf is the intent for a workload: one that names it goes before a
// pattern, and that before the default. own is false for the default.
func (in *Input) intentOf(w *render.Workload, intents []Intent) (found Intent, own bool, err error) {
	best := 0
	for _, i := range intents {
		rank := 0
		switch {
		case i.Name == DefaultIntent:
			rank = 1
		case !strings.Contains(i.Name, "*") && in.isCalled(w, i.Name):
			rank = 3
		case strings.Contains(i.Name, "*") && in.isCalled(w, i.Name):
			rank = 2
		}
		switch {
		case rank == 0 || rank < best:
		case rank == best && (i.Survive != found.Survive || i.Strict != found.Strict):
			return Intent{}, false, &ContradictionError{A: found, B: i, Workload: w.ID()}
		case rank > best:
			best, found = rank, i
		}
	}
	return found, best > 1, nil
}

// unknownIntent finds an intent that names no workload.
func (in *Input) unknownIntent(intents []Intent) error {
	for _, i := range intents {
		if i.Name == DefaultIntent || slices.ContainsFunc(in.running(), func(w *render.Workload) bool { return in.isCalled(w, i.Name) }) {
			continue
		}
		e := &UnknownWorkloadError{Intent: i}
		var all []string
		for _, w := range in.running() {
			names := in.callNames(w)
			all = append(all, names...)
			if shortest := slices.MinFunc(names, func(a, b string) int { return len(a) - len(b) }); !slices.Contains(e.Known, shortest) {
				e.Known = append(e.Known, shortest)
			}
		}
		slices.Sort(e.Known)
		e.Nearest = values.Nearest(i.Name, all, 1)
		return e
	}
	return nil
}

// isCalled reports whether a person means a workload by a name, which may have
// * for any text. Letters' case, - and _ make no difference: a chart's values
// write controlPlaneBroker for what is control-plane-broker in the cluster.
func (in *Input) isCalled(w *render.Workload, name string) bool {
	return slices.ContainsFunc(in.callNames(w), func(known string) bool { return matches(folded(name), folded(known)) })
}

func folded(name string) string {
	return strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(name))
}

// callNames are the names by which people call a workload: its own, with the
// kind, without what the release and the chart put before it, and its
// component.
// https://helm.sh/docs/chart_best_practices/labels/
func (in *Input) callNames(w *render.Workload) []string {
	names := []string{w.ID(), w.Name}
	rest, cut := strings.CutPrefix(w.Name, in.Release.Name+"-")
	if cut && rest != "" {
		names = append(names, rest)
		if part, cut := strings.CutPrefix(rest, in.Release.ChartName()+"-"); cut && part != "" {
			names = append(names, part)
		}
	}
	if component := w.Labels()["app.kubernetes.io/component"]; component != "" {
		names = append(names, component)
	}
	return names
}

// ShortName is the shortest name by which an intent may name a workload, and
// no other.
func ShortName(release *render.Release, w *render.Workload) string {
	in := &Input{Release: release}
	best := w.ID()
	for _, name := range in.callNames(w) {
		clash := slices.ContainsFunc(in.running(), func(x *render.Workload) bool { return x != w && in.isCalled(x, name) })
		if !clash && len(name) < len(best) {
			best = name
		}
	}
	return best
}

// Standing says how a workload stands to its intent.
type Standing struct {
	Met     bool
	Domains int    // nodes or zones that its pods could use
	Why     string // it is not met
	Alone   bool   // because there is one pod: spreading cannot change that
	Cannot  bool   // because of the nodes: no values could change that
}

// Stands judges a workload on nodes. Without strict the likely placement
// counts, and that a rule asks for it; with it, the worst that the hard rules
// allow. Workloads that a template renders several times, such as one
// StatefulSet an agent, are judged as one.
func Stands(s *cluster.Simulation, w *render.Workload, intent Intent) (Standing, error) {
	in := &Input{Release: s.Release, Cluster: s}
	standing := in.stands(w, intent)
	return standing, in.trouble
}

func (in *Input) stands(w *render.Workload, intent Intent) Standing {
	var s Standing
	if intent.Survive == SurviveNone {
		return Standing{Met: true}
	}
	key, thing := intent.Key(), intent.Survive
	reach := in.reach(w, key)
	s.Domains = len(reach.domains)
	group := in.unit(w)
	pods := 0
	for _, x := range group {
		pods += x.Replicas
	}
	switch {
	case pods < 2:
		s.Why = "it runs " + count(pods, "pod")
		s.Alone = true
		return s
	case s.Domains < 2:
		s.Why = "the pods could use " + count(s.Domains, thing)
		if s.Domains == 0 {
			s.Why = fmt.Sprintf("no node for the pods has the label %s", key)
		}
		s.Cannot = true
		return s
	}
	if intent.Strict {
		s.Why = in.worstOf(w, group, key, thing, pods)
	} else {
		s.Why = in.likelyOf(w, group, key, thing, pods)
	}
	s.Met = s.Why == ""
	return s
}

// Unit are the workloads that serve as one with this one, itself among them.
func Unit(release *render.Release, w *render.Workload) []*render.Workload {
	return (&Input{Release: release}).unit(w)
}

// SelectsOwn reports whether a term sees the workload's own pods.
func SelectsOwn(t render.Term, w *render.Workload) bool { return selectsSelf(t, w) }

// unit are the workloads that serve as one: those of one template with one pod
// each.
func (in *Input) unit(w *render.Workload) []*render.Workload {
	if w.Scalable() {
		return []*render.Workload{w}
	}
	var all []*render.Workload
	for _, x := range in.running() {
		if x == w || x.Template == w.Template && x.Kind == w.Kind && !x.Scalable() && in.Release.Chart != "" {
			all = append(all, x)
		}
	}
	return all
}

// worstOf says what the hard rules allow that the intent does not; "" when
// they keep it.
func (in *Input) worstOf(w *render.Workload, group []*render.Workload, key, thing string, pods int) string {
	at := preposition(thing)
	if len(group) == 1 {
		layout, err := in.Cluster.Worst(w, w.Replicas)
		if err != nil {
			return "the worst placement cannot be told: " + err.Error()
		}
		share := layout.Node
		if key == zoneKey {
			share = layout.Zone
		}
		if share.Most < pods {
			return ""
		}
		return fmt.Sprintf("the hard rules allow all %d pods %s one %s", pods, at, thing)
	}
	for _, t := range w.Terms() {
		if t.Hard && !t.Spread && t.AntiAffinity && in.tellsApart(w, t, key) && selectsSelf(t, w) &&
			!slices.ContainsFunc(group, func(x *render.Workload) bool { ok, err := t.Matches(x.Labels()); return err != nil || !ok }) &&
			len(in.reach(w, t.TopologyKey).lacking) == 0 {
			return ""
		}
	}
	return fmt.Sprintf("the hard rules allow all %d pods of %d workloads %s one %s", pods, len(group), at, thing)
}

func preposition(thing string) string {
	if thing == SurviveNode {
		return "on"
	}
	return "in"
}

// likelyOf says what is missing that the loss of a domain leaves pods; "" when
// nothing is.
func (in *Input) likelyOf(w *render.Workload, group []*render.Workload, key, thing string, pods int) string {
	counts := map[string]int{}
	placed := 0
	for _, p := range in.placed() {
		if !slices.Contains(group, p.Workload) {
			continue
		}
		if p.Skipped != "" {
			return p.Skipped
		}
		for _, pod := range p.Pods {
			value, has := in.domainOf(pod.Node, key)
			if has {
				counts[value]++
			}
			placed++
		}
	}
	most := 0
	for _, n := range counts {
		most = max(most, n)
	}
	switch {
	case placed == 0:
		return "no pod finds a node"
	case placed < 2:
		return fmt.Sprintf("only 1 of %d pods finds a node", pods)
	case most == placed:
		return fmt.Sprintf("all %d pods land %s one %s", placed, preposition(thing), thing)
	case len(counts) < 2:
		return fmt.Sprintf("the pods' nodes do not say in which %s they are", thing)
	}
	for _, t := range w.Terms() {
		if in.tellsApart(w, t, key) && (!w.LabelsKnown || selectsSelf(t, w) && in.powerless(t, w) == nil) {
			return ""
		}
	}
	if key == hostnameKey && w.HasHostPort() {
		return ""
	}
	return fmt.Sprintf("the pods are %s several %ss by chance: no rule spreads them over %s", preposition(thing), thing, key)
}

// tellsApart reports whether pods in different domains of a term are in
// different domains of a label, too. A node has one value of every label, so
// whatever key tells two pods apart, they are on two nodes.
func (in *Input) tellsApart(w *render.Workload, t render.Term, key string) bool {
	return within(key, t.TopologyKey) || key == hostnameKey && len(in.reach(w, t.TopologyKey).domains) > 1
}

// domainOf is the value of a node's label.
func (in *Input) domainOf(node, key string) (string, bool) {
	for _, n := range in.Cluster.Inventory.Nodes {
		if n.Name == node {
			value, ok := n.Labels[key]
			return value, ok
		}
	}
	return "", false
}
