package render

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spreadlint/spreadlint/values"
)

// Failure is why a chart could not be rendered: where, what was found, and
// what to do. It means that nothing could be judged, never that something is
// wrong with the spreading.
type Failure struct {
	File         string // chart, template or values file; "" when unknown
	Line, Column int    // 1-based, 0 when unknown
	Message      string
	Hints        []string
	Notes        []string     // the include chain of a template error
	Text         *values.File // the file's text, when there is a line to show

	// Unrendered is the release with its values and schemas, as far as they could
	// be read; nil when they could not. It has no workloads.
	Unrendered *Release

	template string   // the engine's name of the template
	executed string   // and of the one that the chain of includes begins with
	value    []string // the value that the failing expression reads, as .Values.a.b
	demands  bool     // the chart stopped by itself, with `required` or `fail`
	missing  string   // the named template that is not there
	absent   int      // how many keys of it lead to what is not set, 0 when unknown
}

// InTemplate reports whether the place is a line of a template.
func (f *Failure) InTemplate() bool { return f.template != "" }

func (f *Failure) Error() string {
	place := f.File
	if f.Line > 0 {
		place += ":" + strconv.Itoa(f.Line)
		if f.Column > 0 {
			place += ":" + strconv.Itoa(f.Column)
		}
	}
	if place == "" {
		return f.Message
	}
	return place + ": " + f.Message
}

const maxMessage = 2000 // bytes of Helm's message that are shown: `fail` may print anything

var (
	templatePlace = regexp.MustCompile(`template: ([^\s:]+):(\d+)(?::(\d+))?: `)
	bracketPlace  = regexp.MustCompile(`(?:execution error|parse error) (?:at|in) \(([^\s:)]+)(?::(\d+))?(?::(\d+))?\): `)
	atExpression  = regexp.MustCompile(`(?s)executing "[^"]*" at <(.*?)>: `)
	errorCalling  = regexp.MustCompile(`^error calling \w+: `)
)

// templateText is the engine's name for the text that `tpl` is given.
const templateText = "gotpl"

// templateFailure explains an error of Helm's engine. Helm prints the chain of
// includes; the innermost place is where it went wrong, the others become
// notes. shown maps the engine's template names to paths to show.
func templateFailure(err error, shown func(string) string) *Failure {
	text := err.Error()
	f := &Failure{}
	rest := text
	f.demands = strings.Contains(text, "execution error at (")
	if m := bracketPlace.FindStringSubmatchIndex(text); m != nil {
		f.at(text, m, shown)
		rest = text[m[1]:]
	} else {
		places := templatePlace.FindAllStringSubmatchIndex(text, -1)
		for i, m := range places {
			rest = text[m[1]:]
			switch {
			case text[m[2]:m[3]] == templateText:
				f.note(fmt.Sprintf("in line %s of the text that tpl is given", text[m[4]:m[5]]))
				continue
			case i > 0:
				f.note(fmt.Sprintf("included from %s:%d", f.File, f.Line))
			}
			f.at(text, m, shown)
		}
	}
	expression := ""
	if m := atExpression.FindStringSubmatchIndex(rest); m != nil {
		expression = rest[m[2]:m[3]]
		rest = rest[m[1]:]
	}
	f.Message = errorCalling.ReplaceAllString(strings.TrimSpace(rest), "")
	f.explain(expression)
	if len(f.Message) > maxMessage {
		f.Message = strings.ToValidUTF8(f.Message[:maxMessage], "") + "…"
	}
	return f
}

// note keeps each place once: a template may include itself a thousand times.
func (f *Failure) note(text string) {
	if !slices.Contains(f.Notes, text) {
		f.Notes = append(f.Notes, text)
	}
}

func (f *Failure) at(text string, m []int, shown func(string) string) {
	f.template = text[m[2]:m[3]]
	f.executed = cmp.Or(f.executed, f.template)
	f.File, f.Line, f.Column = shown(f.template), 0, 0
	if m[4] >= 0 {
		f.Line, _ = strconv.Atoi(text[m[4]:m[5]]) // digits by the expression
	}
	if m[6] >= 0 {
		column, _ := strconv.Atoi(text[m[6]:m[7]])
		f.Column = column + 1 // the engine counts from 0
	}
}

var (
	valueChain  = regexp.MustCompile(`\.Values((?:\.[A-Za-z_][A-Za-z0-9_]*)+)`)
	nilPointer  = regexp.MustCompile(`nil pointer evaluating interface \{\}\.(\w+)`)
	noField     = regexp.MustCompile(`^can't evaluate field (\w+) in type (.*)$`)
	noTemplate  = regexp.MustCompile(`no template "([^"]+)" associated|template "([^"]+)" not defined`)
	noFunction  = regexp.MustCompile(`function "([^"]+)" not defined`)
	noEnd       = regexp.MustCompile(`^unexpected EOF`)
	nestedName  = regexp.MustCompile(`rendering template has a nested reference name: (\S+): `)
	tooDeep     = regexp.MustCompile(`exceeded maximum template depth`)
	beyondLimit = regexp.MustCompile(`spreadlint lets a call have`)
)

// explain adds what to do, and the value involved, to Helm's message.
func (f *Failure) explain(expression string) {
	if m := valueChain.FindStringSubmatch(expression); m != nil {
		f.value = strings.Split(m[1][1:], ".")
	}
	hint := ""
	switch message := f.Message; {
	case nilPointer.MatchString(message):
		key := nilPointer.FindStringSubmatch(message)[1]
		at := slices.Index(f.value, key)
		if at < 1 {
			hint = fmt.Sprintf("the map that should hold %q is null or not set; set it in a values file", key)
			break
		}
		f.absent = at
		f.Message = fmt.Sprintf("the template reads %s, but the value %s is not set (%s)", strings.Join(f.value, "."), strings.Join(f.value[:at], "."), message)
	case noField.MatchString(message):
		f.Message = fmt.Sprintf("the template reads .%s of something that is no map (%s, in `%s`)", noField.FindStringSubmatch(message)[1], message, expression)
	case noFunction.MatchString(message):
		hint = "Helm's engine knows no such function; look for a typing error in the template"
		if name := noFunction.FindStringSubmatch(message)[1]; name == "env" || name == "expandenv" {
			hint = "Helm takes it away, so that no chart reads the environment"
		}
	case noTemplate.MatchString(message):
		m := noTemplate.FindStringSubmatch(message)
		f.missing = m[1] + m[2]
		f.Message = fmt.Sprintf("no template is called %q", f.missing)
		hint = "no template of the chart or its dependencies defines it; is a dependency missing in charts/?"
	case noEnd.MatchString(message):
		f.Message = "the template ends inside of an action or a block (" + message + ")"
		hint = "look for an {{ if }}, {{ range }}, {{ with }} or {{ define }} without {{ end }}"
	case nestedName.MatchString(message):
		f.Message = fmt.Sprintf("the template %q includes itself without end", nestedName.FindStringSubmatch(message)[1])
	case tooDeep.MatchString(message):
		f.Message = fmt.Sprintf("a template calls itself without end (%s)", message)
	case beyondLimit.MatchString(message):
		hint = "the bound is for charts of strangers: look for a count or a text that grows without end"
	case expression != "":
		f.Message = fmt.Sprintf("%s (in `%s`)", message, expression)
	}
	if hint != "" {
		f.Hints = append(f.Hints, hint)
	}
}
