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
	gaveUp  string            // the chart whose render was given up
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
	next := make(chan int)
	var all sync.WaitGroup
	for range min(workers, len(w.jobs)) {
		all.Add(1)
		go func() {
			defer all.Done()
			for i := range next {
				w.begin(i)
				shown.now(w.progress())
				w.results[i] = w.judge(i)
				w.end(i)
				shown.now(w.progress())
			}
		}()
	}
	for i := range w.jobs {
		next <- i
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

// judge renders and lints one job. After a render was given up its work goes
// on in the background, so the process must end soon and nothing new begins.
func (w *pool) judge(i int) judged {
	j := w.jobs[i]
	w.mutex.Lock()
	gaveUp := w.gaveUp
	w.mutex.Unlock()
	if gaveUp != "" {
		return judged{report: lint.Failed(j.path, &render.Failure{File: j.path, Message: "not judged, because rendering " + gaveUp + " was given up",
			Hints: []string{"lint it without the other"}})}
	}
	options := w.options
	options.KubeVersion = w.settings[i].KubeVersion
	if err := j.read(w.program, &options, w.context); err != nil {
		return judged{report: failed(j.path, err)}
	}
	one, warnings, stopped, err := w.finish(w.context, j.path, w.settings[i], w.around, func() (*render.Release, error) { return render.Render(j.path, options) })
	if stopped {
		w.mutex.Lock()
		w.gaveUp = j.path
		w.mutex.Unlock()
	}
	return judged{one, warnings, err}
}
