package lint

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spreadlint/spreadlint/values"
)

// A wrong value is shown, for it is what the finding is about; but a password
// may break the chart's schema, too. Names are all that tells it.
var (
	secretKey = regexp.MustCompile(`(?i)passw|passphrase|pwd$|secret|token|credential|(api|private|access|encryption|signing)[-_]?key|dsn$|connection[-_]?string`)
	secretMap = regexp.MustCompile(`(?i)^(auth|secrets?|secretData|stringData|credentials?|passwords?|tokens?)$`)
)

// secretive reports whether a value is secret by its name, or by the name of
// the map that it stands in.
func secretive(path values.Path) bool {
	var keys []string
	for _, k := range path {
		if !k.IsIndex() {
			keys = append(keys, k.Name())
		}
	}
	if len(keys) == 0 {
		return false
	}
	last := len(keys) - 1
	return secretKey.MatchString(keys[last]) || secretMap.MatchString(keys[last]) || last > 0 && secretMap.MatchString(keys[last-1])
}

// conceal takes a value that is secret by its name out of a finding about it.
// A report shows what a fix writes: one that writes a secret again, as a part
// of a whole block, is left to a person.
func (in *Input) conceal(f *Finding) {
	f.Fixes = slices.DeleteFunc(f.Fixes, func(fix Fix) bool {
		return slices.ContainsFunc(fix.Sets, func(s Set) bool { return shapeOf(s.Value) != "scalar" && holdsSecret(s.Path, s.Value) })
	})
	if !secretive(f.Path) {
		return
	}
	f.Location.Concealed = true
	value, _ := values.Lookup(any(in.Release.Values()), f.Path)
	texts := textsIn(value)
	for _, shown := range []*string{&f.Message, &f.Caret, &f.Effect} {
		*shown = concealed(*shown, texts)
	}
	for i := range f.Notes {
		f.Notes[i] = concealed(f.Notes[i], texts)
	}
}

// concealed is a sentence without texts, the longest first, for one may be a
// part of another. A short one is a part of words, so only the quoted form is
// meant.
func concealed(sentence string, texts []string) string {
	for _, text := range slices.SortedFunc(slices.Values(texts), func(a, b string) int { return cmp.Compare(len(b), len(a)) }) {
		sentence = strings.ReplaceAll(sentence, strconv.Quote(text), `"…"`)
		if len(text) >= 4 {
			sentence = strings.ReplaceAll(sentence, text, "…")
		}
	}
	return sentence
}

// textsIn are the texts of a value and of what it holds, in no order.
func textsIn(value any) (all []string) {
	switch value := value.(type) {
	case string:
		if value != "" {
			all = append(all, value)
		}
	case map[string]any:
		for _, v := range value {
			all = append(all, textsIn(v)...)
		}
	case []any:
		for _, v := range value {
			all = append(all, textsIn(v)...)
		}
	}
	return all
}

// holdsSecret reports whether a value, or one that it holds, is secret by name.
func holdsSecret(path values.Path, value any) bool {
	if secretive(path) {
		return true
	}
	switch value := value.(type) {
	case map[string]any:
		for k, v := range value {
			if holdsSecret(path.Key(k), v) {
				return true
			}
		}
	case []any:
		for i, v := range value {
			if holdsSecret(path.Item(i), v) {
				return true
			}
		}
	}
	return false
}
