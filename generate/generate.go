// Package generate turns what must survive into a minimal overlay of values:
// only keys that differ, through the values that a chart proves to have. An
// overlay is rendered, linted and placed on the nodes before anybody sees it.
//
// It asks package lint which values move what, and for verdicts; package
// cluster where pods go. It reads and writes no files.
package generate

import (
	"fmt"
	"slices"

	"github.com/spreadlint/spreadlint/cluster"
	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// Options say what is wanted, and where.
type Options struct {
	Lint  lint.Options       // with which findings are looked for; its Nodes are those of the cluster
	Named bool               // the release's name is the real one, not Helm's stand-in
	Fall  bool               // fall back to nodes where the nodes do not say their zone
	Told  func(doing string) // is told what is being done; may be nil
}

// Result is what generating came to.
type Result struct {
	Release *render.Release // as given
	Entries []values.Entry  // of the overlay, in no order
	Targets []*Target       // in the order of the release
	Assumed bool            // no nodes were given: Nodes are an assumption
	Nodes   *cluster.Inventory
	Single  int            // workloads of one pod, which no rule can spread
	Left    []lint.Finding // warnings and errors that remain
	Fell    []string       // workloads that were to survive a zone and got a node instead
}

// MissingLabelError says that nodes do not carry the label that an intent needs.
type MissingLabelError struct {
	Key       string
	Nodes     []string
	Total     int
	Workloads []string
	Intent    lint.Intent
}

func (e *MissingLabelError) Error() string {
	return fmt.Sprintf("%d of %d nodes do not say their zone: they lack the label %s", len(e.Nodes), e.Total, e.Key)
}

// assumed is the cluster that stands in for one that is not known: small, and
// labelled as clouds do. Its nodes take any pod.
const assumedZones, assumedNodes = 3, 2

// Run finds the overlay. The error is a *MissingLabelError, one of the intents
// (see lint.Wanted), or that of a simulation.
func Run(release *render.Release, o Options) (*Result, error) {
	r := &Result{Release: release, Nodes: o.Lint.Nodes}
	if r.Nodes == nil {
		var err error
		if r.Nodes, err = cluster.Zones(assumedZones, assumedNodes); err != nil {
			return nil, err
		}
		r.Assumed, o.Lint.Nodes = true, r.Nodes
	}
	if o.Told == nil {
		o.Told = func(string) {}
	}
	wanted, err := lint.Wanted(release, o.Lint.Intents)
	if err != nil {
		return nil, err
	}
	o.Told("rendering with the values as they are")
	s := &search{options: o, release: release, assumed: r.Assumed, templated: map[string]bool{}}
	if s.base, err = s.state(nil); err != nil {
		return nil, err
	}
	if r.Targets, err = s.targets(wanted); err != nil {
		return nil, err
	}
	for _, w := range release.Workloads {
		if w.Hook == "" && w.Kind != "DaemonSet" && w.MaxReplicas == 1 && !slices.ContainsFunc(r.Targets, func(t *Target) bool { return t.holds(w) }) {
			r.Single++
		}
	}
	if err := s.label(r); err != nil {
		return nil, err
	}
	final, err := s.solve(r)
	if err != nil {
		return nil, err
	}
	explained := map[string]bool{}
	if r.Entries, err = s.entries(s.ordered(r), func(c render.Change) string { return s.why(r, c, explained) }); err != nil {
		return nil, err
	}
	if final, err = s.verify(r, final); err != nil {
		return nil, err
	}
	if err := s.describe(r, final); err != nil {
		return nil, err
	}
	for _, f := range final.report.Findings {
		if f.Severity >= lint.Warning && f.Category != "suppression" {
			r.Left = append(r.Left, f)
		}
	}
	return r, s.prove(r, final)
}

// verify renders once more with the overlay as the file that the user gets, on
// top of the files that were given: arguments such as --set still go before it.
func (s *search) verify(r *Result, final *state) (*state, error) {
	if len(r.Entries) == 0 {
		return final, nil
	}
	overlay, err := r.File("overlay", nil)
	if err != nil {
		return nil, err
	}
	release, err := s.release.WithFiles(append(slices.Clone(s.release.Files()), overlay))
	if err != nil {
		return nil, err
	}
	return s.judged(release)
}

// Met reports whether every intent is met that values could meet.
func (r *Result) Met() bool {
	return !slices.ContainsFunc(r.Targets, func(t *Target) bool { return !t.After.Met && !t.After.Cannot })
}
