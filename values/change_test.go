package values

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
)

func TestChanged(t *testing.T) {
	tree := map[string]any{"a": map[string]any{"b": 1.0, "c": nil}, "l": []any{"x", "y"}, "t": "k: 1\n"}
	before := reflect.ValueOf(copyTree(tree)).Interface()
	for _, tt := range []struct {
		change string
		want   map[string]any
	}{
		{"a.b = 2; a.c.d = 3", map[string]any{"a": map[string]any{"b": 2.0, "c": map[string]any{"d": 3.0}}, "l": tree["l"], "t": "k: 1\n"}},
		{"l[0] -; l[2] = z; a > b", map[string]any{"b": tree["a"], "l": []any{"y", "z"}, "t": "k: 1\n"}},
		{"l[0] -; l[1] -", map[string]any{"a": tree["a"], "l": []any{}, "t": "k: 1\n"}},
		{"a.b >> x[0].b; t @ k = 2", map[string]any{"a": map[string]any{"c": nil}, "l": tree["l"], "t": "k: 2\n", "x": []any{map[string]any{"b": 1.0}}}},
		{"none -", tree},
	} {
		t.Run(tt.change, func(t *testing.T) {
			got, err := Changed(tree, parseChanges(t, tt.change)...)
			if err != nil || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got  %v, %v\nwant %v", got, err, tt.want)
			}
			if !reflect.DeepEqual(tree, before) {
				t.Errorf("the tree became %v", tree)
			}
		})
	}
	if got, err := Changed(nil, Change{Path: Path{Name("a")}, Value: true}); err != nil || !reflect.DeepEqual(got, map[string]any{"a": true}) {
		t.Errorf("got %v, %v", got, err)
	}
}

func copyTree(v any) any {
	switch v := v.(type) {
	case map[string]any:
		m := map[string]any{}
		for k, c := range v {
			m[k] = copyTree(c)
		}
		return m
	case []any:
		l := make([]any, len(v))
		for i := range v {
			l[i] = copyTree(v[i])
		}
		return l
	}
	return v
}

func TestValueKinds(t *testing.T) {
	for _, tt := range []struct {
		name  string
		value any
		want  string // the line, or how the refusal starts
	}{
		{"int", -3, "a: -3\n"},
		{"int64", int64(math.MaxInt64), "a: 9223372036854775807\n"},
		{"float", 0.25, "a: 0.25\n"},
		{"whole float", 3.0, "a: 3\n"},
		{"large float", 1e300, "a: 1e+300\n"},
		{"number as written", json.Number("1.30"), "a: 1.30\n"},
		{"bool", true, "a: true\n"},
		{"null", nil, "a: null\n"},
		{"empty list", []any{}, "a: []\n"},
		{"not a number", math.NaN(), "a number is infinite"},
		{"no number", json.Number("x"), `"x" is no number`},
		{"not UTF-8", "\xff", "a text is not UTF-8"},
		{"key that is not UTF-8", map[string]any{"\xff": 1}, "a key is not UTF-8"},
		{"another type", []string{"x"}, "a value of the type []string cannot be written"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			after, _, err := parse(t, "a: x\n").Apply(Change{Path: Path{Name("a")}, Value: tt.value})
			if err != nil {
				if r := err.(*Refusal); !strings.HasPrefix(r.Reason, tt.want) {
					t.Errorf("got %q, want %q", r.Reason, tt.want)
				}
			} else if got := string(after.Src); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestImproperChanges(t *testing.T) {
	a := Path{Name("a")}
	for _, tt := range []struct {
		name   string
		change Change
		reason string
	}{
		{"two at once", Change{Path: a, Value: 1, Remove: true}, "the change is several at once"},
		{"remove the file", Change{Remove: true}, "the whole file can only be set to a map"},
		{"set the file to a list", Change{Value: []any{}}, "the whole file can only be set to a map"},
		{"rename an item", Change{Path: a.Item(0), Rename: "x"}, "a list item has no name"},
		{"move to the root", Change{Path: a, Move: Path{}}, "an entry cannot become the whole file"},
		{"move to itself", Change{Path: a, Move: a}, "the entry has that place already"},
		{"negative index", Change{Path: a.Item(-1), Value: 1}, "a list index is negative"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parse(t, "a: [1]\n").Edits(tt.change)
			r, ok := err.(*Refusal)
			if !ok || !strings.HasPrefix(r.Reason, tt.reason) {
				t.Errorf("got %v, want %s", err, tt.reason)
			}
		})
	}
	if _, err := Text("--set", []byte("a=1")).Edits(Change{Path: a, Value: 2}); err == nil {
		t.Error("a text that is no YAML was edited")
	}
	after, edits, err := parse(t, "a: 1\n").Apply()
	if err != nil || edits != nil || string(after.Src) != "a: 1\n" {
		t.Errorf("no changes: got %v, %v", edits, err)
	}
}

// Edits made one after the other are the same as their composition.
func TestCompose(t *testing.T) {
	src := "0123456789"
	for _, first := range [][]Edit{nil, {{0, 0, "a"}}, {{2, 4, "bcd"}, {6, 6, "e"}}, {{1, 3, ""}, {5, 8, "f"}}, {{0, 10, ""}}} {
		middle := apply([]byte(src), first)
		for start := 0; start <= len(middle); start++ {
			for end := start; end <= len(middle); end++ {
				for _, text := range []string{"", "xy"} {
					second := []Edit{{start, end, text}}
					want := string(apply(middle, second))
					all := joined(compose(first, second))
					if got := string(apply([]byte(src), all)); got != want {
						t.Fatalf("%v, then %v: got %q by %v, want %q", first, second, got, all, want)
					}
				}
			}
		}
	}
}
