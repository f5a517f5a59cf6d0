package values

import (
	"errors"
	"fmt"
	"slices"
)

// Refusal says why a change cannot be made. Nothing was changed then.
type Refusal struct {
	Change Change
	Pos    Pos    // what stands in the way; zero when the file is not at fault
	Reason string // what was found and what to do, in lower case

	within int // the line in the text at Path, for a change inside of it
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
	return r
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
