package render

import (
	"fmt"
	"regexp"
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
}

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

var (
	templatePlace = regexp.MustCompile(`template: ([^\s:]+):(\d+)(?::(\d+))?: `)
	bracketPlace  = regexp.MustCompile(`(?:execution error|parse error) (?:at|in) \(([^\s:)]+)(?::(\d+))?(?::(\d+))?\): `)
	atExpression  = regexp.MustCompile(`(?s)executing "[^"]*" at <(.*?)>: `)
	valueChain    = regexp.MustCompile(`\.Values((?:\.[A-Za-z_][A-Za-z0-9_]*)+)`)
	nilPointer    = regexp.MustCompile(`nil pointer evaluating interface \{\}\.(\S+)`)
	noTemplate    = regexp.MustCompile(`no template "([^"]+)" associated|template "([^"]+)" not defined|template: no template "([^"]+)"`)
	noFunction    = regexp.MustCompile(`function "([^"]+)" not defined`)
)

// templateFailure explains an error of Helm's engine. Helm prints the chain of
// includes; the innermost place is where it went wrong, the others become
// notes. shown maps the engine's template names to paths to show.
func templateFailure(err error, shown func(string) string) *Failure {
	text := err.Error()
	f := &Failure{}
	places := templatePlace.FindAllStringSubmatchIndex(text, -1)
	rest := text
	if m := bracketPlace.FindStringSubmatchIndex(text); m != nil {
		f.setPlace(text, m, shown)
		rest = text[m[1]:]
	} else if len(places) > 0 {
		last := places[len(places)-1]
		for _, m := range places[:len(places)-1] {
			f.Notes = append(f.Notes, fmt.Sprintf("included from %s:%s", shown(text[m[2]:m[3]]), text[m[4]:m[5]]))
		}
		f.setPlace(text, last, shown)
		rest = text[last[1]:]
	}
	expression := ""
	if m := atExpression.FindStringSubmatchIndex(rest); m != nil {
		expression = rest[m[2]:m[3]]
		rest = rest[m[1]:]
	}
	f.Message = strings.TrimSpace(rest)
	f.explain(expression)
	return f
}

func (f *Failure) setPlace(text string, m []int, shown func(string) string) {
	f.File = shown(text[m[2]:m[3]])
	if m[4] >= 0 {
		f.Line, _ = strconv.Atoi(text[m[4]:m[5]]) // digits by the expression
	}
	if len(m) > 6 && m[6] >= 0 {
		f.Column, _ = strconv.Atoi(text[m[6]:m[7]])
	}
}

// explain adds what to do, and the value involved, to Helm's message.
func (f *Failure) explain(expression string) {
	value := ""
	if m := valueChain.FindStringSubmatch(expression); m != nil {
		value = strings.TrimPrefix(m[1], ".")
	}
	switch {
	case nilPointer.MatchString(f.Message):
		key := nilPointer.FindStringSubmatch(f.Message)[1]
		parent := strings.TrimSuffix(value, "."+key)
		if value != "" && parent != value {
			f.Message = fmt.Sprintf("the template reads %s, but the value %s is not set (%s)", value, parent, f.Message)
			f.Hints = append(f.Hints, fmt.Sprintf("set %s in a values file, or remove a `null` that deletes it", parent))
		} else {
			f.Hints = append(f.Hints, fmt.Sprintf("the map that should hold %q is null or not set; set it in a values file", key))
		}
	case noFunction.MatchString(f.Message):
		f.Hints = append(f.Hints, "Helm's engine knows no such function; look for a typing error in the template")
	case noTemplate.MatchString(f.Message):
		f.Hints = append(f.Hints, "no template of the chart or its dependencies defines it; is a dependency missing in charts/?")
	case expression != "":
		f.Message = fmt.Sprintf("%s (in `%s`)", f.Message, expression)
		if value != "" {
			f.Hints = append(f.Hints, fmt.Sprintf("the value involved is %s", value))
		}
	}
}
