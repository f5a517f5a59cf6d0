package repo

import (
	"bytes"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// GitError is what git said when it could not tell what changed.
type GitError struct {
	Arguments []string
	Said      string
}

func (e *GitError) Error() string {
	return fmt.Sprintf("git %s: %s", strings.Join(e.Arguments, " "), e.Said)
}

// ChangedSince lists the files that differ between a revision and the work
// tree around a folder, committed or not, as absolute paths.
func ChangedSince(folder, revision string) ([]string, error) {
	root, err := git(folder, "rev-parse", "--show-toplevel")
	if err != nil {
		return nil, err
	}
	commit, err := git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", revision+"^{commit}")
	if err != nil {
		return nil, &GitError{Arguments: []string{"rev-parse", revision}, Said: "no such revision; is the history there? (fetch-depth: 0, or git fetch --unshallow)"}
	}
	changed, err := git(folder, "diff", "--no-ext-diff", "--no-renames", "--name-only", "-z", commit)
	if err != nil {
		return nil, err
	}
	added, err := git(root, "ls-files", "--others", "--exclude-standard", "-z")
	if err != nil {
		return nil, err
	}
	var files []string
	for _, name := range strings.Split(changed+"\x00"+added, "\x00") {
		if name != "" {
			files = append(files, filepath.Join(Resolved(root), filepath.FromSlash(name)))
		}
	}
	return files, nil
}

// MergeBase is the commit at which the current branch left another one. The
// branch of the remote counts before a local one, which may be old.
func MergeBase(folder, remote, branch string) (string, error) {
	if remote == "" {
		remote = "origin"
	}
	var last error
	for _, name := range []string{remote + "/" + branch, branch} {
		if _, err := git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", name+"^{commit}"); err != nil {
			continue
		}
		base, err := git(folder, "merge-base", name, "HEAD")
		if err == nil {
			return base, nil
		}
		last = &GitError{Arguments: []string{"merge-base", name, "HEAD"}, Said: "no common commit; is the history there? (fetch-depth: 0, or git fetch --unshallow)"}
	}
	if last == nil {
		last = &GitError{Arguments: []string{"rev-parse", branch}, Said: fmt.Sprintf("neither %s/%s nor %s is a branch here", remote, branch, branch)}
	}
	return "", last
}

func git(folder string, arguments ...string) (string, error) {
	command := exec.Command("git", append([]string{"-C", folder}, arguments...)...)
	var out, said bytes.Buffer
	command.Stdout, command.Stderr = &out, &said
	if err := command.Run(); err != nil {
		text := strings.TrimSpace(said.String())
		if errors.Is(err, exec.ErrNotFound) {
			text = "git is not installed"
		}
		if text == "" {
			text = err.Error()
		}
		return "", &GitError{Arguments: arguments, Said: text}
	}
	return strings.TrimSuffix(out.String(), "\n"), nil
}
