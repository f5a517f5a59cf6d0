package render

import (
	"regexp"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/values"
)

// Unchanged reports whether changed values leave the whole output as it is.
// Lines that random functions make different on every render do not count.
// A file that a change has moved before is likely to move again, and one that
// moves is enough: those files are looked at first.
func (r *Release) Unchanged(changes ...Change) (bool, error) {
	if len(r.moved) > 0 {
		if some, err := r.textsWith(setOf(r.moved), changes); err == nil && len(r.differing(some, r.moved)) > 0 {
			return false, nil
		}
	}
	texts, err := r.textsWith(nil, changes)
	if err != nil {
		return false, err
	}
	if len(r.texts) != len(texts) {
		return false, nil
	}
	differing := r.differing(texts, sortedNames(r.texts))
	if len(differing) == 0 {
		return true, nil
	}
	if name := r.settled(differing); name != "" {
		r.moved = append(r.moved, name)
		return false, nil
	}
	return r.differsAtRandom(differing, texts)
}

// differing are those of the named files that another render has otherwise.
func (r *Release) differing(texts map[string]string, names []string) []string {
	var found []string
	for _, name := range names {
		if text, rendered := texts[name]; !rendered || text != r.texts[name] {
			found = append(found, name)
		}
	}
	return found
}

// settled finds a file that comes out as it was when it is rendered once more
// alone: what it has otherwise after a change is due to that. Only where the first does not,
// the others are tried; "" if none does.
func (r *Release) settled(files []string) string {
	for _, some := range [][]string{files[:1], files[1:]} {
		r.settle(some)
		for _, name := range some {
			if r.again.settled[name] {
				return name
			}
		}
	}
	return ""
}

// settle renders files once more, those that it has not been done for.
func (r *Release) settle(files []string) {
	files = slices.DeleteFunc(slices.Clone(files), func(name string) bool { _, known := r.again.settled[name]; return known })
	if len(files) == 0 {
		return
	}
	if r.again.settled == nil {
		r.again.settled = map[string]bool{}
	}
	texts, err := r.textsWith(setOf(files), nil)
	for _, name := range files {
		text, rendered := texts[name]
		r.again.settled[name] = err == nil && rendered && text == r.texts[name]
	}
}

func setOf(names []string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, n := range names {
		set[n] = true
	}
	return set
}

// differsAtRandom reports whether the differing files differ in nothing but
// what two renders of the same values do not share.
func (r *Release) differsAtRandom(differing []string, texts map[string]string) (bool, error) {
	again, err := r.renderedAgain()
	if err != nil {
		return false, err
	}
	for _, name := range differing {
		if !sameButNoise(r.texts[name], again[name], texts[name]) {
			return false, nil
		}
	}
	return true, nil
}

// renderedAgain are the texts of a second render of the same values.
func (r *Release) renderedAgain() (map[string]string, error) {
	if r.again.texts == nil {
		again, err := r.textsWith(nil, nil)
		if err != nil {
			return nil, err
		}
		r.again.texts = again
	}
	return r.again.texts, nil
}

// secondRender is what is known of rendering the same values again.
type secondRender struct {
	texts   map[string]string // of all files, once asked for
	settled map[string]bool   // files that come out alike, or do not
}

// pem is what stands in a certificate or key. A random serial number moves all
// that is behind it, so lines would be shared by chance.
var pem = regexp.MustCompile(`(?s)-----BEGIN [A-Z ]+-----.*?-----END [A-Z ]+-----`)

// sameButNoise reports whether a text is like another but for certificates and
// the lines that two renders of the same values, once and again, do not share.
// Texts whose lines do not correspond cannot be compared: they are not the same.
func sameButNoise(once, again, other string) bool {
	lines := func(text string) []string { return strings.Split(pem.ReplaceAllString(text, ""), "\n") }
	a, b, c := lines(once), lines(again), lines(other)
	if len(a) != len(b) || len(a) != len(c) {
		return false
	}
	for i := range a {
		if a[i] == b[i] && a[i] != c[i] {
			return false
		}
	}
	return true
}

// textsWith renders with changed values the files that are named, nil for all.
func (r *Release) textsWith(only map[string]bool, changes []Change) (map[string]string, error) {
	next, err := r.changed(only, changes)
	if err != nil {
		return nil, err
	}
	captureLog(func() { err = next.renderTexts() })
	return next.texts, err
}

// digest is a checksum of what templates printed, such as of all values.
var digest = regexp.MustCompile(`\b[0-9a-f]{32,128}\b`)

// data is an object that holds what its creator likes.
var data = regexp.MustCompile(`(?m)^kind: *["']?(ConfigMap|Secret)\b`)

// chartOf is where the values hang of the chart that a value belongs to.
func (r *Release) chartOf(p values.Path) (root values.Path) {
	for _, layer := range r.Layers {
		if layer.Kind == LayerChart && p.Parent().HasPrefix(layer.Prefix) && len(layer.Prefix) > len(root) {
			root = layer.Prefix
		}
	}
	return root
}

// OnlyPrinted reports whether a value that no values.yaml declares leaves
// nothing but its own name and content in the output: under a name that nobody
// knows the output is the same, checksums and that name aside, in ConfigMaps and Secrets
// that show any other key of the chart's values, too: a chart prints all of them there.
func (r *Release) OnlyPrinted(p values.Path) bool {
	value, set := r.lookup(p)
	if !set || p.Last().IsIndex() {
		return false
	}
	name := p.Last().Name()
	nonsense := name + "Nonsense" // sorted like the name
	renamed := []Change{{Path: p, Remove: true}, {Path: p.Parent().Key(nonsense), Value: value}}
	texts, err := r.textsWith(nil, renamed)
	if err != nil || len(texts) != len(r.texts) {
		return false
	}
	const top = "spreadlintProbe"
	withTop, err := r.textsWith(nil, append(renamed, Change{Path: r.chartOf(p).Key(top), Value: "probe"}))
	if err != nil {
		return false
	}
	for file, text := range withTop {
		for _, doc := range split(file, file, text) {
			if strings.Contains(doc.text, nonsense) && !(data.MatchString(doc.text) && strings.Contains(doc.text, top)) {
				return false // a part of an object, or of what its creator asked for
			}
		}
	}
	plain := func(text string) string { return digest.ReplaceAllString(strings.ReplaceAll(text, nonsense, name), "") }
	for _, file := range sortedNames(r.texts) {
		once, other := plain(r.texts[file]), plain(texts[file])
		if once == other {
			continue
		}
		again, err := r.renderedAgain()
		if err != nil || !sameButNoise(once, plain(again[file]), other) {
			return false
		}
	}
	return true
}
