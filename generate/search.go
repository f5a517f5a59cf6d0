package generate

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/cluster"
	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// search is one call of Run.
type search struct {
	options   Options
	release   *render.Release
	base      *state
	assumed   bool            // the nodes are not those of a real cluster
	templated map[string]bool // whether a value is evaluated as a template, by path
}

// solve tries the candidates of all targets together, round by round, and
// keeps for each the best that stands. One round is one render, lint and
// simulation of the whole release, however many targets there are.
func (s *search) solve(r *Result) (*state, error) {
	best := map[*Target]int{} // the score of the candidate in use
	chosen := map[*Target]int{}
	most := 0
	for _, t := range r.Targets {
		score, err := s.score(t, s.base, 0)
		if err != nil {
			return nil, err
		}
		t.candidates = []candidate{{}}
		if best[t] = score; score < perfect {
			t.candidates = s.propose(t)
		}
		most = max(most, len(t.candidates))
	}
	for round := 1; round < most; round++ {
		var open []*Target
		for _, t := range r.Targets {
			if best[t] < perfect && round < len(t.candidates) {
				open = append(open, t)
			}
		}
		if len(open) == 0 {
			break
		}
		s.options.Told(fmt.Sprintf("trying ways to spread %s, round %d", count(len(open), "workload"), round))
		if err := s.judge(r, open, round, best, chosen); err != nil {
			return nil, err
		}
	}
	return s.settle(r, chosen, best)
}

// judge scores the candidates of a round for the targets that are still open.
// Where they do not render together, each is tried alone, beside what was
// chosen for the others.
func (s *search) judge(r *Result, open []*Target, round int, best, chosen map[*Target]int) error {
	for _, t := range r.Targets {
		t.index = chosen[t]
	}
	for _, t := range open {
		t.index = round
	}
	tried, err := s.state(changesOf(r.Targets))
	if err != nil && len(open) > 1 {
		for _, t := range open {
			if err := s.judge(r, []*Target{t}, round, best, chosen); err != nil {
				return err
			}
		}
		return nil
	}
	if err != nil {
		return nil // the chart refuses these values
	}
	for _, t := range open {
		score, err := s.score(t, tried, t.index)
		if err != nil {
			return err
		}
		if score > best[t] {
			best[t], chosen[t] = score, t.index
		}
	}
	return nil
}

// settle puts the best candidates together. What brings up a finding in the
// company of others is taken back.
func (s *search) settle(r *Result, chosen, best map[*Target]int) (*state, error) {
	for _, t := range r.Targets {
		t.index = chosen[t]
	}
	for {
		final, err := s.state(changesOf(r.Targets))
		var back *Target
		if err == nil {
			for _, t := range r.Targets {
				score, err := s.score(t, final, t.index)
				if err != nil {
					return nil, err
				}
				if score < best[t] && t.index != 0 {
					back = t
				}
			}
			if back == nil && len(s.fresh(final, nil)) > 0 {
				back = s.guilty(r, final)
			}
		} else if back = lastChanged(r.Targets); back == nil {
			return nil, err
		}
		if back == nil {
			return final, nil
		}
		back.index, best[back] = 0, -1
	}
}

// guilty is a target with changes that a new finding is about.
func (s *search) guilty(r *Result, final *state) *Target {
	for _, f := range s.fresh(final, nil) {
		for _, t := range r.Targets {
			if t.index != 0 && slices.ContainsFunc(t.IDs(), func(id string) bool { return slices.Contains(f.Workloads, id) }) {
				return t
			}
		}
	}
	return lastChanged(r.Targets)
}

func lastChanged(targets []*Target) *Target {
	for _, t := range slices.Backward(targets) {
		if t.index != 0 {
			return t
		}
	}
	return nil
}

// state renders, lints and places the release with changes, written as the
// overlay would be: rules about layers of values see it as the user's.
func (s *search) state(changes []render.Change) (*state, error) {
	release := s.release
	if len(changes) > 0 {
		entries, err := s.entries(changes, func(render.Change) string { return "" })
		if err != nil {
			return nil, err
		}
		byName := func(_ values.Path, a, b string) int { return strings.Compare(a, b) }
		overlay, err := values.Compose("overlay", nil, entries, byName)
		if err != nil {
			return nil, err
		}
		if release, err = s.release.WithFiles(append(slices.Clone(s.release.Files()), overlay)); err != nil {
			return nil, err
		}
	}
	return s.judged(release)
}

// judged is a rendered release, linted and on the nodes.
func (s *search) judged(release *render.Release) (*state, error) {
	o := s.options.Lint
	o.Intents = nil // told by score, for each target
	report, err := lint.Run(release, o)
	if err != nil {
		return nil, err
	}
	placed, err := cluster.New(o.Nodes, release, cluster.Options{})
	if err != nil {
		return nil, err
	}
	return &state{release: release, report: report, cluster: placed}, nil
}

// changesOf are the changes of the candidates in use, each once. Where two
// targets want different things of one value, the first has its way: the other
// is judged by what that makes of it.
func changesOf(targets []*Target) []render.Change {
	var all []render.Change
	for _, t := range targets {
		for _, c := range t.candidates[t.index].changes {
			clash := func(other render.Change) bool { return other.Path.HasPrefix(c.Path) || c.Path.HasPrefix(other.Path) }
			if !slices.ContainsFunc(all, clash) {
				all = append(all, c)
			}
		}
	}
	return all
}

func changesKey(changes []render.Change) string {
	var parts []string
	for _, c := range changes {
		parts = append(parts, c.Path.String()+"="+text(c.Value))
	}
	return strings.Join(parts, "\x00")
}

func same(a, b any) bool { return text(a) == text(b) }

// text is a value in a form in which equal ones are equal: 1 and 1.0 are.
func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}
