package values

import "testing"

func TestEraseComment(t *testing.T) {
	for _, c := range []struct {
		name, source string
		line         int
		want         string
	}{
		{"own line", "a: 1\n# gone\nb: 2\n", 2, "a: 1\nb: 2\n"},
		{"behind a value", "a: 1  # gone\nb: 2\n", 1, "a: 1\nb: 2\n"},
		{"a sign in quotes", "a: \"# stays\" # gone\n", 1, "a: \"# stays\"\n"},
		{"two signs", "a: 1 # gone # with it\n", 1, "a: 1\n"},
		{"indented", "a:\n  # gone\r\n  b: 1\r\n", 2, "a:\n  b: 1\r\n"},
		{"last without end", "a: 1\n# gone", 2, "a: 1\n"},
		{"none", "a: b#c\n", 1, ""},
		{"in a text", "a: |\n  # stays\n", 2, ""},
		{"no such line", "a: 1\n", 7, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			after, err := parse(t, c.source).EraseComment(c.line)
			switch {
			case err != nil && c.want != "":
				t.Error(err)
			case err == nil && string(after.Src) != c.want:
				t.Errorf("got %q, want %q", after.Src, c.want)
			}
		})
	}
}
