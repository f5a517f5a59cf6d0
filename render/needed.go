package render

import (
	"errors"
	"slices"
	"strings"
	"text/template/parse"

	"helm.sh/helm/v3/pkg/chart"
)

// vocabulary is what the template files of a chart say of each other.
//
// A render of some files needs the files that define what they include, and
// what those include. Which these are is read from the words between quotes, in
// files and in values that are templates: a name that stands there may be
// included, so too many files are kept rather than too few. A name that a template
// puts together is not seen. Then Helm's engine fails, for nothing is rendered
// in place of a missing template, and says the name; it is remembered.
type vocabulary struct {
	files map[*chart.File]templateWords
	asked map[string]bool // names that a pruned render has missed
	blind bool            // a traced render did: names come from where none are looked for
}

// parsedFile are the templates of a file by their names: its own text and what
// it defines.
type parsedFile map[string]parsedTemplate

type parsedTemplate struct {
	*parse.Tree
	quoted     []string // words between quotes
	readsFiles bool     // of the chart, which may be templates as well
}

// parseFile parses a template file; nil if it cannot be parsed. Instrumenting
// changes the trees: they are good for one render.
func parseFile(name string, file *chart.File) parsedFile {
	trees, err := parseTemplate(name, string(file.Data))
	if err != nil {
		return nil
	}
	parsed := parsedFile{}
	for n, tree := range trees {
		text := tree.Root.String()
		parsed[n] = parsedTemplate{tree, wordsOf(text).quoted, strings.Contains(text, ".Files")}
	}
	return parsed
}

// reached are the named templates that a render of some files may call, or all
// that they define.
func (s *session) reached(files map[string]parsedFile, all bool) map[string]bool {
	definedIn := map[string][]parsedTemplate{}
	for name, templates := range files {
		for n, template := range templates {
			if n != name {
				definedIn[n] = append(definedIn[n], template)
			}
		}
	}
	found := map[string]bool{}
	var open []parsedTemplate
	include := func(name string) {
		if templates := definedIn[name]; templates != nil && !found[name] {
			found[name] = true
			open = append(open, templates...)
		}
	}
	s.eachRoot(include)
	for name, templates := range files {
		open = append(open, templates[name])
	}
	for all = all || s.source.vocabulary.blind; len(open) > 0; {
		template := open[len(open)-1]
		open = open[:len(open)-1]
		all = all || template.readsFiles
		for _, word := range template.quoted {
			include(word)
		}
	}
	if all {
		for name := range definedIn {
			found[name] = true
		}
	}
	return found
}

// eachRoot visits names that any template may include.
func (s *session) eachRoot(include func(name string)) {
	for name := range s.source.vocabulary.asked {
		include(name)
	}
	eachText(s.tree, func(text string) {
		if !strings.Contains(text, "{{") {
			return // no template gives it to `tpl`
		}
		for _, word := range wordsOf(text).quoted {
			include(word)
		}
	})
}

// templateWords are the words between quotes of a template file.
type templateWords struct {
	defined []string // by `define` and `block`
	quoted  []string
}

// maxNameLength is of a quoted word that may be the name of a template.
const maxNameLength = 300

// words reads a template file, once.
func (v *vocabulary) words(file *chart.File) templateWords {
	if w, known := v.files[file]; known {
		return w
	}
	w := wordsOf(string(file.Data))
	v.files[file] = w
	return w
}

func wordsOf(text string) (w templateWords) {
	for _, quote := range []string{`"`, "`"} {
		before := ""
		for piece := range strings.SplitSeq(text, quote) {
			if len(piece) > 0 && len(piece) <= maxNameLength && !strings.Contains(piece, "\n") {
				w.quoted = append(w.quoted, piece)
				if before = strings.TrimRight(before, " \t\r\n"); strings.HasSuffix(before, "define") || strings.HasSuffix(before, "block") {
					w.defined = append(w.defined, piece)
				}
			}
			before = piece
		}
	}
	return w
}

// templatesBelow stands in the engine's name of a file between its chart and
// its own.
const templatesBelow = "/templates/"

// needed are the template files, by the engine's names, that a render of the
// wanted ones needs. Hashed are the files that are included as a whole, by
// `print $.Template.BasePath "/configmap.yaml"`, as for a checksum.
func (s *session) needed(wanted map[string]bool, hashed bool) map[string]bool {
	files := map[string]*chart.File{}
	definedIn := map[string][]string{}
	s.eachTemplate(func(name string, file *chart.File) *chart.File {
		files[name] = file
		for _, n := range s.source.vocabulary.words(file).defined {
			definedIn[n] = append(definedIn[n], name)
		}
		return file
	})
	kept := map[string]bool{}
	var open []string
	keep := func(name string) {
		if files[name] != nil && !kept[name] {
			kept[name] = true
			open = append(open, name)
		}
	}
	include := func(name string) {
		keep(name)
		for _, in := range definedIn[name] {
			keep(in)
		}
	}
	for name := range wanted {
		keep(name)
	}
	s.eachRoot(include)
	for len(open) > 0 {
		name := open[len(open)-1]
		open = open[:len(open)-1]
		directory := name[:max(0, strings.LastIndex(name, templatesBelow))]
		for _, word := range s.source.vocabulary.words(files[name]).quoted {
			include(word)
			if hashed && strings.HasPrefix(word, "/") {
				keep(directory + templatesBelow + word[1:])
			}
		}
	}
	return kept
}

// isFile reports whether a template has the name of a file.
func (s *session) isFile(template string) bool { return s.shown[template] != "" }

// learn remembers names that a pruned render has missed. It is false if there
// is no new one that a file of the chart has or defines.
func (s *session) learn(missed []string) bool {
	v := &s.source.vocabulary
	missed = slices.DeleteFunc(missed, func(name string) bool { return v.asked[name] })
	learned := false
	s.eachTemplate(func(name string, file *chart.File) *chart.File {
		for _, m := range missed {
			if name == m || slices.Contains(v.words(file).defined, m) {
				v.asked[m] = true
				learned = true
			}
		}
		return file
	})
	return learned
}

// missing is the name of the template for want of which a render failed.
func missing(err error) []string {
	var f *Failure
	if !errors.As(err, &f) || f.missing == "" {
		return nil
	}
	return []string{f.missing}
}

// renderSome renders the wanted files alone, with what they include.
func (s *session) renderSome(wanted map[string]bool) (map[string]string, error) {
	for {
		kept := s.needed(wanted, true)
		texts, err := s.renderKept(kept)
		switch missed := missing(err); {
		case missed == nil:
			return texts, err
		case !s.learn(missed): // it is spelt in some other way, or not there at all
			return s.renderKept(nil)
		}
	}
}

// renderKept renders the templates that are kept, nil for all.
func (s *session) renderKept(kept map[string]bool) (map[string]string, error) {
	if kept != nil {
		restore := s.templates()
		defer restore()
		s.eachTemplate(func(name string, file *chart.File) *chart.File {
			if kept[name] {
				return file
			}
			return nil
		})
	}
	renderValues, err := s.renderValues()
	if err != nil {
		return nil, err
	}
	return s.execute(renderValues, nil)
}
