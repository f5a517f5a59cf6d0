//go:build unix

package cli

import (
	"io/fs"
	"os"
	"syscall"
)

// keepOwner gives a new file the owner and group of the one it replaces, where
// the system permits it.
func keepOwner(name string, old fs.FileInfo) {
	if stat, ok := old.Sys().(*syscall.Stat_t); ok {
		_ = os.Chown(name, int(stat.Uid), int(stat.Gid)) // only root may
	}
}
