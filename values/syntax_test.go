package values

import (
	"errors"
	"strings"
	"testing"
)

// syntaxTests are files that are none, the error, and how its hint begins.
var syntaxTests = []struct{ name, src, want, hint string }{
	{"UTF-16, little endian", "\xff\xfea\x00:\x00", "values.yaml:1:1: the file is not UTF-8: it starts with the byte order mark of UTF-16", "save the file as UTF-8"},
	{"UTF-16, big endian", "\xfe\xff\x00a\x00:", "values.yaml:1:1: the file is not UTF-8: it starts with the byte order mark of UTF-16", "save the file as UTF-8"},
	{"not UTF-8", "a: 1\nb: é\xe9\n", "values.yaml:2:5: the file is not UTF-8: byte 0xe9", "save the file as UTF-8"},
	{"binary", "a: 1\nb: \x00\xff", "values.yaml:2:4: the file is binary: it has a NUL byte", "a values file is a text file"},
	{"control character", "# é\na: \x1b\n", "values.yaml:2:4: a control character cannot stand in YAML", "remove it"},

	{"tab below a key", "a:\n\tb: 1\n", "values.yaml:2:1: tab characters cannot indent YAML", "indent with spaces"},
	{"tab behind spaces", "a:\n  b: 1\n  \tc: 2\n", "values.yaml:3:3: tab characters cannot indent YAML", "indent with spaces"},
	{"tab in a block text", "a:\n  b: |\n\t\tx\n", "values.yaml:3:1: tab characters cannot indent YAML", "indent with spaces"},
	{"tab, CRLF", "a:\r\n\tb: 1\r\n", "values.yaml:2:1: tab characters cannot indent YAML", "indent with spaces"},
	{"tab that is no indentation", "a:\t@\n", "values.yaml:1: a value cannot start with this character", "quote a text"},

	{"list", "# c\n- a\n", "values.yaml:2:1: the file holds a list; a values file is a map of keys", "put the list below the key"},
	{"text", "hello\nworld\n", "values.yaml:1:1: the file holds a text; a values file is a map of keys", "write entries such as"},
	{"number", "---\n3\n", "values.yaml:2:1: the file holds a number; a values file is a map of keys", "write entries such as"},
	{"bool", "yes", "values.yaml:1:1: the file holds true or false; a values file is a map of keys", "write entries such as"},

	{"two colons", "a: 1\nb: c: d\n", "values.yaml:2: a key with a value cannot stand here", "check the indentation"},
	{"deeper key", "a: 1\n  b: 2\n", "values.yaml:2: a key with a value cannot stand here", "check the indentation"},
	{"shallower key", "a:\n  - b\n c: 1\n", "values.yaml:3: expected the next key of the map here, in the column of its other keys", "check the indentation"},
	{"quotes in quotes", "a: 'it's'\n", "values.yaml:1: expected the next key of the map here, in the column of its other keys", "check the indentation"},
	{"no colon", "a: 1\nfoo\nb: 2\n", "values.yaml:2: this line is no `key: value`", "write a colon"},
	{"no colon on the first line", "foo\nb: 2\n", "values.yaml:2: a key with a value cannot stand here", "check the indentation"},
	{"no space behind a dash", "a:\n- b\n-c\nd: 1\n", "values.yaml:3: this line is no `key: value`", "write a colon"},
	{"key after a list", "a:\n  - b\n  c: 1\n", "values.yaml:3: expected another `- ` item of the list, or a line that is indented less", "start all items"},
	{"list on the line of its key", "a: - b\n", "values.yaml:1: a list item cannot stand here", "start the list on a new line"},
	{"quote not closed", "a: 1\nb: \"x\nc: 2\n", "values.yaml:2: a quoted text is not closed", "add the closing quote"},
	{"quote not closed on the first line", "\ufeffa: 'x\nc: 2\nd: 3\n", "values.yaml:1: a quoted text is not closed", "add the closing quote"},
	{"quote not closed before a document", "a: 1\nb: 'x\n---\nc: 2\n", "values.yaml:2: a quoted text is not closed before the document ends", "add the closing quote"},
	{"bracket not closed", "a: [1, 2\nb: 3\n", "values.yaml:2: a list in brackets has no comma here, or is not closed with ]", "add the comma"},
	{"brace not closed", "x: 1\na: {b: 1\nc: 3\n", "values.yaml:3: a map in braces has no comma here, or is not closed with }", "add the comma"},
	{"at sign", "a: @x\n", "values.yaml:1: a value cannot start with this character", "quote a text"},
	{"escape", `a: "\q"`, "values.yaml:1: a text in double quotes has an unknown escape", `write \\`},
	{"text behind a bar", "a: | x\n", "values.yaml:1: text stands on the line of | or >", "start the text on the next line"},
	{"star", "a: *\n", "values.yaml:1: an anchor (&) or alias (*) has no proper name", "quote a text"},
	{"glob", "a:\n  b: *.example.com\n", "values.yaml:2: an anchor (&) or alias (*) has no proper name", "quote a text"},
	{"tag handle", "b: 1\na: !x!y z\n", "values.yaml:2: a tag has an unknown prefix", "quote a text"},
	{"percent", "a: 1\nb: %d\n", "values.yaml:2: a value cannot start with this character", "quote a text"},
	{"not a known error", "%YAML 1.x\n---\n", "values.yaml: the file is not valid YAML: did not find expected version number", "check this line"},

	{"unknown alias", "a: 1 # *x\nb: [1, *y]\n", "values.yaml:2:8: this alias has no anchor above it", "define the anchor first"},
	{"anchor in itself", "a: &x\n  b: [*x]\n", "values.yaml:2:7: the anchor &x contains its own alias", "write the value out"},
	{"template", "a: 1\nb: {{ .Values.c }}\n", "values.yaml:2:5: {{ is read as a map; values files are no templates", "quote a text that starts with {{"},
	{"list as key", "a:\n  ? [x]\n  : 1\n", "values.yaml:2:5: a key is a map or a list; keys are texts", "quote the key"},
	{"null key", "a: 1\nnull: 1\n", "values.yaml:2:1: a key is empty, null or a number too large", "write the key as a text"},
	{"large number as key", "a: 1\n18446744073709551615: 1\n", "values.yaml:2:1: a key is empty, null or a number too large", "write the key as a text"},
	{"infinite number", "a: [1, -.inf]\n", "values.yaml:1:8: a number is infinite or not a number; values cannot hold that", "quote it"},
	{"merge of a text", "a: {b: 1}\nc:\n  <<: a\n", "values.yaml:3:3: a merge key << needs a map, or a list of maps", "write `<<: *name`"},
	{"wrong tag", "b: 1\na: !!int foo\n", "values.yaml:2:10: a value is no !!int, as its tag says", "remove the tag"},
	{"no base64", "a: !!binary '%'\n", "values.yaml:1:13: a !!binary value is no base64", "remove the tag"},

	{"aliases that explode", bomb(10), "values.yaml: aliases repeat so much text that reading the file could exhaust the memory", "write the repeated parts out"},
	{"100,000 brackets", strings.Repeat("[", 100_000), "values.yaml:1: lists and maps are nested more than 10,000 deep", "check for a bracket"},
	{"100,000 braces", "a: 1\nb: " + strings.Repeat("{a: ", 100_000), "values.yaml:2: lists and maps are nested more than 10,000 deep", "check for a bracket"},
	{"100,000 dashes", strings.Repeat("- ", 100_000), "values.yaml:1: lists and maps are nested more than 10,000 deep", "check for a bracket"},
	{"100,000 question marks", strings.Repeat("? ", 100_000), "values.yaml:1: lists and maps are nested more than 10,000 deep", "check for a bracket"},
	{"too large", "# " + strings.Repeat("x", MaxSize), "values.yaml: the file has 5242882 bytes; Helm reads at most 5242880 (5 MiB)", "keep large data out"},
}

// bomb is a file whose aliases stand for 10 to the power of n texts.
func bomb(n int) string {
	src := "a0: &a0 x\n"
	for i := range n {
		was, is := string(rune('a'+i))+"0", string(rune('b'+i))+"0"
		src += is + ": &" + is + " [" + strings.Repeat("*"+was+", ", 10) + "]\n"
	}
	return src
}

func TestSyntaxError(t *testing.T) {
	for _, tt := range syntaxTests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := Parse("values.yaml", []byte(tt.src))
			var e *SyntaxError
			if f != nil || !errors.As(err, &e) {
				t.Fatalf("got %v, %v, want a *SyntaxError", f, err)
			}
			if got := e.Error(); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if !strings.HasPrefix(e.Hint, tt.hint) || tt.hint == "" {
				t.Errorf("hint %q, want it to start with %q", e.Hint, tt.hint)
			}
			if e.File != "values.yaml" || e.Line == 0 && e.Column != 0 {
				t.Errorf("got %+v", e)
			}
		})
	}
}

func TestParseLimits(t *testing.T) {
	large := "a: 1\n#" + strings.Repeat("x", MaxSize-6)
	if _, err := Parse("values.yaml", []byte(large)); err != nil {
		t.Errorf("a file of the largest size: %v", err)
	}
	if _, err := ParseDocument("rendered", []byte(large+"x")); err != nil {
		t.Errorf("a larger document: %v", err)
	}

	const depth = 9_000
	f := parse(t, "a: "+strings.Repeat("[", depth)+"x"+strings.Repeat("]", depth))
	p := Path{Name("a")}
	for range depth {
		p = append(p, Index(0))
	}
	n, ok := f.Find(p)
	if got, want := f.describe(n), `1:9004 "x"`; !ok || got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if n, ok := f.Find(p[:1]); !ok || n.Value.End.Offset != len(f.Src) {
		t.Errorf("got %+v for the list", n)
	}
	if got := f.Duplicates(); got != nil {
		t.Errorf("got duplicates %v", got)
	}
}
