package conformance

import (
	"flag"
	"fmt"
	"regexp"
	"strings"
	"testing"
)

var (
	count = flag.Int("objects", 2000, "how many objects to compare")
	seed  = flag.Uint64("seed", 1, "seed of the objects")
	only  = flag.Uint64("only", 0, "compare only the object with this number, from 1")
)

// TestAgreement compares generated objects. It goes on after a disagreement
// and shows each kind of them once.
func TestAgreement(t *testing.T) {
	outcomes := map[Outcome]int{}
	shown := map[string]int{}
	first, last := uint64(1), uint64(*count)
	if *only > 0 {
		first, last = *only, *only
	}
	for number := first; number <= last; number++ {
		doc := Generate(*seed, number)
		outcome, differences := Compare(doc)
		outcomes[outcome]++
		if len(differences) == 0 {
			continue
		}
		kind := signature(differences)
		shown[kind]++
		if shown[kind] > 1 || len(shown) > 10 {
			continue
		}
		small := Shrink(doc, func(doc []byte) bool {
			_, d := Compare(doc)
			return len(d) > 0 && signature(d) == kind
		})
		_, differences = Compare(small)
		ours, findings := Lint(small)
		t.Errorf("object %d of seed %d:\n%s\n%s\nAPI server: %+v\nspreadlint: %+v\nfindings:   %+v",
			number, *seed, small, strings.Join(differences, "\n"), Ask(small), ours, findings)
	}
	for kind, n := range shown {
		t.Errorf("%d objects: %s", n, kind)
	}
	t.Logf("%d objects of seed %d: %v", last-first+1, *seed, outcomes)
	if *count >= 1000 && *only == 0 {
		for _, o := range []Outcome{Accepted, Refused, PodRefused, WrongType, NoObject} {
			if outcomes[o] == 0 {
				t.Errorf("no object is %s: the generator misses it", o)
			}
		}
		if outcomes[Strayed] > *count/100 {
			t.Errorf("%d objects are wrong elsewhere", outcomes[Strayed])
		}
	}
}

var (
	indexes = regexp.MustCompile(`\[\d+\]`)
	front   = regexp.MustCompile(`spec\.[A-Za-z.[\]]*\.([A-Za-z]+(\.[A-Za-z]+)?)`)
)

// signature tells kinds of disagreement apart: by the ends of the fields, and
// of the first only, for others often follow from it.
func signature(differences []string) string {
	return fmt.Sprintf("%.160s", front.ReplaceAllString(indexes.ReplaceAllString(differences[0], ""), "$1"))
}
