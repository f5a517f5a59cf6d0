package cli

import (
	"os"
	"os/signal"
	"syscall"
)

// interruption holds back Ctrl-C, and other wishes that the program end, for
// the few milliseconds in which files are written: whoever writes asks for it
// before the last step, and takes away what stands half done.
type interruption chan os.Signal

func holdInterruption() interruption {
	held := make(interruption, 1)
	signal.Notify(held, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	return held
}

// came reports whether someone wished so since.
func (i interruption) came() bool {
	select {
	case <-i:
		return true
	default:
		return false
	}
}

func (i interruption) release() { signal.Stop(i) }
