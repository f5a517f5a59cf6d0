package values

import (
	"fmt"
	"testing"
)

func TestByHand(t *testing.T) {
	for _, tt := range []struct{ name, src, change, place, want string }{
		{"an alias", "x: &k a\nb:\n    key: *k\n", "b.key = rack", "b.key line 3 replaces", "    key: rack"},
		{"an alias in brackets", "x: &k a\nb: {c: 1, key: *k}\n", "b.key = rack", "b.key line 2 replaces", "b: {c: 1, key: rack}"},
		{"below an alias", "a: &x {k: 1, l: 2}\nb: *x\n", "b.k = 2", "b line 2 replaces", "b:\n  <<: *x\n  k: 2"},
		{"deep below an alias", "a: &x {k: {l: 1, m: 2}}\nb: *x\n", "b.k.l = 2", "b line 2 replaces", "b:\n  <<: *x\n  k:\n    l: 2\n    m: 2"},
		{"below a merge", "a: &x {k: {l: 1, m: 2}}\nb:\n   <<: *x\n", "b.k.l = 3", "b line 3", "   k:\n      l: 3\n      m: 2"},
		{"an anchor", "a:\n    k: &x 1\nb: *x\n", "a.k = 2", "a.k line 2 replaces", "    k: 2"},
		{"a list item", "a:\n- x\n- y\n", "a[1] = z", "a[1] line 3 replaces", "- z"},
		{"the first key of an item", "a:\n  - k: 1\n    l: 2\n", "a[0].k = 2", "a[0].k line 2 replaces", "    k: 2"},
		{"a missing key", "a:\n    b: 1\n\n", "a.c = 2; a.d.e = 3", "a line 1 | a line 1", "    c: 2 |     d:\n        e: 3"},
		{"missing keys of one map", "a:\n  b: {}\n", "a.b.c.d = 2; a.b.c.e = 3", "a.b line 2 replaces", "  b:\n    c:\n      d: 2\n      e: 3"},
		{"below a map in brackets", "a: {b: 1}\n", "a.c = 2", "a line 1 replaces", "a: {b: 1, c: 2}"},
		{"several in brackets", "a:\n  m: {b: 'x', c: 1} # d\n", "a.m.b = w; a.m.e = 2", "a.m line 2 replaces", "  m: {b: 'w', c: 1, e: 2} # d"},
		{"in brackets below an alias", "x: &x {c: 1}\na: {b: *x}\n", "a.b.c = 2", "a.b line 2 replaces", "b:\n  <<: *x\n  c: 2"},
		{"an item more", "a:\n- x\n", "a[1].k = z", "a line 1", "- k: z"},
		{"an empty file", "", "a.b = [1]", " line 0", "a:\n  b:\n    - 1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			place, text := "", ""
			for i, l := range parse(t, tt.src).ByHand(parseChanges(t, tt.change)...) {
				if i > 0 {
					place, text = place+" | ", text+" | "
				}
				place, text = place+fmt.Sprintf("%s line %d", l.Path, l.Line), text+l.Text
				if l.Replaces {
					place += " replaces"
				}
			}
			if place != tt.place || text != tt.want {
				t.Errorf("got  %q %q\nwant %q %q", place, text, tt.place, tt.want)
			}
		})
	}
}
