package values

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Refusal says why a change cannot be made. Nothing was changed then.
type Refusal struct {
	Change Change
	Pos    Pos    // what stands in the way; zero when the file is not at fault
	Reason string // what was found and what to do, in lower case
	Type   string // the lines a person would type, without the final line break; "" when there are none

	within int    // the line in the text at Path, for a change inside of it
	alias  string // the alias of the map that Path is in
}

// Error is one line: "a.b cannot be changed: line 3: the value comes from ...".
func (r *Refusal) Error() string {
	what := describePath(r.Change.where())
	if r.Pos.Line > 0 {
		return fmt.Sprintf("%s cannot be changed: line %d: %s", what, r.Pos.Line, r.Reason)
	}
	return what + " cannot be changed: " + r.Reason
}

// refusef is a refusal that knows neither its change nor its place yet.
func refusef(format string, args ...any) *Refusal {
	return &Refusal{Reason: fmt.Sprintf(format, args...)}
}

// blame completes a refusal with the change it is about.
func blame(err error, c *Change) *Refusal {
	var r *Refusal
	if !errors.As(err, &r) {
		r = refusef("%v", err)
	}
	if r.Change.Path == nil {
		r.Change = *c
	}
	if r.Type == "" {
		r.Type = typed(c, r.alias)
	}
	return r
}

// typed is what a person would type for a change, as far as a file that
// cannot be changed lets one say: from the last list item on, for items have
// no name. A map that is an alias becomes one that merges it.
func typed(c *Change, alias string) string {
	p := c.Path
	if c.Within != nil {
		p = c.Within
	}
	var value any
	switch {
	case c.Remove, c.Move != nil, len(p) == 0:
		return ""
	case c.Rename != "":
		return newSpelling().key(c.Rename, false, 0) + ":"
	default:
		value = c.Value
	}
	if _, err := plain(value); err != nil {
		return ""
	}
	from := len(p)
	for from > 0 && !p[from-1].IsIndex() {
		from--
	}
	if from == len(p) {
		return strings.Join(newSpelling().items([]any{value}, 0), "\n")
	}
	lines := newSpelling().entry(p[from], nested(p[from+1:], value), 0)
	if last := len(p) - 1; alias != "" && from == 0 && last > 0 {
		lines = slices.Insert(lines, last, spaces(2*last)+"<<: *"+alias)
	}
	return strings.Join(lines, "\n")
}

// nested is the value with the maps and lists that lead to it.
func nested(p Path, value any) any {
	for _, k := range slices.Backward(p) {
		if k.IsIndex() {
			value = []any{value}
		} else {
			value = map[string]any{k.name: value}
		}
	}
	return value
}

// describePath is a path for people.
func describePath(p Path) string {
	for i, k := range p {
		if k.index < 0 {
			return p[:i].String() + " (in its text: " + describePath(p[i+1:]) + ")"
		}
	}
	if len(p) == 0 {
		return "the file"
	}
	return p.String()
}
