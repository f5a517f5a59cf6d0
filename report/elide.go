package report

import (
	"regexp"
	"strings"

	"github.com/spreadlint/spreadlint/lint"
)

// What is shown of a line is what is on the way to the value; neighbours may
// be secrets, and so may comments. Files that cannot be read are shown alike,
// so this looks at text and not at nodes.
var (
	lead      = regexp.MustCompile(`^[ \t]*(?:-[ \t]+)*`)
	ownKey    = regexp.MustCompile(`(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s,{}\[\]:="']+)?\s*[:=]\s*(?:[&!|>]\S*\s+)*$`)
	blockKey  = regexp.MustCompile(`^([ \t]*(?:-[ \t]+)*)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s,{}\[\]:"'#&*!|>%@-][^\s,{}\[\]:"'#]*):(?:\s|$)`)
	entry     = regexp.MustCompile(`^("(?:[^"\\]|\\.)*"|'[^']*'|[^\s,{}\[\]:"'#]+)(:\s+)\S`)
	openings  = regexp.MustCompile(`^[\s{\[]*$`)
	harmless  = regexp.MustCompile(`^[\s\]},)]*:?\s*$`)
	startOf   = regexp.MustCompile(`^\s*:?\s*`)
	flowOfMap = regexp.MustCompile(`^\[.*[:{].*\]?$`)
)

// elideBefore is what stands before the mark: the indent, or the key of an
// argument, and the value's own key.
func elideBefore(s string, argument bool) string {
	indent := lead.FindString(s)
	if i := strings.Index(s, "="); argument && i >= 0 {
		indent = s[:i+1]
	}
	key := ownKey.FindString(s[len(indent):])
	between := s[len(indent) : len(s)-len(key)]
	switch {
	case openings.MatchString(between):
		return s
	case strings.HasSuffix(between, " "):
		return indent + "… " + key
	}
	return indent + "…" + key
}

// elideWithin is the mark: of a map only that it is one, and the first key of
// one that goes on below.
func elideWithin(s string) string {
	switch m := entry.FindStringSubmatch(s); {
	case strings.HasPrefix(s, "#") && !strings.Contains(strings.ToLower(s), "spreadlint"):
		return "…" // within a text only its line is known
	case strings.HasPrefix(s, "{") && s != "{}" && !strings.HasPrefix(s, "{{"):
		return "{…}"
	case flowOfMap.MatchString(s):
		return "[…]"
	case m != nil:
		return m[1] + m[2] + "…"
	}
	return s
}

// elideAfter is what stands behind the mark.
func elideAfter(s string) string {
	if harmless.MatchString(s) {
		return s
	}
	if m := entry.FindStringSubmatch(s); m != nil { // the first entry of a map that is meant as a whole
		return m[1] + m[2] + "…"
	}
	return startOf.FindString(s) + "…"
}

// parent is the key that a location stands below, and its line; 0 when there
// is none or when it cannot be told.
func parent(l lint.Location) (line int, key string) {
	if l.Layer == lint.LayerSet || l.Layer == lint.LayerTemplate || l.Text == nil {
		return 0, ""
	}
	own := l.Text.Line(l.Start.Line)
	depth := len(lead.FindString(own))
	if strings.TrimSpace(own) == "" {
		depth = max(0, l.Start.Column-1)
	}
	for n := l.Start.Line - 1; n > 0 && depth > 0; n-- {
		text := l.Text.Line(n)
		trimmed := strings.TrimSpace(text)
		if trimmed == "" || trimmed[0] == '#' {
			continue
		}
		m := blockKey.FindStringSubmatch(text)
		switch {
		case m != nil && len(m[1]) < depth:
			return n, m[1] + m[2] + ":"
		case m == nil && len(lead.FindString(text)) < depth:
			return 0, "" // no key: a flow, or a text
		}
	}
	return 0, ""
}
