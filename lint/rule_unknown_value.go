package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

var _ = register(Rule{
	ID: "unknown-value", Category: "values", Severity: Error, Since: "0.1.0",
	Title: "A value that nothing in the chart reads",
	NoFix: "no similar name is read there, or it is set as well",
	Doc: `Helm ignores keys that no template reads: a typing error in ` + "`podAntiAffinity`" + ` or in the name of a service renders the
defaults, without a message. Reported is a key of your values that no default, no schema and no template of the chart
or of its dependencies knows (disabled ones included), and whose removal leaves the whole output as it is or, where a chart
prints all its values somewhere, whose name and content are all that is seen of it. Entries of lists
are judged likewise where the output depends on the entry.

An error when the key looks like one about placement, otherwise advice. Keys of maps that are handed on whole (labels,
annotations, environment variables) and holders of YAML anchors (` + "`x-...`" + `) are not reported, and of ` + "`global`" + `
only what looks like a key that the charts have there.`,
	Needs: needsValues,
	Check: func(in *Input) []Finding {
		candidates := append(in.unreadValues(), in.unreadEntryKeys()...)
		if len(candidates) == 0 {
			return nil
		}
		var found []Finding
		for _, path := range in.withoutSleepers(in.provenUnread(candidates)) {
			found = append(found, in.unknownValue(path))
		}
		return found
	},
})

func (in *Input) unknownValue(path values.Path) Finding {
	f := atValue(path)
	f.target.onKey = true
	name := path.Last().Name()
	value, _ := values.Lookup(any(in.Release.Values()), path)
	f.Message = fmt.Sprintf("no template reads %s", path)
	f.Caret = "the chart knows no such key here"
	f.Effect = "Helm ignores it without a message: the chart's default holds instead"
	similar := values.Nearest(name, in.knownBeside(path), 1)
	if !aboutPlacement(name, value) && (len(similar) == 0 || !aboutPlacement(similar[0], nil)) {
		f.Severity = Info
	}
	if home, ok := in.meant(path); ok && len(similar) == 0 {
		f.offerMeant(in, path, home)
		return f
	}
	if len(similar) == 0 {
		f.Effect = "Helm ignores it without a message: with and without it the same is rendered"
		return f
	}
	f.Caret = "did you mean " + similar[0] + "?"
	if values.Distance(name, similar[0]) <= 2 {
		f.offerMeant(in, path, path.Parent().Key(similar[0]))
	}
	return f
}

// knownBeside are the keys that the chart declares in the map that a value
// stands in.
func (in *Input) knownBeside(path values.Path) []string {
	for i := len(path) - 1; i > 0; i-- {
		if path[i].IsIndex() {
			return in.entryWords(path[:i], path.Parent())
		}
	}
	return in.Release.Layers.DeclaredKeys(path.Parent())
}

// nearDeclared is the declared key of the same map that a key is probably a
// misspelling of, "" for none.
func (in *Input) nearDeclared(path values.Path) string {
	for _, key := range values.Nearest(path.Last().Name(), in.Release.Layers.DeclaredKeys(path.Parent()), 1) {
		return key
	}
	return ""
}

// renameSafety calls a rename safe when what wakes is a soft rule or none;
// anything else may make pods wait.
func renameSafety(value any) Safety {
	if word, isText := value.(string); isText && (meaning(word) == "soft" || word == "none") {
		return Safe
	}
	return Unsafe
}

// aboutPlacement reports whether a key, or one below it, is about where pods
// go.
func aboutPlacement(name string, value any) bool {
	lower := strings.ToLower(name)
	for _, word := range []string{"affin", "topolog", "spread", "replica", "nodeselector", "toleration", "disruption", "autoscaling", "minavailable", "maxunavailable"} {
		if strings.Contains(lower, word) {
			return true
		}
	}
	if m, ok := value.(map[string]any); ok {
		for k, v := range m {
			if aboutPlacement(k, v) {
				return true
			}
		}
	}
	return false
}

// unreadValues lists the user's keys that neither a default, nor a schema, nor
// the text of any template mentions.
func (in *Input) unreadValues() []values.Path {
	r := in.Release
	undeclared := r.Undeclared()
	for _, path := range r.UndeclaredGlobals() {
		if in.nearDeclared(path) != "" {
			undeclared = append(undeclared, path) // of others a chart that nobody sees may know
		}
	}
	if len(undeclared) == 0 {
		return nil
	}
	text := in.templateText()
	var found []values.Path
	for _, path := range undeclared {
		name := path.Last().Name()
		if text.words[name] || len(in.chartHome(path)) > 0 {
			continue
		}
		if len(path) > 1 && in.nearDeclared(path) == "" && text.takenWhole(path.Parent()) {
			continue
		}
		found = append(found, path)
	}
	return found
}

// provenUnread keeps the paths whose removal leaves all output the same: at
// first all at once, then one by one.
func (in *Input) provenUnread(paths []values.Path) []values.Path {
	if in.removalShows(paths...) {
		return paths
	}
	var proven []values.Path
	for i, p := range paths {
		if i == 20 {
			break // each costs a render
		}
		if in.removalShows(p) || in.onlyPrinted(p) {
			proven = append(proven, p)
		}
	}
	return proven
}

// onlyPrinted reports whether a key about placement, or close to one, is
// printed with all values around it and does nothing else. Of a map that is
// handed on, every key is printed for its own sake.
func (in *Input) onlyPrinted(p values.Path) bool {
	if len(p) > 1 && in.templateText().takenWhole(p.Parent()) {
		return false
	}
	if near := in.nearDeclared(p); !aboutPlacement(p.Last().Name(), nil) && !aboutPlacement(near, nil) {
		return false
	}
	_, declared := in.Release.Layers.Default(p)
	return !declared && in.Release.OnlyPrinted(p)
}

func (in *Input) removalShows(paths ...values.Path) bool {
	var changes []render.Change
	for _, p := range paths {
		changes = append(changes, render.Change{Path: p, Remove: true})
	}
	same, err := in.Release.Unchanged(changes...)
	return err == nil && same
}

// templateText is what the chart's templates say, read as text.
type templateText struct {
	words map[string]bool // names that stand in template actions or schemas
	whole map[string]bool // keys whose map is printed or walked whole
}

// takenWhole reports whether some action may print the map at path.
func (t templateText) takenWhole(path values.Path) bool {
	return !path.Last().IsIndex() && t.whole[path.Last().Name()]
}

// handOn are the functions that turn a whole map into output.
var handOn = []string{"toYaml", "toJson", "toPrettyJson", "toRawJson", "toToml", "range", "tpl", "tplvalues", "merge", "omit", "pick", "keys", "values", "toString", "quote"}

// templateText reads the templates, once.
func (in *Input) templateText() templateText {
	if in.text.words != nil {
		return in.text
	}
	t := templateText{words: map[string]bool{}, whole: map[string]bool{}}
	in.Release.TemplateText(func(name string, data []byte) {
		if strings.HasSuffix(name, "values.schema.json") {
			t.addWords(string(data))
			return
		}
		text := string(data)
		for {
			start := strings.Index(text, "{{")
			if start < 0 {
				return
			}
			end := strings.Index(text[start:], "}}")
			if end < 0 {
				return
			}
			if action := text[start : start+end]; !strings.HasPrefix(strings.TrimLeft(action[2:], "- "), "/*") {
				t.addAction(action)
			}
			text = text[start+end:]
		}
	})
	in.text = t
	return t
}

func (t templateText) addAction(action string) {
	t.addWords(action)
	hands := slices.ContainsFunc(handOn, func(f string) bool { return strings.Contains(action, f) })
	for _, field := range strings.FieldsFunc(action, func(r rune) bool { return strings.ContainsRune(" \t\n(){}|=:,", r) }) {
		if i := strings.LastIndexByte(field, '.'); hands && i >= 0 && i+1 < len(field) {
			t.whole[field[i+1:]] = true
		}
	}
}

func (t templateText) addWords(text string) {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool {
		return !(r == '_' || r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z')
	}) {
		t.words[word] = true
	}
}
