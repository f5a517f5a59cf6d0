package lint

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"sort"
	"strings"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// Rule is one defect that is looked for. Each lives in a file of its own,
// rule_<id>.go, with its cases in testdata/<id>/.
type Rule struct {
	ID       string // kebab-case, names the bad pattern, never changes
	Category string // one of Categories
	Title    string // one line: what is wrong
	NoFix    string // why a finding may have no fix, in a clause
	Doc      string // markdown: why, and when to ignore it
	Severity Severity
	Since    string
	OptIn    bool // an opinion: runs only when selected

	// Needs is what the rule cannot do without besides rendered workloads; nil
	// for nothing. A rule that lacks it is listed as skipped, never silent.
	Needs *Need
	// Check finds the defect in a release.
	Check func(*Input) []Finding
	// Refusal claims errors of the API server's validation and explains them.
	Refusal func(*render.Workload, kube.FieldError) (Finding, bool)
	// Engine marks a rule that the program reports itself.
	Engine bool
}

// Need is data that not every input has.
type Need struct {
	Data    string // what it is, in a word or two
	missing func(*Input) string
}

// needsValues is the need of rules about values.
var needsValues = &Need{"values", func(in *Input) string {
	if in.Release.Chart == "" {
		return "needs a chart and its values, not rendered YAML"
	}
	return ""
}}

// needsTarget is the need of rules about an upgrade of the cluster.
var needsTarget = &Need{"two versions", func(in *Input) string {
	if in.Release.TargetKubeVersion == "" {
		return "needs --target-kube-version"
	}
	return ""
}}

// needsNodes is the need of rules about the nodes of a cluster.
var needsNodes = &Need{"nodes", func(in *Input) string {
	if in.Cluster == nil {
		return "needs --nodes"
	}
	return ""
}}

// needsPods is the need of rules about what runs already.
var needsPods = &Need{"nodes and pods", func(in *Input) string {
	if in.Cluster == nil || len(in.Cluster.Inventory.Pods) == 0 {
		return "needs --nodes and --pods"
	}
	return ""
}}

// needsIntent is the need of the rule about what must survive.
var needsIntent = &Need{"nodes and an intent", func(in *Input) string {
	if in.Cluster == nil || len(in.wanted) == 0 {
		return "needs --nodes and an intent in the configuration"
	}
	return ""
}}

// needsProfile is the need of the rule that compares environments.
var needsProfile = &Need{"profiles with nodes", func(in *Input) string {
	switch {
	case in.profile == "" || in.Cluster == nil:
		return "needs --profile"
	case len(in.elsewhere) == 0:
		return "needs a second profile with nodes"
	}
	return ""
}}

// needsVolumes is the need of rules about where volumes are.
var needsVolumes = &Need{"nodes and volumes", func(in *Input) string {
	if in.Cluster == nil || in.Cluster.Inventory.Storage == nil {
		return "needs --nodes and --volumes"
	}
	return ""
}}

// needsLive is the need of rules about the change from what runs now.
var needsLive = &Need{"nodes and the live release", func(in *Input) string {
	if in.Live == nil {
		return "needs --nodes and --live"
	}
	for _, w := range in.Release.Workloads {
		if slices.ContainsFunc(in.Live.Release.Workloads, func(x *render.Workload) bool { return x.ID() == w.ID() }) {
			return ""
		}
	}
	return "finds no workload of this release in --live"
}}

// Data names what the rule judges.
func (r *Rule) Data() string {
	switch {
	case r.Engine:
		return "the run"
	case r.Needs == nil:
		return "workloads"
	}
	return r.Needs.Data
}

// Fixable is the best fix that the rule's cases show: "safe", "unsafe",
// "show-only" or "".
func (r *Rule) Fixable() Safety {
	found, _ := fs.Glob(cases, path.Join("testdata", r.ID, "bad-*", "want.txt"))
	for _, safety := range []Safety{Safe, Unsafe, ShowOnly} {
		for _, name := range found {
			for _, finding := range strings.Split(readCase(name), "\n\n") {
				if strings.Contains(finding, "["+r.ID+"]: ") && strings.Contains(finding, "("+string(safety)+")\n") {
					return safety
				}
			}
		}
	}
	return ""
}

// Categories in the order of the docs, with what each is about.
var Categories = []struct{ ID, Title string }{
	{"values", "Values files"},
	{"api", "Refused by the API server"},
	{"selector", "Label selectors"},
	{"consistency", "Consistency of spread constraints"},
	{"topology", "Topology keys"},
	{"fit", "Feasibility on the nodes"},
	{"rollout", "Rollouts, hooks and drains"},
	{"availability", "Missing or contradictory protection"},
	{"version", "Kubernetes and Helm versions"},
	{"suppression", "Suppressed findings"},
	{"run", "The run itself"},
}

var byID = map[string]*Rule{}

var validID = regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)

// register adds a rule. It panics on a defect of the rule's declaration: that
// is a bug of this program, seen at its start.
func register(r Rule) *Rule {
	known := slices.ContainsFunc(Categories, func(c struct{ ID, Title string }) bool { return c.ID == r.Category })
	switch {
	case byID[r.ID] != nil:
		panic("lint: rule " + r.ID + " is registered twice")
	case !validID.MatchString(r.ID), !known, r.Title == "", r.Doc == "", r.Severity == 0, r.Since == "":
		panic("lint: rule " + r.ID + " lacks a part")
	case r.Check == nil && r.Refusal == nil && !r.Engine:
		panic("lint: rule " + r.ID + " checks nothing")
	}
	byID[r.ID] = &r
	return &r
}

// Rules returns all rules, sorted by category and id.
func Rules() []*Rule {
	rules := make([]*Rule, 0, len(byID))
	for _, r := range byID {
		rules = append(rules, r)
	}
	rank := map[string]int{}
	for i, c := range Categories {
		rank[c.ID] = i
	}
	sort.Slice(rules, func(i, j int) bool {
		a, b := rules[i], rules[j]
		if a.Category != b.Category {
			return rank[a.Category] < rank[b.Category]
		}
		return a.ID < b.ID
	})
	return rules
}

// Lookup returns the rule with an id, or nil and the nearest ids.
func Lookup(id string) (*Rule, []string) {
	if r := byID[id]; r != nil {
		return r, nil
	}
	var ids []string
	for _, r := range Rules() {
		ids = append(ids, r.ID)
	}
	return nil, values.Nearest(id, ids, 3)
}

// UnknownRuleError is a name that is neither a rule nor a category.
type UnknownRuleError struct {
	Name    string
	Nearest []string
}

func (e *UnknownRuleError) Error() string {
	text := fmt.Sprintf("no rule or category is called %q", e.Name)
	if len(e.Nearest) > 0 {
		text += "; did you mean " + strings.Join(e.Nearest, " or ") + "?"
	}
	return text
}

// Selected returns the rules to run, sorted by id.
func Selected(o Options) ([]*Rule, error) {
	for _, name := range slices.Concat(o.Select, o.Ignore) {
		if err := checkName(name); err != nil {
			return nil, err
		}
	}
	named := func(r *Rule, list []string) bool {
		return slices.Contains(list, r.ID) || slices.Contains(list, r.Category) || slices.Contains(list, "all")
	}
	var rules []*Rule
	for _, r := range Rules() {
		wanted := !r.OptIn
		if len(o.Select) > 0 {
			wanted = named(r, o.Select)
		}
		if wanted && !named(r, o.Ignore) {
			rules = append(rules, r)
		}
	}
	sort.Slice(rules, func(i, j int) bool { return rules[i].ID < rules[j].ID })
	return rules, nil
}

func checkName(name string) error {
	if name == "all" || byID[name] != nil {
		return nil
	}
	names := []string{"all"}
	for _, c := range Categories {
		if c.ID == name {
			return nil
		}
		names = append(names, c.ID)
	}
	for _, r := range Rules() {
		names = append(names, r.ID)
	}
	return &UnknownRuleError{Name: name, Nearest: values.Nearest(name, names, 3)}
}
