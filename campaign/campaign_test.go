package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/spreadlint/spreadlint/cli"
)

// TestMain lets the test's own program stand in for spreadlint and for the
// campaign's children.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == "spreadlint" {
		os.Exit(cli.Run(os.Args, os.Stdin, os.Stdout, os.Stderr))
	}
	if len(os.Args) > 1 && (os.Args[1] == renderWord || os.Args[1] == measureWord) {
		os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// TestCampaign checks a shipped chart and one that helm refuses, twice: the
// second time all is known.
func TestCampaign(t *testing.T) {
	helm, err := exec.LookPath("helm")
	if err != nil || runtime.GOOS == "windows" {
		t.Skip("needs helm on the PATH, and links")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	spreadlint := filepath.Join(t.TempDir(), "spreadlint")
	if err := os.Symlink(self, spreadlint); err != nil {
		t.Skip(err)
	}
	charts, out := t.TempDir(), t.TempDir()
	if err := os.CopyFS(filepath.Join(charts, "own", "connectware-agent"), os.DirFS("../charts/connectware-agent")); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"Chart.yaml":          "apiVersion: v2\nname: refused\nversion: 0.1.0\n",
		"templates/none.yaml": `{{ fail "set the token" }}`,
	} {
		file := filepath.Join(charts, "own", "refused", filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{"-charts", charts, "-out", out, "-helm", helm, "-spreadlint", spreadlint, "-trials", "4", "-j", "2", "-whole=false", "-v"}
	var stdout, stderr bytes.Buffer
	if code := run(args, &stdout, &stderr); code != 0 {
		t.Fatalf("exit %d\n%s%s", code, &stdout, &stderr)
	}
	for _, want := range []string{"| connectware-agent | own |", "1 equal, 1 refused alike", "| refused | own | 0.1.0 | 0 | 1 refused alike |", "blamed"} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, &stdout)
		}
	}
	if n := strings.Count(stderr.String(), "own/"); n != 2 {
		t.Errorf("%d lines of progress, want 2:\n%s", n, &stderr)
	}
	first := stdout.String()
	stdout.Reset()
	stderr.Reset()
	if code := run(args, &stdout, &stderr); code != 0 || stderr.Len() > 0 || stdout.String() != first {
		t.Errorf("the second run is not the first: exit %d\n%s%s", code, &stderr, &stdout)
	}
}

func TestUsage(t *testing.T) {
	for _, c := range []struct {
		name, want string
		args       []string
	}{
		{"nothing", "-charts and -out are needed", nil},
		{"no charts", "no chart found", []string{"-charts", t.TempDir(), "-out", t.TempDir(), "-helm", os.Args[0], "-spreadlint", os.Args[0]}},
		{"a bad pattern", "syntax error in pattern", []string{"-charts", ".", "-out", ".", "-only", "["}},
		{"no program", "name it with -helm", []string{"-charts", ".", "-out", ".", "-helm", "no-such-program"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			if code := run(c.args, &stdout, &stderr); code != 2 || !strings.Contains(stderr.String(), c.want) {
				t.Errorf("exit %d, %q; want 2 and %q", code, &stderr, c.want)
			}
		})
	}
}
