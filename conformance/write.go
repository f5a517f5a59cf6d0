package conformance

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// literal is the text of a scalar, written into the YAML as it is.
type literal string

// anchored is a value with a YAML anchor before it, which a later place of the
// same shape may take over.
type anchored struct{ value any }

// write spells a tree as YAML in one of the many ways there are.
func (g generator) write(tree any) []byte {
	var b strings.Builder
	if g.chance(0.1) {
		b.WriteString("---\n")
	}
	if g.chance(0.1) {
		b.WriteString("# made up\n")
	}
	w := writer{generator: g, flow: pick(g, 0, 0, 0.05, 0.3, 1)}
	w.block(&b, tree, 0, true)
	text := b.String()
	if g.chance(0.03) {
		text = g.twice(text)
	}
	if g.chance(0.01) {
		text = g.spoiled(text)
	}
	return []byte(text)
}

type writer struct {
	generator
	flow    float64
	anchors int
}

// block writes a value that begins behind `key:`, `-` or, at the top, at the
// start of a line.
func (w *writer) block(b *strings.Builder, v any, indent int, top bool) {
	m, isMap := v.(map[string]any)
	list, isList := v.([]any)
	if len(m)+len(list) == 0 || w.chance(w.flow) {
		if !top {
			b.WriteByte(' ')
		}
		b.WriteString(w.inline(v) + "\n")
		return
	}
	if !top {
		b.WriteByte('\n')
	}
	pad := strings.Repeat(" ", indent)
	switch {
	case isMap:
		for _, k := range slices.Sorted(maps.Keys(m)) {
			b.WriteString(pad + w.text(k) + ":")
			w.block(b, m[k], indent+2, false)
		}
	case isList:
		for _, item := range list {
			b.WriteString(pad + "-")
			w.block(b, item, indent+2, false)
		}
	}
}

// inline writes a value within a line.
func (w *writer) inline(v any) string {
	var items []string
	switch v := v.(type) {
	case literal:
		return string(v)
	case anchored:
		w.anchors++
		return fmt.Sprintf("&a%d %s", w.anchors, w.inline(v.value))
	case string:
		return w.text(v)
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			items = append(items, w.text(k)+": "+w.inline(v[k]))
		}
		return "{" + strings.Join(items, ", ") + "}"
	case []any:
		for _, item := range v {
			items = append(items, w.inline(item))
		}
		return "[" + strings.Join(items, ", ") + "]"
	}
	return fmt.Sprint(jsonText(v))
}

var plainText = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9./-]*$`)

// text writes a string, bare where YAML cannot take it for anything else.
func (w *writer) text(s string) string {
	switch strings.ToLower(s) {
	case "y", "n", "yes", "no", "on", "off", "true", "false", "null":
	default:
		if plainText.MatchString(s) && w.chance(0.8) {
			return s
		}
	}
	if !strings.ContainsAny(s, "'\n\t\x00") && w.chance(0.3) {
		return "'" + s + "'"
	}
	return jsonText(s)
}

func jsonText(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic("conformance: " + err.Error()) // only plain values are written
	}
	return string(text)
}

var entry = regexp.MustCompile(`^( *)((?:- )*)([A-Za-z]+): (\S.*)$`)

// twice gives one key of a map in the placement fields a second time, with
// another value.
func (g generator) twice(text string) string {
	at, ok := g.within(text)
	if !ok {
		return text
	}
	lines, i := strings.Split(text, "\n"), strings.Count(text[:at], "\n")
	if m := entry.FindStringSubmatch(lines[i]); m != nil {
		again := fmt.Sprintf("%s%s: %s", strings.Repeat(" ", len(m[1])+len(m[2])), m[3], pick(g, "zone", "1", "null", `""`))
		lines = slices.Insert(lines, i+1, again)
	}
	return strings.Join(lines, "\n")
}

// spoiled puts something into the placement fields that may make the text no
// YAML, or one of another meaning.
func (g generator) spoiled(text string) string {
	i, ok := g.within(text)
	if !ok {
		return text
	}
	return text[:i] + pick(g, "\t", "{", "]", "\"", ": ", "\n", "- ", "*a1", "#", "%", "\x01", "\xff", "\r") + text[i:]
}

// within picks a position in the text of the placement fields.
func (g generator) within(text string) (int, bool) {
	start, end := strings.Index(text, "affinity"), strings.Index(text, "containers")
	if constraints := strings.LastIndex(text, "topologySpreadConstraints"); start < 0 || constraints > 0 && g.chance(0.5) {
		start, end = constraints, len(text)
	}
	if start < 0 || start >= end {
		return 0, false
	}
	return start + g.IntN(end-start), true
}
