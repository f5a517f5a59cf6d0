package values

import (
	"bytes"

	"go.yaml.in/yaml/v3"
)

// MoreDocuments are the documents after the first that hold anything but
// comments. Helm reads nothing of them, so they need not be valid YAML, and
// text behind a first document in braces, {a: 1}, is one of them. Each span
// goes from the first to the last text that is no comment.
func (f *File) MoreDocuments() []Span {
	var spans []Span
	docs := f.lines().documents()
	if n := f.node(); n != nil && n.Style&yaml.FlowStyle != 0 {
		_, end := f.lines().extent(nil, n)
		docs[0].first = f.lines().skipGap(end)
	} else {
		docs = docs[1:]
	}
	for _, d := range docs {
		if d.last > d.first {
			spans = append(spans, f.lines().span(d.first, d.last))
		}
	}
	return spans
}

// document is the text of one YAML document, without the marker that ends it.
type document struct {
	end         int // where its text ends; it starts where the one before ends
	first, last int // its text without comments and blank lines around it
	explicit    bool
}

// documents splits the text, never into nothing. YAML knows "---" and "..."
// at the start of a line wherever they stand, even in a quoted text, so lines
// are all there is to look at.
func (s *source) documents() []document {
	docs := []document{{}}
	for line := 1; line <= len(s.starts); line++ {
		at, text := s.starts[line-1], s.lineText(line)
		d := &docs[len(docs)-1]
		switch {
		case isMarker(text, "..."):
			d.end = at
			docs = append(docs, document{})
			continue
		case isMarker(text, "---"):
			if d.explicit || d.last > d.first {
				d.end = at
				docs = append(docs, document{})
				d = &docs[len(docs)-1]
			}
			d.explicit = true
			at, text = at+3, text[3:]
		case !d.explicit && bytes.HasPrefix(text, []byte("%")):
			continue // a directive
		}
		word := bytes.TrimLeft(text, " \t")
		if len(word) == 0 || word[0] == '#' {
			continue
		}
		if d.last == d.first {
			d.first = at + len(text) - len(word)
		}
		d.last = at + len(bytes.TrimRight(text, " \t"))
	}
	docs[len(docs)-1].end = len(s.text)
	return docs
}

// isMarker reports whether a line is the marker, alone or before a blank.
func isMarker(line []byte, marker string) bool {
	rest, ok := bytes.CutPrefix(line, []byte(marker))
	return ok && (len(rest) == 0 || rest[0] == ' ' || rest[0] == '\t')
}
