package values

import (
	"reflect"
	"strings"
	"testing"
)

var pathTests = []struct {
	name string
	path Path
	want string
}{
	{"root", nil, ""},
	{"one key", Path{Name("a")}, "a"},
	{"keys and an index", Path{Name("a"), Name("b"), Index(0), Name("c")}, "a.b[0].c"},
	{"index first", Path{Index(3), Index(0)}, "[3][0]"},
	{"bare signs", Path{Name("a-b_c/d"), Name("0")}, "a-b_c/d.0"},
	{"dot", Path{Name("nodeSelector"), Name("kubernetes.io/os")}, `nodeSelector."kubernetes.io/os"`},
	{"quoted first", Path{Name("a.b"), Index(1)}, `"a.b"[1]`},
	{"empty key", Path{Name(""), Name("")}, `"".""`},
	{"space, bracket, quote", Path{Name("a b"), Name("[0]"), Name(`"`), Name(`\`), Name("'")}, `"a b"."[0]"."\""."\\"."'"`},
	{"line break and control", Path{Name("a\nb\x00")}, `"a\nb\x00"`},
	{"other letters", Path{Name("é😀")}, `"é😀"`},
	{"not UTF-8", Path{Name("\xff")}, `"\xff"`},
}

func TestPathString(t *testing.T) {
	for _, tt := range pathTests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.path.String(); got != tt.want {
				t.Errorf("String: got %s, want %s", got, tt.want)
			}
			got, err := ParsePath(tt.want)
			if err != nil || !reflect.DeepEqual(got, tt.path) {
				t.Errorf("ParsePath(%s): got %#v, %v, want %#v", tt.want, got, err, tt.path)
			}
		})
	}
}

func TestParsePathErrors(t *testing.T) {
	for _, tt := range []struct{ name, path, want string }{
		{"dot first", ".a", `a key is missing before ".a"`},
		{"dot last", "a.", `a key is missing before ""`},
		{"two dots", "a..b", `a key is missing before ".b"`},
		{"dot before index", "a.[0]", `a key is missing before "[0]"`},
		{"no dot after index", "a[0]b", `expected '.' or '[' before "b"`},
		{"no dot after quotes", `"a"b`, `expected '.' or '[' before "b"`},
		{"index open", "a[0", `no ']' after "[0"`},
		{"index empty", "a[]", `"" is no list index; write [0], [1], ...`},
		{"index negative", "a[-1]", `"-1" is no list index`},
		{"index padded", "a[01]", `"01" is no list index`},
		{"index too large", "a[99999999999999999999]", "is no list index"},
		{"space", "a b", `a key with ' ' needs double quotes`},
		{"bracket", "a]", `a key with ']' needs double quotes`},
		{"single quotes", "'a'", `a key with '\'' needs double quotes`},
		{"quotes open", `a."b`, `the quoted key "b is not closed`},
		{"unknown escape", `"\q"`, "has an unknown escape"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParsePath(tt.path)
			if err == nil || got != nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, %v, want the error %s", got, err, tt.want)
			}
		})
	}
}

func FuzzPath(f *testing.F) {
	for _, tt := range pathTests {
		f.Add(tt.want, 1)
	}
	f.Fuzz(func(t *testing.T, s string, i int) {
		p := Path{Name(s), Index(max(0, i)), Name(s)}
		if got, err := ParsePath(p.String()); err != nil || !got.Equal(p) {
			t.Errorf("ParsePath(%s): got %v, %v", p, got, err)
		}
		if p, err := ParsePath(s); err == nil {
			if again, err := ParsePath(p.String()); err != nil || !again.Equal(p) {
				t.Errorf("%s: got %v, %v, want %v", s, again, err, p)
			}
		}
	})
}

func TestPathRelations(t *testing.T) {
	p := Path{Name("a"), Index(1), Name("b")}
	if got, want := p.Parent(), (Path{Name("a"), Index(1)}); !got.Equal(want) {
		t.Errorf("Parent: got %v, want %v", got, want)
	}
	if got := (Path{Name("a")}).Parent(); got != nil {
		t.Errorf("Parent of a key: got %#v, want the root", got)
	}
	if got := Path(nil).Parent(); got != nil {
		t.Errorf("Parent of the root: got %#v, want the root", got)
	}
	if got := p.Last(); got != Name("b") || got.IsIndex() || got.Name() != "b" {
		t.Errorf("Last: got %v", got)
	}
	if got := p.Parent().Last(); !got.IsIndex() || got.Index() != 1 {
		t.Errorf("Last: got %v", got)
	}
	if got := Path(nil).Last(); got != (Key{}) || got != Name("") || got == Index(0) {
		t.Errorf("Last of the root: got %v", got)
	}
	for _, tt := range []struct {
		prefix Path
		want   bool
	}{
		{nil, true}, {p, true}, {p.Parent(), true}, {Path{Index(0)}, false}, {p.Key("c"), false}, {Path{Name("a"), Name("1")}, false},
	} {
		if got := p.HasPrefix(tt.prefix); got != tt.want {
			t.Errorf("%v.HasPrefix(%v): got %v", p, tt.prefix, got)
		}
	}
}

// One path that grows must not change another that shares its beginning.
func TestChildCopies(t *testing.T) {
	base := make(Path, 1, 8)
	base[0] = Name("a")
	x, y := base.Key("x"), base.Item(7)
	up := x.Parent()
	_ = append(up, Name("z"))
	if x.String() != "a.x" || y.String() != "a[7]" || base.String() != "a" {
		t.Errorf("got %v, %v and %v", x, y, base)
	}
	if got := Path(nil).Child(); got != nil {
		t.Errorf("Child of the root by nothing: got %#v, want nil", got)
	}
}

func TestLookup(t *testing.T) {
	type name string
	type table map[string]any // as chartutil.Values
	tree := map[string]any{
		"list": []any{map[string]any{"x": 1.0}, nil},
		"own":  table{"y": []string{"p", "q"}},
		"odd":  map[name]int{"z": 3},
		"null": nil,
		"text": "abc",
	}
	for _, tt := range []struct {
		name string
		path Path
		want any
		ok   bool
	}{
		{"root", nil, tree, true},
		{"nested", Path{Name("list"), Index(0), Name("x")}, 1.0, true},
		{"null in a list", Path{Name("list"), Index(1)}, nil, true},
		{"null", Path{Name("null")}, nil, true},
		{"other map, other slice", Path{Name("own"), Name("y"), Index(1)}, "q", true},
		{"other key type", Path{Name("odd"), Name("z")}, 3, true},
		{"missing in other map", Path{Name("odd"), Name("q")}, nil, false},
		{"missing", Path{Name("nope")}, nil, false},
		{"below null", Path{Name("null"), Name("x")}, nil, false},
		{"below a text", Path{Name("text"), Index(0)}, nil, false},
		{"index too large", Path{Name("list"), Index(2)}, nil, false},
		{"index negative", Path{Name("list"), Index(-1)}, nil, false},
		{"key of a list", Path{Name("list"), Name("0")}, nil, false},
		{"index of a map", Path{Index(0)}, nil, false},
		{"index of another map", Path{Name("odd"), Index(0)}, nil, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := Lookup(tree, tt.path)
			if ok != tt.ok || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %v, %v, want %v, %v", got, ok, tt.want, tt.ok)
			}
		})
	}
	if got, ok := Lookup(nil, Path{Name("a")}); ok {
		t.Errorf("Lookup(nil): got %v", got)
	}
}
