// Package fix turns findings into edits of the user's values files and keeps
// an edit only if a second render and lint agree: the finding is gone, none is
// new and nothing else changed.
//
// It asks package values for the edits and package lint for the verdicts, and
// knows no rule. It reads and writes no files: text in, text out.
package fix

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// Options says which fixes are wanted.
type Options struct {
	Lint   lint.Options             // with which findings are looked for
	Unsafe bool                     // also those after which pods may be placed differently, or wait
	Wanted func(*lint.Finding) bool // whose findings to fix; nil for all
	// Ask decides about one proposal, given the files before and after it; nil
	// takes all. It is asked once about each.
	Ask func(p *Proposal, before, after []*values.File) Answer
}

// Answer is what a person says to a proposal.
type Answer int

const (
	Yes Answer = iota
	No
	All  // this and all that follow
	Quit // neither this nor any that follows
)

// Result is what fixing came to. Nothing is written.
type Result struct {
	After    lint.Report
	Given    []*values.File
	Files    []Changed      // files that changed, in the order given
	Applied  []*Proposal    // in the order of their rounds
	Skipped  []Skipped      // fixes that were not made, sorted by place
	Unfixed  []Unfixed      // wanted findings without a fix, sorted by place
	Left     []lint.Finding // wanted findings that remain
	Unsafe   int            // findings that only an unsafe fix would mend, and none was allowed
	Restarts []string       // workloads whose pods the next upgrade replaces because of the edits
	Rounds   int
}

// Unfixed is a finding that has no fix, and why.
type Unfixed struct {
	Finding lint.Finding
	Reason  string
}

// Changed is a file before and after.
type Changed struct{ Before, After *values.File }

// Skipped is a fix that was not made.
type Skipped struct {
	Finding lint.Finding
	Fix     lint.Fix
	Reason  string
	Type    []Typing // what a person would type instead, nil when there is nothing
}

// maxRounds bounds the rounds of fixing: fixes may bring out further findings,
// but rules that undo each other's fixes would never end.
const maxRounds = 10

// FightError names the rules whose fixes undo each other. Nothing is fixed
// then: which of them is right nobody can tell.
type FightError struct{ Rules []string }

func (e *FightError) Error() string {
	return fmt.Sprintf("no end after %d rounds: the fixes of %s undo each other", maxRounds, strings.Join(e.Rules, " and "))
}

// state is the release with one set of values files.
type state struct {
	files   []*values.File
	release *render.Release
	report  lint.Report
}

// run is one call of Run.
type run struct {
	options Options
	given   *state
	refused map[string]Skipped // by Proposal.key
	asked   map[string]bool
	answer  Answer // All or Quit, once said
	random  map[string]bool
	tried   int // sets of fixes that were tried together
}

// Run fixes what it can in a release's values files. The error is a
// *FightError, or that of a render or of lint.
func Run(release *render.Release, options Options) (Result, error) {
	r := &run{options: options, refused: map[string]Skipped{}, asked: map[string]bool{}}
	report, err := lint.Run(release, options.Lint)
	if err != nil {
		return Result{}, err
	}
	r.given = &state{files: release.Files(), release: release, report: report}
	current := r.given
	var result Result
	var last []*Proposal
	for {
		proposals := r.proposals(current)
		if len(proposals) == 0 {
			break
		}
		if result.Rounds == maxRounds {
			return Result{}, &FightError{Rules: rulesOf(slices.Concat(last, proposals))}
		}
		result.Rounds++
		next, applied, err := r.attempt(current, withoutConflicts(proposals))
		if err != nil {
			return Result{}, err
		}
		result.Applied = append(result.Applied, applied...)
		if len(applied) > 0 {
			last = applied
		}
		current = next
	}
	result.After, result.Given = current.report, r.given.files
	for i, file := range current.files {
		if file != r.given.files[i] && string(file.Src) != string(r.given.files[i].Src) {
			result.Files = append(result.Files, Changed{r.given.files[i], file})
		}
	}
	r.finish(&result, current)
	result.Restarts, err = r.restarts(r.given, current)
	return result, err
}

// attempt makes the proposals' edits and keeps those that stand the second
// render and lint. When all together do not, halves are tried, down to single
// ones.
func (r *run) attempt(from *state, proposals []*Proposal) (*state, []*Proposal, error) {
	proposals = r.ask(from, proposals)
	if len(proposals) == 0 {
		return from, nil, nil
	}
	next, objection, err := r.try(from, proposals)
	switch {
	case err != nil:
		return nil, nil, err
	case objection == nil:
		return next, proposals, nil
	case len(proposals) > 1:
		half := len(proposals) / 2
		next, applied, err := r.attempt(from, proposals[:half])
		if err != nil {
			return nil, nil, err
		}
		rest := proposals[half:]
		if len(applied) > 0 {
			rest = r.again(next, rest)
		}
		next, more, err := r.attempt(next, rest)
		return next, append(applied, more...), err
	}
	next, applied, err := r.followed(from, next, proposals[0], objection)
	if err != nil {
		return nil, nil, err
	}
	if applied == nil {
		next, applied, err = r.together(from, proposals[0])
	}
	switch {
	case err != nil:
		return nil, nil, err
	case applied == nil:
		r.refuse(from, proposals[0], objection)
		return from, nil, nil
	}
	return next, applied, nil
}

// again are the proposals as they are after other edits, for their paths may
// have moved. What is not found again is left to the next round.
func (r *run) again(s *state, proposals []*Proposal) []*Proposal {
	var found []*Proposal
	for _, p := range r.proposals(s) {
		if slices.ContainsFunc(proposals, func(q *Proposal) bool { return q.key() == p.key() }) {
			found = append(found, p)
		}
	}
	return withoutConflicts(found)
}

// maxFollowers bounds how many further fixes one may need.
const maxFollowers = 3

// followed mends what a fix brings out: a misspelt mode that is corrected
// wakes a rule that has its own defects. The fixes hold together or not at
// all.
func (r *run) followed(from, next *state, p *Proposal, objection *objection) (*state, []*Proposal, error) {
	applied := []*Proposal{p}
	for range maxFollowers {
		if next == nil || len(objection.fresh) == 0 {
			return nil, nil, nil
		}
		var followers []*Proposal
		for _, q := range r.proposals(next) {
			if !slices.ContainsFunc(applied, q.conflicts) && slices.ContainsFunc(objection.fresh, func(f lint.Finding) bool { return findingKey(&f) == findingKey(&q.Finding) }) {
				followers = append(followers, q)
			}
		}
		followers = r.ask(next, withoutConflicts(followers))
		if len(followers) == 0 {
			return nil, nil, nil
		}
		after, refusal, err := r.edited(next, followers)
		if err != nil || refusal != nil {
			return nil, nil, err
		}
		applied = append(applied, followers...)
		if objection, err = r.object(from, after, applied); err != nil {
			return nil, nil, err
		}
		if objection == nil {
			return after, applied, nil
		}
		next = after
	}
	return nil, nil, nil
}

// try makes edits and judges the outcome. The state is nil when the edits
// themselves cannot be made.
func (r *run) try(from *state, proposals []*Proposal) (*state, *objection, error) {
	next, refusal, err := r.edited(from, proposals)
	if err != nil || refusal != nil {
		return nil, refusal, err
	}
	objection, err := r.object(from, next, proposals)
	return next, objection, err
}

// edited is the state after the edits, rendered and linted again.
func (r *run) edited(from *state, proposals []*Proposal) (*state, *objection, error) {
	files, refusal := edit(from.files, proposals)
	if refusal != nil {
		return nil, refusal, nil
	}
	release, err := from.release.WithFiles(files)
	if err != nil {
		return nil, &objection{reason: "the chart no longer renders: " + err.Error()}, nil
	}
	report, err := lint.Run(release, r.options.Lint)
	if err != nil {
		return nil, nil, err
	}
	return &state{files: files, release: release, report: report}, nil, nil
}

// ask drops the proposals that a person does not want.
func (r *run) ask(from *state, proposals []*Proposal) []*Proposal {
	if r.options.Ask == nil {
		return proposals
	}
	var wanted []*Proposal
	for _, p := range proposals {
		answer := r.answer
		if !r.asked[p.key()] && answer == Yes {
			r.asked[p.key()] = true
			after, refusal := edit(from.files, []*Proposal{p})
			if refusal != nil {
				r.refuse(from, p, refusal)
				continue
			}
			if answer = r.options.Ask(p, from.files, after); answer == All || answer == Quit {
				r.answer = answer
			}
		}
		if answer == No || answer == Quit {
			r.refuse(from, p, &objection{reason: "declined"})
			continue
		}
		wanted = append(wanted, p)
	}
	return wanted
}

// finish lists what was not done.
func (r *run) finish(result *Result, current *state) {
	for _, f := range current.report.Findings {
		if !r.wants(&f) {
			continue
		}
		result.Left = append(result.Left, f)
		var skipped *Skipped
		unsafe := false
		for i, fix := range f.Fixes {
			p := &Proposal{Finding: f, Fix: fix, index: i}
			if fix.Safety == lint.Unsafe && !r.options.Unsafe && len(fix.Sets) > 0 && !unsafe {
				if o := p.refusal(current); o == nil {
					unsafe = true
				} else {
					r.refuse(current, p, o)
				}
			}
			if s, ok := r.refused[p.key()]; ok && skipped == nil {
				skipped = &s
			} else if s := byHand(current, p); s != nil && skipped == nil {
				skipped = s
			}
		}
		switch {
		case skipped != nil:
			result.Skipped = append(result.Skipped, *skipped)
		case unsafe:
			result.Unsafe++
		default:
			result.Unfixed = append(result.Unfixed, Unfixed{Finding: f, Reason: withoutFix(&f)})
		}
	}
}

// withoutFix is why a finding has no fix.
func withoutFix(f *lint.Finding) string {
	rule, _ := lint.Lookup(f.Rule)
	switch {
	case f.Location.Layer == lint.LayerTemplate:
		return "the chart's template decides, no value does"
	case rule == nil || rule.NoFix == "":
		return "what to write instead is not known"
	}
	return rule.NoFix
}

func rulesOf(proposals []*Proposal) []string {
	var rules []string
	for _, p := range proposals {
		rules = append(rules, p.Finding.Rule)
	}
	slices.Sort(rules)
	return slices.Compact(rules)
}

// bySeverity sorts the graver first, then by rule, then by place.
func bySeverity(a, b *Proposal) int {
	return cmp.Or(cmp.Compare(b.Finding.Severity, a.Finding.Severity), strings.Compare(a.Finding.Rule, b.Finding.Rule),
		strings.Compare(a.Finding.Location.File, b.Finding.Location.File), cmp.Compare(a.Finding.Location.Start.Offset, b.Finding.Location.Start.Offset))
}
