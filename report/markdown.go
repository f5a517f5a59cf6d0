package report

import (
	"regexp"
	"strings"
)

var (
	listItem = regexp.MustCompile(`^( *)([-*+]|\d+[.)]) +`)
	heading  = regexp.MustCompile(`^#{1,6} +`)
	verbatim = regexp.MustCompile(`^(\||    |\t|>)`)
	link     = regexp.MustCompile("`[^`]+`" + `|\[([^\]]+)\]\(([^)\s]+)\)`)
	inline   = regexp.MustCompile("`[^`]+`" + `|\*\*[^*]+\*\*|\*[\pL\d][^*]*[\pL\d.]\*`)
)

// markdown prints a rule's documentation on a terminal. It knows what rules
// use: paragraphs, lists, headings, fenced blocks, and within a line code,
// emphasis and links; anything else is printed as it was written. Without
// colour the marks of code and emphasis stay, for nothing else would show
// them.
func (p *printer) markdown(doc string) {
	var text []string // lines of the paragraph or item at hand
	first, rest := "", ""
	flush := func() {
		if len(text) > 0 {
			p.paragraph(strings.Join(text, " "), first, rest)
		}
		text, first, rest = nil, "", ""
	}
	fenced := false
	for _, line := range strings.Split(strings.TrimSpace(doc), "\n") {
		line = strings.TrimRight(line, " \r")
		item := listItem.FindStringSubmatch(line)
		switch {
		case strings.HasPrefix(strings.TrimSpace(line), "```"):
			flush()
			fenced = !fenced
		case fenced:
			p.print(strings.TrimRight("    "+p.ink.code(line), " ") + "\n")
		case line == "":
			flush()
			p.print("\n")
		case heading.MatchString(line):
			flush()
			p.print(p.ink.bold(heading.ReplaceAllString(line, "")) + "\n")
		case item != nil:
			flush()
			first = item[1] + item[2] + " "
			rest = spaces(len(first))
			text = []string{line[len(item[0]):]}
		case len(text) == 0 && verbatim.MatchString(line):
			p.print(line + "\n")
		default:
			text = append(text, strings.TrimSpace(line))
		}
	}
	flush()
}

// paragraph wraps and prints running text behind an indent.
func (p *printer) paragraph(text, first, rest string) {
	text = link.ReplaceAllStringFunc(text, func(s string) string {
		if s[0] == '`' {
			return s
		}
		m := link.FindStringSubmatch(s)
		return m[1] + " (" + m[2] + ")"
	})
	text = first + strings.Join(wrap(text, p.width-len(first)), "\n"+rest) + "\n"
	if p.ink {
		text = inline.ReplaceAllStringFunc(text, func(s string) string {
			if s[0] == '`' {
				return p.ink.code(strings.Trim(s, "`"))
			}
			return p.ink.bold(strings.Trim(s, "*"))
		})
	}
	p.print(text)
}
