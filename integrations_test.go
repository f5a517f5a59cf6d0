package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// readYAML reads a file of the repository that another program is to read.
func readYAML(t *testing.T, name string, into any) {
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.UnmarshalStrict(text, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// TestAction: what the GitHub Action says is consistent. What its steps do is
// in testdata/script/github-action.txtar.
func TestAction(t *testing.T) {
	var action struct {
		Name, Description string
		Branding          map[string]string
		Inputs            map[string]struct {
			Description, Default string
			Required             bool
		}
		Runs struct {
			Using string
			Steps []struct {
				ID, If, Uses, Shell, Run string
				With                     map[string]any
				Env                      map[string]string
			}
		}
	}
	readYAML(t, "action.yml", &action)
	script, err := os.ReadFile("ci/github.sh")
	if err != nil {
		t.Fatal(err)
	}
	for name, input := range action.Inputs {
		if strings.Contains(input.Description, "${{") {
			t.Errorf("input %s: GitHub evaluates expressions in descriptions", name)
		}
	}
	input := regexp.MustCompile(`inputs\.([a-z-]+)`)
	used := map[string]bool{}
	for _, step := range action.Runs.Steps {
		if step.Run == "" {
			continue
		}
		if strings.Contains(step.Run, "${{") {
			t.Errorf("a step puts an expression into shell: %s", step.Run)
		}
		function := step.Run[strings.LastIndex(step.Run, " ")+1:]
		if step.Shell != "bash" || !strings.Contains(string(script), "\n"+function+"() {\n") {
			t.Errorf("ci/github.sh has no step %q", function)
		}
		for name, value := range step.Env {
			for _, m := range input.FindAllStringSubmatch(value, -1) {
				used[m[1]] = true
			}
			if !strings.Contains(string(script), "$"+name) {
				t.Errorf("ci/github.sh does not read %s", name)
			}
		}
	}
	for name := range used {
		if _, known := action.Inputs[name]; !known {
			t.Errorf("there is no input %s", name)
		}
	}
	for name := range action.Inputs {
		if !used[name] {
			t.Errorf("the input %s is not used", name)
		}
	}
}

// TestGuidesYAML: what guides tell to write uses inputs, hooks and variables
// that there are.
func TestGuidesYAML(t *testing.T) {
	var action struct{ Inputs map[string]any }
	var hooks []struct{ ID string }
	var job map[string]struct{ Variables map[string]any }
	for name, into := range map[string]any{"action.yml": &action, ".pre-commit-hooks.yaml": &hooks, "ci/gitlab.yml": &job} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := yaml.Unmarshal(text, into); err != nil {
			t.Fatal(err)
		}
	}
	ids := []any{}
	for _, hook := range hooks {
		ids = append(ids, hook.ID)
	}
	looked := 0
	var look func(node any)
	look = func(node any) {
		switch node := node.(type) {
		case []any:
			for _, item := range node {
				look(item)
			}
		case map[string]any:
			if uses, _ := node["uses"].(string); strings.HasPrefix(uses, "spreadlint/spreadlint@") {
				looked++
				with, _ := node["with"].(map[string]any)
				for name := range with {
					if action.Inputs[name] == nil {
						t.Errorf("action.yml has no input %s", name)
					}
				}
			}
			if id, isID := node["id"]; isID {
				looked++
				if !slices.Contains(ids, id) {
					t.Errorf("there is no hook %v", id)
				}
			}
			variables, _ := node["variables"].(map[string]any)
			for name := range variables {
				looked++
				if _, known := job["spreadlint"].Variables[name]; !known {
					t.Errorf("ci/gitlab.yml has no variable %s", name)
				}
			}
			for _, below := range node {
				look(below)
			}
		}
	}
	block := regexp.MustCompile("(?s)```yaml\n(.*?)```")
	for _, guide := range []string{"github", "gitlab", "pre-commit"} {
		text, err := os.ReadFile(filepath.Join("docs", "guides", guide+".md"))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range block.FindAllSubmatch(text, -1) {
			var tree any
			if err := yaml.UnmarshalStrict(m[1], &tree); err != nil {
				t.Errorf("%s: %v\n%s", guide, err, m[1])
			}
			look(tree)
		}
	}
	if looked < 8 {
		t.Errorf("only %d places were looked at", looked)
	}
}

// TestGitLabJob runs the script of the job as GitLab does, with the program in
// its cache, and looks at the report as GitLab reads it.
func TestGitLabJob(t *testing.T) {
	program, err := exec.LookPath("spreadlint") // this test binary, see TestMain
	if err != nil {
		t.Skip(err)
	}
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip(err)
	}
	var file struct {
		Job struct {
			Stage, Image string
			Variables    map[string]string
			Cache        struct {
				Key   string
				Paths []string
			}
			BeforeScript []string `json:"before_script"`
			Script       []string
			Artifacts    struct {
				When    string
				Reports map[string]string
			}
		} `json:"spreadlint"`
	}
	readYAML(t, "ci/gitlab.yml", &file)
	job := file.Job
	scratchRepository(t)
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("charts/connectware/ci/prod-values.yaml", []byte("broker:\n  podAntiAffinityTopologyKey: a=b\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	cache := filepath.Join(dir, job.Cache.Paths[0])
	if err := os.Mkdir(cache, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(program, filepath.Join(cache, "spreadlint")); err != nil {
		t.Skip(err)
	}
	command := exec.Command("sh", "-e", "-c", strings.Join(slices.Concat(job.BeforeScript, job.Script), "\n"))
	command.Env = append(os.Environ(), "CI_PROJECT_DIR="+dir)
	job.Variables["SPREADLINT_VERSION"] = "v0.1.0"
	job.Variables["SPREADLINT_ARGS"] = "--select topology-key-syntax"
	for name, value := range job.Variables {
		command.Env = append(command.Env, name+"="+value)
	}
	out, _ := command.CombinedOutput()
	if code := command.ProcessState.ExitCode(); code != 1 {
		t.Fatalf("exit code %d\n%s", code, out)
	}
	// https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
	var issues []struct {
		Description, Fingerprint, Severity string
		Check                              string `json:"check_name"`
		Location                           struct {
			Path  string
			Lines struct{ Begin int }
		}
	}
	text, err := os.ReadFile(job.Artifacts.Reports["codequality"])
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &issues); err != nil {
		t.Fatal(err)
	}
	if len(issues) != 1 || issues[0].Description == "" || issues[0].Check != "topology-key-syntax" || len(issues[0].Fingerprint) < 16 ||
		issues[0].Location.Path != "charts/connectware/ci/prod-values.yaml" || issues[0].Location.Lines.Begin != 2 ||
		!slices.Contains([]string{"info", "minor", "major", "critical", "blocker"}, issues[0].Severity) {
		t.Errorf("the report for GitLab: %s", text)
	}
	if _, err := os.Stat(job.Artifacts.Reports["junit"]); err != nil {
		t.Error(err)
	}
}
