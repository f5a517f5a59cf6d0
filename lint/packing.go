package lint

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// pin binds the pods of a workload to the nodes with certain values of a
// label.
type pin struct {
	key     string
	domains []string
	path    values.Path // in the pod template
}

// pins are what nodeName, nodeSelector and required node affinity bind the
// pods to.
func pins(w *render.Workload) []pin {
	spec := w.Pod.Object.Spec
	base := values.Path{values.Name("spec")}
	var found []pin
	if spec.NodeName != "" {
		found = append(found, pin{hostnameKey, []string{spec.NodeName}, base.Key("nodeName")})
	}
	for _, key := range slices.Sorted(maps.Keys(spec.NodeSelector)) {
		found = append(found, pin{key, []string{spec.NodeSelector[key]}, base.Key("nodeSelector").Key(key)})
	}
	if spec.Affinity == nil || spec.Affinity.NodeAffinity == nil || spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution == nil {
		return found
	}
	terms := spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms
	at := base.Key("affinity").Key("nodeAffinity").Key("requiredDuringSchedulingIgnoredDuringExecution").Key("nodeSelectorTerms")
	return append(found, termPins(terms, at)...)
}

// termPins are the labels that every alternative of a node affinity binds to
// named values; one alternative that does not is a way out.
func termPins(terms []corev1.NodeSelectorTerm, at values.Path) []pin {
	var found []pin
	for i, term := range terms {
		var here []pin
		add := func(key, list string, j int, e corev1.NodeSelectorRequirement) {
			if e.Operator == corev1.NodeSelectorOpIn {
				here = append(here, pin{key, e.Values, at.Item(i).Key(list).Item(j).Key("values")})
			}
		}
		for j, e := range term.MatchExpressions {
			add(e.Key, "matchExpressions", j, e)
		}
		for j, e := range term.MatchFields { // metadata.name is the only field
			add(hostnameKey, "matchFields", j, e)
		}
		if i == 0 {
			found = here
			continue
		}
		var both []pin
		for _, p := range found {
			if k := slices.IndexFunc(here, func(q pin) bool { return q.key == p.key }); k >= 0 {
				p.domains = append(slices.Clone(p.domains), here[k].domains...)
				both = append(both, p)
			}
		}
		found = both
	}
	for i := range found {
		slices.Sort(found[i].domains)
		found[i].domains = slices.Compact(found[i].domains)
	}
	return found
}

// pinned is the pin that leaves the pods the fewest domains of a key: one on
// that label, or on a narrower one.
func pinned(w *render.Workload, key string) (pin, bool) {
	best, found := pin{}, false
	for _, p := range pins(w) {
		if len(p.domains) > 0 && within(p.key, key) && (!found || len(p.domains) < len(best.domains)) {
			best, found = p, true
		}
	}
	return best, found
}

// text says what the pods are pinned to: "zone a and b", or "the node x".
func (p pin) text(key string) string {
	names := all(p.domains)
	switch {
	case p.key == key:
		return names
	case p.key == hostnameKey && len(p.domains) == 1:
		return "the node " + names
	case p.key == hostnameKey:
		return "the nodes " + names
	}
	return p.key + " " + names
}

// within reports whether nodes that share a value of the narrow key share one
// of the wide key, too. Of other labels than the well-known ones nothing is
// known but that each equals itself.
func within(narrow, wide string) bool {
	i, j := slices.Index(failureDomains, narrow), slices.Index(failureDomains, wide)
	return narrow == wide || i >= 0 && j >= 0 && i <= j
}

// packing is something that brings all pods of a workload together in one
// domain of a label.
type packing struct {
	key      string
	path     values.Path // in the pod template
	presence bool        // that it is there is what matters
	text     string      // "the pods are pinned to the node x"
}

// packings are the pins to one domain, and the required podAffinity terms by
// which the pods attract each other.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/scheduler/framework/plugins/interpodaffinity/filtering.go (satisfyPodAffinity)
func packings(w *render.Workload) []packing {
	var found []packing
	for _, p := range pins(w) {
		if len(p.domains) == 1 {
			found = append(found, packing{key: p.key, path: p.path, text: "the pods are pinned to " + p.text("")})
		}
	}
	for _, t := range w.AffinityTerms() {
		if t.Hard && selectsSelf(t, w) {
			found = append(found, packing{key: t.TopologyKey, path: t.Path, presence: true,
				text: "a required podAffinity term keeps all pods together on one value of " + t.TopologyKey})
		}
	}
	return found
}

// gap is why a rule that sees the workload's own pods does not spread them.
type gap struct {
	path     values.Path
	presence bool
	message  string
	caret    string
	fix      *Fix
}

// powerless says why a rule cannot spread the workload's pods, nil if it can.
func (in *Input) powerless(t render.Term, w *render.Workload) *gap {
	for _, p := range packings(w) {
		if within(p.key, t.TopologyKey) {
			return &gap{path: p.path, presence: p.presence, caret: "all pods go there",
				message: fmt.Sprintf("%s, so the %s on %s spreads nothing", p.text, t.Kind(), t.TopologyKey)}
		}
	}
	// Skew is the distance to the emptiest domain, at worst to one without a
	// pod: what maxSkew allows at once may all land in one domain.
	if !t.Spread || !t.Hard {
		return nil
	}
	if pods := in.counted(t, w); t.MaxSkew >= pods {
		fix := setHere(Unsafe, 1)
		return &gap{path: t.Path.Key("maxSkew"), caret: fmt.Sprintf("below %d it limits something", pods), fix: &fix,
			message: fmt.Sprintf("maxSkew %d allows all %d pods in one domain of %s", t.MaxSkew, pods, t.TopologyKey)}
	}
	return nil
}

// counted is how many pods of the release a constraint counts at most.
func (in *Input) counted(t render.Term, w *render.Workload) int {
	pods := w.MaxReplicas
	for _, other := range in.running() {
		if other == w || other.Namespace != w.Namespace {
			continue
		}
		if ok, err := t.Selects(other); err == nil && ok {
			pods += other.MaxReplicas
		}
	}
	return pods
}

// protected reports whether a rule of the workload makes its own pods spread.
// Many rules ask.
func (in *Input) protected(w *render.Workload) bool {
	answer, known := in.sound[w]
	if !known {
		answer = in.protects(w)
		if in.sound == nil {
			in.sound = map[*render.Workload]bool{}
		}
		in.sound[w] = answer
	}
	return answer
}

func (in *Input) protects(w *render.Workload) bool {
	if w.HasHostPort() {
		return true
	}
	for _, t := range w.Terms() {
		if !w.LabelsKnown || selectsSelf(t, w) && in.powerless(t, w) == nil {
			return true
		}
	}
	return false
}

// protectedBeside reports whether another rule of the workload spreads its
// pods, one over failure domains that nodes are known to have.
func (in *Input) protectedBeside(w *render.Workload, t render.Term) bool {
	if w.HasHostPort() {
		return true
	}
	for _, other := range w.Terms() {
		if !other.Path.Equal(t.Path) && selectsSelf(other, w) && !in.keyDoubtful(other) && in.powerless(other, w) == nil {
			return true
		}
	}
	return false
}

// keyDoubtful reports whether another finding says that nodes do not carry a
// rule's key, or all with one value.
func (in *Input) keyDoubtful(t render.Term) bool {
	why, _ := suspicion(t.TopologyKey)
	return why != "" || !isLabelKey(t.TopologyKey) || isShared(t.TopologyKey)
}

// unprotectedBecause says why rules that are there do not spread the pods,
// and what packs pods that have none; nil when there simply is no rule.
func (in *Input) unprotectedBecause(w *render.Workload) *gap {
	for _, p := range packings(w) {
		if p.key == hostnameKey {
			return &gap{path: p.path, presence: p.presence, caret: "all pods go to one node", message: p.text}
		}
	}
	for _, t := range w.Terms() {
		if selectsSelf(t, w) {
			if g := in.powerless(t, w); g != nil {
				return g
			}
		}
	}
	for _, t := range w.Terms() {
		if matches, err := t.Selects(w); err == nil && matches && len(shutOut(t, w)) > 0 {
			return &gap{path: t.Path.Key("mismatchLabelKeys"), caret: "the pods carry this label themselves",
				message: fmt.Sprintf("mismatchLabelKeys shuts out pods with the same %s, so the %s does not see the workload's own", all(shutOut(t, w)), t.Kind())}
		}
	}
	return nil
}

// all joins words as people do: "a, b and c".
func all(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// subset reports whether all of some words are among others.
func subset(some, of []string) bool {
	return !slices.ContainsFunc(some, func(word string) bool { return !slices.Contains(of, word) })
}
