package fix

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/spreadlint/spreadlint/cluster"
	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

var update = flag.Bool("update", false, "rewrite the expectations of the cases")

// TestRules fixes every bad case of every rule, unsafe fixes included. What
// the file becomes stands in fixed.yaml beside the case; where nothing can be
// fixed, unfixed.txt says why. After a fix the rule is silent, and fixing
// again changes nothing.
func TestRules(t *testing.T) {
	dirs, err := filepath.Glob("../lint/testdata/*/bad-*")
	if err != nil || len(dirs) < 50 {
		t.Fatalf("%d cases: %v", len(dirs), err)
	}
	for _, dir := range dirs {
		text, err := os.ReadFile(filepath.Join(dir, "values.yaml"))
		if err != nil {
			continue // rendered YAML has no values to edit
		}
		rule := filepath.Base(filepath.Dir(dir))
		t.Run(rule+"/"+filepath.Base(dir), func(t *testing.T) {
			c := readCase(t, dir)
			if len(c.Select) == 0 {
				c.Select = []string{rule}
			}
			result := c.fix(t, dir, text)
			fixed := ""
			if len(result.Files) == 1 {
				fixed = string(result.Files[0].After.Src)
			}
			compare(t, filepath.Join(dir, "fixed.yaml"), fixed)
			compare(t, filepath.Join(dir, "unfixed.txt"), unfixed(result, dir))
			if fixed == "" {
				return
			}
			again := c.fix(t, dir, []byte(fixed))
			if len(again.Applied) > 0 {
				t.Errorf("fixing again changes it again:\n%s", again.Files[0].After.Src)
			}
			if len(again.After.Findings) != len(result.After.Findings) {
				t.Errorf("%d findings are left, linting the result finds %d", len(result.After.Findings), len(again.After.Findings))
			}
		})
	}
}

// ruleCase is case.yaml, as package lint's tests read it.
type ruleCase struct {
	Chart       string
	Sets        []render.SetArgument
	KubeVersion string `json:"kubeVersion"`
	Target      string `json:"targetKubeVersion"`
	Nodes       string
	Select      []string
}

func readCase(t *testing.T, dir string) ruleCase {
	t.Helper()
	c := ruleCase{Chart: "../../../../charts/connectware"}
	if text, err := os.ReadFile(filepath.Join(dir, "case.yaml")); err == nil {
		if err := yaml.Unmarshal(text, &c); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// fix renders the case with a text as its values and fixes what it can.
func (c ruleCase) fix(t *testing.T, dir string, text []byte) Result {
	t.Helper()
	file, err := values.Parse("values.yaml", text)
	if err != nil {
		t.Fatal(err)
	}
	options := render.Options{Name: "demo", KubeVersion: c.KubeVersion}
	options.Values.Sets, options.Values.Files = c.Sets, []*values.File{file}
	release, err := render.Render(filepath.Join(dir, c.Chart), options)
	if err != nil {
		t.Fatal(err)
	}
	release.TargetKubeVersion = c.Target
	wanted := Options{Unsafe: true, Lint: lint.Options{Select: c.Select}}
	if c.Nodes != "" {
		text, err := os.ReadFile(filepath.Join(dir, c.Nodes))
		if err != nil {
			t.Fatal(err)
		}
		if wanted.Lint.Nodes, err = cluster.ReadNodes(c.Nodes, text); err != nil {
			t.Fatal(err)
		}
	}
	result, err := Run(release, wanted)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// unfixed says why fixes were not made, and what has none.
func unfixed(result Result, dir string) string {
	var b strings.Builder
	for _, s := range result.Skipped {
		fmt.Fprintf(&b, "%s: %s\n  %s\n", s.Finding.Rule, s.Fix.Title, strings.ReplaceAll(s.Reason, dir+"/", ""))
		for _, t := range s.Type {
			b.WriteString("  " + t.Do + ":\n")
			for line := range strings.Lines(t.Text) {
				b.WriteString("    " + strings.TrimSuffix(line, "\n") + "\n")
			}
		}
	}
	for _, u := range result.Unfixed {
		fmt.Fprintf(&b, "%s: no fix for: %s\n  %s\n", u.Finding.Rule, u.Finding.Message, u.Reason)
	}
	return b.String()
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
		t.Errorf("%s is missing; got:\n%s", golden, got)
	} else if string(want) != got {
		t.Errorf("%s differs\ngot:\n%s\nwant:\n%s", golden, got, want)
	}
}
