package values

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
)

// outcomes count what became of changes: "done", or the reason of a refusal.
type outcomes map[string]int

// trial is the changes of one entry that the laws are held against.
type trial struct {
	t     testing.TB
	f     *File
	count outcomes
}

// apply makes a change, or counts why not. Whatever comes out must be right.
func (r *trial) apply(f *File, c Change, want any) (*File, []Edit, bool) {
	r.t.Helper()
	before := string(f.Src)
	after, edits, err := f.Apply(c)
	if err != nil {
		var refusal *Refusal
		if !errors.As(err, &refusal) || refusal.Reason == "" || after != nil || edits != nil {
			r.t.Fatalf("%+v of %q: %v is no proper refusal", c, f.Src, err)
		}
		if strings.HasPrefix(refusal.Reason, ownFault) {
			r.t.Fatalf("%+v of %q: %v", c, f.Src, err)
		}
		r.count[reasonOf(refusal)]++
		return nil, nil, false
	}
	if string(f.Src) != before {
		r.t.Fatalf("%+v of %q changed its input", c, before)
	}
	last := 0
	for _, e := range edits {
		if e.Start < last || e.End < e.Start || e.End > len(f.Src) || before[e.Start:e.End] == e.New {
			r.t.Fatalf("%+v of %q: improper edits %+v", c, f.Src, edits)
		}
		last = e.End + 1
	}
	if got := apply(f.Src, edits); !bytes.Equal(got, after.Src) {
		r.t.Fatalf("%+v of %q: the edits make %q, the file is %q", c, f.Src, got, after.Src)
	}
	fresh, err := ParseDocument(f.Name, after.Src)
	if err != nil {
		r.t.Fatalf("%+v of %q: %q: %v", c, f.Src, after.Src, err)
	}
	if !reflect.DeepEqual(fresh.Tree(), after.Tree()) || !sameTree(any(fresh.Tree()), want) {
		r.t.Fatalf("%+v of %q: %q\n got %v\nwant %v", c, f.Src, after.Src, fresh.Tree(), want)
	}
	r.count["done"]++
	return after, edits, true
}

// reasonOf is a reason without what is special to one file.
func reasonOf(r *Refusal) string {
	words := strings.Fields(r.Reason)
	return strings.Join(words[:min(8, len(words))], " ")
}

// lines are the first and the last line of an entry.
func (r *trial) lines(p Path) (first, last int) {
	e := newEditor(r.f, r.f.Tree(), 0)
	l, _, err := e.reach(p)
	if err != nil {
		r.t.Fatal(err)
	}
	start, end := e.s.extent(l.key, l.value)
	switch {
	case l.above == nil:
	case l.isFlow():
		start, _, _ = e.flowExtent(l)
		if comma := e.s.skipGap(end); comma < len(e.s.text) && e.s.text[comma] == ',' {
			end = comma
		}
	default:
		start = e.begin(l)
	}
	return e.s.lineAt(start), e.s.lineAt(end)
}

// isFlow reports whether an entry stands between brackets.
func (r *trial) isFlow(p Path) bool {
	l, _, err := newEditor(r.f, r.f.Tree(), 0).reach(p)
	return err == nil && l.isFlow()
}

// within: edits stay on the lines of the entry; behind them they take no more
// than blanks and a comma.
func (r *trial) within(edits []Edit, from, to int) {
	r.t.Helper()
	s := r.f.lines()
	for _, e := range edits {
		end := s.lineEnd(min(to, len(s.starts)))
		behind := strings.Trim(string(s.text[min(end, e.End):e.End]), " \t\r\n\u0085\u2028\u2029,")
		if s.lineAt(e.Start) < from || s.lineAt(e.Start) > to+1 || behind != "" {
			r.t.Fatalf("%+v of %q is not on the lines %d to %d", e, r.f.Src, from, to)
		}
	}
}

// commentsBelow is how many blank lines and comments follow: first entries of
// a {}, and new ones, may come behind them.
func commentsBelow(f *File, line int) int {
	return newEditor(f, f.Tree(), 0).gapEnd(line) - line
}

// isMerged reports whether a << gives the entry a value, which a removal
// would bring back.
func (r *trial) isMerged(p Path) bool {
	n, ok := r.f.Find(p)
	return ok && !n.Alias.IsZero()
}

func text(f *File) string {
	if f == nil {
		return ""
	}
	return string(f.Src)
}

func lengthOf(tree any) int {
	switch t := tree.(type) {
	case map[string]any:
		return len(t)
	case []any:
		return len(t)
	}
	return 0
}

func plainValue(v any) any {
	p, err := plain(v)
	if err != nil {
		panic(err)
	}
	return p
}
