package generate

import (
	"slices"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// perfect is the score of a target that needs nothing more.
const perfect = 14

// score says how good a state is for a target: 0 when it hangs, and less than
// 0 when the change brings up what was not there before.
func (s *search) score(t *Target, on *state, index int) (int, error) {
	for _, x := range t.Unit {
		now := on.release.Workload(x)
		if now == nil {
			return -1, nil
		}
		waits, err := lint.Hangs(on.cluster, now)
		if err != nil {
			return 0, err
		}
		if waits != "" {
			return 0, nil
		}
	}
	if index != 0 && len(s.fresh(on, t)) > 0 {
		return -1, nil
	}
	w := on.release.Workload(t.first())
	standing, err := lint.Stands(on.cluster, w, t.Intent)
	if err != nil {
		return 0, err
	}
	likely, err := lint.Stands(on.cluster, w, lint.Intent{Survive: t.Intent.Survive})
	if err != nil {
		return 0, err
	}
	score := 1
	if enough(standing) {
		score += 8
	}
	if enough(likely) {
		score += 4
	}
	left, advice := s.left(on, t)
	if left == 0 {
		score += 2
	}
	if advice > 0 {
		score--
	}
	return min(score, perfect), nil
}

// enough reports whether an intent is met, or no values could meet it.
func enough(s lint.Standing) bool { return s.Met || s.Cannot || s.Alone }

// left counts what lint says of a target: warnings and errors, and advice.
func (s *search) left(on *state, t *Target) (left, advice int) {
	for _, f := range on.report.Findings {
		about := slices.ContainsFunc(t.IDs(), func(id string) bool { return slices.Contains(f.Workloads, id) })
		switch {
		case !about || f.Category == "values" || f.Category == "suppression":
		case f.Severity >= lint.Warning:
			left++
		default:
			advice++
		}
	}
	return left, advice
}

// fresh are the warnings and errors that a state has and the given values do
// not: all, or those about a target.
func (s *search) fresh(on *state, t *Target) []lint.Finding {
	key := func(f lint.Finding, w string) string { return f.Rule + "\x00" + w }
	known := map[string]bool{}
	for _, f := range s.base.report.Findings {
		for _, w := range append([]string{""}, f.Workloads...) {
			known[key(f, w)] = true
		}
	}
	var found []lint.Finding
	for _, f := range on.report.Findings {
		if f.Severity < lint.Warning {
			continue
		}
		names := f.Workloads
		if len(names) == 0 {
			names = []string{""}
		}
		for _, w := range names {
			if !known[key(f, w)] && (t == nil || w == "" && t.sets(f.Path) || slices.Contains(t.IDs(), w)) {
				found = append(found, f)
				break
			}
		}
	}
	return found
}

// sets reports whether the candidate in use is about a value.
func (t *Target) sets(path values.Path) bool {
	return path == nil || slices.ContainsFunc(t.candidates[t.index].changes, func(c render.Change) bool {
		return path.HasPrefix(c.Path) || c.Path.HasPrefix(path)
	})
}
