package report

import (
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"plain", "demo-broker", "demo-broker"},
		{"other scripts", "Köln 溶接 🤖 👩‍🔧 می‌خواهم", "Köln 溶接 🤖 👩‍🔧 می‌خواهم"},
		{"colour", "a\x1b[1;31mb\x1b[0mc", "abc"},
		{"title", "a\x1b]0;owned\x07b", "ab"},
		{"link", "a\x1b]8;;https://evil\x1b\\b\x1b]8;;\x1b\\c", "abc"},
		{"string without end", "a\x1b]0;b", "a0;b"},
		{"device control", "a\x1bP1$r\x1b\\b", "ab"},
		{"reset", "a\x1bcb\x1b(0c", "abc"},
		{"C1", "a\u009b31mb\u009d0;t\u009cc\u0085d", "abc d"},
		{"C1 as a byte", "a\x9b31mb", "a\ufffd31mb"},
		{"lone escape", "a\x1b", "a"},
		{"cut escape", "a\x1b[3", "a3"},
		{"nested", "a\x1b\x1b[31m[31mb", "a[31mb"},
		{"control", "a\x00\b\vb\x7f", "ab"},
		{"lines", "a\nb\r\nc\rd\u2028e", "a b c d e"},
		{"tab", "a\tb", "a\tb"},
		{"reordered", "a\u202eb\u2066c\u200f", "abc"},
		{"hidden", "a\u200bb\ufeff\u00ad\U000e0041", "ab"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := Clean(tc.in); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"a\x1b[31mb", "\x1b]0;x\x07", "\u009b1m", "\x9b", "\t\r\n", "\x1b\x1b[[31m", "溶接"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Clean(s)
		if !utf8.ValidString(got) {
			t.Errorf("%q is no UTF-8", got)
		}
		for _, r := range got {
			if unicode.IsControl(r) && r != '\t' {
				t.Errorf("%q has the control character %q", got, r)
			}
		}
		if again := Clean(got); again != got {
			t.Errorf("%q becomes %q", got, again)
		}
	})
}
