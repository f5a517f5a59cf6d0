package lint

import (
	"fmt"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// Severity says how much a finding matters.
type Severity int

const (
	Info    Severity = iota + 1 // advice, or a typing error without weight
	Warning                     // weak or risky
	Error                       // refused by the API, hangs, or a declared protection that does not exist
)

func (s Severity) String() string {
	switch s {
	case Info:
		return "info"
	case Warning:
		return "warning"
	case Error:
		return "error"
	}
	return "none"
}

// MarshalText writes the severity's name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the severity's name.
func (s *Severity) UnmarshalText(text []byte) error {
	for _, known := range []Severity{Info, Warning, Error, 0} {
		if known.String() == string(text) {
			*s = known
			return nil
		}
	}
	return fmt.Errorf("%q is no severity", text)
}

// Finding is one defect: what is wrong, what will happen because of it, where
// it is decided and what to write instead.
type Finding struct {
	Rule, Category string
	Severity       Severity
	Chart          string // path as given; "" for manifests
	Message        string // what is wrong
	Caret          string // a few words for below the caret: what is legal
	Effect         string // what will happen
	Notes          []string
	Workloads      []string // "StatefulSet/demo-broker"
	Profiles       []string // environments that it is found in; nil when there are none
	Field          string   // rendered field: spec.template.spec.affinity...
	Path           values.Path
	Location       Location
	Related        []Related
	Fixes          []Fix
	Fingerprint    string // of a finding read from a report; otherwise see Fingerprints

	target     target
	sharedText bool         // the place is an anchor's text, which several paths share
	fixField   values.Path  // rendered field that the fixes write, when it is another one
	advisory   bool         // it is the tool's own knowledge that speaks, not the chart
	group      string       // findings at one place with different groups stay apart
	several    string       // the message for workloads of which it would have to say different things
	offered    bool         // the first fix is a rule for the pods of this workload
	inText     bool         // what is wrong is in a text of several lines, no line of which is known
	selector   *render.Term // its selector is what the fixes write

	// offer adds fixes once the value that decides is known; the path of their
	// sets may be left out. Where the template decides, it gets none.
	offer func(f *Finding, d render.Decider)
}

// Location is a place in the user's input or in the chart.
type Location struct {
	File  string
	Start values.Pos // Line 0: the file as a whole
	End   values.Pos
	Layer Layer
	Text  *values.File // for the code frame; nil when there is none
	Unset bool         // the place where an absent key would be inserted

	Concealed bool // the value there is secret by its name: it is not shown
}

// Layer names the kind of input that a location is in.
type Layer string

const (
	LayerValues   Layer = "values"   // a file given with -f
	LayerSet      Layer = "set"      // a --set argument
	LayerChart    Layer = "chart"    // a chart's own values.yaml
	LayerTemplate Layer = "template" // a template: no value decides
	LayerManifest Layer = "manifest" // rendered YAML given as such
)

// Related is another place that matters.
type Related struct {
	Message  string
	Location Location
}

// Safety says what a fix may change.
type Safety string

const (
	Safe     Safety = "safe"      // what it changes was refused or inert, and it cannot make a pod wait
	Unsafe   Safety = "unsafe"    // pods may be placed differently, or wait
	ShowOnly Safety = "show-only" // to be typed by a person
)

// Fix is one way to mend a finding. Alternatives come best first.
type Fix struct {
	Title  string
	Safety Safety
	Sets   []Set
	Last   bool // other fixes may make it needless: made only when none is left
}

// Set is one change of a value: another value, none, or another place for it.
// Or it takes out a comment: then Erase is its line, and the file is that of
// the finding.
type Set struct {
	Path   values.Path
	Value  any
	Remove bool
	Move   values.Path
	Erase  int
}

// target is what a rule points at; the engine turns it into a place.
type target struct {
	workload *render.Workload
	field    values.Path    // in the workload's document
	presence bool           // whether the field is there is what is wrong
	absent   render.Mention // nothing is rendered: what could have been
	value    values.Path    // a value, for rules about values
	onKey    bool           // its key is what is wrong
	file     *values.File   // a place in a file, for rules about files
	span     values.Span
}

// at starts a finding about a rendered field of a workload. The path is that
// of the pod template (spec.affinity...).
func at(w *render.Workload, template values.Path) Finding {
	field := w.FieldPath(template)
	return Finding{Workloads: []string{w.ID()}, Field: field.String(), target: target{workload: w, field: field}}
}

// atAbsent starts a finding about a rule that a workload lacks.
func atAbsent(w *render.Workload, what render.Mention) Finding {
	return Finding{Workloads: []string{w.ID()}, Field: w.SpecPath.String(), target: target{workload: w, field: w.SpecPath, absent: what}}
}

// atValue starts a finding about a value.
func atValue(path values.Path) Finding { return Finding{target: target{value: path}} }

// setHere is a fix that writes another value where the finding points; the
// engine fills in the path.
func setHere(safety Safety, value any) Fix {
	return Fix{Title: fmt.Sprintf("write %s", show(value)), Safety: safety, Sets: []Set{{Value: value}}}
}

// forget lets go of the release once everything of it is known: a run may
// judge hundreds.
func (f *Finding) forget() { f.target, f.selector, f.offer = target{}, nil, nil }
