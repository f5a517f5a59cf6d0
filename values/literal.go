package values

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// setBlockText writes a text over one in "|" or ">" style, in the same style;
// of a "|" only the lines change that are different.
func (e *editor) setBlockText(l *link, style byte, text string) ([]Edit, bool) {
	if style == '|' {
		if edits, ok := e.editLiteral(l, lineEdits(l.value.Value, text), text); ok {
			return edits, true
		}
	}
	s := e.s
	start, _ := s.extent(l.key, l.value)
	header := s.lineAt(start)
	above := e.indent(l.above.value)
	indent := above + e.spell.step
	if l.key == nil {
		indent = above + 2
	}
	for line := header + 1; line <= s.lineAt(s.blockTextEnd(l.value, start)); line++ {
		if !s.isBlank(line) {
			at := s.starts[line-1]
			if n := s.skipBlanks(at) - at; n > above && !strings.HasPrefix(l.value.Value, " ") {
				indent = n
			}
			break
		}
	}
	head, tail, ok := e.spell.block(text, style, indent, indent-above)
	if !ok && style == '>' {
		head, tail, ok = e.spell.block(text, '|', indent, indent-above)
	}
	if !ok {
		return nil, false
	}
	end := s.lineEnd(header)
	return []Edit{
		e.inline(start, start+len(firstWord(s.text[start:end])), head),
		{end, s.blockTextEnd(l.value, start), e.lines(header, tail)},
	}, true
}

// blockTextEnd is where a block text ends without blank lines behind it.
func (s *source) blockTextEnd(n *yaml.Node, start int) int {
	line := s.lineAt(s.scalarEnd(n, start))
	for line > s.lineAt(start) && s.isBlank(line) {
		line--
	}
	return s.lineEnd(line)
}

// lineEdits is the one edit that turns a text into another, of whole lines.
func lineEdits(old, text string) []Edit {
	start := commonLines(old, text)
	end := 0
	for {
		i := strings.LastIndexByte(old[start:len(old)-end], '\n')
		j := strings.LastIndexByte(text[start:len(text)-end], '\n')
		if i < 0 || j < 0 {
			break
		}
		tail := old[start+i : len(old)-end]
		if tail != text[start+j:len(text)-end] {
			break
		}
		end += len(tail)
	}
	return []Edit{{start, len(old) - end, text[start : len(text)-end]}}
}

// editLiteral makes edits of the decoded text of a "|" in its written lines,
// which are the same but for the indentation. After them it is text.
func (e *editor) editLiteral(l *link, edits []Edit, text string) ([]Edit, bool) {
	if e.spell.care > 0 {
		return nil, false
	}
	s, old := e.s, l.value.Value
	start, _ := s.extent(l.key, l.value)
	header := firstWord(s.text[start:s.lineEnd(s.lineAt(start))])
	if !keepsEnd(header, old, text) || strings.TrimSpace(old) == "" || strings.ContainsAny(text, "\r\u0085\u2028\u2029") {
		return nil, false
	}
	if c := strings.TrimLeft(text, "\n")[0]; (c == ' ' || c == '\t') && !strings.ContainsAny(header, "123456789") {
		return nil, false // the first line would set the indentation
	}
	body := s.lineAt(start) + 1
	decoded := strings.SplitAfter(old, "\n")
	indent := -1
	for i, line := range decoded {
		if words := strings.TrimLeft(line, " \t\n"); words != "" && body+i <= len(s.starts) {
			raw := s.lineText(body + i)
			indent = len(raw) - len(strings.TrimSuffix(line, "\n"))
			break
		}
	}
	if indent < 1 || body+len(decoded)-1 > len(s.starts)+1 {
		return nil, false
	}
	starts := make([]int, len(decoded)) // of the decoded lines
	for i := 1; i < len(decoded); i++ {
		starts[i] = starts[i-1] + len(decoded[i-1])
	}
	lineOf := func(at int) int {
		i := 0
		for i+1 < len(starts) && starts[i+1] <= at {
			i++
		}
		return i
	}
	lineBreak := s.lineBreak(body - 1)
	var out []Edit
	for _, edit := range edits {
		i, j := lineOf(edit.Start), lineOf(edit.End)
		whole := edit.Start == starts[i] && edit.End == starts[j] && body+max(i, j) <= len(s.starts)
		lines := strings.Split(edit.New, "\n")
		for k := range lines {
			if lines[k] != "" && (k > 0 || whole) {
				lines[k] = spaces(indent) + lines[k]
			}
		}
		written := Edit{New: strings.Join(lines, lineBreak)}
		if whole {
			written.Start, written.End = s.starts[body+i-1], s.starts[body+j-1]
		} else {
			var ok, also bool
			written.Start, ok = s.literalOffset(body+i, indent, edit.Start-starts[i])
			written.End, also = s.literalOffset(body+j, indent, edit.End-starts[j])
			if !ok || !also {
				return nil, false
			}
		}
		out = append(out, written)
	}
	return out, true
}

// literalOffset is where a column of a decoded line is written.
func (s *source) literalOffset(line, indent, column int) (int, bool) {
	if line > len(s.starts) {
		return 0, false
	}
	at := s.starts[line-1] + indent + column
	if at > s.lineEnd(line) {
		return s.lineEnd(line), column == 0
	}
	return at, true
}

// keepsEnd reports whether the header of a block text says the right thing
// about the line breaks at the end of another text too.
func keepsEnd(header, old, text string) bool {
	breaks := func(s string) int { return min(2, len(s)-len(strings.TrimRight(s, "\n"))) }
	if strings.TrimRight(text, "\n") == "" {
		return false
	}
	switch {
	case strings.Contains(header, "+"):
		return breaks(text) > 0 && breaks(old) > 0
	case strings.Contains(header, "-"):
		return breaks(text) == 0
	}
	return breaks(text) == 1 && breaks(old) == 1
}
