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
const (
	defaultTimeout = time.Minute
	maxMemory      = 2 << 30   // bytes of heap and stacks, less where less is there
	maxStacks      = 256 << 20 // bytes; Go ends the process at 1 GB
	watchInterval  = 5 * time.Millisecond
)

// bounded runs work and gives up on it after a time or beyond a size. A
// template that is being executed cannot be stopped: after giving up, the
// process has to end soon.
func bounded(chart string, timeout time.Duration, work func() lint.Report) (result lint.Report, gaveUp bool) {
	limit := int64(maxMemory)
	if available := availableMemory(); available > 0 && available/2 < limit {
		limit = available / 2
	}
	debug.SetMemoryLimit(limit / 4 * 3)
	done := make(chan lint.Report, 1)
	go func() {
		var r lint.Report
		defer func() {
			if cause := recover(); cause != nil {
				r = lint.Failed(chart, &render.Failure{File: chart, Message: fmt.Sprintf("judging stopped: %v", cause),
					Hints: []string{"this is a defect of spreadlint or of Helm's engine: please report it with the chart"}})
			}
			done <- r
		}()
		r = work()
	}()
	deadline := time.NewTimer(timeout)
	defer deadline.Stop()
	watch := time.NewTicker(watchInterval)
	defer watch.Stop()
	for {
		select {
		case r := <-done:
			return r, false
		case <-deadline.C:
			return given(chart, fmt.Errorf("it took longer than %s", timeout)), true
		case <-watch.C:
			if err := tooLarge(limit); err != nil {
				return given(chart, err), true
			}
		}
	}
}

func given(chart string, cause error) lint.Report {
	return lint.Failed(chart, &render.Failure{File: chart, Message: "rendering was given up: " + cause.Error(),
		Hints: []string{"look for a template that calls itself, or a loop over a huge range; --render-timeout sets the limit of time"}})
}

var errStacks = errors.New("a template calls itself without end")

func tooLarge(limit int64) error {
	samples := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
	metrics.Read(samples)
	heap, stacks := int64(samples[0].Value.Uint64()), int64(samples[1].Value.Uint64())
	switch {
	case stacks > min(maxStacks, limit/2):
		return errStacks
	case heap+stacks > limit:
		return fmt.Errorf("it needs more than %d MiB of memory", limit>>20)
	}
	return nil
}
