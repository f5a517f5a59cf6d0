package render

import (
	"strings"
	"text/template/parse"

	"github.com/spreadlint/spreadlint/values"
)

// leftOut finds the values that keep a field out of what the template itself
// spells: the field stands in a branch that was not entered,
//
//   - labelSelector: ...
//     {{- with .Values.constraint }}
//     maxSkew: {{ .maxSkew }}
//     {{- end }}
//
// The branch printed nothing, within the map that lacks the field.
func (t *trace) leftOut(d *tracedDocument, node values.Node, missing values.Path) []Decider {
	if len(missing) == 0 || missing[0].IsIndex() {
		return nil
	}
	src := string(d.file.Src)
	end := node.Value.End.Offset
	end += len(src[end:]) - len(strings.TrimLeft(src[end:], " \t\r\n"))
	var found []Decider
	for _, g := range d.ranges {
		s := t.sites[t.frames[g.frame].site]
		if s.branch == nil || g.start < node.Value.Start.Offset || g.end > end || strings.TrimSpace(src[g.start:g.end]) != "" {
			continue
		}
		printed, spelt := printedFor(s.branch.List, missing[0].Name())
		if !spelt {
			continue
		}
		subject := t.frames[g.frame].subject
		if subject == nil || len(printed) == 0 { // an `if`, or a field that the template spells too
			for _, read := range t.compared(g.frame) {
				found = appendDecider(found, Decider{Path: read.place.path, Set: read.place.set, Value: read.place.value, Words: read.words})
			}
			continue
		}
		for _, p := range t.read(subject) {
			for _, name := range printed {
				p = p.child(values.Name(name))
			}
			found = appendDecider(found, Decider{Path: p.path, Set: p.set, Value: p.value})
		}
	}
	return found
}

// printedFor looks in a branch for the text "key:" and returns the field of
// dot that is printed behind it.
func printedFor(list *parse.ListNode, key string) (field []string, spelt bool) {
	if list == nil {
		return nil, false
	}
	for i, n := range list.Nodes {
		text, isText := n.(*parse.TextNode)
		if !isText {
			continue
		}
		for _, line := range strings.SplitAfter(string(text.Text), "\n") {
			rest, ok := strings.CutPrefix(bareLine(line), key+":")
			if !ok {
				continue
			}
			if action, isAction := next(list, i).(*parse.ActionNode); isAction && strings.TrimLeft(rest, " ") == "" && !strings.Contains(rest, "\n") {
				if f, isField := action.Pipe.Cmds[0].Args[0].(*parse.FieldNode); isField && len(action.Pipe.Cmds[0].Args) == 1 {
					return f.Ident, true
				}
			}
			return nil, true
		}
	}
	return nil, false
}

func next(list *parse.ListNode, i int) parse.Node {
	if i+1 < len(list.Nodes) {
		return list.Nodes[i+1]
	}
	return nil
}
