package values

import (
	"fmt"
	"strings"
	"testing"
)

// placeTests say where entries stand: key, value and alias, as line:column
// and text.
var placeTests = []struct{ name, src, path, want string }{
	{"plain", "a: 1\nb: two words # c\n", "b", `2:1 "b" = 2:4 "two words"`},
	{"plain of several lines", "a: x\n  y\n\n  z # c\nb: 1\n", "a", `1:1 "a" = 1:4 "x\n  y\n\n  z"`},
	{"plain with signs", "a: http://x:1/#y ,[z]\n", "a", `1:1 "a" = 1:4 "http://x:1/#y ,[z]"`},
	{"no final newline", "a: 1", "a", `1:1 "a" = 1:4 "1"`},
	{"nested", "a:\n  b:\n    c: 1\n  d: 2\n", "a.b", `2:3 "b" = 3:5 "c: 1"`},
	{"block map to its last entry", "a:\n  b: 1\n  c: # null\n# end\n", "a", `1:1 "a" = 2:3 "b: 1\n  c:"`},
	{"comments between", "# x\na:\n\n  # y\n  b: 1\n\n  # z\n\n  c: 2\n", "a.c", `9:3 "c" = 9:6 "2"`},
	{"comment lines around a map", "a: # x\n  # y\n  b: 1 # z\n  # end\nc: 1\n", "a", `1:1 "a" = 3:3 "b: 1"`},
	{"document start", "---\na: 1\n", "a", `2:1 "a" = 2:4 "1"`},
	{"value on the line of the document start", "--- {a: 1}\n", "a", `1:6 "a" = 1:9 "1"`},
	{"directive", "%YAML 1.1\n--- # c\na: 1\n", "a", `3:1 "a" = 3:4 "1"`},
	{"first of several documents", "a: 1\n---\na: 2\n", "a", `1:1 "a" = 1:4 "1"`},

	{"double-quoted key", `"a\"b": 1`, `"a\"b"`, `1:1 "\"a\\\"b\"" = 1:9 "1"`},
	{"single-quoted key", `'it''s': 'x''y' # c`, `"it's"`, `1:1 "'it''s'" = 1:10 "'x''y'"`},
	{"key with a dot", "a.b/c: 1\n", `"a.b/c"`, `1:1 "a.b/c" = 1:8 "1"`},
	{"explicit key", "? a\n: b\n? c\n", "a", `1:3 "a" = 2:3 "b"`},
	{"explicit key without a value", "? a\n: b\n? c\n", "c", `3:3 "c" = 3:4 ""`},
	{"space before the colon", "a : 1\n", "a", `1:1 "a" = 1:5 "1"`},
	{"double-quoted over lines", "a: \"x \\\" #\n  y\\\\\" # c\n", "a", `1:1 "a" = 1:4 "\"x \\\" #\n  y\\\\\""`},
	{"single-quoted over lines", "a: 'x\n\n  y'\nb: 1\n", "a", `1:1 "a" = 1:4 "'x\n\n  y'"`},
	{"empty quotes", "a: ''\n", "a", `1:1 "a" = 1:4 "''"`},

	{"flow map", "a: {b: 1, c: [x, \"]}\"] } # c\n", "a", `1:1 "a" = 1:4 "{b: 1, c: [x, \"]}\"] }"`},
	{"in a flow map", "a: {b: 1, c: [x, y]}\n", "a.c[1]", `1:18 "y"`},
	{"flow map without values", "a: {b, c: }\n", "a.b", `1:5 "b" = 1:6 ""`},
	{"flow null after a colon", "a: {b, c: , d: 1}\n", "a.c", `1:8 "c" = 1:10 ""`},
	{"JSON", `{"a":{"b":[1,{"c":"d"}]}}`, "a.b[1].c", `1:15 "\"c\"" = 1:19 "\"d\""`},
	{"empty flow list", "a: [ # ]\n  ]\nb: 1\n", "a", `1:1 "a" = 1:4 "[ # ]\n  ]"`},
	{"flow with a final comma and comment", "a: [1, 2, # ]\n]\n", "a", `1:1 "a" = 1:4 "[1, 2, # ]\n]"`},
	{"pair in a flow list", "a: [b: c, d]\n", "a[0]", `1:5 "b: c"`},
	{"in a pair in a flow list", "a: [b: c, d]\n", "a[0].b", `1:5 "b" = 1:8 "c"`},
	{"flow plain over lines", "a: [x\n  y, z]\n", "a[0]", `1:5 "x\n  y"`},

	{"literal", "a: |\n  x\n   y\nb: 1\n", "a", `1:1 "a" = 1:4 "|\n  x\n   y"`},
	{"literal, comment on its line", "a: | # c\n  x # no\n\n# c\nb: 1\n", "a", `1:1 "a" = 1:4 "| # c\n  x # no"`},
	{"literal, strip", "a: |-\n  x\n\n\nb: 1\n", "a", `1:1 "a" = 1:4 "|-\n  x"`},
	{"literal, keep", "a: |+\n  x\n\n\nb: 1\n", "a", `1:1 "a" = 1:4 "|+\n  x\n\n"`},
	{"literal, keep, last", "a: |+\n  x\n\n\n", "a", `1:1 "a" = 1:4 "|+\n  x\n\n"`},
	{"literal, keep, only blank lines", "a: |+\n\n\nb: 1\n", "a", `1:1 "a" = 1:4 "|+\n\n"`},
	{"literal without text", "a: |\n\nb: 1\n", "a", `1:1 "a" = 1:4 "|"`},
	{"literal with leading blank lines", "a: |\n\n  x\nb: 1\n", "a", `1:1 "a" = 1:4 "|\n\n  x"`},
	{"literal with an indentation number", "a:\n  b: |2\n     x\n    y\n  c: 1\n", "a.b", `2:3 "b" = 2:6 "|2\n     x\n    y"`},
	{"literal without a final newline", "a: |\n  x", "a", `1:1 "a" = 1:4 "|\n  x"`},
	{"folded", "a: >-\n  x\n  y\n\n    z\n  w\nb: 1\n", "a", `1:1 "a" = 1:4 ">-\n  x\n  y\n\n    z\n  w"`},
	{"folded, spaces at the end", "a: >\n  x  \n     \nb: 1\n", "a", `1:1 "a" = 1:4 ">\n  x  \n     "`},
	{"literal in a list", "a:\n- |\n x\n- y\n", "a[1]", `4:3 "y"`},

	{"list at column 1", "a:\n- x\n- y: 1\n  z: 2\nb: 1\n", "a", `1:1 "a" = 2:1 "- x\n- y: 1\n  z: 2"`},
	{"list indented by 2", "a:\n  - x\n  -   y: 1\n      z: 2\n", "a[1]", `3:7 "y: 1\n      z: 2"`},
	{"list indented by 4", "a:\n    - x\n    - k: 1\n", "a[1].k", `3:7 "k" = 3:10 "1"`},
	{"list of lists", "a:\n- - x\n  - y\n-\n  - z\n", "a[0]", `2:3 "- x\n  - y"`},
	{"in a list of lists", "a:\n- - x\n  - y\n-\n  - z\n", "a[1][0]", `5:5 "z"`},
	{"empty item", "a:\n- # c\n- x\n", "a[0]", `2:2 ""`},

	{"null with a comment", "a:   # c\nb: 1\n", "a", `1:1 "a" = 1:3 ""`},
	{"null at the end", "a: 1\nb:", "b", `2:1 "b" = 2:3 ""`},
	{"written null", "a: ~ # c\n", "a", `1:1 "a" = 1:4 "~"`},
	{"null with an anchor", "a: &x # c\nb: *x\n", "a", `1:1 "a" = 1:6 ""`},
	{"null with two properties", "a: &x !!null # c\n!!str b: 1\n", "a", `1:1 "a" = 1:13 ""`},
	{"null with an anchor before a tagged key", "a: &x\n!!str b: 1\n", "a", `1:1 "a" = 1:6 ""`},

	{"anchor", "a: &x 1 # c\n", "a", `1:1 "a" = 1:7 "1"`},
	{"anchor and tag of a block map", "a: &x !!map # c\n  b: 1\n", "a", `1:1 "a" = 2:3 "b: 1"`},
	{"anchor of the first key", "a:\n  &k b: 1\n", "a", `1:1 "a" = 2:3 "&k b: 1"`},
	{"anchors of map and first key", "a: &m\n  &k b: 1\n", "a", `1:1 "a" = 2:3 "&k b: 1"`},
	{"key behind its anchor", "a: &m\n  &k b: 1\n", "a.b", `2:6 "b" = 2:9 "1"`},
	{"anchor of a list", "a: &l\n- x\n", "a", `1:1 "a" = 2:1 "- x"`},
	{"tag", "a: !!str 12\n", "a", `1:1 "a" = 1:10 "12"`},
	{"alias", "a: &x 1\nb: *x # c\n", "b", `2:1 "b" = 1:7 "1" by 2:4 "*x"`},
	{"alias in a list", "a: &x 1\nb: [*x, 2]\n", "b[0]", `1:7 "1" by 2:5 "*x"`},
	{"below an alias", "a: &x\n  k: 1\nb: *x\n", "b.k", `2:3 "k" = 2:6 "1" by 3:4 "*x"`},
	{"below two aliases", "a: &x\n  k: 1\nb: &z\n  w: *x\nc: *z\n", "c.w.k", `2:3 "k" = 2:6 "1" by 5:4 "*z"`},
	{"alias of null", "a: &x\nb: *x\n", "b", `2:1 "b" = 1:6 "" by 2:4 "*x"`},
	{"map ending in an alias", "a: &x 1\nb:\n  c: *x # c\n", "b", `2:1 "b" = 3:3 "c: *x"`},
	{"alias as key", "a: &x k\n*x : 1\n", "k", `2:1 "*x" = 2:6 "1"`},
	{"the latest anchor of a name", "a: &x 1\nb: &x 2\nc: *x\n", "c", `3:1 "c" = 2:7 "2" by 3:4 "*x"`},
	{"merge key", "a: &x {k: 1}\nb:\n  <<: *x\n  l: 2\n", "b.k", `1:8 "k" = 1:11 "1" by 3:3 "<<"`},
	{"key above a merge is overridden", "a: &x {k: 1}\nb:\n  k: 2\n  <<: *x\n", "b.k", `1:8 "k" = 1:11 "1" by 4:3 "<<"`},
	{"key below a merge wins", "a: &x {k: 1}\nb:\n  <<: *x\n  k: 2\n", "b.k", `4:3 "k" = 4:6 "2"`},
	{"first map of a merged list wins", "a: &x {k: 1}\nb: &y {k: 2, l: 3}\nc:\n  <<: [*x, *y]\n", "c.k", `1:8 "k" = 1:11 "1" by 4:3 "<<"`},
	{"second map of a merged list", "a: &x {k: 1}\nb: &y {k: 2, l: 3}\nc:\n  <<: [*x, *y]\n", "c.l", `2:14 "l" = 2:17 "3" by 4:3 "<<"`},
	{"quoted << is a key", `"<<": 1`, `"<<"`, `1:1 "\"<<\"" = 1:7 "1"`},

	{"CRLF", "a:\r\n  b: x\r\n    y\r\n  c: 2\r\n", "a.b", `2:3 "b" = 2:6 "x\r\n    y"`},
	{"CRLF literal", "a: |\r\n  x\r\n\r\nb: 1\r\n", "b", `4:1 "b" = 4:4 "1"`},
	{"CRLF null", "a:\r\nb: 1\r\n", "a", `1:1 "a" = 1:3 ""`},
	{"CR", "a: 1\rb: 2\r", "b", `2:1 "b" = 2:4 "2"`},
	{"BOM", "\ufeffa: 1\nb: 2\n", "a", `1:1 "a" = 1:4 "1"`},
	{"BOM and document start", "\ufeff---\na: 1\n---\nb: 1\n", "a", `2:1 "a" = 2:4 "1"`},
	{"non-ASCII before the value", "äö: x\nß: \"é😀\" # ü\n", `"ß"`, `2:1 "ß" = 2:4 "\"é😀\""`},
	{"emoji before the value", "{😀: 1, b: 2}\n", "b", `1:8 "b" = 1:11 "2"`},
	{"NEL, LS and PS end lines", "# x\u0085# y\u2028# z\u2029a: 1\n", "a", `4:1 "a" = 4:4 "1"`},

	{"on is true", "on: 1\n", "true", `1:1 "on" = 1:5 "1"`},
	{"n is false", "x:\n  n: 1\n", "x.false", `2:3 "n" = 2:6 "1"`},
	{"octal key", "012: 1\n", "10", `1:1 "012" = 1:6 "1"`},
	{"float key", "1.0: 1\n", "1", `1:1 "1.0" = 1:6 "1"`},
	{"last of equal keys", "a: 1\nb: 2\na: 3\n", "a", `3:1 "a" = 3:4 "3"`},
	{"last of equal keys in YAML 1.1", "yes: 1\non: 2\n", "true", `2:1 "on" = 2:5 "2"`},

	{"root", "# c\na: 1\nb:\n- c # d\n# e\n", "", ` = 2:1 "a: 1\nb:\n- c"`},
	{"root of an empty file", "", "", ` = 1:1 ""`},
	{"root of comments", "\ufeff# a\n# b\n", "", ` = 1:1 ""`},
	{"root of null", "---\nnull\n", "", ` = 2:1 "null"`},
}

func TestFind(t *testing.T) {
	for _, tt := range placeTests {
		t.Run(tt.name, func(t *testing.T) {
			f := parse(t, tt.src)
			p, err := ParsePath(tt.path)
			if err != nil {
				t.Fatal(err)
			}
			n, ok := f.Find(p)
			if got := f.describe(n); !ok || got != tt.want {
				t.Errorf("got %v\n     %s\nwant %s", ok, got, tt.want)
			}
			if n.HasKey == n.Key.IsZero() {
				t.Errorf("HasKey is %v, the key %+v", n.HasKey, n.Key)
			}
			checkLaws(t, []byte(tt.src))
			if _, err := ParseDocument("rendered", []byte(tt.src)); err != nil {
				t.Errorf("ParseDocument: %v", err)
			}
		})
	}
}

func TestFindNothing(t *testing.T) {
	f := parse(t, "a:\n  - b: 1\n  - c\nd: {}\n\"1\": 2\ne: &x 1\nf: *x\n")
	for _, path := range []string{"b", "a.b", "a[2]", "a[0].c", "a[1].c", "a[1][0]", "d.x", "d[0]", "[0]", "e.x", "f.x"} {
		p, err := ParsePath(path)
		if err != nil {
			t.Fatal(err)
		}
		if n, ok := f.Find(p); ok || n != (Node{}) {
			t.Errorf("%s: got %s, %v", path, f.describe(n), ok)
		}
	}
	if n, ok := f.Find(Path{Name("a"), Index(-1)}); ok {
		t.Errorf("a[-1]: got %s", f.describe(n))
	}
}

func TestDeepest(t *testing.T) {
	f := parse(t, "a:\n  - b: 1\nc: &x {d: 2}\ne: *x\n")
	for _, tt := range []struct{ name, path, found, want string }{
		{"all", "a[0].b", "a[0].b", `2:5 "b" = 2:8 "1"`},
		{"some", "a[0].z.y", "a[0]", `2:5 "b: 1"`},
		{"index too large", "a[1].b", "a", `1:1 "a" = 2:3 "- b: 1"`},
		{"below a scalar", "a[0].b.c", "a[0].b", `2:5 "b" = 2:8 "1"`},
		{"behind an alias", "e.z", "e", `4:1 "e" = 3:7 "{d: 2}" by 4:4 "*x"`},
		{"nothing", "z.y", "", ` = 1:1 "a:\n  - b: 1\nc: &x {d: 2}\ne: *x"`},
		{"root", "", "", ` = 1:1 "a:\n  - b: 1\nc: &x {d: 2}\ne: *x"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, err := ParsePath(tt.path)
			if err != nil {
				t.Fatal(err)
			}
			found, n := f.Deepest(p)
			if got := f.describe(n); found.String() != tt.found || got != tt.want {
				t.Errorf("got  %v: %s\nwant %s: %s", found, got, tt.found, tt.want)
			}
			if len(found) == 0 && found != nil {
				t.Errorf("got %#v for the root, want nil", found)
			}
		})
	}
}

func parse(t *testing.T, src string) *File {
	t.Helper()
	f, err := Parse("values.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// text is what a span covers.
func (f *File) text(s Span) string { return string(f.Src[s.Start.Offset:s.End.Offset]) }

// describe writes a node as placeTests do.
func (f *File) describe(n Node) string {
	var b strings.Builder
	show := func(s Span) { fmt.Fprintf(&b, "%d:%d %q", s.Start.Line, s.Start.Column, f.text(s)) }
	if n.HasKey {
		show(n.Key)
		b.WriteString(" = ")
	} else if n.Value.Start.Line > 0 && n.Value == f.whole() {
		b.WriteString(" = ")
	}
	show(n.Value)
	if !n.Alias.IsZero() {
		b.WriteString(" by ")
		show(n.Alias)
	}
	return b.String()
}
