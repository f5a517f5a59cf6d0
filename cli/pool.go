package cli

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"time"

	urfave "github.com/urfave/cli/v2"

	"github.com/spreadlint/spreadlint/config"
	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/report"
)

// maxJobs bounds the charts that are linted at once: each takes memory.
const maxJobs = 8

// plainEvery is how often a run that nobody watches says how far it is.
const plainEvery = 10 * time.Second

// judged is what came of a job.
type judged struct {
	report   lint.Report
	warnings []string
	err      error
	gaveUp   bool
}

// pool lints jobs at once, as many as there are processors. What it returns is
// in the order of the jobs, whoever was first.
type pool struct {
	*program
	context  *urfave.Context
	options  render.Options
	around   surroundings
	settings []config.Settings
	jobs     []job

	mutex   sync.Mutex
	done    int
	begun   map[int]time.Time // the jobs in work
	stuck   []string          // charts whose render was given up and goes on
	halted  bool              // nothing new begins
	results []judged
}

func (w *pool) run() []judged {
	w.results, w.begun = make([]judged, len(w.jobs)), map[int]time.Time{}
	workers := w.context.Int("jobs")
	if workers < 1 {
		workers = min(runtime.GOMAXPROCS(0), maxJobs)
	}
	if w.around.nodes != nil || w.around.live != nil {
		workers = 1 // a simulation learns about its nodes while it runs
	}
	shown := w.watchProgress("linting")
	defer shown.end()
	defer w.sayPlainly()()
	if len(w.jobs) > 1 {
		collectGarbage(garbagePercentMany)
	}
	next := make(chan [2]int)
	var all sync.WaitGroup
	for range min(workers, len(w.jobs)) {
		all.Add(1)
		go func() {
			defer all.Done()
			for part := range next {
				chart := render.Open(w.jobs[part[0]].path)
				for i := part[0]; i < part[1]; i++ {
					w.begin(i)
					shown.now(w.progress())
					if w.results[i] = w.judge(i, chart); w.results[i].gaveUp {
						chart = render.Open(w.jobs[i].path) // the work may still use the other one
					}
					w.end(i)
					shown.now(w.progress())
				}
			}
		}()
	}
	for first, i := 0, 1; i <= len(w.jobs); i++ {
		if i == len(w.jobs) || w.jobs[i].path != w.jobs[first].path {
			next <- [2]int{first, i} // a chart and its cases: it is read once
			first = i
		}
	}
	close(next)
	all.Wait()
	return w.results
}

func (w *pool) begin(i int) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.begun[i] = time.Now()
}

func (w *pool) end(i int) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	delete(w.begun, i)
	w.done++
}

// standing is how many jobs are done, and which is longest in work: it is the
// one that a run waits for.
func (w *pool) standing() (done int, longest string, since time.Time) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	for i, begun := range w.begun {
		if longest == "" || begun.Before(since) {
			longest, since = w.jobs[i].String(), begun
		}
	}
	return w.done, longest, since
}

func (w *pool) progress() string {
	if len(w.jobs) == 1 {
		return "linting " + w.jobs[0].path
	}
	done, longest, _ := w.standing()
	return fmt.Sprintf("linting %s %d of %d: %s", bar(done, len(w.jobs)), done, len(w.jobs), longest)
}

// barWidth is how many characters a bar has between its ends.
const barWidth = 20

func bar(done, all int) string {
	full := done * barWidth / all
	return "[" + strings.Repeat("#", full) + strings.Repeat(".", barWidth-full) + "]"
}

// sayPlainly says now and then how far a run is that no terminal shows, and
// where it stands: a job of CI that is silent for long looks hung.
func (w *pool) sayPlainly() (end func()) {
	if isTerminal(w.stderr) {
		return func() {}
	}
	stop := make(chan struct{})
	var stopped sync.WaitGroup
	stopped.Add(1)
	go func() {
		defer stopped.Done()
		tick := time.NewTicker(plainEvery)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				if done, longest, since := w.standing(); longest != "" {
					fmt.Fprintf(w.stderr, "linted %d of %d, now %s (%d s)\n", done, len(w.jobs), report.Clean(longest), int(time.Since(since).Seconds()))
				}
			}
		}
	}()
	return func() { close(stop); stopped.Wait() }
}

// judge renders and lints one job. Renders that were given up go on until the
// process ends: nothing new begins when they take memory, or all processors.
func (w *pool) judge(i int, chart *render.Chart) judged {
	j := w.jobs[i]
	if blocked := w.blocked(); blocked != "" {
		return judged{report: notJudged(j.path, blocked)}
	}
	options := w.options
	options.KubeVersion = w.settings[i].KubeVersion
	if err := j.read(w.program, &options, w.context); err != nil {
		return judged{report: failed(j.path, err)}
	}
	begun := time.Now()
	one, warnings, gaveUp, err := w.finish(w.context, j.path, w.settings[i], w.around, func() (*render.Release, error) { return chart.Render(options) })
	if gaveUp {
		tooLarge := time.Since(begun) < w.context.Duration("render-timeout")
		if other := w.giveUp(j.path, tooLarge); other != "" {
			one = notJudged(j.path, other)
		}
	}
	return judged{one, warnings, err, gaveUp}
}

// blocked names the chart because of which nothing new begins, "" for none.
func (w *pool) blocked() string {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if !w.halted {
		return ""
	}
	return w.stuck[0]
}

// giveUp notes that a render was given up; it returns the chart that may be
// the reason in its place: one that was given up before and takes memory now.
func (w *pool) giveUp(path string, tooLarge bool) (other string) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if tooLarge && len(w.stuck) > 0 {
		other = w.stuck[0]
	}
	w.stuck = append(w.stuck, path)
	w.halted = w.halted || tooLarge || len(w.stuck) >= max(2, runtime.GOMAXPROCS(0))
	return other
}

func notJudged(path, because string) lint.Report {
	return lint.Failed(path, &render.Failure{File: path, Message: "not judged, because rendering " + because + " was given up",
		Hints: []string{"lint it without the other"}})
}
