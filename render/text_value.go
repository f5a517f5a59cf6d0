package render

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/spreadlint/spreadlint/values"
)

// TextLine locates a line inside a text value: the n-th line (from 0) that
// starts with Prefix. The zero value means the whole value.
type TextLine struct {
	Prefix string
	Nth    int
}

// textLine counts which of the lines with the field's key, within what the
// action printed, is the field's.
func textLine(s reach, d *tracedDocument, g printedRange) TextLine {
	var key string
	for i := len(s.at) - 1; i >= 0; i-- {
		if !s.at[i].IsIndex() {
			key = s.at[i].Name()
			break
		}
	}
	node, ok := d.file.Find(s.at)
	if key == "" || !ok {
		return TextLine{}
	}
	offset := node.Value.Start.Offset
	if node.HasKey {
		offset = node.Key.Start.Offset
	}
	line := TextLine{Prefix: key + ":"}
	for _, text := range strings.Split(string(d.file.Src[g.start:max(g.start, min(offset, g.end))]), "\n") {
		if strings.HasPrefix(bareLine(text), line.Prefix) {
			line.Nth++
		}
	}
	return line
}

// Written is what to set the decider's value to so that the field becomes v:
// of a text value the one line changes.
func (d Decider) Written(v any) any {
	text, isText := d.Value.(string)
	if d.Text == (TextLine{}) || !isText {
		return v
	}
	lines := strings.Split(text, "\n")
	nth := 0
	for i, line := range lines {
		bare := bareLine(line)
		if !strings.HasPrefix(bare, d.Text.Prefix) {
			continue
		}
		if nth == d.Text.Nth {
			lines[i] = line[:len(line)-len(bare)] + d.Text.Prefix + " " + fmt.Sprint(v)
			return strings.Join(lines, "\n")
		}
		nth++
	}
	return v
}

// bareLine drops indentation and list dashes.
func bareLine(text string) string { return strings.TrimLeft(text, " \t-") }

// inText narrows the place of a text value to one line inside it.
func (o Origin) inText(line TextLine) values.Node {
	node := o.Node
	if line.Prefix == "" || o.Layer.Kind == LayerSet {
		return node
	}
	nth := 0
	for n := node.Value.Start.Line; n <= node.Value.End.Line; n++ {
		text := o.Layer.File.Line(n)
		bare := bareLine(text)
		if !strings.HasPrefix(bare, line.Prefix) {
			continue
		}
		if nth == line.Nth {
			start := lineOffset(o.Layer.File, node, n) + len(text) - len(bare)
			key := values.Span{Start: o.Layer.File.PosAt(start), End: o.Layer.File.PosAt(start + len(line.Prefix) - 1)}
			value := start + len(line.Prefix)
			value += len(text[len(text)-len(bare)+len(line.Prefix):]) - len(strings.TrimLeft(text[len(text)-len(bare)+len(line.Prefix):], " "))
			return values.Node{HasKey: true, Key: key,
				Value: values.Span{Start: o.Layer.File.PosAt(value), End: o.Layer.File.PosAt(lineOffset(o.Layer.File, node, n) + len(strings.TrimRight(text, " \t\r")))}}
		}
		nth++
	}
	return node
}

// lineOffset is the byte offset at which line n of the file begins, n being
// a line of the node's value.
func lineOffset(f *values.File, node values.Node, n int) int {
	offset := bytes.LastIndexByte(f.Src[:node.Value.Start.Offset], '\n') + 1
	for f.PosAt(offset).Line < n {
		next := bytes.IndexByte(f.Src[offset:], '\n')
		if next < 0 {
			break
		}
		offset += next + 1
	}
	return offset
}
