package values

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// manyKeys is a file of n keys at its root, some with maps and comments.
func manyKeys(n int) []byte {
	var b strings.Builder
	for i := 0; i < n/3; i++ {
		fmt.Fprintf(&b, "# key%d is a map\nkey%d: # c\n  a: %d\n  b: text\n", i, i, i)
	}
	return []byte(b.String())
}

// BenchmarkManyKeys is what one edit of a file of 300,000 keys costs, and the
// parts of it.
func BenchmarkManyKeys(b *testing.B) {
	src := manyKeys(300_000)
	value, insert := Path{Name("key70000"), Name("b")}, Path{Name("key70000"), Name("c")}
	for b.Loop() {
		start := time.Now()
		lap := func(name string) {
			b.ReportMetric(float64(time.Since(start).Milliseconds()), name+"-ms")
			start = time.Now()
		}
		f, err := ParseDocument("values.yaml", src)
		if err != nil {
			b.Fatal(err)
		}
		lap("parse")
		f.node()
		lap("nodes")
		for i := 0; i < 100_000; i += 10 {
			if _, ok := f.Find(Path{Name(fmt.Sprintf("key%d", i)), Name("b")}); !ok {
				b.Fatal(i)
			}
			f.Deepest(Path{Name("key5"), Name("none")})
			f.Deepest(Path{Name("none")})
		}
		lap("find")
		if len(f.Duplicates()) > 0 {
			b.Fatal("duplicates")
		}
		lap("duplicates")
		if _, err := f.Edits(Change{Path: value, Value: "x"}); err != nil {
			b.Fatal(err)
		}
		lap("set")
		if _, err := f.Edits(Change{Path: insert, Value: "x"}, Change{Path: Path{Name("new")}, Value: 1}, Change{Path: Path{Name("key9")}, Remove: true}); err != nil {
			b.Fatal(err)
		}
		lap("several")
	}
}
