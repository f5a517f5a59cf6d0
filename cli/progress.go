package cli

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/spreadlint/spreadlint/report"
)

// progress tells a person what takes so long. It writes nothing before a
// second has passed, and nothing at all unless standard error is a terminal.
type progress struct {
	mutex    sync.Mutex
	out      io.Writer
	activity string
	shown    bool
	stop     chan struct{}
	stopped  sync.WaitGroup
	once     sync.Once
}

// patience is how long nothing is said.
const patience = time.Second

func (p *program) watchProgress(activity string) *progress {
	w := &progress{out: p.stderr, activity: activity, stop: make(chan struct{})}
	if !isTerminal(p.stderr) {
		return w
	}
	w.stopped.Add(1)
	go w.tell(time.Now())
	return w
}

func (w *progress) tell(since time.Time) {
	defer w.stopped.Done()
	tick := time.NewTicker(patience)
	defer tick.Stop()
	for {
		select {
		case <-w.stop:
			if w.shown {
				fmt.Fprint(w.out, "\r\x1b[K")
			}
			return
		case <-tick.C:
			w.mutex.Lock()
			activity := w.activity
			w.mutex.Unlock()
			fmt.Fprintf(w.out, "\r\x1b[K%s", w.fit(fmt.Sprintf("%s (%d s)", report.Clean(activity), int(time.Since(since).Seconds()))))
			w.shown = true
		}
	}
}

// fit cuts a line to the terminal: what wraps cannot be taken back.
func (w *progress) fit(line string) string {
	width := 0
	if file, ok := w.out.(*os.File); ok {
		width = terminalWidth(file)
	}
	if runes := []rune(line); width > 1 && len(runes) >= width {
		return string(runes[:width-2]) + "…"
	}
	return line
}

// now says what is being done.
func (w *progress) now(activity string) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.activity = activity
}

// end removes the line. It may be called more than once.
func (w *progress) end() {
	w.once.Do(func() { close(w.stop) })
	w.stopped.Wait()
}
