package values

import (
	"bytes"
	"errors"
	"math"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	sigsyaml "sigs.k8s.io/yaml"
)

// FuzzParse: no input ends the program; every entry of the tree is found, its
// text decodes to its value, and replacing the text changes that entry alone.
func FuzzParse(f *testing.F) {
	for _, tt := range placeTests {
		f.Add([]byte(tt.src))
	}
	for _, tt := range syntaxTests {
		if len(tt.src) < 4096 {
			f.Add([]byte(tt.src))
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		if len(src) > 4096 {
			t.Skip("too long for a check of every entry")
		}
		checkLaws(t, src)
	})
}

var loneTag = regexp.MustCompile(`!(\s|$)|!<!>`)

// checkLaws holds every law of this package against one text.
func checkLaws(t *testing.T, src []byte) {
	t.Helper()
	f, err := Parse("values.yaml", src)
	if err != nil {
		var e *SyntaxError
		if !errors.As(err, &e) || e.Message == "" || e.Line < 0 || e.Line > len(newSource(src).starts) {
			t.Fatalf("Parse: %#v is no proper syntax error", err)
		}
		return
	}
	checkSpans(t, f, f.MoreDocuments()...)
	for _, d := range f.Duplicates() {
		n, ok := f.Find(d.Path)
		checkSpans(t, f, d.First, d.Last)
		if !ok || n.Key != d.Last || d.First.Start.Offset >= d.Last.Start.Offset {
			t.Fatalf("duplicate %+v is not at %+v", d, n)
		}
		if f.text(d.First) != f.text(d.Last) || bytes.Contains(src, []byte("!")) {
			t.Skip("1 and \"1\" are one key for Helm, which takes either at random")
		}
	}
	if got, n := f.Deepest(Path{Name("\x00")}); got != nil || n.HasKey {
		t.Fatalf("Deepest of what is not there: %v %+v", got, n)
	}
	if loneTag.Match(src) {
		t.Skip("the library for positions drops the tag !")
	}
	if f.node() == nil && len(f.Tree()) > 0 {
		t.Skip("the library for positions refuses what Helm reads")
	}
	walk(nil, f.Tree(), func(p Path, want any) {
		n, ok := f.Find(p)
		if !ok {
			t.Fatalf("%s is not found in %q", p, src)
		}
		checkSpans(t, f, n.Value, n.Key, n.Alias)
		if last := p.Last(); len(p) > 0 && n.HasKey == last.IsIndex() {
			t.Fatalf("%s: HasKey is %v", p, n.HasKey)
		}
		if q, err := ParsePath(p.String()); err != nil || !q.Equal(p) {
			t.Fatalf("ParsePath(%s) = %v, %v", p, q, err)
		}
		checkKey(t, f, p, n)
		checkText(t, f, p, n, want)
		checkReplace(t, f, p, n)
	})
}

func checkSpans(t *testing.T, f *File, spans ...Span) {
	t.Helper()
	for _, s := range spans {
		if s.IsZero() {
			continue
		}
		if s.Start.Offset > s.End.Offset || s.End.Offset > len(f.Src) ||
			f.PosAt(s.Start.Offset) != s.Start || f.PosAt(s.End.Offset) != s.End {
			t.Fatalf("span %+v is no place in %q", s, f.Src)
		}
	}
}

// checkKey: the text of the key alone means the key, and the text that stands
// for another is an alias or a merge key.
func checkKey(t *testing.T, f *File, p Path, n Node) {
	t.Helper()
	if alias := f.text(n.Alias); !n.Alias.IsZero() && alias != "<<" && !strings.HasPrefix(alias, "*") && !bytes.Contains(f.Src, []byte("!!merge")) {
		t.Fatalf("%s: alias %q in %q", p, alias, f.Src)
	}
	text := f.text(n.Key)
	if !n.HasKey || strings.HasPrefix(text, "*") || bytes.Contains(f.Src, []byte("!")) || strings.Contains(text, "<<") {
		return
	}
	for _, alone := range []string{"? " + text + "\n: 0", text + ": 0", "{? " + text + " : 0}"} {
		var m map[string]any
		if err := sigsyaml.Unmarshal([]byte(alone), &m); err == nil && m[p.Last().Name()] != nil {
			return
		}
	}
	t.Fatalf("%s: the text %q is not the key in %q", p, text, f.Src)
}

// checkText: the text of a scalar alone means its value.
func checkText(t *testing.T, f *File, p Path, n Node, want any) {
	t.Helper()
	e := entry{value: f.node()}
	if len(p) == 0 {
		return // a null file is an empty map
	}
	for _, k := range p {
		e, _ = f.child(e, k)
	}
	node := deref(e.value)
	text := f.text(n.Value)
	indented := len(text) > 1 && strings.IndexByte("|>", text[0]) >= 0 && strings.ContainsAny(firstLine(text), "123456789")
	if node.Kind != yaml.ScalarNode || node.Style&yaml.TaggedStyle != 0 || indented {
		return // the tag, and the indentation of the parent, are not in the text
	}
	for _, alone := range []string{text, text + "\n", text + "\r", "[" + text + "]"} {
		var got any
		if err := sigsyaml.Unmarshal([]byte(alone), &got); err != nil {
			continue
		}
		if list, ok := got.([]any); ok && len(list) == 1 {
			got = list[0]
		}
		if same(got, want) {
			return
		}
	}
	t.Fatalf("%s: the text %q is not %#v in %q", p, text, want, f.Src)
}

// checkReplace: another value in the place of the text changes the entry and
// nothing else.
func checkReplace(t *testing.T, f *File, p Path, n Node) {
	t.Helper()
	if len(p) == 0 || bytes.ContainsAny(f.Src, "&*!") || bytes.Contains(f.Src, []byte("<<")) || len(f.Duplicates()) > 0 {
		return // aliases change several entries; tags apply to the new value
	}
	start, end := n.Value.Start.Offset, n.Value.End.Offset
	if n.HasKey && start == n.Key.End.Offset {
		return // a key without a colon
	}
	want := replaced(f.Tree(), p, "zq9")
	var got any
	// What follows may be legal after one spelling only: "#" right behind a
	// quote, a line of a tab behind a plain text.
	for _, spelling := range []string{` "zq9"`, " zq9"} {
		src := string(f.Src[:start]) + spelling + string(f.Src[end:])
		changed, err := Parse("values.yaml", []byte(src))
		if err != nil {
			got = err
			continue
		}
		if same(changed.Tree(), want) {
			return
		}
		got = changed.Tree()
	}
	t.Fatalf("%s replaced in %q:\n got %#v\nwant %#v", p, f.Src, got, want)
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	line, _, _ = strings.Cut(line, "#")
	return line
}

// walk visits a tree from the root, in any order.
func walk(p Path, v any, visit func(Path, any)) {
	visit(p, v)
	switch v := v.(type) {
	case map[string]any:
		for k, c := range v {
			walk(p.Key(k), c, visit)
		}
	case []any:
		for i, c := range v {
			walk(p.Item(i), c, visit)
		}
	}
}

// replaced is a copy of the tree with another value at p.
func replaced(tree any, p Path, value any) any {
	if len(p) == 0 {
		return value
	}
	switch tree := tree.(type) {
	case map[string]any:
		c := map[string]any{}
		for k, v := range tree {
			c[k] = v
		}
		c[p[0].Name()] = replaced(tree[p[0].Name()], p[1:], value)
		return c
	case []any:
		c := append([]any{}, tree...)
		c[p[0].Index()] = replaced(tree[p[0].Index()], p[1:], value)
		return c
	}
	return value
}

func same(a, b any) bool {
	x, ok := a.(float64)
	y, also := b.(float64)
	return reflect.DeepEqual(a, b) || ok && also && math.IsNaN(x) && math.IsNaN(y)
}
