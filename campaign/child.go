package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/spreadlint/spreadlint/render"
)

// ran is what came of a started program.
type ran struct {
	args     []string
	exit     int
	out, err []byte
	cpu      time.Duration
	memory   int64 // bytes at most, of measured programs; 0 where the system does not tell
	timedOut bool
}

// crashed reports whether the program ended as none of ours may.
func (r ran) crashed() bool {
	return !r.timedOut && (r.exit < 0 || r.exit > 2 || bytes.Contains(r.err, []byte("panic:")) || bytes.Contains(r.err, []byte("libraries panicked")))
}

// command is the line to type to see it again.
func (r ran) command() string {
	var words []string
	for _, word := range r.args {
		if strings.ContainsAny(word, " '\"{}[]$*|\\") {
			word = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

// start runs a program to its end, or to the end of its time.
func (c *campaign) start(limit time.Duration, args ...string) ran {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	var out, talk bytes.Buffer
	command := exec.CommandContext(ctx, args[0], args[1:]...)
	command.Stdout, command.Stderr = &out, &talk
	command.WaitDelay = time.Second
	command.Env = append(os.Environ(), "NO_COLOR=1")
	err := command.Run()
	r := ran{args: args, out: out.Bytes(), err: talk.Bytes()}
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		r.timedOut, r.exit = true, -1
	case errors.As(err, &exit):
		r.exit = exit.ExitCode()
	case err != nil:
		r.exit, r.err = -1, append(r.err, err.Error()...)
	}
	if command.ProcessState != nil {
		r.cpu = command.ProcessState.UserTime() + command.ProcessState.SystemTime()
	}
	return r
}

// template runs `helm template`, with what is added to the chart's defaults.
func (c *campaign) template(dir string, more ...string) ran {
	return c.start(c.limit, c.templateArgs(dir, more...)...)
}

func (c *campaign) templateArgs(dir string, more ...string) []string {
	return append([]string{c.helm, "template", render.StandInName, dir, "--kube-version", c.kubeVersion}, more...)
}

// lint runs `spreadlint lint`. A report that it prints is decoded by reportOf.
func (c *campaign) lint(dir string, more ...string) ran {
	return c.start(c.limit, c.lintArgs(dir, more...)...)
}

func (c *campaign) lintArgs(dir string, more ...string) []string {
	return append([]string{c.spreadlint, "lint", dir, "--kube-version", c.kubeVersion, "--no-config", "--allow-empty", "-o", "json"}, more...)
}

// measured is a program's use of CPU and memory, as its own parent sees it: a
// child starts with the peak of the process that forked it, and the campaign
// holds whole outputs.
func (c *campaign) measured(limit time.Duration, args ...string) ran {
	r := c.start(limit, append([]string{c.self, measureWord}, args...)...)
	var used struct {
		CPU    time.Duration
		Memory int64
		Exit   int
	}
	if i := bytes.LastIndexByte(bytes.TrimRight(r.out, "\n"), '\n'); json.Unmarshal(r.out[i+1:], &used) == nil {
		r.cpu, r.memory, r.exit = used.CPU, used.Memory, used.Exit
	}
	r.args = args
	return r
}

// measureWord starts this program as the small parent of a measured one.
const measureWord = "measure-child"

func measureChild(args []string, stdout, stderr io.Writer) int {
	command := exec.Command(args[0], args[1:]...)
	command.Stderr = stderr
	err := command.Run()
	if command.ProcessState == nil {
		return sayChild(stderr, err)
	}
	state := command.ProcessState
	fmt.Fprintf(stdout, `{"CPU": %d, "Memory": %d, "Exit": %d}`+"\n", state.UserTime()+state.SystemTime(), peakMemory(state), state.ExitCode())
	return 0
}
