package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// maxInput bounds a file or stream that the command line names: a device or a
// pipe may have no end.
const maxInput = 64 << 20

func isURL(name string) bool { return strings.Contains(name, "://") }

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

func isStdin(name string) bool { return strings.TrimSpace(name) == "-" }

// readSetFile reads the file of a --set-file argument, once for all charts: it
// may be standard input.
func (p *program) readSetFile(name string) ([]byte, error) {
	if isURL(name) {
		return nil, errors.New("files are not downloaded: spreadlint never uses the network")
	}
	p.reading.Lock() // several charts may be rendered at once
	defer p.reading.Unlock()
	if data, seen := p.setFiles[name]; seen {
		return data, nil
	}
	data, _, err := p.readInput(name)
	if err == nil {
		p.setFiles[name] = data
	}
	return data, err
}

// readInput reads a file or, for "-", standard input.
func (p *program) readInput(name string) (data []byte, shown string, err error) {
	if isStdin(name) {
		shown = "<stdin>"
		if p.stdinUsed {
			return nil, shown, &render.Failure{File: shown, Message: "standard input is given twice"}
		}
		p.stdinUsed = true
		data, err = io.ReadAll(io.LimitReader(p.stdin, maxInput+1))
	} else {
		shown = name
		data, err = readFile(name)
	}
	switch {
	case err != nil:
		return nil, shown, unreadable(shown, err)
	case len(data) > maxInput:
		return nil, shown, &render.Failure{File: shown, Message: fmt.Sprintf("larger than %d MiB: not read", maxInput>>20),
			Hints: []string{"of a long list from kubectl most is not needed: jq 'del(.items[].status.images, .items[].metadata.managedFields)'"}}
	}
	return data, shown, nil
}

func readFile(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, maxInput+1))
}

// unreadable says why a file cannot be read, and which may be meant.
func unreadable(name string, err error) error {
	failure := &render.Failure{File: name, Message: "cannot be read: " + err.Error()}
	info, statErr := os.Stat(name)
	var pathError *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		failure.Message = "no such file"
		failure.Hints = []string{"paths are relative to the current directory"}
		if near := filesLike(name); len(near) > 0 {
			failure.Hints = []string{"did you mean " + strings.Join(near, " or ") + "?"}
		}
	case statErr == nil && info.IsDir():
		failure.Message = "a directory, not a file"
		if exists(filepath.Join(name, "Chart.yaml")) {
			failure.Hints = []string{"a chart is given without a flag: spreadlint lint " + name}
		}
	case errors.As(err, &pathError):
		failure.Message = "cannot be read: " + pathError.Err.Error()
	}
	return failure
}

// filesLike lists files in the same directory with a name like this one.
func filesLike(name string) []string {
	entries, err := os.ReadDir(filepath.Dir(name))
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	near := values.Nearest(filepath.Base(name), names, 2)
	for i := range near {
		near[i] = filepath.ToSlash(filepath.Join(filepath.Dir(name), near[i]))
	}
	return near
}
