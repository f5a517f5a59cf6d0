package values

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// A change inside a block text does to its lines what it would do to a file
// of them.
func TestInsideLaws(t *testing.T) {
	done := 0
	for i, text := range seedTexts(t) {
		if len(text) > 4096 || loneTag.MatchString(text) {
			continue
		}
		inner, err := Parse("inner.yaml", []byte(text))
		var b strings.Builder
		b.WriteString("a: 1\nx:\n- text: | # c\n")
		for _, line := range strings.SplitAfter(text, "\n") {
			if strings.Trim(line, "\n") != "" {
				b.WriteString("      ")
			}
			b.WriteString(line)
		}
		b.WriteString("  y: 1\n# end\n")
		f, outerErr := Parse("values.yaml", []byte(b.String()))
		at := Path{Name("x"), Index(0), Name("text")}
		if err != nil || outerErr != nil || len(inner.Tree()) == 0 {
			continue // a text without entries may become a list, a file may not
		}
		if got, _ := Lookup(f.Tree(), at); got != text {
			continue // no block text can hold it
		}
		var paths []Path
		walk(nil, inner.Tree(), func(p Path, _ any) { paths = append(paths, p) })
		slices.SortFunc(paths, func(a, b Path) int { return slices.CompareFunc(a, b, compareKeys) })
		random := rand.New(rand.NewPCG(uint64(i), 1))
		for range 4 {
			c := anyChange(paths, random)
			if c.Move != nil || len(c.Path) == 0 {
				continue
			}
			want, _, err := inner.Apply(c)
			c.Path, c.Within = at, c.Path
			got, edits, outerErr := f.Apply(c)
			if (err == nil) != (outerErr == nil) {
				t.Fatalf("%+v of %q: %v, as a file %v", c, f.Src, outerErr, err)
			}
			if err != nil {
				continue
			}
			if text, _ := Lookup(got.Tree(), at); text != string(want.Src) {
				t.Fatalf("%+v of %q: %q, as a file %q", c, f.Src, text, want.Src)
			}
			for _, e := range edits {
				if e.Start < f.PosAt(0).Offset+len("a: 1\nx:\n") || e.End > len(f.Src)-len("  y: 1\n# end\n") {
					t.Fatalf("%+v of %q: %+v is outside of the text", c, f.Src, e)
				}
			}
			done++
		}
	}
	if done < 500 {
		t.Errorf("only %d changes were made", done)
	}
}
