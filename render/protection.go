package render

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/spreadlint/spreadlint/values"
)

// Term is one rule of a workload that says how its pods spread: a
// podAntiAffinity term or a topology spread constraint.
type Term struct {
	Path           values.Path // in the pod template: spec.affinity.podAntiAffinity....[0]
	TopologyKey    string
	KeyPath        values.Path
	Selector       *metav1.LabelSelector
	SelectorPath   values.Path
	MatchLabelKeys []string
	Hard           bool // required, or DoNotSchedule
	Spread         bool // a topology spread constraint
	AntiAffinity   bool // not a podAffinity term
	Namespaces     bool // names namespaces or selects them

	MismatchLabelKeys []string
	MaxSkew           int
	MinDomains        int    // 0 when not set
	Rule              string // of a constraint: what it asks for, for comparison
	NamespaceNames    []string
	NamespaceSelector *metav1.LabelSelector

	selects   labels.Selector // Selector, compiled
	malformed error           // why it cannot be
}

// Kind names the term for people.
func (t Term) Kind() string {
	strength := "soft"
	if t.Hard {
		strength = "hard"
	}
	switch {
	case t.Spread:
		return strength + " topology spread constraint"
	case t.AntiAffinity:
		return strength + " podAntiAffinity term"
	}
	return strength + " podAffinity term"
}

// Terms lists the workload's spreading rules in the order of the manifest.
func (w *Workload) Terms() []Term {
	if w.terms == nil {
		w.terms = compiled(append([]Term{}, w.spreadingTerms()...))
	}
	return slices.Clip(w.terms)
}

// compiled compiles the terms' selectors, once for all questions.
func compiled(terms []Term) []Term {
	for i, t := range terms {
		terms[i].selects, terms[i].malformed = metav1.LabelSelectorAsSelector(t.Selector)
	}
	return terms
}

func (w *Workload) spreadingTerms() []Term {
	var terms []Term
	spec := w.Pod.Object.Spec
	if spec.Affinity != nil && spec.Affinity.PodAntiAffinity != nil {
		a := spec.Affinity.PodAntiAffinity
		terms = append(terms, affinityTerms("podAntiAffinity", true, a.RequiredDuringSchedulingIgnoredDuringExecution, a.PreferredDuringSchedulingIgnoredDuringExecution)...)
	}
	for i, c := range spec.TopologySpreadConstraints {
		path := names("spec", "topologySpreadConstraints").Item(i)
		terms = append(terms, Term{Path: path, TopologyKey: c.TopologyKey, KeyPath: path.Key("topologyKey"), Selector: c.LabelSelector,
			SelectorPath: path.Key("labelSelector"), MatchLabelKeys: c.MatchLabelKeys, Hard: c.WhenUnsatisfiable == corev1.DoNotSchedule, Spread: true,
			MaxSkew: int(c.MaxSkew), MinDomains: minDomains(c), Rule: constraintRule(c)})
	}
	return terms
}

func minDomains(c corev1.TopologySpreadConstraint) int {
	if c.MinDomains == nil {
		return 0
	}
	return int(*c.MinDomains)
}

// constraintRule is what a constraint asks for, but for its key and pods.
func constraintRule(c corev1.TopologySpreadConstraint) string {
	text := fmt.Sprintf("%s with maxSkew %d", c.WhenUnsatisfiable, c.MaxSkew)
	if c.NodeAffinityPolicy != nil && *c.NodeAffinityPolicy != corev1.NodeInclusionPolicyHonor {
		text += fmt.Sprintf(", nodeAffinityPolicy %s", *c.NodeAffinityPolicy)
	}
	if c.NodeTaintsPolicy != nil && *c.NodeTaintsPolicy != corev1.NodeInclusionPolicyIgnore {
		text += fmt.Sprintf(", nodeTaintsPolicy %s", *c.NodeTaintsPolicy)
	}
	return text
}

// AffinityTerms lists the podAffinity terms, which attract.
func (w *Workload) AffinityTerms() []Term {
	spec := w.Pod.Object.Spec
	if spec.Affinity == nil || spec.Affinity.PodAffinity == nil {
		return nil
	}
	a := spec.Affinity.PodAffinity
	return compiled(affinityTerms("podAffinity", false, a.RequiredDuringSchedulingIgnoredDuringExecution, a.PreferredDuringSchedulingIgnoredDuringExecution))
}

func affinityTerms(field string, anti bool, required []corev1.PodAffinityTerm, preferred []corev1.WeightedPodAffinityTerm) []Term {
	var terms []Term
	add := func(path values.Path, t corev1.PodAffinityTerm, hard bool) {
		terms = append(terms, Term{Path: path, TopologyKey: t.TopologyKey, KeyPath: path.Key("topologyKey"), Selector: t.LabelSelector,
			SelectorPath: path.Key("labelSelector"), MatchLabelKeys: t.MatchLabelKeys, Hard: hard, AntiAffinity: anti,
			Namespaces: len(t.Namespaces) > 0 || t.NamespaceSelector != nil, MismatchLabelKeys: t.MismatchLabelKeys, NamespaceNames: t.Namespaces, NamespaceSelector: t.NamespaceSelector})
	}
	base := names("spec", "affinity", field)
	for i, t := range required {
		add(base.Key("requiredDuringSchedulingIgnoredDuringExecution").Item(i), t, true)
	}
	for i, t := range preferred {
		add(base.Key("preferredDuringSchedulingIgnoredDuringExecution").Item(i).Key("podAffinityTerm"), t.PodAffinityTerm, false)
	}
	return terms
}

// Matches reports whether the term's selector matches labels, as the
// scheduler decides: a missing selector matches nothing, an empty one all.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/helpers.go (LabelSelectorAsSelector)
// The error is that of a malformed selector, which the API server refuses.
func (t Term) Matches(set map[string]string) (bool, error) {
	match, err := t.Matcher()
	if err != nil {
		return false, err
	}
	return match(set), nil
}

// Malformed reports whether the API server refuses the term's selector.
func (t Term) Malformed() bool {
	_, err := t.Matcher()
	return err != nil
}

// Matcher is Matches for many sets of labels.
func (t Term) Matcher() (func(map[string]string) bool, error) {
	if t.selects == nil {
		t = compiled([]Term{t})[0]
	}
	if t.malformed != nil {
		return nil, fmt.Errorf("selector: %w", t.malformed)
	}
	return func(set map[string]string) bool { return t.selects.Matches(labels.Set(set)) }, nil
}

// HasHostPort reports whether a container binds a port of the node: two such
// pods never share a node, whatever the other rules say.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/scheduler/framework/plugins/nodeports/node_ports.go
func (w *Workload) HasHostPort() bool {
	if w.bindsPort == nil {
		binds := w.Pod.BindsHostPort()
		w.bindsPort = &binds
	}
	return *w.bindsPort
}

// HostPortPath is where the pod template asks for a port of the node: the port,
// or hostNetwork.
func (w *Workload) HostPortPath() values.Path {
	for _, list := range []string{"containers", "initContainers"} {
		found, _ := w.Lookup(w.SpecPath.Key(list))
		containers, _ := found.([]any)
		for i, c := range containers {
			container, _ := c.(map[string]any)
			ports, _ := container["ports"].([]any)
			for j, p := range ports {
				if port, _ := p.(map[string]any); number(port["hostPort"], 0) > 0 {
					return names("spec", list).Item(i).Key("ports").Item(j).Key("hostPort")
				}
			}
		}
	}
	return names("spec", "hostNetwork")
}

// SelectorLabels are the labels by which the workload's controller finds its
// pods: the least that tells them from others. Without a selector, all labels
// of the pods.
func (w *Workload) SelectorLabels() map[string]string {
	selector, _ := w.Lookup(w.path.Child(names("spec", "selector", "matchLabels")...))
	m, _ := selector.(map[string]any)
	found := map[string]string{}
	for k, v := range m {
		if text, ok := v.(string); ok && w.Labels()[k] == text {
			found[k] = text
		}
	}
	switch {
	case len(found) > 0:
		return found
	case len(w.Labels()) == 0 && w.Kind == "Job":
		const name = "batch.kubernetes.io/job-name"
		return map[string]string{name: w.PodLabels()[name]}
	}
	return w.Labels()
}

// DoubledFields lists placement fields that stand twice in one map of the
// rendered text: a template printed a key that it had printed already.
func (w *Workload) DoubledFields() []values.Path {
	for _, key := range []string{"affinity:", "podAntiAffinity:", "topologySpreadConstraints:", "labelSelector:"} {
		if strings.Count(w.doc.text, key) < 2 {
			continue
		}
		file, err := values.ParseDocument(w.doc.name, []byte(w.doc.text))
		if err != nil {
			return nil
		}
		var found []values.Path
		for _, d := range file.Duplicates() {
			if d.Path.HasPrefix(w.SpecPath) && mentioned(d.Path[len(w.SpecPath):].String()) != 0 {
				found = append(found, d.Path)
			}
		}
		return found
	}
	return nil
}
