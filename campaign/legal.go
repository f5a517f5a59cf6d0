package main

import (
	"maps"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

const (
	required  = "requiredDuringSchedulingIgnoredDuringExecution"
	preferred = "preferredDuringSchedulingIgnoredDuringExecution"
	hostname  = "kubernetes.io/hostname"
	zone      = "topology.kubernetes.io/zone"
)

// form is how a value is spelled: as a tree, as text that the chart's
// templates parse, or as the only item of a list without the list.
type form int

const (
	tree form = iota
	text
	single
)

// proven is a candidate that helm's output moves with.
type proven struct {
	candidate
	around        []setting         // switches that are on in all trials of it
	labels        map[string]any    // that the moved workloads' pods share
	form          form              // that the value takes
	value         any               // legal, as a tree
	moves         []string          // objects
	base          map[string]string // signature without it
	baseDocuments []document
	written       any // the value in its form
}

// anti is a legal podAntiAffinity, constraint one of the list.
func anti(labels map[string]any) map[string]any {
	term := func() map[string]any {
		return map[string]any{"labelSelector": map[string]any{"matchLabels": maps.Clone(labels)}, "topologyKey": hostname}
	}
	return map[string]any{
		preferred: []any{map[string]any{"podAffinityTerm": term(), "weight": 50.0}},
		required:  []any{term()},
	}
}

func constraint(labels map[string]any) map[string]any {
	return map[string]any{"labelSelector": map[string]any{"matchLabels": maps.Clone(labels)}, "maxSkew": 1.0, "topologyKey": zone, "whenUnsatisfiable": "DoNotSchedule"}
}

// legalValues are values to try: one of them should move something.
func legalValues(c candidate, labels map[string]any) []any {
	switch c.family {
	case affinityMap:
		return []any{map[string]any{"podAntiAffinity": anti(labels)}}
	case antiMap:
		return []any{anti(labels)}
	case constraints:
		return []any{[]any{constraint(labels)}}
	case modeWord:
		return []any{"hard", "soft", "required"}
	case topologyKey:
		return []any{zone, hostname}
	case replicaCount:
		return []any{3.0, 4.0}
	case scaling:
		if strings.Contains(strings.ToLower(c.path.Last().Name()), "max") {
			return []any{9.0}
		}
		return []any{3.0}
	case budget:
		return []any{1.0, "40%"}
	}
	return nil
}

// prove asks helm whether the candidate moves anything.
func (k *check) prove(c candidate) (p proven, ok bool, err error) {
	p = proven{candidate: c, around: append(k.switches(c.path), k.partners(c)...)}
	if count, ok := k.countBeside(c); ok { // a rule about one pod says nothing
		p.around = append(p.around, count)
		if p, ok, err = k.proveAround(p, c); ok || err != nil {
			return p, ok, err
		}
		p = proven{candidate: c, around: p.around[:len(p.around)-1]}
	}
	return k.proveAround(p, c)
}

func (k *check) proveAround(p proven, c candidate) (_ proven, ok bool, err error) {
	p.baseDocuments = k.defaults
	if len(p.around) > 0 {
		r, err := k.templateWith(p.around...)
		if err != nil || r.exit != 0 {
			return p, false, err
		}
		p.baseDocuments = documents(r.out)
	}
	p.base = signature(p.baseDocuments)
	for _, value := range legalValues(c, map[string]any{"app.kubernetes.io/instance": render.StandInName}) {
		for form := tree; form <= single; form++ {
			spelled, fits := spell(c, value, form)
			if !fits {
				continue
			}
			p.form, p.value, p.written = form, value, spelled
			if ok, err = k.moves(&p); ok || err != nil {
				return p, ok, err
			}
		}
	}
	return p, false, nil
}

// moves renders the proven value, then once more with labels that the pods of
// all moved workloads have.
func (k *check) moves(p *proven) (bool, error) {
	r, err := k.templateWith(p.settings(p.written)...)
	if err != nil || r.exit != 0 {
		return false, err
	}
	docs := documents(r.out)
	p.moves = slices.DeleteFunc(moved(p.base, signature(docs)), func(id string) bool {
		kind, _, _ := strings.Cut(id, "/")
		return templatePath(kind) == nil && kind != "PodDisruptionBudget" && kind != "HorizontalPodAutoscaler"
	})
	if len(p.moves) == 0 || !p.arrives(docs) || p.family == budget && twoBounds(docs) {
		return false, nil
	}
	p.labels = shareLabels(docs, p.moves)
	if !slices.Contains(rulesOfPods, p.family) {
		return true, nil
	} else if len(p.labels) == 0 {
		return false, nil
	}
	p.value = legalValues(p.candidate, p.labels)[0]
	var fits bool
	p.written, fits = spell(p.candidate, p.value, p.form)
	return fits, nil
}

// twoBounds reports whether a budget has its default bound beside the new one,
// which the API server refuses.
func twoBounds(docs []document) bool {
	return slices.ContainsFunc(docs, func(d document) bool {
		return d.kind == "PodDisruptionBudget" && at(d.tree, "spec", "minAvailable") != nil && at(d.tree, "spec", "maxUnavailable") != nil
	})
}

// arrives reports whether a rule is rendered as a rule, not as text or a list
// of letters.
func (p *proven) arrives(docs []document) bool {
	if p.family == topologyKey {
		return slices.ContainsFunc(workloads(docs), func(w workload) bool {
			return slices.Contains(p.moves, w.id()) && w.hasTerm(func(t term) bool { return t.key == p.value })
		})
	}
	if !slices.Contains(rulesOfPods, p.family) {
		return true
	}
	for _, w := range workloads(docs) {
		if slices.Contains(p.moves, w.id()) && w.hasTerm(func(t term) bool { return t.spread == (p.family == constraints) && t.key != "" }) {
			return true
		}
	}
	return false
}

// shareLabels are the labels that pods of all these workloads have.
func shareLabels(docs []document, ids []string) map[string]any {
	var shared map[string]any
	for _, w := range workloads(docs) {
		if !slices.Contains(ids, w.id()) {
			continue
		}
		own, _ := at(w.tree, "spec", "selector", "matchLabels").(map[string]any)
		if own == nil {
			own = w.labels
		}
		if shared == nil {
			shared = maps.Clone(own)
		}
		maps.DeleteFunc(shared, func(key string, value any) bool {
			other, ok := w.labels[key]
			return !ok || words(other) != words(value)
		})
	}
	return shared
}

func (p *proven) settings(value any) []setting {
	return append(slices.Clone(p.around), setting{p.path, value})
}

// spell writes a value in a form; only rules have several.
func spell(c candidate, value any, f form) (any, bool) {
	switch f {
	case tree:
		return value, true
	case text:
		return yamlText(value), c.family == affinityMap || c.family == constraints
	default:
		items, ok := value.([]any)
		if !ok || c.family != constraints || len(items) != 1 {
			return nil, false
		}
		return items[0], true
	}
}

// templateWith runs helm with the settings in a values file that is not kept.
func (k *check) templateWith(settings ...setting) (ran, error) {
	content, ok := override(k.values, settings...)
	if !ok {
		return ran{exit: -1}, nil
	}
	file, err := k.keep(write(content, false).text)
	if err != nil {
		return ran{}, err
	}
	return k.template(k.chart.dir, "-f", file), nil
}

// pathOf makes a path of keys and indices.
func pathOf(keys ...any) (path values.Path) {
	for _, key := range keys {
		switch v := key.(type) {
		case string:
			path = path.Key(v)
		case int:
			path = path.Item(v)
		}
	}
	return path
}
