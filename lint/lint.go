// Package lint judges a rendered release: it runs the rules and turns what
// they find into findings that point at the value that decides.
//
// A rule looks at workloads and names a rendered field; the engine finds the
// value, the file and the line behind it. The package knows no Helm, reads no
// files and prints nothing.
package lint

import (
	"fmt"
	"slices"
	"sort"

	"github.com/spreadlint/spreadlint/cluster"
	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
)

// Options selects rules.
type Options struct {
	Select []string // rule ids or categories; empty is the default set
	Ignore []string // rule ids or categories

	Severities map[string]Severity // by rule id, instead of the rule's own
	Suppress   []Suppression       // accepted findings, beside the comments in values files

	Nodes *cluster.Inventory // of the cluster; nil when they are not known
	Live  *render.Release    // what runs now; nil when it is not known

	Intents []Intent    // what must survive
	Profile string      // the environment that the values and nodes are of, "" for none
	Others  []Elsewhere // the clusters of the other environments
}

// Report is what linting one release, or several, found.
type Report struct {
	Charts    []string // as given
	Workloads int
	Rules     []string // ids of the rules that ran, sorted
	Findings  []Finding
	Renders   int        // how often charts were rendered
	Skipped   []Skipped  // rules that lacked something, sorted
	Accepted  []Accepted // findings that somebody accepted, sorted by place
	Unjudged  bool       // something could not be judged: never green
	NotJudged []string   // custom resources that place pods in their operators' way, as Kind/name, sorted
	Kube      string     // Kubernetes version that charts were rendered for
	Settings  []string   // configuration files that held
	Profiles  []Judged   // environments, in the order in which they were judged

	entries []Suppression // those of the configuration, as each release used them
}

// Skipped is a rule that did not run, and why.
type Skipped struct{ Rule, Reason string }

// Input is what a rule sees: one whole release.
type Input struct {
	Release *render.Release
	Cluster *cluster.Simulation // the release on the cluster's nodes; nil when they are not known
	Live    *cluster.Simulation // what runs now, on the same nodes; nil when it is not known

	wanted    map[*render.Workload]Intent
	profile   string
	elsewhere []*elsewhere

	refused map[*render.Workload][]kube.FieldError
	text    templateText                  // once it was read
	askers  map[string][]*render.Workload // workloads whose templates read a value, by path
	untried map[string]bool               // values that knobs did not try
	tried   map[string]trial              // renders with other values, by what is changed
	twin    *render.Release               // the release under another name and version, once rendered
	sound   map[*render.Workload]bool     // whether a rule of it spreads its pods, once asked
	trouble error                         // the first failure of a simulation
}

// Run lints one release. The error is that of an unknown rule or category, or
// of an intent: see Wanted.
func Run(release *render.Release, options Options) (Report, error) {
	rules, err := Selected(options)
	if err != nil {
		return Report{}, err
	}
	in := &Input{Release: release, refused: map[*render.Workload][]kube.FieldError{}}
	if err := in.settle(options); err != nil {
		return Report{}, err
	}
	if in.wanted, err = Wanted(release, options.Intents); err != nil {
		return Report{}, err
	}
	in.takeProfile(options)
	report := Report{Workloads: len(release.Workloads), Kube: release.KubeVersion, NotJudged: in.notJudged()}
	if release.Chart != "" {
		report.Charts = []string{release.Chart}
	}
	suspects := in.suspects()
	release.Focus(suspects)
	var found []Finding
	for _, r := range rules {
		if reason := in.lacks(r); reason != "" {
			report.Skipped = append(report.Skipped, Skipped{r.ID, reason})
			continue
		}
		report.Rules = append(report.Rules, r.ID)
		if r.Check == nil {
			continue
		}
		for _, f := range r.Check(in) {
			f.Rule = r.ID
			found = append(found, f.as(r))
		}
	}
	for _, f := range in.refusals() {
		if slices.Contains(report.Rules, f.Rule) {
			found = append(found, f.as(byID[f.Rule]))
		}
	}
	if in.trouble != nil {
		return Report{}, in.trouble
	}
	for _, f := range found { // all that is asked about is known now: one traced render for the rest
		if w := f.target.workload; w != nil && !slices.Contains(suspects, w) {
			suspects = append(suspects, w)
		}
	}
	release.Focus(suspects)
	for i := range found {
		in.place(&found[i])
		found[i].Chart = release.Chart
	}
	report.Findings = group(withoutEchoes(found, release.Chart == ""))
	in.suppress(&report, options)
	for i, f := range report.Findings {
		if s, other := options.Severities[f.Rule]; other {
			report.Findings[i].Severity = s
		}
	}
	for i := range report.Findings {
		report.Findings[i].forget()
	}
	for i := range report.Accepted {
		report.Accepted[i].Finding.forget()
	}
	report.Renders = release.Renders()
	return report, nil
}

// lacks says what a rule needs and this input does not have.
func (in *Input) lacks(r *Rule) string {
	if r.Needs == nil {
		return ""
	}
	return r.Needs.missing(in)
}

// as fills in what the rule's declaration says of every finding.
func (f Finding) as(r *Rule) Finding {
	f.Category = r.Category
	if f.Severity == 0 {
		f.Severity = r.Severity
	}
	return f
}

// Join adds another release's report.
func (r *Report) Join(other Report) {
	r.Charts = append(r.Charts, other.Charts...)
	r.Workloads += other.Workloads
	for _, id := range other.Rules {
		if !slices.Contains(r.Rules, id) {
			r.Rules = append(r.Rules, id)
		}
	}
	sort.Strings(r.Rules)
	for _, skipped := range other.Skipped {
		if !slices.Contains(r.Skipped, skipped) {
			r.Skipped = append(r.Skipped, skipped)
		}
	}
	r.Findings = group(append(r.Findings, other.Findings...))
	r.NotJudged = slices.Compact(slices.Sorted(slices.Values(append(r.NotJudged, other.NotJudged...))))
	r.Renders += other.Renders
	r.Accepted = joinAccepted(r.Accepted, other.Accepted)
	r.entries = append(r.entries, other.entries...)
	for _, name := range other.Settings {
		if !slices.Contains(r.Settings, name) {
			r.Settings = append(r.Settings, name)
		}
	}
	r.Unjudged = r.Unjudged || other.Unjudged
	r.Profiles = append(r.Profiles, other.Profiles...)
	if r.Kube == "" {
		r.Kube = other.Kube
	}
}

// Worst is the gravest severity found, 0 for none.
func (r *Report) Worst() Severity {
	var worst Severity
	for _, f := range r.Findings {
		worst = max(worst, f.Severity)
	}
	return worst
}

// group makes one finding of those that one cause brought about in several
// workloads, and sorts them by place.
func group(found []Finding) []Finding {
	var grouped []Finding
	index := map[string]int{}
	for _, f := range found {
		key := groupKey(f)
		i, seen := index[key]
		if !seen {
			index[key] = len(grouped)
			grouped = append(grouped, f)
			continue
		}
		grouped[i].addWorkloads(f.Workloads)
		grouped[i].addProfiles(f.Profiles)
		grouped[i].joinOffer(f)
		if f.sharedText && !f.Path.Equal(grouped[i].Path) {
			grouped[i].share(f)
		}
	}
	sort.SliceStable(grouped, func(i, j int) bool { return less(grouped[i], grouped[j]) })
	return grouped
}

// groupKey is equal for findings that one cause brought about.
func groupKey(f Finding) string {
	path := f.Path.String()
	if f.sharedText {
		path = ""
	}
	key := fmt.Sprint(f.Rule, "\x00", f.Location.File, "\x00", f.Location.Start, "\x00", path, "\x00", f.group, "\x00", f.Chart)
	if len(f.Profiles) > 0 { // what differs between environments stays apart
		key += "\x00" + f.Message + "\x00" + f.Effect
	}
	return key
}

func (f *Finding) addWorkloads(more []string) {
	for _, w := range more {
		if !slices.Contains(f.Workloads, w) {
			f.Workloads = append(f.Workloads, w)
		}
	}
}

// share takes over what another finding at the same anchor adds: the places
// that take the text over, and the paths that a fix has to write.
func (f *Finding) share(other Finding) {
	for _, r := range other.Related {
		same := func(x Related) bool {
			return x.Message == r.Message && x.Location.File == r.Location.File && x.Location.Start == r.Location.Start
		}
		if !slices.ContainsFunc(f.Related, same) {
			f.Related = append(f.Related, r)
		}
	}
	for i := range min(len(f.Fixes), len(other.Fixes)) {
		f.Fixes[i].Sets = append(f.Fixes[i].Sets, other.Fixes[i].Sets...)
	}
}

func less(a, b Finding) bool {
	if a.Location.File != b.Location.File {
		return a.Location.File < b.Location.File
	}
	if a.Location.Start.Line != b.Location.Start.Line {
		return a.Location.Start.Line < b.Location.Start.Line
	}
	if a.Location.Start.Column != b.Location.Start.Column {
		return a.Location.Start.Column < b.Location.Start.Column
	}
	if a.Rule != b.Rule {
		return a.Rule < b.Rule
	}
	return a.Message < b.Message
}
