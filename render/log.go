package render

import (
	"io"
	"log"
	"runtime"
	"slices"
	"sort"
	"strings"
	"sync"
)

// Helm's libraries tell of values that they drop through Go's standard logger,
// of which there is one for the whole program. Charts are rendered on several
// goroutines, so what is written is sorted by the goroutine that writes it; a
// render stays on its own.
var listening struct {
	sync.Mutex
	said map[string]*[]string // by goroutine
}

// listen puts the ear to the logger, for good: taking it away while another
// goroutine writes would wait for ever.
var listen = sync.OnceFunc(func() {
	listening.said = map[string]*[]string{}
	otherwise := log.Writer()
	log.SetFlags(0)
	log.SetOutput(ear{otherwise})
})

// captureLog runs work and returns the messages that Helm's libraries wrote to
// the standard logger, each once and sorted: they come from walking maps. A
// message that shows a value may have many lines.
func captureLog(work func()) []string {
	own, outer := goroutine(), (*[]string)(nil)
	said := &[]string{}
	listen()
	listening.Lock()
	outer = listening.said[own]
	listening.said[own] = said
	listening.Unlock()

	defer func() {
		listening.Lock()
		defer listening.Unlock()
		if outer != nil {
			listening.said[own] = outer
			return
		}
		delete(listening.said, own)
	}()
	work()
	sort.Strings(*said)
	return slices.Compact(*said)
}

// ear is where the standard logger writes.
type ear struct{ otherwise io.Writer }

func (e ear) Write(text []byte) (int, error) {
	listening.Lock()
	defer listening.Unlock()
	if said := listening.said[goroutine()]; said != nil {
		if message := strings.TrimSpace(string(text)); message != "" { // the logger writes one at a time
			*said = append(*said, message)
		}
		return len(text), nil
	}
	return e.otherwise.Write(text)
}

// goroutine names the current goroutine, by the first line of its stack:
// "goroutine 7 [running]:". Go offers no other name.
func goroutine() string {
	var line [40]byte
	words := strings.Fields(string(line[:runtime.Stack(line[:], false)]))
	if len(words) < 2 {
		return ""
	}
	return words[1]
}
