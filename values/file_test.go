package values

import (
	"fmt"
	"reflect"
	"testing"
)

func TestTree(t *testing.T) {
	for _, tt := range []struct {
		name, src string
		want      map[string]any
	}{
		{"empty", "", map[string]any{}},
		{"blank", " \n\n", map[string]any{}},
		{"comments", "# a\n# b", map[string]any{}},
		{"only a byte order mark", "\ufeff", map[string]any{}},
		{"only a document start", "---\n", map[string]any{}},
		{"null", "~\n", map[string]any{}},
		{"YAML 1.1", "on: yes\n012: 012\n1_000: n\n", map[string]any{"true": true, "10": 10.0, "1000": false}},
		{"byte order mark and CRLF", "\ufeffa: 1\r\nb:\r\n- x\r\n", map[string]any{"a": 1.0, "b": []any{"x"}}},
		{"duplicate keys", "a: 1\na: 2\n", map[string]any{"a": 2.0}},
		{"first document", "a: 1\n---\nb: : :\n", map[string]any{"a": 1.0}},
		{"date", "a: 2001-01-01\n", map[string]any{"a": "2001-01-01"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := parse(t, tt.src).Tree(); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %#v, want %#v", got, tt.want)
			}
		})
	}
	if got := new(File).Tree(); got == nil {
		t.Error("the tree of a zero File is nil")
	}
}

func TestLines(t *testing.T) {
	for _, tt := range []struct {
		name, src string
		want      []string
	}{
		{"empty", "", nil},
		{"final line break", "a: 1\nb: 2\n", []string{"a: 1", "b: 2"}},
		{"no final line break", "a: 1\nb: 2", []string{"a: 1", "b: 2"}},
		{"blank lines", "\na: 1\n\n", []string{"", "a: 1", ""}},
		{"CRLF, CR", "a: 1\r\nb: 2\rc: 3\r\n", []string{"a: 1", "b: 2", "c: 3"}},
		{"NEL, LS, PS", "# 1\u0085# 2\u2028# 3\u2029# 4", []string{"# 1", "# 2", "# 3", "# 4"}},
		{"byte order mark", "\ufeffa: é\n", []string{"a: é"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := parse(t, tt.src)
			var got []string
			for n := range f.Lines() {
				got = append(got, f.Line(n+1))
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			for _, n := range []int{-1, 0, f.Lines() + 1, f.Lines() + 2} {
				if got := f.Line(n); got != "" {
					t.Errorf("line %d: got %q", n, got)
				}
			}
		})
	}
}

func TestPosAt(t *testing.T) {
	f := parse(t, "\ufeffa: é😀x\r\nb: 1\n")
	for _, tt := range []struct {
		offset int
		want   Pos
	}{
		{-1, Pos{1, 1, 3}},
		{0, Pos{1, 1, 3}},
		{3, Pos{1, 1, 3}},
		{6, Pos{1, 4, 6}},
		{8, Pos{1, 5, 8}},
		{12, Pos{1, 6, 12}},
		{13, Pos{1, 7, 13}},
		{15, Pos{2, 1, 15}},
		{19, Pos{2, 5, 19}},
		{20, Pos{3, 1, 20}},
		{99, Pos{3, 1, 20}},
	} {
		if got := f.PosAt(tt.offset); got != tt.want {
			t.Errorf("PosAt(%d): got %+v, want %+v", tt.offset, got, tt.want)
		}
		if got := f.lines().offset(tt.want.Line, tt.want.Column); got != tt.want.Offset {
			t.Errorf("offset(%+v): got %d", tt.want, got)
		}
	}
}

func TestDuplicates(t *testing.T) {
	for _, tt := range []struct {
		name, src string
		want      []string
	}{
		{"none", "a: 1\nb: {a: 1}\nc:\n- a: 1\n- a: 1\n", nil},
		{"empty", "", nil},
		{"two", "a: 1\nb: 2\na: 3\n", []string{`a: 1:1 "a", 3:1 "a"`}},
		{"three", "a: 1\na: 2\na: 3\n", []string{`a: 1:1 "a", 3:1 "a"`}},
		{"nested, in flow, in lists", "x:\n- {a: 1, a: 2}\n- b:\n    c: 1\n    \"c\": 2\n",
			[]string{`x[0].a: 2:4 "a", 2:10 "a"`, `x[1].b.c: 4:5 "c", 5:5 "\"c\""`}},
		{"YAML 1.1", "on: 1\ntrue: 2\n", []string{`true: 1:1 "on", 2:1 "true"`}},
		{"1 and \"1\"", "1: 1\n\"1\": 2\n", []string{`1: 1:1 "1", 2:1 "\"1\""`}},
		{"in an overridden entry", "a: {b: 1, b: 2}\na: 1\n", []string{`a: 1:1 "a", 2:1 "a"`}},
		{"order of the text", "a:\n  c: 1\n  c: 2\nb: 1\nb: 2\na:\n  d: 1\n  d: 2\n",
			[]string{`b: 4:1 "b", 5:1 "b"`, `a: 1:1 "a", 6:1 "a"`, `a.d: 7:3 "d", 8:3 "d"`}},
		{"merge keys", "a: &a {k: 1}\nb: &b {k: 2}\nc:\n  <<: *a\n  <<: *b\n  k: 3\n", nil},
		{"under an anchor, once", "a: &a {k: 1, k: 2}\nb: *a\n", []string{`a.k: 1:8 "k", 1:14 "k"`}},
		{"second document", "a: 1\n---\nb: 1\nb: 2\n", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := parse(t, tt.src)
			var got []string
			for _, d := range f.Duplicates() {
				got = append(got, fmt.Sprintf("%s: %d:%d %q, %d:%d %q", d.Path,
					d.First.Start.Line, d.First.Start.Column, f.text(d.First),
					d.Last.Start.Line, d.Last.Start.Column, f.text(d.Last)))
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestMoreDocuments(t *testing.T) {
	for _, tt := range []struct {
		name, src string
		want      []string
	}{
		{"one", "a: 1\n", nil},
		{"none", "", nil},
		{"document start", "# c\n%YAML 1.1\n---\na: 1\n", nil},
		{"two", "a: 1\n---\nb: 2\n", []string{`3:1 "b: 2"`}},
		{"three, comments around", "---\na: 1\n--- # x\n# y\nb: 2 # z\n\n# z\n---\nc:\n  d: 1\n", []string{`5:1 "b: 2 # z"`, `9:1 "c:\n  d: 1"`}},
		{"on the line of the marker", "a: 1\n--- {b: 2}\n", []string{`2:5 "{b: 2}"`}},
		{"empty ones", "a: 1\n---\n---\n# x\n---   \n...\n# y\n", nil},
		{"after the document end", "a: 1\n...\n# x\nb: 2\n", []string{`4:1 "b: 2"`}},
		{"directive after the document end", "a: 1\n...\n%YAML 1.1\n---\nb: 2\n", []string{`5:1 "b: 2"`}},
		{"empty first", "---\n---\nb: 2\n", []string{`3:1 "b: 2"`}},
		{"not valid", "a: 1\n---\nb: : [\n", []string{`3:1 "b: : ["`}},
		{"CRLF", "a: 1\r\n---\r\nb: 2\r\n", []string{`3:1 "b: 2"`}},
		{"no markers", "a: ---\nb: |\n  ---\n  c\nd---: 1\n----: 2\n", nil},
		{"text behind braces", "{a: 1} # c\nb: 2\n", []string{`2:1 "b: 2"`}},
		{"nothing behind braces", "{a: 1} # c\n# d\n", nil},
		{"text behind braces and a document", "{a: 1}\nb\n---\nc: 1\n", []string{`2:1 "b"`, `4:1 "c: 1"`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := parse(t, tt.src)
			var got []string
			for _, s := range f.MoreDocuments() {
				got = append(got, fmt.Sprintf("%d:%d %q", s.Start.Line, s.Start.Column, f.text(s)))
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}
