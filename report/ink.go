package report

import (
	"github.com/fatih/color"

	"github.com/spreadlint/spreadlint/lint"
)

// ink colours text, or leaves it as it is when false. It never looks at
// color.NoColor: whether there is colour is the caller's word.
type ink bool

func (on ink) paint(s string, attributes ...color.Attribute) string {
	if s == "" {
		return s
	}
	c := color.New(attributes...)
	if on {
		c.EnableColor()
	} else {
		c.DisableColor()
	}
	return c.Sprint(s)
}

func (on ink) bold(s string) string  { return on.paint(s, color.Bold) }
func (on ink) dim(s string) string   { return on.paint(s, color.Faint) }
func (on ink) place(s string) string { return on.paint(s, color.FgCyan) }
func (on ink) code(s string) string  { return on.paint(s, color.FgCyan) }
func (on ink) good(s string) string  { return on.paint(s, color.FgGreen, color.Bold) }

// severity paints in the colour of a severity.
func (on ink) severity(s string, of lint.Severity) string {
	hue := color.FgBlue
	switch of {
	case lint.Error:
		hue = color.FgRed
	case lint.Warning:
		hue = color.FgYellow
	}
	return on.paint(s, hue, color.Bold)
}
