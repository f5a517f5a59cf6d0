package cli

import (
	"errors"
	"fmt"
	"runtime/debug"
	"runtime/metrics"
	"time"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/render"
)

// Bounds of judging one chart. The charts of strangers are linted in CI, and
// a template can loop, recurse or grow without end.
//
// Go ends the process with a stack trace when it gets no memory or when a
// stack is full, and nothing can catch that: the watch has to be first. Before
// it looks again, a buffer may grow to three times what it saw (Go's buffers
// double by copying), hence the share. The largest public charts need 60 MiB.
const (
	defaultTimeout    = time.Minute
	simulationTimeout = 5 * time.Minute
	maxMemory         = 1 << 30   // bytes that judging may add
	memoryShare       = 4         // part of the memory available that it may take
	maxStacks         = 128 << 20 // bytes; Go's own bound is 1 GB
	watchInterval     = 2 * time.Millisecond
)

// Activities that are bounded.
const (
	rendering  = "rendering"
	reading    = "reading the file"
	simulation = "the simulation"
	generation = "generating"
)

// bounded runs work on a file and gives up on it after a time or beyond a
// size; activity names the work in the report on that. A template that is
// being executed cannot be stopped: after giving up, the process has to end
// soon.
func bounded(activity, file string, timeout time.Duration, work func() lint.Report) (result lint.Report, gaveUp bool) {
	w := newWatch()
	done := make(chan lint.Report, 1)
	go func() {
		var r lint.Report
		defer func() {
			if cause := recover(); cause != nil {
				r = lint.Failed(file, &render.Failure{File: file, Message: fmt.Sprintf("%s stopped: %v", activity, cause),
					Hints: []string{"this is a defect of spreadlint or of Helm's engine: please report it with the chart"}})
			}
			done <- r
		}()
		r = work()
	}()
	deadline := time.NewTimer(timeout)
	defer deadline.Stop()
	tick := time.NewTicker(watchInterval)
	defer tick.Stop()
	for {
		select {
		case r := <-done:
			return r, false
		case <-deadline.C:
			return abandoned(activity, file, fmt.Errorf("it took longer than %s", timeout)), true
		case <-tick.C:
			if err := w.tooLarge(); err != nil {
				return abandoned(activity, file, err), true
			}
		}
	}
}

func abandoned(activity, file string, cause error) lint.Report {
	failure := &render.Failure{File: file, Message: activity + " was given up: " + cause.Error()}
	switch activity {
	case simulation:
		failure.Hints = []string{"--timeout gives more time; --lose NODES loses these only; fewer --seeds"}
	case generation:
		failure.Hints = []string{"--timeout gives more time"}
	case rendering:
		failure.Hints = []string{"look for a template that calls itself, a loop over a huge range, or a text or list that grows in one",
			"--render-timeout gives more time"}
	}
	return lint.Failed(file, failure)
}

var errStacks = errors.New("a template calls itself without end")

// watch compares the memory in use with what was in use at its start.
type watch struct {
	samples        []metrics.Sample
	limit, atStart int64
	scarce         bool // the limit is less than the usual one
}

func newWatch() *watch {
	w := &watch{samples: []metrics.Sample{
		{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}}
	growth := int64(maxMemory)
	if available := availableMemory(); available > 0 && available/memoryShare < growth {
		growth, w.scarce = available/memoryShare, true
	}
	w.atStart, _ = w.read()
	w.limit = w.atStart + growth
	debug.SetMemoryLimit(w.limit - growth/4) // let Go collect garbage before it is too much
	return w
}

// read returns what the process uses of memory, and the stacks' part of it.
func (w *watch) read() (used, stacks int64) {
	metrics.Read(w.samples)
	return int64(w.samples[0].Value.Uint64() - w.samples[1].Value.Uint64()), int64(w.samples[2].Value.Uint64())
}

func (w *watch) tooLarge() error {
	used, stacks := w.read()
	growth := w.limit - w.atStart
	switch {
	case stacks > min(maxStacks, growth/2):
		return errStacks
	case used <= w.limit:
		return nil
	case w.scarce:
		return fmt.Errorf("it needs more than %d MiB of memory, and this process can get little more", growth>>20)
	}
	return fmt.Errorf("it needs more than %d MiB of memory", growth>>20)
}
