package lint

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/spreadlint/spreadlint/cluster"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

var update = flag.Bool("update", false, "rewrite the expectations of the cases")

// testCase is case.yaml: what a case needs besides its values.
type testCase struct {
	Chart       string               `json:"chart"` // relative to the case; default charts/connectware
	Sets        []render.SetArgument `json:"sets"`
	Name        string               `json:"name"` // of the release; default demo
	KubeVersion string               `json:"kubeVersion"`
	Target      string               `json:"targetKubeVersion"`
	Manifests   string               `json:"manifests"` // rendered YAML in the case's folder
	Nodes       string               `json:"nodes"`     // an inventory: pools, in the case's folder
	Pods        string               `json:"pods"`      // what runs already
	Volumes     string               `json:"volumes"`   // where volumes are
	Live        string               `json:"live"`      // manifests of the running release
	Select      []string             `json:"select"`    // default: only the rule of the folder
	Intent      map[string]struct {
		Survive string `json:"survive"`
		Strict  bool   `json:"strict"`
	} `json:"intent"`
	Profile string            `json:"profile"`
	Others  map[string]string `json:"others"` // other profiles: name -> inventory
}

// TestCases walks testdata/<rule>/<case>: a bad case has a finding of its
// rule, a good one has none, and what is found is as in want.txt.
func TestCases(t *testing.T) {
	folders := subfolders(t, "testdata")
	known := map[string]bool{}
	for _, rule := range folders {
		known[rule] = true
		if byID[rule] == nil {
			t.Errorf("testdata/%s: no rule is called so", rule)
			continue
		}
		for _, name := range subfolders(t, filepath.Join("testdata", rule)) {
			t.Run(rule+"/"+name, func(t *testing.T) { runCase(t, rule, filepath.Join("testdata", rule, name)) })
		}
	}
	for _, r := range Rules() {
		if r.Engine {
			continue
		}
		if r.NoFix == "" || strings.HasSuffix(r.NoFix, ".") || len(r.NoFix) > 100 {
			t.Errorf("rule %s says in no clause why a finding may have no fix: %q", r.ID, r.NoFix)
		}
		bad, good := r.Examples()
		if bad == nil || good == nil {
			t.Errorf("rule %s lacks a bad-* or a good-* case in testdata/%s", r.ID, r.ID)
		}
	}
}

func subfolders(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, e := range entries {
		if e.IsDir() {
			found = append(found, e.Name())
		}
	}
	return found
}

func runCase(t *testing.T, rule, dir string) {
	c := testCase{Chart: "../../../../charts/connectware", Name: "demo"}
	if text, err := os.ReadFile(filepath.Join(dir, "case.yaml")); err == nil {
		if err := yaml.UnmarshalStrict(text, &c); err != nil {
			t.Fatal(err)
		}
	}
	release := load(t, dir, c)
	options := Options{Select: c.Select}
	if len(options.Select) == 0 {
		options.Select = []string{rule}
	}
	release.TargetKubeVersion = c.Target
	c.surround(t, dir, &options)
	report, err := Run(release, options)
	if err != nil {
		t.Fatal(err)
	}
	hits := 0
	for _, f := range report.Findings {
		if f.Rule == rule {
			hits++
		}
		if f.Location.File == "" {
			t.Errorf("finding without a place: %s", f.Message)
		}
	}
	if bad := strings.HasPrefix(filepath.Base(dir), "bad-"); bad != (hits > 0) {
		t.Errorf("%d findings of %s in %s", hits, rule, dir)
	}
	compare(t, filepath.Join(dir, "want.txt"), describeFindings(report.Findings, dir))
}

// surround reads what a case says of the cluster.
func (c testCase) surround(t *testing.T, dir string, o *Options) {
	t.Helper()
	read := func(name string) []byte {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	var err error
	if c.Nodes != "" {
		if o.Nodes, err = cluster.ReadNodes(c.Nodes, read(c.Nodes)); err != nil {
			t.Fatal(err)
		}
	}
	for name, i := range c.Intent {
		o.Intents = append(o.Intents, Intent{Name: name, Survive: i.Survive, Strict: i.Strict})
	}
	o.Profile = c.Profile
	for name, file := range c.Others {
		nodes, err := cluster.ReadNodes(file, read(file))
		if err != nil {
			t.Fatal(err)
		}
		o.Others = append(o.Others, Elsewhere{name, nodes})
	}
	if c.Pods != "" {
		if err := o.Nodes.AddPods(c.Pods, read(c.Pods)); err != nil {
			t.Fatal(err)
		}
	}
	if c.Volumes != "" {
		if err := o.Nodes.AddVolumes(c.Volumes, read(c.Volumes)); err != nil {
			t.Fatal(err)
		}
	}
	if c.Live != "" {
		if o.Live, err = render.FromManifests(c.Live, read(c.Live)); err != nil {
			t.Fatal(err)
		}
		o.Live.Namespace = "default"
	}
}

func load(t *testing.T, dir string, c testCase) *render.Release {
	t.Helper()
	if c.Manifests != "" {
		text, err := os.ReadFile(filepath.Join(dir, c.Manifests))
		if err != nil {
			t.Fatal(err)
		}
		release, err := render.FromManifests(c.Manifests, text)
		if err != nil {
			t.Fatal(err)
		}
		if c.KubeVersion != "" {
			release.KubeVersion = c.KubeVersion
		}
		return release
	}
	options := render.Options{Name: c.Name, KubeVersion: c.KubeVersion}
	options.Values.Sets = c.Sets
	if text, err := os.ReadFile(filepath.Join(dir, "values.yaml")); err == nil {
		file, err := values.Parse("values.yaml", text)
		if err != nil {
			t.Fatal(err)
		}
		options.Values.Files = []*values.File{file}
	}
	release, err := render.Render(filepath.Join(dir, c.Chart), options)
	if err != nil {
		t.Fatal(err)
	}
	return release
}

// describeFindings writes findings in a short fixed form.
func describeFindings(findings []Finding, dir string) string {
	var b strings.Builder
	for i, f := range findings {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "%s[%s]: %s\n", f.Severity, f.Rule, f.Message)
		fmt.Fprintf(&b, "  at      %s %s\n", describePlace(f.Location, dir), f.Path)
		if f.Caret != "" {
			fmt.Fprintf(&b, "  legal   %s\n", f.Caret)
		}
		if f.Field != "" {
			fmt.Fprintf(&b, "  field   %s\n", f.Field)
		}
		if len(f.Workloads) > 0 {
			fmt.Fprintf(&b, "  hits    %s\n", strings.Join(f.Workloads, ", "))
		}
		fmt.Fprintf(&b, "  effect  %s\n", f.Effect)
		for _, n := range f.Notes {
			fmt.Fprintf(&b, "  note    %s\n", n)
		}
		for _, r := range f.Related {
			fmt.Fprintf(&b, "  see     %s: %s\n", describePlace(r.Location, dir), r.Message)
		}
		for _, fix := range f.Fixes {
			fmt.Fprintf(&b, "  fix     %s (%s)\n", fix.Title, fix.Safety)
			for _, s := range fix.Sets {
				switch {
				case s.Erase > 0:
					fmt.Fprintf(&b, "          erase the comment of line %d\n", s.Erase)
				case s.Remove:
					fmt.Fprintf(&b, "          remove %s\n", s.Path)
				case s.Move != nil:
					fmt.Fprintf(&b, "          move %s to %s\n", s.Path, s.Move)
				default:
					fmt.Fprintf(&b, "          %s = %s\n", s.Path, show(s.Value))
				}
			}
		}
	}
	return b.String()
}

func describePlace(l Location, dir string) string {
	file := l.File
	if rel, err := filepath.Rel(dir, file); err == nil && strings.Contains(file, "/") {
		file = filepath.ToSlash(rel)
	}
	if i := strings.Index(file, "charts/"); i >= 0 {
		file = file[i:]
	}
	place := file
	if l.Start.Line > 0 {
		place += fmt.Sprintf(":%d", l.Start.Line)
		if l.Start.Column > 0 {
			place += fmt.Sprintf(":%d-%d", l.Start.Column, l.End.Column)
		}
	}
	if l.Unset {
		place += " (unset)"
	}
	return place + " [" + string(l.Layer) + "]"
}

func compare(t *testing.T, golden, got string) {
	t.Helper()
	if *update {
		if got == "" {
			os.Remove(golden)
		} else if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(golden)
	if err != nil && got != "" {
		t.Errorf("%s is missing; found:\n%s", golden, got)
	} else if string(want) != got {
		t.Errorf("%s differs\ngot:\n%s\nwant:\n%s", golden, got, want)
	}
}
