package main

import (
	"os"
	"syscall"
)

func peakMemory(state *os.ProcessState) int64 {
	if used, ok := state.SysUsage().(*syscall.Rusage); ok {
		return used.Maxrss << 10 // Linux counts kibibytes
	}
	return 0
}
