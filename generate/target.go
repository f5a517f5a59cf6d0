package generate

import (
	"slices"

	"github.com/spreadlint/spreadlint/cluster"
	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/render"
)

// Target is a workload that is to survive something, or several that one
// template makes with one pod each and that serve as one.
type Target struct {
	Name      string // as people call it
	Unit      []*render.Workload
	Intent    lint.Intent
	After     lint.Standing // with the overlay
	Hangs     string        // what waits with the overlay, "" for nothing
	Missing   string        // what the chart cannot express, "" for nothing
	Template  render.TemplatePlace
	NeedsName bool // a rule would need the release's real name
	Proof     Proof

	knobs      []lint.Knob
	pods, most int    // replicas, and how many an autoscaler may ask for
	hosts      int    // nodes that the pods could use
	zones      int    // their zones
	facts      string // "3 zones, 6 nodes", for the comments
	candidates []candidate

	switches                     []lint.Switch
	strategy                     []render.Change
	switchesAsked, strategyAsked bool // each costs renders

	index int // of the one in use
}

func (t *Target) first() *render.Workload { return t.Unit[0] }

func (t *Target) holds(w *render.Workload) bool {
	return slices.ContainsFunc(t.Unit, func(x *render.Workload) bool { return x.ID() == w.ID() })
}

// IDs are the workloads' names.
func (t *Target) IDs() []string {
	var names []string
	for _, w := range t.Unit {
		names = append(names, w.ID())
	}
	return names
}

// targets are the workloads with an intent, in the order of the release.
func (s *search) targets(wanted map[*render.Workload]lint.Intent) ([]*Target, error) {
	var all []*Target
	knobs, _ := lint.Knobs(s.release)
	for _, w := range s.release.Workloads {
		intent, ok := wanted[w]
		if !ok || intent.Survive == lint.SurviveNone || slices.ContainsFunc(all, func(t *Target) bool { return t.holds(w) }) {
			continue
		}
		t := &Target{Name: lint.ShortName(s.release, w), Intent: intent}
		for _, x := range lint.Unit(s.release, w) {
			if other, ok := wanted[x]; ok && other.Name == intent.Name {
				t.Unit = append(t.Unit, x)
				t.pods += x.Replicas
				t.most += x.MaxReplicas
			}
		}
		if len(t.Unit) > 1 {
			if component := w.Labels()["app.kubernetes.io/component"]; component != "" {
				t.Name = component
			}
		}
		for _, k := range knobs {
			if k.Workload == w.ID() {
				t.knobs = append(t.knobs, k)
			}
		}
		if err := s.measure(t); err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, nil
}

// measure counts the nodes and zones that a target's pods could use.
func (s *search) measure(t *Target) error {
	hosts, _, err := s.base.cluster.Domains(t.first(), hostnameKey)
	if err != nil {
		return err
	}
	zones, _, err := s.base.cluster.Domains(t.first(), zoneKey)
	if err != nil {
		return err
	}
	t.hosts, t.zones = len(hosts), len(zones)
	t.facts = count(t.hosts, "node")
	if t.zones > 0 {
		t.facts = count(t.zones, "zone") + ", " + t.facts
	}
	return nil
}

// label makes sure that the nodes say their zone where an intent asks for it.
func (s *search) label(r *Result) error {
	missing := &MissingLabelError{Key: zoneKey, Total: len(r.Nodes.Nodes)}
	for _, t := range r.Targets {
		if t.Intent.Survive != lint.SurviveZone {
			continue
		}
		_, lacking, err := s.base.cluster.Domains(t.first(), zoneKey)
		if err != nil {
			return err
		}
		if len(lacking) == 0 {
			continue
		}
		if s.options.Fall {
			r.Fell = append(r.Fell, t.Name)
			t.Intent.Survive = lint.SurviveNode
			continue
		}
		missing.Intent = t.Intent
		missing.Workloads = append(missing.Workloads, t.Name)
		for _, name := range lacking {
			if !slices.Contains(missing.Nodes, name) {
				missing.Nodes = append(missing.Nodes, name)
			}
		}
	}
	if len(missing.Nodes) > 0 {
		return missing
	}
	return nil
}

// state is the release with some changes, on the nodes.
type state struct {
	release *render.Release
	report  lint.Report
	cluster *cluster.Simulation
}
