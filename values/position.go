package values

import (
	"bytes"
	"sort"
	"unicode/utf8"
)

// Pos is a place in a file: a line and a column (in runes), both from 1, and
// the byte offset, from 0. The zero Pos is no place.
type Pos struct{ Line, Column, Offset int }

// Span is the text from Start up to, and without, End. The zero Span is no
// text; an empty one has a place.
type Span struct{ Start, End Pos }

// IsZero reports whether s stands nowhere.
func (s Span) IsZero() bool { return s == Span{} }

const byteOrderMark = "\ufeff"

// source is a text with the starts of its lines. Lines end as YAML ends them,
// so that positions agree with the YAML library: LF, CR LF, CR, NEL, LS, PS.
// A byte order mark at the start has no column.
type source struct {
	text   []byte
	starts []int // never empty; the line after a final line break counts
	inner  []int // bytes that start no rune; so long lines, as in JSON, stay cheap
}

func newSource(text []byte) *source {
	s := &source{text: text}
	first := 0
	if bytes.HasPrefix(text, []byte(byteOrderMark)) {
		first = len(byteOrderMark)
	}
	s.starts = append(s.starts, first)
	for at := first; at < len(text); {
		n := breakLength(text[at:])
		if n > 0 {
			s.starts = append(s.starts, at+n)
		}
		at += max(1, n)
	}
	for at := first; at < len(text); at++ {
		if !utf8.RuneStart(text[at]) {
			s.inner = append(s.inner, at)
		}
	}
	return s
}

// breakLength is how many bytes the line break at the start of b has, 0 when
// there is none.
func breakLength[T string | []byte](b T) int {
	switch {
	case len(b) == 0:
	case b[0] == '\r' && len(b) > 1 && b[1] == '\n':
		return 2
	case b[0] == '\n', b[0] == '\r':
		return 1
	case b[0] == 0xc2 && len(b) > 1 && b[1] == 0x85: // NEL
		return 2
	case b[0] == 0xe2 && len(b) > 2 && b[1] == 0x80 && (b[2] == 0xa8 || b[2] == 0xa9): // LS, PS
		return 3
	}
	return 0
}

// offset is the byte offset of a line and rune column from 1; beyond the text
// it is the end of the text.
func (s *source) offset(line, column int) int {
	if line < 1 {
		return s.starts[0]
	}
	if line > len(s.starts) {
		return len(s.text)
	}
	rune := s.runes(s.starts[line-1]) + column - 1
	inner := sort.Search(len(s.inner), func(i int) bool { return s.inner[i]-i > rune })
	return min(rune+inner, len(s.text))
}

// runes is how many runes start before an offset.
func (s *source) runes(offset int) int { return offset - sort.SearchInts(s.inner, offset) }

// lineAt is the number, from 1, of the line that holds the offset.
func (s *source) lineAt(offset int) int {
	return max(1, sort.SearchInts(s.starts, offset+1))
}

// pos is the place of a byte offset; outside the text it is the nearest one.
func (s *source) pos(offset int) Pos {
	offset = max(s.starts[0], min(offset, len(s.text)))
	line := s.lineAt(offset)
	return Pos{line, 1 + s.runes(offset) - s.runes(s.starts[line-1]), offset}
}

// span is the text between two byte offsets.
func (s *source) span(start, end int) Span { return Span{s.pos(start), s.pos(end)} }

// lineEnd is the offset of the line break that ends a line, or of the end of
// the text.
func (s *source) lineEnd(line int) int {
	if line >= len(s.starts) {
		return len(s.text)
	}
	end := s.starts[line]
	for _, n := range []int{3, 2, 1} {
		if end-n >= s.starts[line-1] && breakLength(s.text[end-n:end]) == n {
			return end - n
		}
	}
	return end
}

// lineText is a line without its break, nil when there is no such line.
func (s *source) lineText(line int) []byte {
	if line < 1 || line > len(s.starts) {
		return nil
	}
	return s.text[s.starts[line-1]:s.lineEnd(line)]
}
