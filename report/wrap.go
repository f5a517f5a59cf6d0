package report

import (
	"strings"

	"github.com/mattn/go-runewidth"
)

// terminal measures text in columns. It is the same in every locale: the
// output must not depend on the machine.
func terminal() *runewidth.Condition { return &runewidth.Condition{StrictEmojiNeutral: true} }

// columns is how wide text is on a terminal. It has no tabs.
func columns(s string) int { return terminal().StringWidth(s) }

func spaces(n int) string { return strings.Repeat(" ", max(0, n)) }

// padded is s with spaces behind it up to a width.
func padded(s string, width int) string { return s + spaces(width-columns(s)) }

// wrap breaks text at spaces into lines of at most width columns. A longer
// word is never broken: it may be something to copy. There is at least one
// line.
func wrap(text string, width int) []string {
	var lines []string
	line, used := "", 0
	for i, word := range strings.Split(text, " ") {
		n := columns(word)
		switch {
		case i == 0:
			line, used = word, n
		case used+1+n > width:
			lines = append(lines, strings.TrimRight(line, " "))
			line, used = word, n
		default:
			line, used = line+" "+word, used+1+n
		}
	}
	return append(lines, strings.TrimRight(line, " "))
}
