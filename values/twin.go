package values

import (
	"bytes"
	"strings"

	"go.yaml.in/yaml/v3"
)

// twin looks for a commented-out entry of a name between two lines, and is
// the last line of that comment.
func (e *editor) twin(name string, indent, first, last int) (int, bool) {
	if name == "" {
		return 0, false
	}
	s := e.s
	for line := first; line <= last; line++ {
		hash := s.comment(line)
		if hash < 0 {
			continue
		}
		text, column := s.commented(line)
		if !isTwin(text, name) || !fits(hash, column, indent) {
			continue
		}
		// What is commented out below it belongs to it.
		for line < last && s.comment(line+1) == hash {
			if _, deeper := s.commented(line + 1); deeper <= column {
				break
			}
			line++
		}
		return line, true
	}
	return 0, false
}

// commented is the text behind the # of a comment line, and its column.
func (s *source) commented(line int) (string, int) {
	text := s.lineText(line)
	rest := bytes.TrimLeft(bytes.TrimLeft(text, " \t"), "#")
	rest = bytes.TrimLeft(rest, " \t")
	return string(rest), len(text) - len(rest)
}

// isTwin reports whether a text starts with a key and its colon.
func isTwin(text, name string) bool {
	for _, key := range []string{name, `"` + name + `"`, "'" + name + "'"} {
		if rest, ok := strings.CutPrefix(text, key+":"); ok && (rest == "" || rest[0] == ' ' || rest[0] == '\t') {
			return true
		}
	}
	return false
}

// fits reports whether a comment stands where a key so indented would be
// commented out: with its # in that column, or at the start of the line.
func fits(hash, column, indent int) bool {
	return hash == indent && column-hash <= 2 || hash == 0 && column >= indent && column <= indent+2
}

// twinIn looks for a twin between the entries of a block map, from one on.
// Comments inside of entries, and lines of texts, are none of the map's own.
func (e *editor) twinIn(l *link, name string, indent, from int) (int, bool) {
	s, n := e.s, l.value
	if name == "" {
		return 0, false
	}
	first := 1
	if l.above != nil && l.key != nil {
		first = s.lineAt(s.afterColon(l.key)) + 1
	} else if l.above != nil {
		first = s.lineAt(s.content(n))
	}
	end := e.lastLine(n, len(n.Content)-2)
	last := e.gapEnd(end)
	text := s.text[s.starts[first-1]:s.lineEnd(last)]
	for at := 0; ; {
		i := bytes.Index(text[at:], []byte(name))
		if i < 0 {
			return 0, false
		}
		line := s.lineAt(s.starts[first-1] + at + i)
		at = s.lineEnd(line) - s.starts[first-1]
		if s.comment(line) >= 0 {
			before := entryBefore(n, line)
			stop := last
			if before+2 < len(n.Content) {
				stop = n.Content[before+2].Line - 1
			}
			isGap := before < 0 || e.lastLine(n, before) < line
			if isGap && before >= from && line <= stop {
				if found, ok := e.twin(name, indent, line, line); ok {
					found, _ = e.twin(name, indent, line, stop)
					return found, true
				}
			}
		}
		if at >= len(text) {
			return 0, false
		}
	}
}

// entryBefore is the index of the last key of a block map above a line; -2
// when there is none.
func entryBefore(n *yaml.Node, line int) int {
	low, high := 0, len(n.Content)/2
	for low < high {
		middle := (low + high) / 2
		if n.Content[2*middle].Line <= line {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return 2*low - 2
}
