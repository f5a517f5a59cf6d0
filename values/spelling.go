package values

import (
	"encoding/json"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// spelling writes values as YAML, in the manner of one file.
type spelling struct {
	step, list int // indentation of a map, and of a list, below a key
	// With care 1 texts of several lines stand in quotes, where a block would
	// take in what follows. With care 2 the text may get a final line break.
	care  int
	order []string // of keys, as far as the text around has one
}

func newSpelling() *spelling { return &spelling{step: 2, list: 2} }

// scalar is a value on one line. A text is written like the one it replaces
// as far as it allows that.
func (w *spelling) scalar(v any, flow bool, like yaml.Style) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(v)
	case int:
		return strconv.Itoa(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		b, err := json.Marshal(v)
		if err != nil {
			return "null"
		}
		return string(b)
	case json.Number:
		return string(v)
	case string:
		return w.text(v, flow, like)
	case map[string]any, []any:
		return w.flow(v, like)
	case written:
		return string(v)
	}
	return "null"
}

// written is a value for a place between brackets as it stood at another
// place of the file.
type written string

// text spells a string: plain when it reads as a string, else in quotes.
func (w *spelling) text(s string, flow bool, like yaml.Style) string {
	switch {
	case like&yaml.SingleQuotedStyle != 0 && canSingleQuote(s):
		return singleQuoted(s)
	case like&yaml.DoubleQuotedStyle != 0:
		return doubleQuoted(s)
	case isPlain(s, flow):
		return s
	case strings.ContainsAny(s, `"\`) && canSingleQuote(s):
		return singleQuoted(s)
	}
	return doubleQuoted(s)
}

// key spells a map key.
func (w *spelling) key(name string, flow bool, like yaml.Style) string {
	switch {
	case like&yaml.SingleQuotedStyle != 0 && canSingleQuote(name):
		return singleQuoted(name)
	case like&yaml.DoubleQuotedStyle == 0 && isPlain(name, flow) && keyReads(name):
		return name
	}
	return doubleQuoted(name)
}

// sexagesimal is what older YAML libraries read as a number of seconds.
var sexagesimal = regexp.MustCompile(`^[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?$`)

// isPlain reports whether a text without quotes is that string for Helm, at
// every place, and for readers of YAML 1.2 as well.
func isPlain(s string, flow bool) bool {
	if s == "" || strings.IndexFunc(s, func(r rune) bool { return !isPrintable(r) || r == '\t' }) >= 0 || sexagesimal.MatchString(s) {
		return false
	}
	if isWord(s) {
		return true
	}
	places := "a: " + s + " # c\nb:\n- " + s + "\n"
	want := map[string]any{"a": s, "b": []any{s}}
	if flow {
		places += "c: [" + s + ", {d: " + s + "}]\n"
		want["c"] = []any{s, map[string]any{"d": s}}
	}
	tree, err := decodeAny([]byte(places))
	if err != nil || !reflect.DeepEqual(tree, any(want)) {
		return false
	}
	doc, err := parseNodes([]byte("a: " + s))
	return err == nil && len(doc.Content) == 1 && len(doc.Content[0].Content) == 2 && doc.Content[0].Content[1].ShortTag() == "!!str"
}

// isWord recognizes most texts that need no quotes without decoding them.
func isWord(s string) bool {
	for i, c := range []byte(s) {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (i == 0 || c != '-' && c != '_' && c != '/' && c != '.' && (c < '0' || c > '9')) {
			return false
		}
	}
	switch strings.ToLower(s) {
	case "null", "true", "false", "yes", "no", "on", "off", "y", "n":
		return false
	}
	return true
}

// keyReads reports whether a plain text, used as a key, is that key for Helm.
func keyReads(name string) bool {
	tree, err := decodeAny([]byte(name + ": 0\n"))
	return err == nil && reflect.DeepEqual(tree, any(map[string]any{name: 0.0}))
}

// isPrintable reports whether a character can stand in a one-line text.
func isPrintable(r rune) bool {
	switch {
	case r == '\t':
		return true
	case r < 0x20, r >= 0x7f && r <= 0xa0, r == 0x2028, r == 0x2029, r == 0xfeff, r == 0xfffe, r == 0xffff:
		return false
	}
	return true
}

func canSingleQuote(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !isPrintable(r) || r == '\t' }) < 0
}

func singleQuoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func doubleQuoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"', r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case isPrintable(r):
			b.WriteRune(r)
		case r <= 0xff:
			b.WriteString(`\x` + hex(r, 2))
		default:
			b.WriteString(`\u` + hex(r, 4))
		}
	}
	b.WriteByte('"')
	return b.String()
}

func hex(r rune, digits int) string {
	s := strconv.FormatInt(int64(r), 16)
	return strings.Repeat("0", max(0, digits-len(s))) + s
}

// flow spells a map or list in braces and brackets.
func (w *spelling) flow(v any, like yaml.Style) string {
	var parts []string
	switch v := v.(type) {
	case map[string]any:
		for _, k := range w.keys(v) {
			parts = append(parts, w.key(k, true, like)+": "+w.scalar(v[k], true, like))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case []any:
		for _, item := range v {
			parts = append(parts, w.scalar(item, true, like))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return w.scalar(v, true, like)
}
