package conformance

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// generator makes up one object. bad is how often a field's value is drawn
// from what is refused, or merely odd, instead of what is sound.
type generator struct {
	*rand.Rand
	bad float64
}

// Generate writes the manifest of one random object, the same for the same
// seed and number. All outside its placement fields is sound.
func Generate(seed, number uint64) []byte {
	g := generator{Rand: rand.New(rand.NewPCG(seed, number))}
	g.bad = pick(g, 0.0, 0.0, 0.02, 0.1, 0.3)
	spec := map[string]any{"containers": []any{map[string]any{"name": "web", "image": "web:1"}}}
	if g.chance(0.7) {
		spec["affinity"] = g.affinity()
	}
	if g.chance(0.7) {
		spec["topologySpreadConstraints"] = g.list(3, g.constraint)
	}
	if g.chance(0.3) {
		spec["nodeSelector"] = map[string]any{fmt.Sprint(g.labelKey()): g.labelValue(), "disk": g.labelValue()}
	}
	for range pick(g, 0, 0, 0, 1, 1, 2, 4) {
		g.mutate(spec)
	}
	return g.write(g.object(spec))
}

// object puts a pod spec into one of the kinds.
func (g generator) object(spec map[string]any) map[string]any {
	labels := map[string]any{"app": "web"}
	for _, key := range []string{"tier", "version", "pod-template-hash", "zone"} {
		if g.chance(0.3) {
			labels[key] = "x"
		}
	}
	metadata := func(more map[string]any) map[string]any {
		more["name"] = "web"
		if g.chance(0.5) {
			more["namespace"] = namespace
		}
		return more
	}
	body := map[string]any{"template": map[string]any{"metadata": map[string]any{"labels": labels}, "spec": spec}}
	object := map[string]any{"apiVersion": "apps/v1", "kind": pick(g, "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod"), "metadata": metadata(map[string]any{}), "spec": body}
	selector := map[string]any{"matchLabels": map[string]any{"app": "web"}}
	switch object["kind"] {
	case "Pod":
		object["apiVersion"], object["metadata"], object["spec"] = "v1", metadata(map[string]any{"labels": labels}), spec
	case "Job", "CronJob":
		object["apiVersion"] = "batch/v1"
		spec["restartPolicy"] = "Never"
		if object["kind"] == "CronJob" {
			object["spec"] = map[string]any{"schedule": "0 3 * * *", "jobTemplate": map[string]any{"spec": body}}
		}
		if g.chance(0.4) {
			body["completionMode"], body["completions"], body["parallelism"] = "Indexed", 3, 3
		}
	case "StatefulSet":
		body["serviceName"] = "web"
		fallthrough
	default:
		body["selector"] = selector
	}
	return object
}

func (g generator) affinity() any {
	affinity := map[string]any{}
	for _, name := range []string{"podAffinity", "podAntiAffinity"} {
		if g.chance(0.6) {
			affinity[name] = map[string]any{}
			g.maybe(affinity[name], 0.6, "requiredDuringSchedulingIgnoredDuringExecution", func() any { return g.list(2, g.term) })
			g.maybe(affinity[name], 0.6, "preferredDuringSchedulingIgnoredDuringExecution", func() any { return g.list(2, g.preferred) })
		}
	}
	if g.chance(0.4) {
		affinity["nodeAffinity"] = map[string]any{}
		g.maybe(affinity["nodeAffinity"], 0.6, "requiredDuringSchedulingIgnoredDuringExecution", func() any {
			return map[string]any{"nodeSelectorTerms": g.list(2, g.nodeTerm)}
		})
		g.maybe(affinity["nodeAffinity"], 0.5, "preferredDuringSchedulingIgnoredDuringExecution", func() any {
			return g.list(2, func() any { return map[string]any{"weight": g.weight(), "preference": g.nodeTerm()} })
		})
	}
	return affinity
}

func (g generator) preferred() any {
	term := map[string]any{}
	g.must(term, "weight", g.weight)
	g.must(term, "podAffinityTerm", g.term)
	return term
}

func (g generator) term() any {
	term := map[string]any{}
	g.must(term, "topologyKey", g.topologyKey)
	g.maybe(term, 0.85, "labelSelector", g.selector)
	g.maybe(term, 0.2, "namespaceSelector", g.selector)
	g.maybe(term, 0.2, "namespaces", func() any { return g.list(2, g.namespace) })
	g.maybe(term, 0.3, "matchLabelKeys", func() any { return g.list(2, g.labelKey) })
	g.maybe(term, 0.2, "mismatchLabelKeys", func() any { return g.list(2, g.labelKey) })
	g.overlap(term)
	return term
}

func (g generator) constraint() any {
	constraint := map[string]any{}
	g.must(constraint, "maxSkew", func() any { return g.number(1, 1, 2, 5) })
	g.must(constraint, "topologyKey", g.topologyKey)
	g.must(constraint, "whenUnsatisfiable", func() any { return g.word("DoNotSchedule", "ScheduleAnyway") })
	g.maybe(constraint, 0.85, "labelSelector", g.selector)
	g.maybe(constraint, 0.2, "minDomains", func() any { return g.number(1, 2, 3) })
	g.maybe(constraint, 0.2, "nodeAffinityPolicy", func() any { return g.word("Honor", "Ignore") })
	g.maybe(constraint, 0.2, "nodeTaintsPolicy", func() any { return g.word("Honor", "Ignore") })
	g.maybe(constraint, 0.3, "matchLabelKeys", func() any { return g.list(2, g.labelKey) })
	g.overlap(constraint)
	return constraint
}

// overlap lets the selector name a key of matchLabelKeys at times.
func (g generator) overlap(m map[string]any) {
	keys, _ := m["matchLabelKeys"].([]any)
	selector, _ := m["labelSelector"].(map[string]any)
	if len(keys) == 0 || selector == nil || !g.chance(0.15) {
		return
	}
	selector["matchExpressions"] = []any{map[string]any{"key": pick(g, keys...), "operator": "Exists"}}
}

func (g generator) selector() any {
	selector := map[string]any{}
	g.maybe(selector, 0.7, "matchLabels", func() any {
		labels := map[string]any{}
		for range g.IntN(3) {
			if key, ok := g.labelKey().(string); ok {
				labels[key] = g.labelValue()
			}
		}
		return labels
	})
	g.maybe(selector, 0.4, "matchExpressions", func() any {
		return g.list(2, func() any { return g.requirement(g.labelKey, false) })
	})
	return selector
}

func (g generator) nodeTerm() any {
	term := map[string]any{}
	g.maybe(term, 0.8, "matchExpressions", func() any {
		return g.list(2, func() any { return g.requirement(g.labelKey, true) })
	})
	g.maybe(term, 0.2, "matchFields", func() any {
		return g.list(1, func() any {
			return map[string]any{"key": g.or("metadata.name", g.labelKey), "operator": g.word("In", "NotIn"), "values": []any{g.namespace()}}
		})
	})
	return term
}

func (g generator) requirement(key func() any, node bool) any {
	requirement := map[string]any{}
	operators := []string{"In", "NotIn", "Exists", "DoesNotExist"}
	if node {
		operators = append(operators, "Gt", "Lt")
	}
	operator := g.word(operators...)
	g.must(requirement, "key", key)
	g.must(requirement, "operator", func() any { return operator })
	switch operator {
	case "In", "NotIn":
		g.must(requirement, "values", func() any { return g.list(2, g.labelValue) })
	case "Gt", "Lt":
		g.must(requirement, "values", func() any { return []any{g.or("5", g.labelValue)} })
	default:
		g.maybe(requirement, g.bad, "values", func() any { return g.list(1, g.labelValue) })
	}
	return requirement
}

func (g generator) weight() any { return g.number(1, 50, 100) }

func (g generator) topologyKey() any {
	if g.chance(g.bad) {
		return g.oddText()
	}
	return pick(g, "zone", "rack", "kubernetes.io/hostname", "topology.kubernetes.io/zone")
}

// labelKey draws from few keys, so that lists of keys and selectors overlap.
func (g generator) labelKey() any {
	if g.chance(g.bad) {
		return g.oddText()
	}
	return pick(g, "app", "app", "tier", "version", "zone", "pod-template-hash", "controller-revision-hash", "job-name",
		"statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index", "pod-template-generation",
		"batch.kubernetes.io/job-completion-index", "controller-uid")
}

func (g generator) labelValue() any {
	if g.chance(g.bad) {
		return g.oddText()
	}
	return pick(g, "web", "x", "1", "a.b_c-d", "")
}

func (g generator) namespace() any {
	if g.chance(g.bad) {
		return g.oddText()
	}
	return pick(g, "default", "other", "a-1")
}

func (g generator) number(sound ...int) any {
	if g.chance(g.bad) {
		return pick[any](g, -1, 0, 100, 101, 1<<31-1, 1<<31, -1<<31, -1<<31-1, literal("1.0"), literal("1.5"), literal("1e2"), literal("1e30"),
			literal("0x10"), literal("010"), literal("1_000"), literal("-0.0"), literal(".inf"), literal("9223372036854775807"),
			literal("9223372036854775808"), literal("18446744073709551616"), "1", "one", true, nil)
	}
	return pick(g, sound...)
}

func (g generator) word(sound ...string) any {
	w := pick(g, sound...)
	if !g.chance(g.bad) {
		return w
	}
	return pick[any](g, strings.ToLower(w), strings.ToUpper(w), w+" ", "", nil, "Never", 1, literal("yes"))
}

// oddText is text at the edges of what Kubernetes takes for a name, and beyond.
func (g generator) oddText() any {
	return pick[any](g, "", " ", "a=b", "a/b/c", "zone ", " zone", "Zone", "UPPER.io/zone", "a.b/Zone", "-x", "x-", "_x", "a_b", "a..b/c", "/x", "x/",
		"é", "a b", "a\nb", "a\tb", "\x00", "kubernetes.io/os=linux", "{{ .Values.key }}", strings.Repeat("a", 63), strings.Repeat("a", 64),
		strings.Repeat("a", 253)+"/x", strings.Repeat("a", 254)+"/x", "x/"+strings.Repeat("b", 64), "1", "true", "null", "~", "a.b", "A", "metadata.name",
		literal("yes"), literal("1"), literal("1.0"), literal("2001-01-01"), literal("!!str 1"), literal("null"), true, nil, 7)
}

// must sets a field that is required; maybe sets one at times.
func (g generator) must(m any, name string, value func() any) { g.maybe(m, 1-g.bad/2, name, value) }

func (g generator) maybe(m any, chance float64, name string, value func() any) {
	if g.chance(chance) {
		m.(map[string]any)[name] = value()
	}
}

func (g generator) or(sound string, odd func() any) any {
	if g.chance(g.bad) {
		return odd()
	}
	return sound
}

// list makes one to most items; none at times.
func (g generator) list(most int, item func() any) any {
	items := []any{}
	for range 1 + g.IntN(most) {
		items = append(items, item())
	}
	if g.chance(0.05) {
		return []any{}
	}
	return items
}

func (g generator) chance(p float64) bool { return g.Float64() < p }

func pick[T any](g generator, of ...T) T { return of[g.IntN(len(of))] }
