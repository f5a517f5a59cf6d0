package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/spreadlint/spreadlint/cli"
)

// typed is a command in a guide that shows no output: typed, as a plugin of
// helm, or as the entry of a hook.
var typed = regexp.MustCompile(`(?m)^(?:\$ spreadlint|helm spread|\s+entry: spreadlint) ([^\n]+)$`)

// TestGuides runs every command of the guides about CI on a repository with
// the example charts. Each has to be understood: 0 is clean, 1 is findings.
func TestGuides(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	ran := 0
	for _, guide := range []string{"chart-repositories", "pre-commit", "github", "gitlab", "helm-upgrade"} {
		text, err := os.ReadFile(filepath.Join("docs", "guides", guide+".md"))
		if err != nil {
			t.Fatal(err)
		}
		t.Run(guide, func(t *testing.T) {
			scratchRepository(t)
			for _, m := range typed.FindAllStringSubmatch(string(text), -1) {
				ran++
				var out bytes.Buffer
				if code := cli.Run(append([]string{"spreadlint"}, strings.Fields(m[1])...), strings.NewReader(""), &out, &out); code > 1 {
					t.Errorf("%s: exit code %d\n%s", m[0], code, out.String())
				}
			}
		})
	}
	if ran < 20 {
		t.Errorf("%d commands were run", ran)
	}
}

// scratchRepository is a git repository with the example charts and a helm
// that does nothing; the test runs in it.
func scratchRepository(t *testing.T) {
	dir := t.TempDir()
	for _, folder := range []string{"charts", "examples"} {
		if err := os.CopyFS(filepath.Join(dir, folder), os.DirFS(folder)); err != nil {
			t.Fatal(err)
		}
	}
	write := func(name, text string, mode os.FileMode) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	write("charts/connectware/ci/prod-values.yaml", "broker:\n  podAntiAffinity: soft\n", 0o644)
	write("environments/prod.yaml", "broker:\n  podAntiAffinity: hard\n", 0o644)
	write("deploy/values-prod.yaml", "broker:\n  podAntiAffinity: hard\n", 0o644)
	write(".spreadlint.yaml", "charts:\n  charts/connectware: {profiles: {prod: {values: [environments/prod.yaml]}}}\n", 0o644)
	write("bin/helm", "#!/bin/sh\n", 0o755)
	t.Setenv("PATH", filepath.Join(dir, "bin")+string(os.PathListSeparator)+os.Getenv("PATH"))
	t.Setenv("HOME", dir)
	t.Chdir(dir)
	for _, arguments := range [][]string{{"init", "-q", "-b", "main"}, {"add", "-A"}, {"-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-q", "-m", "charts"}} {
		if out, err := exec.Command("git", arguments...).CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", arguments, err, out)
		}
	}
}

// TestHooks: the hooks of pre-commit run commands that the program knows, on
// the files of a chart and not on others.
func TestHooks(t *testing.T) {
	text, err := os.ReadFile(".pre-commit-hooks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var hooks []struct{ ID, Entry, Files, Language string }
	if err := yaml.Unmarshal(text, &hooks); err != nil || len(hooks) != 2 {
		t.Fatalf("%d hooks, %v", len(hooks), err)
	}
	script, err := os.ReadFile("testdata/script/pre-commit.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, hook := range hooks {
		if command := strings.TrimPrefix(hook.Entry, "spreadlint "); hook.Language != "golang" || !strings.Contains(string(script), " "+command+" ") {
			t.Errorf("%s: no transcript runs %q", hook.ID, hook.Entry)
		}
		files := regexp.MustCompile(hook.Files)
		for name, want := range map[string]bool{"charts/web/values.yaml": true, "web/ci/a-values.yaml": true, "README.md": false, "main.go": false} {
			if files.MatchString(name) != want {
				t.Errorf("%s: %s matches: %t", hook.ID, name, !want)
			}
		}
	}
}

// TestIntegrationFiles: files that other programs read are sound YAML.
func TestIntegrationFiles(t *testing.T) {
	for _, name := range []string{"action.yml", "plugin.yaml", ".goreleaser.yaml", "ci/gitlab.yml", ".pre-commit-hooks.yaml"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var tree any
		if err := yaml.UnmarshalStrict(text, &tree); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestPlugin: what plugin.yaml says that `helm spread` can do, the program can.
func TestPlugin(t *testing.T) {
	text, err := os.ReadFile("plugin.yaml")
	if err != nil {
		t.Fatal(err)
	}
	listed := regexp.MustCompile("`helm spread ([a-z|]+)\\|\\.\\.\\.`").FindSubmatch(text)
	if listed == nil {
		t.Fatal("plugin.yaml lists no commands")
	}
	for _, command := range strings.Split(string(listed[1]), "|") {
		var out bytes.Buffer
		if code := cli.Run([]string{"spreadlint", command, "--help"}, strings.NewReader(""), &out, &out); code != 0 {
			t.Errorf("helm spread %s: exit code %d\n%s", command, code, out.String())
		}
	}
}
