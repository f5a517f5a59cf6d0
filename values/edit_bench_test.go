package values

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// largeTexts have 300,000 keys or items each, in the shapes in which something
// could cost more than its share.
var largeTexts = []struct {
	name  string
	write func(b *strings.Builder, i int)
	path  string // of entry i
	in    int    // entries that stand in one entry of the root
}{
	{"maps", func(b *strings.Builder, i int) {
		if i%3 == 0 {
			fmt.Fprintf(b, "# key%d is a map\nkey%d: # c\n", i, i)
		} else {
			fmt.Fprintf(b, "  k%d: text\n", i%3)
		}
	}, "key%d.k1", 3},
	{"keys", func(b *strings.Builder, i int) { fmt.Fprintf(b, "key%d: text # c\n", i) }, "key%d", 1},
	{"numbers as keys", func(b *strings.Builder, i int) { fmt.Fprintf(b, "%d: text\n", i) }, "%d", 1},
	{"items", func(b *strings.Builder, i int) {
		if i == 0 {
			b.WriteString("a:\n")
		}
		fmt.Fprintf(b, "- k: text%d\n", i)
	}, "a[%d].k", 1},
	{"JSON on one line", func(b *strings.Builder, i int) {
		switch i {
		case 0:
			b.WriteString(`{"key0":"é"`)
		case 299_999:
			b.WriteString(`,"key299999":"é"}`)
		default:
			fmt.Fprintf(b, `,"key%d":"é"`, i)
		}
	}, "key%d", 1},
	{"aliases", func(b *strings.Builder, i int) {
		if i == 0 {
			b.WriteString("key: &a {k: text}\n")
		}
		fmt.Fprintf(b, "key%d: {<<: *a, l: text}\n", i)
	}, "key%d.l", 1},
}

// BenchmarkLarge is what one edit of a large file costs beside parsing it,
// and what a thousand questions do.
func BenchmarkLarge(b *testing.B) {
	for _, large := range largeTexts {
		b.Run(large.name, func(b *testing.B) {
			var text strings.Builder
			for i := range 300_000 {
				large.write(&text, i)
			}
			path := func(i int) Path {
				p, err := ParsePath(fmt.Sprintf(large.path, i-i%large.in))
				if err != nil {
					return Path{Name(fmt.Sprint(i))}
				}
				return p
			}
			for b.Loop() {
				start := time.Now()
				lap := func(name string) {
					b.ReportMetric(float64(time.Since(start).Milliseconds()), name+"-ms")
					start = time.Now()
				}
				f, err := ParseDocument("values.yaml", []byte(text.String()))
				if err != nil {
					b.Fatal(err)
				}
				lap("parse")
				f.node()
				lap("nodes")
				for i := 0; i < 300_000; i += 300 {
					if _, ok := f.Find(path(i)); !ok {
						b.Fatal(path(i))
					}
					f.Deepest(path(i).Key("none"))
					f.Deepest(Path{Name("none")})
				}
				lap("find")
				if len(f.Duplicates()) > 0 {
					b.Fatal("duplicates")
				}
				lap("duplicates")
				for name, change := range map[string]Change{
					"set":    {Path: path(150_000), Value: "x"},
					"insert": {Path: path(150_000).Parent().Key("new"), Value: "x"},
					"remove": {Path: path(150_000), Remove: true},
				} {
					start = time.Now()
					if _, err := f.Edits(change); err != nil {
						b.Fatal(err)
					}
					lap(name)
				}
			}
		})
	}
}
