package generate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// Marker is the first line of every overlay, by which it is known again.
const Marker = "Written by `spreadlint generate`; to change it, change what it was made of and run that again."

// IsOverlay reports whether a values file is an overlay of this program.
func IsOverlay(file *values.File) bool { return file.Line(1) == "# "+Marker }

// entries are the changes as entries of a file. A change inside a list becomes
// the whole list, for Helm replaces lists.
func (s *search) entries(changes []render.Change, why func(render.Change) string) ([]values.Entry, error) {
	lists := map[string]int{} // by path: the entry
	var all []values.Entry
	for _, c := range changes {
		comment := why(c)
		at := slices.IndexFunc(c.Path, values.Key.IsIndex)
		if at < 0 {
			all = append(all, values.Entry{Path: c.Path, Value: c.Value, Comment: comment})
			continue
		}
		list := c.Path[:at]
		i, known := lists[list.String()]
		if !known {
			i = len(all)
			lists[list.String()] = i
			all = append(all, values.Entry{Path: list, Comment: "The whole list: Helm does not merge lists."})
		}
		all[i].Comment += "\n" + comment
		changed, err := s.release.With(within(changes, list)...)
		if err != nil {
			return nil, err
		}
		all[i].Value, _ = values.Lookup(any(changed.Values()), list)
	}
	return all, nil
}

// ordered are the changes in the order in which the overlay has them.
func (s *search) ordered(r *Result) []render.Change {
	all := changesOf(r.Targets)
	slices.SortStableFunc(all, func(a, b render.Change) int {
		n := 0
		for n < len(a.Path)-1 && n < len(b.Path)-1 && a.Path[n] == b.Path[n] {
			n++
		}
		if a.Path[n].IsIndex() || b.Path[n].IsIndex() {
			return cmp.Compare(a.Path.String(), b.Path.String())
		}
		return r.Less(a.Path[:n], a.Path[n].Name(), b.Path[n].Name())
	})
	return all
}

func within(changes []render.Change, list values.Path) []render.Change {
	return slices.DeleteFunc(slices.Clone(changes), func(c render.Change) bool { return !c.Path.HasPrefix(list) })
}

// why is the comment above a change: what it is for, once for each target.
func (s *search) why(r *Result, c render.Change, explained map[string]bool) string {
	comment := "why:"
	var names []string
	if s.ofRollout(r, c) {
		if explained["rollout "+c.Path.Parent().String()] {
			return "why: belongs to the value above"
		}
		explained["rollout "+c.Path.Parent().String()] = true
		return "why: a rolling update finds no spare place for a further pod: it takes an old one away first"
	}
	for _, t := range r.Targets {
		for _, other := range t.candidates[t.index].changes {
			if other.Path.Equal(c.Path) {
				names = append(names, t.Name)
				if len(names) == 1 {
					comment = fmt.Sprintf("why: %s. %s", t.Intent, t.candidates[t.index].form.why)
				}
			}
		}
	}
	if len(names) > 1 {
		comment += fmt.Sprintf("; also for %s", count(len(names)-1, "other workload"))
	}
	who := strings.Join(names, " ")
	if explained[who] {
		return "why: belongs to the value above"
	}
	explained[who] = true
	return comment
}

// ofRollout reports whether a change is there for the rolling update only.
func (s *search) ofRollout(r *Result, c render.Change) bool {
	return slices.ContainsFunc(r.Targets, func(t *Target) bool {
		return slices.ContainsFunc(t.candidates[t.index].rollout, func(x render.Change) bool { return x.Path.Equal(c.Path) })
	})
}

// Less orders keys as the chart's own values.yaml does; those that it does not
// have come last, by name.
func (r *Result) Less(parent values.Path, a, b string) int {
	x, y := r.rank(parent.Key(a)), r.rank(parent.Key(b))
	return cmp.Or(cmp.Compare(x.layer, y.layer), cmp.Compare(x.offset, y.offset), cmp.Compare(a, b))
}

type rank struct{ layer, offset int }

func (r *Result) rank(p values.Path) rank {
	for _, origin := range r.Release.Layers.All(p) {
		if origin.Layer.Kind == render.LayerChart && origin.Node.HasKey {
			return rank{len(origin.Layer.Prefix), origin.Node.Key.Start.Offset}
		}
	}
	for _, layer := range r.Release.Layers { // a dependency's name stands in no file
		if layer.Kind == render.LayerChart && layer.Prefix.HasPrefix(p) {
			return rank{len(p) + 1, 0}
		}
	}
	return rank{99, 0}
}

// File is the overlay as a file.
func (r *Result) File(name string, header []string) (*values.File, error) {
	return values.Compose(name, header, r.Entries, r.Less)
}

// Intents are the intents that were used, each once, in the order of the
// targets.
func (r *Result) Intents() []lint.Intent {
	var all []lint.Intent
	for _, t := range r.Targets {
		if !slices.ContainsFunc(all, func(i lint.Intent) bool { return i.Name == t.Intent.Name && i.String() == t.Intent.String() }) {
			all = append(all, t.Intent)
		}
	}
	return all
}
