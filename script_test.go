package main

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/spreadlint/spreadlint/cli"
)

// TestMain lets scripts start spreadlint as a process of its own: it is this
// test binary under another name.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"spreadlint": func() { os.Exit(cli.Run(os.Args, os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// TestScripts runs the transcripts in testdata/script: what is typed, what is
// printed, the exit code. With -update it rewrites the files that `cmp`
// compares with; what one script needs stands in it, but for $CHARTS, the
// example charts, which `chart` copies.
func TestScripts(t *testing.T) {
	charts, err := filepath.Abs("charts")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireUniqueNames:  true,
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("CHARTS", charts)
			e.Setenv("ESC", "\x1b")
			e.Setenv("LF", "\n")
			return nil
		},
		Condition: func(name string) (bool, error) {
			if name == "root" { // whom no permission stops
				return os.Geteuid() == 0, nil
			}
			return false, fmt.Errorf("unknown condition %q", name)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "scarce": scarce, "chart": copyChart, "small": smallChart, "bytes": writeBytes, "tgz": pack, "truncate": truncate, "fifo": makePipe,
			"clean": clean, "json": validJSON,
		},
	})
}

// exits runs spreadlint and demands an exit code: `exits 2 lint chart`.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: exits CODE ARGUMENTS")
	}
	demand(ts, args[0], ts.Exec("spreadlint", args[1:]...))
}

// scarce is exits for a process that gets little memory: not less, for on a
// busy machine the watch looks late.
func scarce(ts *testscript.TestScript, _ bool, args []string) {
	demand(ts, args[0], ts.Exec("sh", append([]string{"-c", `ulimit -d 1600000 && exec spreadlint "$@"`, "sh"}, args[1:]...)...))
}

// demand checks how a process ended. No transcript may show what Go prints
// when a program dies.
func demand(ts *testscript.TestScript, want string, err error) {
	code := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("start spreadlint: %v", err)
	}
	if strconv.Itoa(code) != want {
		ts.Fatalf("exit code %d, want %s", code, want)
	}
	for _, file := range []string{"stdout", "stderr"} {
		for _, sign := range []string{"goroutine ", "fatal error", "panic"} {
			if strings.Contains(ts.ReadFile(file), sign) {
				ts.Fatalf("%s has %q", file, sign)
			}
		}
	}
}

// copyChart copies example charts, so that paths in the output are short.
func copyChart(ts *testscript.TestScript, _ bool, names []string) {
	for _, name := range names {
		ts.Check(os.CopyFS(ts.MkAbs(name), os.DirFS(filepath.Join(ts.Getenv("CHARTS"), name))))
	}
}

// smallChart writes charts of one Deployment with one replica, in which
// nothing is wrong; a script adds what is.
func smallChart(ts *testscript.TestScript, _ bool, names []string) {
	for _, name := range names {
		dir := ts.MkAbs(name)
		ts.Check(os.MkdirAll(filepath.Join(dir, "templates"), 0o755))
		ts.Check(os.WriteFile(filepath.Join(dir, "Chart.yaml"), []byte("apiVersion: v2\nname: "+filepath.Base(name)+"\nversion: 1.0.0\n"), 0o644))
		ts.Check(os.WriteFile(filepath.Join(dir, "templates", "web.yaml"), []byte(deployment), 0o644))
	}
}

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: web}]
`

// writeBytes writes a file of any bytes: `bytes FILE 'a\x00b' [TIMES]`.
func writeBytes(ts *testscript.TestScript, _ bool, args []string) {
	text, err := strconv.Unquote(`"` + args[1] + `"`)
	ts.Check(err)
	if len(args) > 2 {
		times, err := strconv.Atoi(args[2])
		ts.Check(err)
		text = strings.Repeat(text, times)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o644))
}

// pack packs directories as `helm package` does: `tgz FILE DIR [PREFIX]`. The
// prefix stands in for the directory's name.
func pack(ts *testscript.TestScript, _ bool, args []string) {
	prefix := filepath.Base(args[1])
	if len(args) > 2 {
		prefix = args[2]
	}
	file, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	zip := gzip.NewWriter(file)
	archive := tar.NewWriter(zip)
	dir := ts.MkAbs(args[1])
	ts.Check(filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		header := &tar.Header{Name: prefix + "/" + filepath.ToSlash(rel), Mode: 0o644, Size: int64(len(data))}
		if err := archive.WriteHeader(header); err != nil {
			return err
		}
		_, err = archive.Write(data)
		return err
	}))
	ts.Check(errors.Join(archive.Close(), zip.Close(), file.Close()))
}

// truncate cuts a file: `truncate FILE BYTES`.
func truncate(ts *testscript.TestScript, _ bool, args []string) {
	size, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	ts.Check(os.Truncate(ts.MkAbs(args[0]), size))
}

func makePipe(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(ts.Exec("mkfifo", args[0]))
}

// clean demands that nothing in the output can steer a terminal or reorder
// text.
func clean(ts *testscript.TestScript, _ bool, files []string) {
	for _, file := range files {
		for _, r := range ts.ReadFile(file) {
			if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
				ts.Fatalf("%s has the character %q", file, r)
			}
		}
	}
}

// validJSON demands a report in JSON, and looks at its summary:
// `json FILE [KEY=VALUE...]`.
func validJSON(ts *testscript.TestScript, _ bool, args []string) {
	var report struct{ Summary map[string]any }
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &report))
	for _, want := range args[1:] {
		key, value, _ := strings.Cut(want, "=")
		if got := fmt.Sprint(report.Summary[key]); got != value {
			ts.Fatalf("summary.%s is %s, want %s", key, got, value)
		}
	}
}
