package main

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// document is a rendered object, or text that is none.
type document struct {
	source string // template
	text   string
	kind   string
	name   string
	space  string
	hook   bool
	tree   map[string]any
}

func (d document) id() string { return d.kind + "/" + d.name }

var (
	// separator is Helm's own between documents.
	separator  = regexp.MustCompile(`(?:^|\s*\n)---\s*`)
	sourceLine = regexp.MustCompile(`(?m)^# Source: (.*)\n`)
)

// documents reads the output of `helm template`.
func documents(text []byte) []document {
	var all []document
	source := ""
	for _, part := range separator.Split(string(text), -1) {
		if m := sourceLine.FindStringSubmatch(part + "\n"); m != nil {
			source, part = m[1], strings.Replace(part+"\n", m[0], "", 1)
		} // else the template's own separator stands behind Helm's line
		if d, ok := newDocument(source, part); ok {
			all = append(all, d)
		}
	}
	return all
}

// documentsOf reads the texts of a render, template by template.
func documentsOf(texts map[string]string) []document {
	var all []document
	for source, text := range texts {
		for _, part := range separator.Split(text, -1) {
			if d, ok := newDocument(source, part); ok && !d.leftOut() {
				all = append(all, d)
			}
		}
	}
	return all
}

// helmHook is an event of the helm.sh/hook annotation that Helm 3 knows.
var helmHook = regexp.MustCompile(`^\s*((pre|post)-(install|delete|upgrade|rollback)|test|test-success)\s*$`)

// leftOut reports whether Helm leaves the object out: its hook is none that
// Helm knows, such as crd-install of Helm 2.
func (d document) leftOut() bool {
	events := strings.Split(words(at(d.tree, "metadata", "annotations", "helm.sh/hook")), ",")
	return d.hook && slices.ContainsFunc(events, func(e string) bool { return !helmHook.MatchString(strings.ToLower(e)) })
}

func newDocument(source, text string) (document, bool) {
	d := document{source: source, text: strings.TrimSpace(text)}
	for strings.HasPrefix(d.text, "---") { // several separators in a row
		d.text = strings.TrimSpace(strings.TrimPrefix(d.text, "---"))
	}
	if d.text == "" {
		return d, false
	}
	if yaml.Unmarshal([]byte(d.text), &d.tree) != nil {
		d.tree = nil // Helm prints what is no map, too
	}
	d.kind, _ = at(d.tree, "kind").(string)
	d.name = words(at(d.tree, "metadata", "name"))
	d.space, _ = at(d.tree, "metadata", "namespace").(string)
	d.hook = at(d.tree, "metadata", "annotations", "helm.sh/hook") != nil
	return d, true
}

// at follows keys through maps.
func at(tree any, keys ...string) any {
	for _, key := range keys {
		m, ok := tree.(map[string]any)
		if !ok {
			return nil
		}
		tree = m[key]
	}
	return tree
}

func words(value any) string {
	if value == nil {
		return ""
	}
	return fmt.Sprint(value)
}

// places gives each document a name that survives random names: its template,
// its kind, whether it is a hook, and which of those it is.
func places(all []document) map[string]document {
	count, byPlace := map[string]int{}, map[string]document{}
	for _, d := range all {
		key := fmt.Sprintf("%s|%s|%v", d.source, d.kind, d.hook)
		count[key]++
		byPlace[fmt.Sprintf("%s|%d", key, count[key])] = d
	}
	return byPlace
}

// firstDifference compares two outputs, without the lines in which first and
// again, two runs of helm on the same values, differ: what is made by chance
// or from the clock. Empty when they are equal. masked counts documents in
// which something was set aside.
func firstDifference(first, again, other []document) (difference string, masked int) {
	a, b, c := places(first), places(again), places(other)
	for _, place := range slices.Sorted(maps.Keys(a)) {
		d := a[place]
		o, ok := c[place]
		if !ok {
			if _, ok := b[place]; ok {
				return "only helm renders " + place, masked
			}
			continue // of a random kind
		}
		left, right, twin := strings.Split(d.text, "\n"), strings.Split(o.text, "\n"), strings.Split(b[place].text, "\n")
		if d.text != b[place].text {
			masked++
			if len(left) != len(twin) || len(left) != len(right) {
				continue // whole blocks are random
			}
		}
		for i := range max(len(left), len(right)) {
			if i >= len(left) || i >= len(right) {
				return fmt.Sprintf("%s has %d lines, by helm %d", place, len(right), len(left)), masked
			}
			if left[i] != right[i] && left[i] == twin[i] && !(d.text != b[place].text && encoded.MatchString(left[i])) {
				return fmt.Sprintf("%s line %d: helm %q, spreadlint %q", place, i+1, left[i], right[i]), masked
			}
		}
	}
	for _, place := range slices.Sorted(maps.Keys(c)) {
		if _, ok := a[place]; !ok {
			return "only spreadlint renders " + place, masked
		}
	}
	return "", masked
}

// encoded is a line of a certificate or key: blocks of them agree in a line by
// chance, shifted by a byte.
var encoded = regexp.MustCompile(`^\s*[A-Za-z0-9+/=]+$`)

// reasonOf is the innermost part of what helm says when it refuses.
func reasonOf(talk []byte) string {
	var line string
	for _, l := range strings.Split(string(bytes.TrimSpace(talk)), "\n") {
		if strings.HasPrefix(l, "Error: ") {
			line = l
		}
	}
	if i := strings.LastIndex(line, "): "); i >= 0 {
		return line[i+3:]
	}
	if i := strings.LastIndex(line, ": "); i >= 0 {
		return line[i+2:]
	}
	return line
}
