package render

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"strings"
	"text/template"
	_ "unsafe" // for go:linkname

	_ "github.com/Masterminds/sprig/v3" // owner of sprigFunctions
)

// Bounds of one call of a template function: more than a real chart needs
// (Helm stores a release in 1 MB), less than what hurts. They are needed
// because a function that allocates at once is too fast for any watchdog, and
// Go ends the process when it gets no memory. What grows step by step is not
// bounded here: the caller of Render watches memory and time.
const (
	maxElements = 1_000_000 // of a list
	maxText     = 16 << 20  // bytes: of all texts given to a call, of the text made
)

// sprigFunctions is the map from which Helm's engine takes its functions. The
// engine has no way to replace one, and rewriting templates would miss those
// that a template puts together for `tpl`: so the map itself is changed, once,
// before any render.
//
//go:linkname sprigFunctions github.com/Masterminds/sprig/v3.genericMap
var sprigFunctions map[string]any

func init() { guardFunctions() }

// guardFunctions bounds sprig's functions, and those of text/template that
// make texts. It panics when sprig is no longer what this file knows.
func guardFunctions() {
	for name := range grows {
		if sprigFunctions[name] == nil {
			panic("sprig has no function " + name)
		}
	}
	maps.Copy(sprigFunctions, map[string]any{
		"print": fmt.Sprint, "printf": fmt.Sprintf, "println": fmt.Sprintln,
		"html": template.HTMLEscaper, "js": template.JSEscaper, "urlquery": template.URLQueryEscaper,
	})
	shareKeys(sprigFunctions)
	for name, f := range sprigFunctions {
		sprigFunctions[name] = bounded(name, f)
	}
}

// bounded is f, of the same type, that panics with an error when it is given
// or would make too much; text/template makes that an error of the template.
func bounded(name string, f any) any {
	v, check := reflect.ValueOf(f), grows[name]
	return reflect.MakeFunc(v.Type(), func(args []reflect.Value) []reflect.Value {
		given := 0
		for _, a := range args {
			given += textSize(a)
		}
		if given > maxText {
			panic(fmt.Errorf("%s is given texts of %d bytes; spreadlint lets a call have %d", name, given, maxText))
		}
		if check != nil {
			if err := check(args); err != nil {
				panic(fmt.Errorf("%s %w", name, err))
			}
		}
		if v.Type().IsVariadic() {
			return v.CallSlice(args)
		}
		return v.Call(args)
	}).Interface()
}

// textSize is the length of a text, or of those in a list.
func textSize(v reflect.Value) int {
	switch v = inner(v); v.Kind() {
	case reflect.String:
		return v.Len()
	case reflect.Slice:
		total := 0
		for i := range v.Len() {
			if x := inner(v.Index(i)); x.Kind() == reflect.String {
				total += x.Len()
			}
		}
		return total
	}
	return 0
}

func inner(v reflect.Value) reflect.Value {
	if v.Kind() == reflect.Interface {
		return v.Elem()
	}
	return v
}

// grows are the functions that can make far more than they are given.
var grows = map[string]func(args []reflect.Value) error{
	"repeat":          func(a []reflect.Value) error { return text(a[0].Int(), a[1].Len()) },
	"indent":          func(a []reflect.Value) error { return text(a[0].Int(), 1+count(a[1], "\n")) },
	"nindent":         func(a []reflect.Value) error { return text(a[0].Int(), 1+count(a[1], "\n")) },
	"replace":         func(a []reflect.Value) error { return text(int64(count(a[2], a[0].String())), a[1].Len()) },
	"wrapWith":        func(a []reflect.Value) error { return text(int64(a[2].Len())/max(1, a[0].Int()), a[1].Len()) },
	"join":            func(a []reflect.Value) error { return text(int64(length(a[1])), a[0].Len()) },
	"regexReplaceAll": replacement, "mustRegexReplaceAll": replacement,
	"regexReplaceAllLiteral": replacement, "mustRegexReplaceAllLiteral": replacement,
	"randAlphaNum": func(a []reflect.Value) error { return text(a[0].Int(), 1) },
	"randAlpha":    func(a []reflect.Value) error { return text(a[0].Int(), 1) },
	"randAscii":    func(a []reflect.Value) error { return text(a[0].Int(), 1) },
	"randNumeric":  func(a []reflect.Value) error { return text(a[0].Int(), 1) },
	"randBytes":    func(a []reflect.Value) error { return text(a[0].Int(), 1) },

	"until":     func(a []reflect.Value) error { return elements(steps(0, a[0].Int(), 1)) },
	"untilStep": func(a []reflect.Value) error { return elements(steps(a[0].Int(), a[1].Int(), a[2].Int())) },
	"seq":       func(a []reflect.Value) error { return elements(sequence(a[0])) },
	"split":     func(a []reflect.Value) error { return elements(int64(count(a[1], a[0].String()))) },
	"splitList": func(a []reflect.Value) error { return elements(int64(count(a[1], a[0].String()))) },
	"splitn":    func(a []reflect.Value) error { return elements(int64(count(a[2], a[0].String()))) },
	"concat": func(a []reflect.Value) error {
		total := 0
		for i := range a[0].Len() {
			total += length(a[0].Index(i))
		}
		return elements(int64(total))
	},
}

// replacement bounds what a regular expression's matches are replaced by. A $
// in the replacement repeats a part of the match, and all matches together are
// no longer than the text. Only where that much could be too much are the
// matches counted.
func replacement(a []reflect.Value) error {
	input, with := a[1].String(), a[2].String()
	groups := text(int64(count(a[2], "$")), len(input))
	if groups != nil || text(int64(len(input)+1), len(with)) == nil {
		return groups
	}
	pattern, err := regexp.Compile(a[0].String())
	if err != nil {
		return nil // the function itself says so
	}
	return text(int64(len(pattern.FindAllStringIndex(input, -1))), len(with))
}

func text(times int64, bytes int) error {
	if times > 0 && bytes > 0 && times > int64(maxText/bytes) {
		return fmt.Errorf("asks for %d times %d bytes; spreadlint lets a call have %d", times, bytes, maxText)
	}
	return nil
}

func elements(n int64) error {
	if n > maxElements {
		return fmt.Errorf("asks for %d elements; spreadlint lets a call have %d", n, maxElements)
	}
	return nil
}

func count(text reflect.Value, part string) int { return strings.Count(text.String(), part) }

// length is that of a list, 1 of anything else.
func length(v reflect.Value) int {
	if v = inner(v); v.Kind() == reflect.Slice || v.Kind() == reflect.Array {
		return v.Len()
	}
	return 1
}

// steps is how many numbers a loop from start to stop passes. Numbers with
// which sprig's loop would overflow and never end count as too many steps.
func steps(start, stop, step int64) int64 {
	const huge = 1 << 61
	for _, n := range []int64{start, stop, step} {
		if n > huge || n < -huge {
			return huge
		}
	}
	if step == 0 {
		return 0
	}
	return max((stop-start)/step, (start-stop)/step)
}

func sequence(params reflect.Value) int64 {
	at := func(i int) int64 { return params.Index(i).Int() }
	switch params.Len() {
	case 1:
		return steps(1, at(0), 1)
	case 2:
		return steps(at(0), at(1), 1)
	case 3:
		return steps(at(0), at(2), at(1))
	}
	return 0
}
