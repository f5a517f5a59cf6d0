package values

import (
	"fmt"
	"strings"
	"testing"

	sigsyaml "sigs.k8s.io/yaml"
)

// parseChanges reads the changes of a test row.
func parseChanges(t *testing.T, text string) []Change {
	t.Helper()
	var changes []Change
	for _, s := range strings.Split(text, "; ") {
		var c Change
		path, rest, inText := strings.Cut(s, " @ ")
		if inText {
			c.Path = mustPath(t, path)
			s = rest
		}
		var at string
		switch {
		case strings.HasSuffix(s, " -"):
			at, c.Remove = strings.TrimSuffix(s, " -"), true
		case strings.Contains(s, " = "):
			var value string
			at, value, _ = strings.Cut(s, " = ")
			if err := sigsyaml.Unmarshal([]byte(value), &c.Value); err != nil {
				t.Fatal(err)
			}
		case strings.Contains(s, " >> "):
			var to string
			at, to, _ = strings.Cut(s, " >> ")
			c.Move = mustPath(t, to)
		default:
			at, c.Rename, _ = strings.Cut(s, " > ")
		}
		if inText {
			c.Within = mustPath(t, at)
		} else {
			c.Path = mustPath(t, at)
		}
		changes = append(changes, c)
	}
	return changes
}

func mustPath(t *testing.T, s string) Path {
	t.Helper()
	p, err := ParsePath(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// describePos writes a place as line:column, nothing for no place.
func (f *File) describePos(p Pos) string {
	if p.Line == 0 {
		return ""
	}
	return fmt.Sprintf("%d:%d", p.Line, p.Column)
}
