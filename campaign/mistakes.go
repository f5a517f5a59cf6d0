package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/values"
)

// The parts that the table of defects is made of: how a legal value is spoilt,
// and how to see in helm's output that it arrived.

// antiOf is the podAntiAffinity in a copy of a legal value, and its path.
func antiOf(p proven) (whole any, anti map[string]any, path values.Path) {
	whole = copied(p.value)
	if p.family == affinityMap {
		path = path.Key("podAntiAffinity")
	}
	found, _ := values.Lookup(whole, path)
	anti, _ = found.(map[string]any)
	return whole, anti, path
}

// firstTerm is the hard term or the constraint in a copy of a legal value.
func firstTerm(p proven) (whole any, t map[string]any, path values.Path) {
	if p.family == constraints {
		whole = copied(p.value)
		path = pathOf(0)
	} else {
		whole, _, path = antiOf(p)
		path = path.Key(required).Item(0)
	}
	found, _ := values.Lookup(whole, path)
	t, _ = found.(map[string]any)
	return whole, t, path
}

// inTerm sets a field of the term, or removes it.
func inTerm(field string, value any) func(proven) (any, values.Path, bool) {
	return func(p proven) (any, values.Path, bool) {
		whole, t, path := firstTerm(p)
		if value == nil {
			delete(t, field)
			return whole, path, t != nil
		}
		if t == nil {
			return nil, nil, false
		}
		t[field] = value
		return whole, path.Key(field), true
	}
}

func inSelector(make func(labels map[string]any) (any, values.Path)) func(proven) (any, values.Path, bool) {
	return func(p proven) (any, values.Path, bool) {
		whole, t, path := firstTerm(p)
		if t == nil || len(p.labels) == 0 {
			return nil, nil, false
		}
		if _, anti, _ := antiOf(p); anti != nil { // a term against others is no mistake beside one that holds
			whole = withoutPreferred(p, whole)
		}
		selector, below := make(p.labels)
		t["labelSelector"] = selector
		return whole, path.Key("labelSelector").Child(below...), true
	}
}

func withoutPreferred(p proven, whole any) any {
	anti := whole
	if p.family == affinityMap {
		anti = at(whole, "podAntiAffinity")
	}
	if m, ok := anti.(map[string]any); ok {
		delete(m, preferred)
	}
	return whole
}

func weight(value any) func(proven) (any, values.Path, bool) {
	return func(p proven) (any, values.Path, bool) {
		whole, anti, path := antiOf(p)
		path = path.Key(preferred).Item(0)
		entry, ok := list(anti[preferred])[0].(map[string]any)
		if value == nil {
			delete(entry, "weight")
			return whole, path, ok
		}
		entry["weight"] = value
		return whole, path.Key("weight"), ok
	}
}

func renamed(from, to string) func(proven) (any, values.Path, bool) {
	return func(p proven) (any, values.Path, bool) {
		whole, anti, path := antiOf(p)
		anti[to] = anti[from]
		delete(anti, from)
		return whole, path.Key(to), true
	}
}

func softWithDomains(p proven) (any, values.Path, bool) {
	whole, t, path := firstTerm(p)
	t["minDomains"], t["whenUnsatisfiable"] = 2.0, "ScheduleAnyway"
	return whole, path, true
}

func whole(value any) func(proven) (any, values.Path, bool) {
	return func(proven) (any, values.Path, bool) { return value, nil, true }
}

// transposed swaps two letters in the middle: hrad, affintiy.
func transposed(word string) string {
	for i := len(word) / 2; i > 0; i-- {
		if i < len(word) && word[i] != word[i-1] {
			return word[:i-1] + word[i:i+1] + word[i-1:i] + word[i+1:]
		}
	}
	return word + "x"
}

func anyMoved(holds func(workload) bool) func(proven, []document) bool {
	return func(p proven, docs []document) bool {
		return slices.ContainsFunc(workloads(docs), func(w workload) bool { return slices.Contains(p.moves, w.id()) && holds(w) })
	}
}

func hasTerm(holds func(term) bool) func(proven, []document) bool {
	return anyMoved(func(w workload) bool { return w.hasTerm(holds) })
}

// severalHave is hasTerm for what harms only several pods.
func severalHave(holds func(term) bool) func(proven, []document) bool {
	return anyMoved(func(w workload) bool { return w.replicas >= 2 && w.hasTerm(holds) })
}

func hasKey(key string) func(proven, []document) bool {
	return severalHave(func(t term) bool { return t.key == key })
}

// rendersText looks into the moved objects, whatever they have become.
func rendersText(part string) func(proven, []document) bool {
	return func(p proven, docs []document) bool {
		return slices.ContainsFunc(docs, func(d document) bool {
			return slices.Contains(p.moves, d.id()) && strings.Contains(strings.ReplaceAll(d.text, `"`, ""), part)
		})
	}
}

// losesTerms reports whether a workload that the legal value gives a rule has
// none of its kind now.
func losesTerms(p proven, docs []document) bool {
	return anyMoved(func(w workload) bool {
		return w.replicas >= 2 && !w.hasTerm(func(t term) bool { return t.spread == (p.family == constraints) && t.key != "" })
	})(p, docs)
}

func blocks(p proven, docs []document) bool {
	return slices.ContainsFunc(workloads(docs), func(w workload) bool {
		return templateRuns(w) && claims["pdb-blocks-drain"](w, docs)
	})
}

// free is a path at which nothing stands.
func (k *check) free(path values.Path) (values.Path, bool) {
	_, taken := values.Lookup(k.values, path)
	return path, !taken
}

func (k *check) isDependency(key string) bool {
	_, err := os.Stat(filepath.Join(k.chart.dir, "charts", key))
	return err == nil
}

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
