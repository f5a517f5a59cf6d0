package report

import (
	"regexp"
	"strings"
	"unicode"
)

// escape matches the terminal control sequences of ECMA-48, with ESC or with
// the C1 character that stands for it: CSI, then the strings (OSC, DCS, SOS,
// PM, APC) up to their terminator, then all others. A string that never ends
// loses only its introducer, so that it cannot hide the text behind it.
var escape = regexp.MustCompile(`(?:\x1b\[|\x{9b})[0-?]*[ -/]*[@-~]` +
	`|(?:\x1b[\]PX^_]|[\x{9d}\x{90}\x{98}\x{9e}\x{9f}])[^\x07\x1b\x{9c}]*(?:\x07|\x1b\\|\x{9c})` +
	`|\x1b[ -/]*[0-~]`)

// Clean makes foreign text fit for a terminal: names, lines and messages that
// come from a chart or a values file. Terminal escapes, control characters and
// the invisible characters that reorder or hide text are removed, a line break
// becomes a space, bytes that are no UTF-8 become U+FFFD. The result is one
// line. Tabs stay: how wide they are is for the caller to say.
func Clean(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	if strings.ContainsFunc(s, func(r rune) bool { return r == '\x1b' || '\u0080' <= r && r <= '\u009f' }) {
		s = escape.ReplaceAllString(s, "")
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return r
		case r == '\n', r == '\r', r == '\u0085', r == '\u2028', r == '\u2029':
			return ' '
		case unicode.IsControl(r):
			return -1
		case r == '\u200c', r == '\u200d': // joiners: emoji and several scripts need them
			return r
		case unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r):
			return -1
		}
		return r
	}, s)
}

// longest is how many bytes of one text are shown: a chart may give an object a
// name of megabytes.
const longest = 4000

// plain is Clean for running text, where a tab is a space.
func plain(s string) string {
	if len(s) > longest {
		s = strings.ToValidUTF8(s[:longest], "") + "…"
	}
	return strings.ReplaceAll(Clean(s), "\t", " ")
}
