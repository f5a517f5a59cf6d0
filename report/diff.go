package report

import (
	"bytes"
	"io"
	"strings"

	"github.com/fatih/color"
	"github.com/rogpeppe/go-internal/diff"

	"github.com/spreadlint/spreadlint/values"
)

// WriteDiff writes the difference of two texts of one file as a unified diff,
// which patch and git apply read. On a terminal it is coloured, and characters
// that would steer the terminal are spelled out; elsewhere every byte is as in
// the file.
func WriteDiff(w io.Writer, before, after *values.File, o Options) error {
	text := diff.Diff(before.Name, before.Src, after.Name, after.Src)
	if _, rest, found := bytes.Cut(text, []byte("\n")); found {
		text = rest // "diff a b" names no file that patch could use
	}
	if !o.Color {
		_, err := w.Write(text)
		return err
	}
	var b strings.Builder
	for i, line := range strings.SplitAfter(string(text), "\n") {
		b.WriteString(ink(true).diffLine(i, line))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// diffLine paints a line of a unified diff by its first character; the first
// two lines are the names of the files.
func (on ink) diffLine(i int, line string) string {
	text := Clean(strings.TrimRight(line, "\r\n"))
	if line == "" {
		return ""
	}
	switch {
	case i < 2:
		return on.bold(text) + "\n"
	case text == "":
	case text[0] == '+':
		text = on.paint(text, color.FgGreen)
	case text[0] == '-':
		text = on.paint(text, color.FgRed)
	case text[0] == '@':
		text = on.place(text)
	}
	return text + "\n"
}
