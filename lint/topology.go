package lint

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// Well-known node labels and what they are worth as failure domains.
// https://kubernetes.io/docs/reference/labels-annotations-taints/
const (
	hostnameKey = "kubernetes.io/hostname"
	zoneKey     = "topology.kubernetes.io/zone"
	regionKey   = "topology.kubernetes.io/region"
)

var failureDomains = []string{hostnameKey, zoneKey, regionKey}

// deprecatedKeys are labels with a successor.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/apis/core/validation/validation.go and
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/api/node/util.go (deprecatedNodeLabels)
var deprecatedKeys = map[string]struct{ successor, since string }{
	"failure-domain.beta.kubernetes.io/zone":   {zoneKey, "1.17"},
	"failure-domain.beta.kubernetes.io/region": {regionKey, "1.17"},
	"beta.kubernetes.io/os":                    {"kubernetes.io/os", "1.14"},
	"beta.kubernetes.io/arch":                  {"kubernetes.io/arch", "1.14"},
	"beta.kubernetes.io/instance-type":         {"node.kubernetes.io/instance-type", "1.17"},
	"node-role.kubernetes.io/master":           {"node-role.kubernetes.io/control-plane", "1.20"},
}

// sharedKeys are labels whose values do not tell failure domains apart.
var sharedKeys = map[string]string{
	"kubernetes.io/os":                 "the operating system; nearly all nodes of a cluster share one value",
	"kubernetes.io/arch":               "the processor architecture; most clusters have one or two values",
	"node.kubernetes.io/instance-type": "the machine type; nodes of one pool share it, whatever zone or host they are",
	"beta.kubernetes.io/os":            "the operating system; nearly all nodes of a cluster share one value",
	"beta.kubernetes.io/arch":          "the processor architecture; most clusters have one or two values",
	"beta.kubernetes.io/instance-type": "the machine type; nodes of one pool share it, whatever zone or host they are",
}

// isShared reports whether the label is known not to be a failure domain.
func isShared(key string) bool {
	_, known := sharedKeys[key]
	return known || strings.HasPrefix(key, "node-role.kubernetes.io/")
}

func whyShared(key string) string {
	if why, known := sharedKeys[key]; known {
		return fmt.Sprintf("%s is %s", key, why)
	}
	return fmt.Sprintf("%s marks a role; its value is usually empty, so that all nodes that carry it form one domain", key)
}

func isLabelKey(key string) bool { return len(validation.IsQualifiedName(key)) == 0 }

// reservedKeys are the labels under kubernetes.io and k8s.io that exist as
// node labels; other keys under these prefixes are inventions.
var reservedKeys = []string{
	hostnameKey, zoneKey, regionKey, "kubernetes.io/os", "kubernetes.io/arch",
	"node.kubernetes.io/instance-type", "node.kubernetes.io/windows-build", "node.kubernetes.io/exclude-from-external-load-balancers",
	"kops.k8s.io/instancegroup", "topology.k8s.io/zone",
}

// freePrefixes are reserved prefixes under which people do put labels.
// https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction
var freePrefixes = []string{"node-restriction.kubernetes.io/", "node-role.kubernetes.io/", "node.kubernetes.io/", "kops.k8s.io/", "node.cluster.x-k8s.io/"}

// suspicion says why a well-formed key looks wrong and what was probably
// meant; "" when it looks fine. Plain custom keys (rack, example.com/row)
// look fine, but not the bare last part of a well-known one (zone).
func suspicion(key string) (why, meant string) {
	if slices.Contains(reservedKeys, key) || deprecatedKeys[key].successor != "" || isShared(key) {
		return "", ""
	}
	for _, p := range freePrefixes {
		if strings.HasPrefix(key, p) {
			return "", ""
		}
	}
	for _, known := range failureDomains {
		if strings.EqualFold(key, known[strings.LastIndex(known, "/")+1:]) {
			return fmt.Sprintf("the well-known label is %s", known), known
		}
	}
	if close := closeTo(key); close != "" {
		return fmt.Sprintf("it is close to the well-known %s", close), close
	}
	prefix, name, hasPrefix := strings.Cut(key, "/")
	if !hasPrefix || !underKubernetes(prefix) {
		return "", ""
	}
	switch {
	case strings.Contains(name, "host"), strings.Contains(name, "node"):
		meant = hostnameKey
	case strings.Contains(name, "region"):
		meant = regionKey
	default:
		meant = zoneKey
	}
	return fmt.Sprintf("the prefix %s is reserved for Kubernetes, which defines no such label", prefix), meant
}

func underKubernetes(prefix string) bool {
	for _, domain := range []string{"kubernetes.io", "k8s.io"} {
		if prefix == domain || strings.HasSuffix(prefix, "."+domain) {
			return true
		}
	}
	return false
}

// closeTo returns the well-known failure domain within three edits.
func closeTo(key string) string {
	for _, known := range failureDomains {
		if d := values.Distance(strings.ToLower(key), known); d <= 3 {
			return known
		}
	}
	return ""
}

// keyUse is a topology key in a workload's rule.
type keyUse struct {
	workload *render.Workload
	term     render.Term
}

// topologyKeys lists every use of a topology key by workloads with pods to
// spread.
func (in *Input) topologyKeys() []keyUse {
	var uses []keyUse
	for _, w := range in.shouldSpread() {
		for _, t := range w.Terms() {
			if t.TopologyKey != "" {
				uses = append(uses, keyUse{w, t})
			}
		}
	}
	return uses
}

// demandedKeys are topologyKeys and those of hard spread constraints of single
// pods and of DaemonSets: a node without the label takes not even one.
func (in *Input) demandedKeys() []keyUse {
	uses := in.topologyKeys()
	spread := in.shouldSpread()
	for _, w := range in.running() {
		for _, t := range w.Terms() {
			if t.Spread && t.Hard && t.TopologyKey != "" && !slices.Contains(spread, w) {
				uses = append(uses, keyUse{w, t})
			}
		}
	}
	return uses
}

// missingKeyEffect says what a rule does where nodes lack its key.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/scheduler/framework/plugins/interpodaffinity/filtering.go
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/scheduler/framework/plugins/podtopologyspread/filtering.go
func (in *Input) missingKeyEffect(w *render.Workload, t render.Term) string {
	switch {
	case t.Spread && t.Hard:
		return "no pod is placed there: all pods stay Pending, \"didn't match pod topology spread constraints (missing required label)\""
	case t.Spread:
		return "the constraint is ignored, and it switches off the scheduler's default spreading"
	case t.Hard:
		return "the scheduler skips the term without a word: the rule protects nothing"
	}
	if in.protectedBeside(w, t) {
		return "the preference counts for nothing; only the workload's other rule spreads the pods"
	}
	return "the preference counts for nothing: all replicas may land on one node"
}

// sharedKeyEffect says what a rule does when all nodes share its key's value.
func (in *Input) sharedKeyEffect(w *render.Workload, t render.Term) string {
	replicas := w.MaxReplicas
	switch {
	case t.Spread && in.protectedBeside(w, t):
		return "all nodes are one domain, so the skew is always 0; only the workload's other rule spreads the pods"
	case t.Spread:
		return "all nodes are one domain, so the skew is always 0: all replicas may land on one node"
	case t.Hard && replicas > 1:
		return fmt.Sprintf("one pod per value of the label: in a cluster with one value 1 of %d pods runs, %s", replicas, waiting(replicas-1))
	case t.Hard:
		return "one pod per value of the label: in a cluster with one value one pod runs, the others stay Pending"
	}
	if in.protectedBeside(w, t) {
		return "all nodes score the same; only the workload's other rule spreads the pods"
	}
	return "all nodes score the same: all replicas may land on one node"
}

// keyFixes offers keys for text that is no label key: without white space or
// "=value" where a sound key is left, and the usual ones.
func keyFixes(key string) []Fix {
	trimmed := strings.TrimSpace(key)
	name, _, hasValue := strings.Cut(trimmed, "=")
	if !hasValue && isLabelKey(trimmed) {
		return []Fix{setHere(Safe, trimmed)}
	}
	keys := []string{hostnameKey, zoneKey}
	if hasValue && isLabelKey(name) && !isShared(name) {
		keys = []string{name, hostnameKey}
	}
	var fixes []Fix
	for _, k := range slices.Compact(keys) {
		fixes = append(fixes, setHere(Unsafe, k))
	}
	return fixes
}
