package fix

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// Proposal is one fix of one finding, as edits of files.
type Proposal struct {
	Finding lint.Finding
	Fix     lint.Fix

	index   int // of the fix among the finding's
	changes []fileChange
}

// fileChange is a change in one of the user's files.
type fileChange struct {
	values.Change
	erase int // the line of a comment to take out; then there is no Change
	file  *values.File
}

// key tells proposals apart across rounds: positions move, paths and words
// stay.
func (p *Proposal) key() string {
	return fmt.Sprint(findingKey(&p.Finding), "\x00", p.Finding.Path, "\x00", p.index, "\x00", p.Fix.Title)
}

// findingKey tells findings apart whatever lines they stand on.
func findingKey(f *lint.Finding) string {
	return fmt.Sprint(f.Rule, "\x00", f.Field, "\x00", strings.Join(f.Workloads, ","), "\x00", f.Message)
}

func (r *run) wants(f *lint.Finding) bool { return r.options.Wanted == nil || r.options.Wanted(f) }

// refuse notes why a fix is not made in a state, and what a person would type.
func (r *run) refuse(s *state, p *Proposal, o *objection) {
	skipped := Skipped{Finding: p.Finding, Fix: p.Fix, Reason: o.reason}
	if o.byHand {
		skipped.Type = typings(s, p.Fix.Sets)
	}
	r.refused[p.key()] = skipped
}

// proposals are the first fix of each finding that is allowed and was not
// refused, the graver findings first.
func (r *run) proposals(s *state) []*Proposal {
	var found []*Proposal
	for _, f := range s.report.Findings {
		if !r.wants(&f) {
			continue
		}
		for i, fix := range f.Fixes {
			p := &Proposal{Finding: f, Fix: fix, index: i}
			if fix.Safety == lint.ShowOnly || fix.Safety == lint.Unsafe && !r.options.Unsafe || len(fix.Sets) == 0 {
				continue
			}
			if _, refused := r.refused[p.key()]; refused {
				continue
			}
			if err := p.resolve(s); err != nil {
				r.refuse(s, p, err)
				continue
			}
			found = append(found, p)
			break
		}
	}
	slices.SortStableFunc(found, bySeverity)
	return r.inTime(found)
}

// inTime leaves out the fixes that come last as long as there are others, and
// those of findings that only other fixes brought out: what a person wrote is
// not taken away because a fix made it needless.
func (r *run) inTime(proposals []*Proposal) []*Proposal {
	var now, last []*Proposal
	for _, p := range proposals {
		switch {
		case !p.Fix.Last:
			now = append(now, p)
		case slices.ContainsFunc(r.given.report.Findings, func(f lint.Finding) bool {
			return findingKey(&f) == findingKey(&p.Finding) && f.Path.Equal(p.Finding.Path)
		}):
			last = append(last, p)
		}
	}
	if len(now) > 0 {
		return now
	}
	return last
}

// resolve finds, for each set, the file that owns the value.
func (p *Proposal) resolve(s *state) *objection {
	for _, set := range p.Fix.Sets {
		if set.Erase > 0 {
			at := slices.IndexFunc(s.files, func(f *values.File) bool { return f.Name == p.Finding.Location.File })
			if at < 0 || count(s.files, s.files[at]) > 1 {
				return &objection{reason: p.Finding.Location.File + " is not a values file that was given once"}
			}
			p.changes = append(p.changes, fileChange{erase: set.Erase, file: s.files[at]})
			continue
		}
		for _, set := range merged(s, set) {
			c, objection := resolve(s, set)
			if objection != nil {
				return objection
			}
			p.changes = append(p.changes, c)
		}
	}
	return nil
}

// refusal is why the proposal's edits cannot be made at all; nil when they
// can.
func (p *Proposal) refusal(s *state) *objection {
	if o := p.resolve(s); o != nil {
		return o
	}
	_, o := edit(s.files, []*Proposal{p})
	return o
}

// merged splits the move of a map to a place where a map stands already into
// moves of its entries, where none stands in the way of another.
func merged(s *state, set lint.Set) []lint.Set {
	tree := any(s.release.Values())
	from, isMap := lookupMap(tree, set.Path)
	if set.Move == nil || !isMap {
		return []lint.Set{set}
	}
	var sets []lint.Set
	for _, file := range s.files {
		to, isMap := lookupMap(any(file.Tree()), set.Move)
		if !isMap {
			continue
		}
		for _, key := range slices.Sorted(maps.Keys(from)) {
			if _, taken := to[key]; taken {
				return []lint.Set{set}
			}
			sets = append(sets, lint.Set{Path: set.Path.Key(key), Move: set.Move.Key(key)})
		}
		return sets
	}
	return []lint.Set{set}
}

func lookupMap(tree any, path values.Path) (map[string]any, bool) {
	value, _ := values.Lookup(tree, path)
	m, isMap := value.(map[string]any)
	return m, isMap
}

// resolve finds the file in which a value is to be changed: the one that sets
// it; if none does, the last that has the nearest parent.
func resolve(s *state, set lint.Set) (fileChange, *objection) {
	c := fileChange{Change: values.Change{Value: set.Value, Remove: set.Remove}}
	origin, found := s.release.Layers.Find(set.Path)
	switch {
	case found && origin.Layer.Kind == render.LayerSet:
		return c, &objection{reason: fmt.Sprintf("%s is set on the command line by %s", set.Path, origin.Layer.Flag), byHand: true}
	case found && origin.Layer.Kind == render.LayerChart && (set.Remove || set.Move != nil):
		return c, &objection{reason: fmt.Sprintf("%s is a default of the chart; an own values file can only put another value over it", set.Path)}
	case found && origin.Layer.Kind == render.LayerFile && origin.Path.Last() == set.Path.Last():
		c.file, c.Path = origin.Layer.File, origin.Path
	default:
		if c.file, c.Path = insertion(s, set.Path); c.file == nil {
			return c, &objection{reason: "no values file was given that could be edited", byHand: true}
		}
		if owned := listOf(c.file, c.Path); owned != nil {
			return c, &objection{reason: fmt.Sprintf("the list %s comes from the chart, and Helm replaces lists whole: copy it to your values file and change it there", owned)}
		}
	}
	if set.Move != nil {
		c.Change = values.Change{Path: c.Path}
		from, to := c.Path.Parent(), set.Move
		if set.Move.Parent().Equal(set.Path.Parent()) && from.Equal(set.Path.Parent()) {
			c.Rename = to.Last().Name()
		} else {
			c.Move = to
		}
	}
	if node, ok := c.file.Find(c.Path); ok && !node.Alias.IsZero() && !set.Remove {
		return c, &objection{reason: fmt.Sprintf("%s:%d takes the value over by an alias: change it where the anchor stands, for all that use it, or here",
			c.file.Name, node.Alias.Start.Line), byHand: true}
	}
	if line := lostTemplate(c.file, c.Path, set); line != "" {
		return c, &objection{reason: fmt.Sprintf("%s holds the template expression %s, which the fix would overwrite with what it gives today", set.Path, line), byHand: true}
	}
	if count(s.files, c.file) > 1 {
		return c, &objection{reason: c.file.Name + " is given twice; give it once"}
	}
	return c, nil
}

// insertion is the file, and the path in it, for a value that no file sets.
func insertion(s *state, path values.Path) (*values.File, values.Path) {
	var best *values.File
	depth := -1
	for _, file := range s.files {
		if parent, _ := file.Deepest(path); len(parent) >= depth {
			best, depth = file, len(parent)
		}
	}
	return best, path
}

// listOf is the list on the way to a path that the file does not hold as far
// as the path needs it: nil when there is none.
func listOf(file *values.File, path values.Path) values.Path {
	for i, key := range path {
		if !key.IsIndex() {
			continue
		}
		list, _ := values.Lookup(any(file.Tree()), path[:i])
		if items, isList := list.([]any); !isList || key.Index() > len(items) {
			return path[:i]
		}
	}
	return nil
}

func count(files []*values.File, file *values.File) int {
	n := 0
	for _, f := range files {
		if f.Name == file.Name {
			n++
		}
	}
	return n
}

// withoutConflicts drops, for each place, all proposals but the first; those
// that ask for the same are one.
func withoutConflicts(proposals []*Proposal) []*Proposal {
	var kept []*Proposal
	for _, p := range proposals {
		if !slices.ContainsFunc(kept, p.conflicts) {
			kept = append(kept, p)
		}
	}
	return kept
}

func (p *Proposal) conflicts(q *Proposal) bool {
	for _, a := range p.changes {
		for _, b := range q.changes {
			if a.file != b.file || a.erase > 0 || b.erase > 0 || a.same(b) {
				continue
			}
			for _, x := range a.paths() {
				for _, y := range b.paths() {
					if x.HasPrefix(y) || y.HasPrefix(x) {
						return true
					}
				}
			}
		}
	}
	return false
}

// paths are all places that a change is about.
func (c fileChange) paths() []values.Path {
	all := []values.Path{c.Path}
	switch {
	case c.Move != nil:
		all = append(all, c.Move)
	case c.Rename != "":
		all = append(all, c.Path.Parent().Key(c.Rename))
	}
	return all
}

func (c fileChange) same(d fileChange) bool {
	return fmt.Sprint(c.Path, c.Rename, c.Move, c.Remove, fmt.Sprintf("%#v", c.Value)) == fmt.Sprint(d.Path, d.Rename, d.Move, d.Remove, fmt.Sprintf("%#v", d.Value))
}

// byHand says why a fix that is only shown is not made.
func byHand(s *state, p *Proposal) *Skipped {
	if p.Fix.Safety != lint.ShowOnly {
		return nil
	}
	skipped := &Skipped{Finding: p.Finding, Fix: p.Fix, Reason: "to be decided and typed by a person", Type: typings(s, p.Fix.Sets)}
	switch p.Finding.Location.Layer {
	case lint.LayerTemplate:
		if skipped.Reason = "the chart's template decides, no value does"; len(p.Fix.Sets) > 0 {
			skipped.Reason = "the chart's template decides where the finding is, but a value can mend it"
		}
	case lint.LayerSet:
		skipped.Reason = "the value is set on the command line"
	case lint.LayerChart:
		skipped.Reason = "the value is a default of the chart; put this into your own values file"
	}
	return skipped
}

// refusedEdit explains why a file cannot be edited safely.
func refusedEdit(file *values.File, err error) *objection {
	var refusal *values.Refusal
	if !errors.As(err, &refusal) {
		return &objection{reason: err.Error()}
	}
	o := &objection{reason: refusal.Reason, byHand: true}
	if refusal.Pos.Line > 0 {
		o.reason = fmt.Sprintf("%s:%d: %s", file.Name, refusal.Pos.Line, refusal.Reason)
	}
	return o
}
