package report

import (
	"strings"
	"testing"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/values"
)

func frameOf(l lint.Location, caret string, width int) string {
	p := newPrinter(Options{Width: width})
	p.gutter = 2
	p.frame(l, caret, lint.Error)
	return p.String()
}

func TestFrame(t *testing.T) {
	yaml := func(src string) *values.File { return values.Text("v.yaml", []byte(src)) }
	long := yaml("a: " + strings.Repeat("x", 40) + " mark " + strings.Repeat("y", 40))
	for _, tc := range []struct {
		name  string
		l     lint.Location
		caret string
		width int
		want  string
	}{
		{"first line", at(yaml("a: b\n"), "b", lint.LayerValues), "c", 0, `
   |
 1 | a: b
   |    ^ c
`},
		{"no context that is blank", at(yaml("x: y\n\n\na: b\n"), "b", lint.LayerValues), "", 0, `
   |
 4 | a: b
   |    ^
`},
		{"behind a comment", at(yaml("x: y\nz:\n  # why\n  a: b\n"), "b", lint.LayerValues), "", 0, `
   |
 2 | z:
   | …
 4 |   a: b
   |      ^
`},
		{"two comments", at(yaml("x: y\n# one\n# two\na: b\n"), "b", lint.LayerValues), "", 0, `
   |
 4 | a: b
   |    ^
`},
		{"wide and combining", at(yaml("u\u0308\t溶接👩‍🔧: mark\n"), "mark", lint.LayerTemplate), "", 0, "\n" +
			"   |\n" +
			" 1 | u\u0308    溶接👩‍🔧: mark\n" +
			"   |              ^^^^\n"},
		{"what is marked is wide", at(yaml("a: 溶接\n"), "溶接", lint.LayerValues), "", 0, `
   |
 1 | a: 溶接
   |    ^^^^
`},
		{"escapes before", at(yaml("\x1b[31ma\x1b[0m: b\n"), "b", lint.LayerValues), "", 0, `
   |
 1 | a: b
   |    ^
`},
		{"CR LF and byte order mark", at(yaml("\ufeffx: y\r\na: b\r\n"), "b", lint.LayerValues), "", 0, `
   |
 2 | a: b
   |    ^
`},
		{"several lines", at(yaml("a: [b,\n  c]\n"), "[b,\n  c]", lint.LayerValues), "", 0, `
   |
 1 | a: [b,
   |    ^^^
`},
		{"end of the file", behind(yaml("a:\n"), "a:\n", lint.LayerValues), "here", 0, `
   |
 2 |
   | ^ here
`},
		{"right end cut", at(long, "x", lint.LayerTemplate), "", 40, `
   |
 1 | a: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
   |    ^
`},
		{"both ends cut", at(long, "mark", lint.LayerTemplate), "here", 40, `
   |
 1 | …xxxxxxxxxxxxxxxxxxxxx mark yyyyyy…
   |                        ^^^^ here
`},
		{"left end cut", at(long, "yyyyyy", lint.LayerTemplate), "", 60, `
   |
 1 | …xxxxxxxxxxxxxxxxxxxxxxxxxxxxx mark yyyyyyyyyyyyyyyyyy…
   |                                     ^^^^^^
`},
		{"mark cut", at(long, " mark "+strings.Repeat("y", 40), lint.LayerTemplate), "", 40, `
   |
 1 | …xxxxxx mark yyyyyyyyyyyyyyyyyyyyy…
   |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`},
		{"caret text below", at(yaml("a: "+strings.Repeat("x", 20)+" b"), "b", lint.LayerTemplate), "must be none, soft or hard", 40, `
   |
 1 | a: xxxxxxxxxxxxxxxxxxxx b
   |                         ^
   |          must be none, soft or hard
`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := frameOf(tc.l, tc.caret, tc.width); got != tc.want[1:] {
				t.Errorf("got\n%swant%s", got, tc.want)
			}
		})
	}
}

func TestFrameOfArgument(t *testing.T) {
	for _, tc := range []struct{ flag, argument, text, want string }{
		{"--set", "a=1", "1", "a=1"},
		{"--set", "p=secret,a=1,q=secret", "a=1", "…a=1…"},
		{"--set", `p=secret,a={x,y},q=z`, "y", "…a=…y}…"},
		{"--set", `p=secret,a=x\,y`, "y", `…a=…y`},
		{"--set-string", "p=secret,a=1", "1", "…a=1"},
		{"--set-json", `a={"b":1,"c":2}`, "2", `a=…"c":2}`},
	} {
		got := frameOf(at(values.Text(tc.flag, []byte(tc.argument)), tc.text, lint.LayerSet), "", 0)
		if want := "   | " + tc.want + "\n"; !strings.Contains(got, want) {
			t.Errorf("%s %s: got\n%swant the line %s", tc.flag, tc.argument, got, want)
		}
	}
}

func TestPosition(t *testing.T) {
	pos := func(line, column int) values.Pos { return values.Pos{Line: line, Column: column} }
	for _, tc := range []struct {
		l    lint.Location
		want string
	}{
		{lint.Location{File: "v.yaml"}, "v.yaml"},
		{lint.Location{File: "v.yaml", Start: pos(3, 0)}, "v.yaml:3"},
		{lint.Location{File: "v\x1b[31m.yaml", Start: pos(3, 7)}, "v.yaml:3:7"},
		{lint.Location{File: "--set", Start: pos(1, 7), Layer: lint.LayerSet}, "--set, column 7"},
		{lint.Location{File: "--set-json", Start: pos(2, 7), Layer: lint.LayerSet}, "--set-json, line 2, column 7"},
		{lint.Location{File: "--set", Layer: lint.LayerSet}, "--set"},
	} {
		if got := position(tc.l); got != tc.want {
			t.Errorf("got %q, want %q", got, tc.want)
		}
	}
}

// FuzzFrame: whatever a location says, a frame has no control characters, no
// line that is too long, and its carets stand within the line.
func FuzzFrame(f *testing.F) {
	f.Add("a: b\n", 1, 4, 1, 5, 0)
	f.Add("\ta: \x1b[31m溶接\r\n", 1, 3, 1, 99, 40)
	f.Add("x\n", 2, 9, 1, 1, 41)
	f.Add(strings.Repeat("溶接", 60), 1, 50, 1, 60, 50)
	f.Add(strings.Repeat("👩‍🔧u\u0308", 60), 1, 30, 2, 1, 50)
	f.Add("", 1, 0, 0, 0, 0)
	f.Add("x", 1, 46, 1, 46, 50) // a caret behind the edge
	f.Fuzz(func(t *testing.T, src string, line, column, endLine, endColumn, width int) {
		if column > 1000 || width < 0 {
			return
		}
		l := lint.Location{
			File: "v", Layer: lint.LayerValues, Text: values.Text("v", []byte(src)),
			Start: values.Pos{Line: line, Column: column}, End: values.Pos{Line: endLine, Column: endColumn},
		}
		got := frameOf(l, "", width)
		most := frameWidth
		if width > 0 {
			most = max(width, minWidth)
		}
		for _, row := range strings.Split(got, "\n") {
			if Clean(row) != row {
				t.Errorf("a row that is not clean: %q", row)
			}
			if columns(row) > most {
				t.Errorf("a row of %d columns, more than %d: %q", columns(row), most, row)
			}
		}
	})
}
