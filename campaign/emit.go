package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/values"
)

// shared stands in a tree for an alias of the value that is written at the
// top of the file, under an anchor.
type shared struct{ value any }

// written is a values file as a person might write it, with the lines that
// each value takes.
type written struct {
	text  string
	lines map[string][2]int // first and last line by path
}

// writer writes one. Comments and blank lines make lines matter.
type writer struct {
	lines   []string
	at      map[string][2]int
	chatty  bool
	counter int
}

const anchorKey = "x-shared-placement"

// write writes a tree with its keys in order.
func write(tree map[string]any, chatty bool) written {
	w := &writer{at: map[string][2]int{}, chatty: chatty}
	if chatty {
		w.lines = append(w.lines, "# What differs in this environment.", "")
	}
	if s, ok := findShared(tree); ok {
		w.lines = append(w.lines, anchorKey+": &placement")
		first := len(w.lines)
		w.value(s.value, nil, 1)
		w.rename()
		w.at[anchorKey] = [2]int{first, len(w.lines)}
	}
	w.mapping(tree, nil, 0)
	return written{strings.Join(w.lines, "\n") + "\n", w.at}
}

// rename keeps the lines of the anchor's value under the path of the anchor.
func (w *writer) rename() {
	moved := map[string][2]int{}
	for path, lines := range w.at {
		moved[anchorKey+"."+path] = lines
	}
	w.at = moved
}

func findShared(tree any) (shared, bool) {
	switch v := tree.(type) {
	case shared:
		return v, true
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if s, ok := findShared(v[key]); ok {
				return s, true
			}
		}
	case []any:
		for _, item := range v {
			if s, ok := findShared(item); ok {
				return s, true
			}
		}
	}
	return shared{}, false
}

func (w *writer) mapping(m map[string]any, path values.Path, depth int) {
	for _, key := range slices.Sorted(maps.Keys(m)) {
		if w.counter++; w.chatty && w.counter%3 == 0 && depth > 0 {
			w.lines = append(w.lines, indent(depth)+"# "+key+" of this plant")
		}
		here := path.Key(key)
		w.lines = append(w.lines, indent(depth)+scalar(key)+":")
		first := len(w.lines)
		w.value(m[key], here, depth+1)
		w.at[here.String()] = [2]int{first, len(w.lines)}
	}
}

// value writes behind the key or dash that ends the last line.
func (w *writer) value(value any, path values.Path, depth int) {
	last := len(w.lines) - 1
	switch v := value.(type) {
	case shared:
		w.lines[last] += " *placement"
	case map[string]any:
		if len(v) == 0 {
			w.lines[last] += " {}"
			return
		}
		w.mapping(v, path, depth)
	case []any:
		if len(v) == 0 {
			w.lines[last] += " []"
			return
		}
		for i, item := range v {
			w.item(item, path.Item(i), depth)
		}
	case string:
		if strings.Contains(v, "\n") {
			w.lines[last] += " |"
			for _, line := range strings.Split(strings.TrimSuffix(v, "\n"), "\n") {
				w.lines = append(w.lines, strings.TrimRight(indent(depth)+line, " "))
			}
			return
		}
		w.lines[last] += " " + scalar(v)
	default:
		text, err := json.Marshal(v)
		if err != nil {
			text = []byte(fmt.Sprint(v))
		}
		w.lines[last] += " " + string(text)
	}
}

func (w *writer) item(item any, path values.Path, depth int) {
	first := len(w.lines)
	m, isMap := item.(map[string]any)
	if !isMap || len(m) == 0 {
		w.lines = append(w.lines, indent(depth)+"-")
		w.value(item, path, depth+1)
	} else {
		before := w.chatty
		w.chatty = false // the first key stands behind the dash
		w.mapping(m, path, depth+1)
		w.chatty = before
		line := w.lines[first]
		w.lines[first] = indent(depth) + "- " + strings.TrimLeft(line, " ")
	}
	w.at[path.String()] = [2]int{first + 1, len(w.lines)}
}

func indent(depth int) string { return strings.Repeat("  ", depth) }

var (
	plainText = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_./-]*$`)
	yamlWords = regexp.MustCompile(`(?i)^(y|n|yes|no|on|off|true|false|null)$`)
)

func scalar(text string) string {
	if plainText.MatchString(text) && !yamlWords.MatchString(text) {
		return text
	}
	quoted, err := json.Marshal(text)
	if err != nil {
		return fmt.Sprintf("%q", text)
	}
	return string(quoted)
}
