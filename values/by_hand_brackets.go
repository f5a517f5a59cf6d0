package values

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// inBrackets are the lines to type for what goes between brackets: the whole
// line as it is to be, for half of one could not be typed. The rest is what
// stands on lines of its own, or cannot be seen this way.
func (f *File) inBrackets(sets []Change) (lines []Lines, rest []Change) {
	var inside []Change
	for _, set := range sets {
		if f.endsInBrackets(set.Path) {
			inside = append(inside, set)
		} else {
			rest = append(rest, set)
		}
	}
	_, edits, err := f.Apply(inside...)
	if err != nil || len(edits) == 0 {
		return nil, sets
	}
	s := f.lines()
	for len(edits) > 0 {
		line := s.lineAt(edits[0].Start)
		start, end := s.starts[line-1], s.lineEnd(line)
		same := 0 // edits on this line
		for same < len(edits) && edits[same].Start <= end {
			if edits[same].End > end {
				return nil, sets
			}
			same++
		}
		at := start
		var text strings.Builder
		for _, e := range edits[:same] {
			text.Write(s.text[at:e.Start])
			text.WriteString(e.New)
			at = e.End
		}
		text.Write(s.text[at:end])
		lines = append(lines, Lines{Path: f.pathOn(line, inside), Line: line, Replaces: true, Text: text.String()})
		edits = edits[same:]
	}
	return lines, rest
}

// endsInBrackets reports whether the nearest thing to a path that there is
// stands between brackets, or is a pair of them.
func (f *File) endsInBrackets(p Path) bool {
	e := entry{value: f.node()}
	for _, k := range p {
		if e.value == nil || e.value.Kind == yaml.AliasNode {
			return false
		}
		if e.value.Style&yaml.FlowStyle != 0 {
			return true
		}
		next, found := f.child(e, k)
		if !found {
			return false
		}
		e = next
	}
	return false
}

// pathOn is what changes have in common that end on a line.
func (f *File) pathOn(line int, changes []Change) Path {
	var common Path
	first := true
	for _, c := range changes {
		found, node := f.Deepest(c.Path)
		if node.Value.Start.Line != line && (!node.HasKey || node.Key.Start.Line != line) {
			continue
		}
		if first {
			common, first = slices.Clone(found), false
		}
		n := 0
		for n < min(len(common), len(found)) && common[n] == found[n] {
			n++
		}
		common = common[:n]
	}
	if first && len(changes) > 0 {
		common, _ = f.Deepest(changes[0].Path)
	}
	return common
}
