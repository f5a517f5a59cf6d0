package values

import (
	"encoding/json"
	"errors"
	"regexp"
	"strconv"
	"strings"
)

// libraryError is what Helm's library says: "yaml: line 3: did not find ...".
var libraryError = regexp.MustCompile(`yaml: (?:line (\d+): )?((?s:.*))$`)

// explain turns an error of the decoder into one with a place, plain words
// and a hint.
func explain(f *File, err error) *SyntaxError {
	var root *json.UnmarshalTypeError
	if errors.As(err, &root) {
		return explainRoot(f, root.Value)
	}
	line, problem := 0, err.Error()
	if m := libraryError.FindStringSubmatch(problem); m != nil {
		line = lineNumber(m[1])
		problem = m[2]
	}
	if e := explainContent(f, err, problem); e != nil {
		return e
	}
	w, known := wordingOf(problem)
	if known {
		line = f.betterLine(w, line)
		if e := explainTab(f, line); e != nil {
			return e
		}
	}
	return &SyntaxError{File: f.Name, Line: min(line, max(1, f.Lines())), Message: w.message, Hint: w.hint}
}

// lineNumber is the number in an error of the library, 0 when it has none.
func lineNumber(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return n
}

// betterLine corrects the line in an error of the library's scanner or parser,
// which counts lines from 0 in some errors and from 1 in others, and leaves
// out the first. For a text that is not closed it says where the file ends;
// the library for positions says where that text begins.
func (f *File) betterLine(w wording, line int) int {
	switch {
	case w.opened:
		// With a line put before it, no text begins on line 0.
		_, err := parseNodes([]byte("#\n" + strings.TrimPrefix(string(f.Src), byteOrderMark)))
		if err != nil {
			m := libraryError.FindStringSubmatch(err.Error())
			if m != nil && strings.HasPrefix(m[2], w.problem) && m[1] != "" {
				return max(1, lineNumber(m[1])-1)
			}
		}
	case w.parser && line > 0:
		return line + 1
	}
	return max(1, line)
}

// explainTab is the error for a tab in the indentation of a line at which the
// library stopped, or next to it; nil when there is none.
func explainTab(f *File, line int) *SyntaxError {
	for _, n := range []int{line, line + 1, line - 1} {
		text := f.Line(n)
		indent := text[:len(text)-len(strings.TrimLeft(text, " \t"))]
		tab := strings.IndexByte(indent, '\t')
		if tab < 0 || len(indent) == len(text) {
			continue
		}
		return &SyntaxError{File: f.Name, Line: n, Column: tab + 1,
			Message: "tab characters cannot indent YAML",
			Hint:    "indent with spaces"}
	}
	return nil
}

// explainRoot is the error for a file that holds no map at its root.
func explainRoot(f *File, found string) *SyntaxError {
	hint := "write entries such as `name: value`"
	switch found {
	case "array":
		found, hint = "a list", "put the list below the key that the chart reads"
	case "string":
		found = "a text"
	case "bool":
		found = "true or false"
	default:
		found = "a " + found
	}
	return f.syntaxError(f.whole().Start.Offset, "the file holds "+found+"; a values file is a map of keys", hint)
}
