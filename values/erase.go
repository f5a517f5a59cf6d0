package values

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
)

// EraseComment returns the file without the comment on a line (from 1): the
// whole line when nothing else stands there. The error says why the line has
// no comment that could go; the values are the same afterwards.
func (f *File) EraseComment(line int) (*File, error) {
	s := f.lines()
	if line < 1 || line > f.Lines() {
		return nil, fmt.Errorf("%s has no line %d", f.Name, line)
	}
	start, end := s.starts[line-1], s.lineEnd(line)
	text := string(f.Src[start:end])
	// The leftmost # that leaves the values as they are starts the comment.
	for at := range text {
		if text[at] != '#' || at > 0 && text[at-1] != ' ' && text[at-1] != '\t' {
			continue
		}
		from, to := start+len(strings.TrimRight(text[:at], " \t")), end
		if from == start { // nothing but the comment
			to += breakLength(f.Src[end:])
		}
		after, err := Parse(f.Name, bytes.Join([][]byte{f.Src[:from], f.Src[to:]}, nil))
		if err == nil && reflect.DeepEqual(after.Tree(), f.Tree()) {
			return after, nil
		}
	}
	return nil, fmt.Errorf("%s:%d has no comment", f.Name, line)
}
