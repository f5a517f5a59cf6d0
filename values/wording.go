package values

import "strings"

// wording is how a problem that Helm's library reports is told to the user.
type wording struct {
	problem       string // how the library's text starts
	message, hint string
	parser        bool // from its parser, which counts lines from 0
	opened        bool // about a text, whose beginning is the place to show
}

// wordings are the texts of scannerc.go and parserc.go in go.yaml.in/yaml/v2
// that writers of values files meet. The first that fits is taken.
var wordings = []wording{
	{problem: "mapping values are not allowed",
		message: "a key with a value cannot stand here",
		hint:    "check the indentation of this line and the one above; quote a text that has a colon and a space in it"},
	{problem: "could not find expected ':'", opened: true,
		message: "this line is no `key: value`",
		hint:    "write a colon and a space behind the key, or indent the line if it belongs to the text above"},
	{problem: "did not find expected key", parser: true,
		message: "expected the next key of the map here, in the column of its other keys",
		hint:    "check the indentation of this line and the ones above; inside a quoted text, escape quotes"},
	{problem: "did not find expected '-' indicator", parser: true,
		message: "expected another `- ` item of the list, or a line that is indented less",
		hint:    "start all items of a list in one column"},
	{problem: "did not find expected ',' or ']'", parser: true,
		message: "a list in brackets has no comma here, or is not closed with ]",
		hint:    "add the comma or the bracket"},
	{problem: "did not find expected ',' or '}'", parser: true,
		message: "a map in braces has no comma here, or is not closed with }",
		hint:    "add the comma or the brace; quote a text that starts with {"},
	{problem: "did not find expected node content", parser: true,
		message: "a value is missing here",
		hint:    "write the value, or null; quote a text that starts with a special character"},
	{problem: "did not find expected <document start>", parser: true,
		message: "the document ended before this line",
		hint:    "check the indentation; write all keys of the file in one map"},
	{problem: "block sequence entries are not allowed",
		message: "a list item cannot stand here",
		hint:    "start the list on a new line below its key, all items in one column"},
	{problem: "mapping keys are not allowed",
		message: "a key that starts with `? ` cannot stand here",
		hint:    "quote a text that starts with a question mark"},
	{problem: "found character that cannot start any token",
		message: "a value cannot start with this character",
		hint:    "quote a text that starts with @, ` or %"},
	{problem: "found unexpected end of stream", opened: true,
		message: "a quoted text is not closed",
		hint:    "add the closing quote; it starts on this line"},
	{problem: "found unexpected document indicator", opened: true,
		message: "a quoted text is not closed before the document ends",
		hint:    "add the closing quote; it starts on this line"},
	{problem: "found unknown escape character",
		message: "a text in double quotes has an unknown escape",
		hint:    `write \\ for a backslash, or use single quotes`},
	{problem: "did not find expected hexdecimal number",
		message: "a text in double quotes has an escape with too few hexadecimal digits",
		hint:    `write \\ for a backslash, or use single quotes`},
	{problem: "found invalid Unicode character escape code",
		message: "a text in double quotes has an escape that is no character",
		hint:    `write \\ for a backslash, or use single quotes`},
	{problem: "found a tab character",
		message: "tab characters cannot indent YAML",
		hint:    "indent with spaces"},
	{problem: "did not find expected alphabetic or numeric character",
		message: "an anchor (&) or alias (*) has no proper name",
		hint:    "quote a text that starts with & or *"},
	{problem: "found undefined tag handle", parser: true,
		message: "a tag has an unknown prefix",
		hint:    "quote a text that starts with !"},
	{problem: "did not find expected whitespace or line break",
		message: "a tag (!) does not end with a space",
		hint:    "quote a text that starts with !"},
	{problem: "did not find expected tag URI",
		message: "a tag (!) has no name",
		hint:    "quote a text that starts with !"},
	{problem: "did not find the expected '>'",
		message: "a tag (!<) has no closing >",
		hint:    "quote a text that starts with !"},
	{problem: "did not find expected comment or line break",
		message: "text stands on the line of | or >",
		hint:    "start the text on the next line, indented; quote a text that starts with | or >"},
	{problem: "found an indentation indicator equal to 0",
		message: "0 is no indentation for a text after | or >",
		hint:    "leave the number out"},
	{problem: "found unknown directive name",
		message: "a line starts with %, which is for YAML directives",
		hint:    "quote a text that starts with %"},
	{problem: "found incompatible YAML document", parser: true,
		message: "the %YAML line asks for a version other than 1.1",
		hint:    "remove the line"},
	{problem: "exceeded max depth",
		message: "lists and maps are nested more than 10,000 deep",
		hint:    "check for a bracket that repeats"},
}

// wordingOf is the wording for a problem, and whether it is one of those
// above; otherwise it repeats the library's text.
func wordingOf(problem string) (wording, bool) {
	for _, w := range wordings {
		if strings.HasPrefix(problem, w.problem) {
			return w, true
		}
	}
	return wording{message: "the file is not valid YAML: " + problem, hint: "check this line and the one above"}, false
}
