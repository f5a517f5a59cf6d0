package fix

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/spreadlint/spreadlint/render"
)

// restarts lists the workloads whose pods the next upgrade replaces because
// of the edits: those whose pod template differs. A template that differs at
// every render counts when its rules about placement differ.
func (r *run) restarts(from, to *state) ([]string, error) {
	after := byID(to.release)
	var ids []string
	for _, w := range from.release.Workloads {
		x := after[w.ID()]
		if x == nil || reflect.DeepEqual(template(w), template(x)) {
			continue
		}
		if reflect.DeepEqual(rules(w), rules(x)) {
			random, err := r.isRandom(w.ID())
			if err != nil {
				return nil, err
			}
			if random {
				continue
			}
		}
		ids = append(ids, w.ID())
	}
	slices.Sort(ids)
	return ids, nil
}

// template is what of an object its pods are made from.
func template(w *render.Workload) []any {
	spec, _ := w.Lookup(w.SpecPath)
	metadata, _ := w.Lookup(w.SpecPath.Parent().Key("metadata"))
	return []any{spec, metadata}
}

// rules are a workload's rules about placement.
func rules(w *render.Workload) []any {
	var all []any
	for _, name := range placement {
		rule, _ := w.Lookup(w.SpecPath.Key(name))
		all = append(all, rule)
	}
	return all
}

// isRandom reports whether a workload differs each time it is rendered.
func (r *run) isRandom(id string) (bool, error) {
	if r.random == nil {
		again, err := r.given.release.WithFiles(r.given.files)
		if err != nil {
			return false, fmt.Errorf("render the chart again: %w", err)
		}
		r.random = map[string]bool{}
		after := byID(again)
		for _, w := range r.given.release.Workloads {
			x := after[w.ID()]
			r.random[w.ID()] = x == nil || !reflect.DeepEqual(w.Object(), x.Object())
		}
	}
	return r.random[id], nil
}
