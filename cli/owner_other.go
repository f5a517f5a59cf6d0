//go:build !unix

package cli

import "io/fs"

// keepOwner does nothing where files have no owner to keep.
func keepOwner(string, fs.FileInfo) {}
