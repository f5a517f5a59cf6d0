package cli

import (
	"os"
	"path/filepath"
)

// around returns the current folder and the root of the git repository that it
// is in, or the folder itself: reports name files from there, so that they say
// the same whichever folder the program was started in.
func around() (here, root string) {
	here, err := os.Getwd()
	if err != nil {
		return "", ""
	}
	for dir := here; ; {
		if exists(filepath.Join(dir, ".git")) {
			return here, dir
		}
		above := filepath.Dir(dir)
		if above == dir {
			return here, here
		}
		dir = above
	}
}
