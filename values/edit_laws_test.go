package values

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// set holds the laws of setting an entry that is there.
func (r *trial) set(p Path, value any) {
	r.t.Helper()
	want := replaced(r.f.Tree(), p, value)
	after, edits, ok := r.apply(r.f, Change{Path: p, Value: value}, want)
	if !ok {
		return
	}
	if len(edits) == 0 {
		return
	}
	from, to := r.lines(p)
	r.within(edits, from, to+commentsBelow(r.f, to))
	if again, err := after.Edits(Change{Path: p, Value: value}); err != nil || again != nil {
		r.t.Fatalf("%s = %v of %q, again: %v, %v", p, value, after.Src, again, err)
	}
}

// current: to set what is there changes nothing.
func (r *trial) current(p Path) {
	r.t.Helper()
	value, _ := Lookup(r.f.Tree(), p)
	if edits, err := r.f.Edits(Change{Path: p, Value: value}); err != nil && value != nil && len(p) > 0 || len(edits) > 0 {
		r.t.Fatalf("%s set to its value in %q: %v, %v", p, r.f.Src, edits, err)
	}
}

// insert holds the laws of an entry that is not there, and of its removal.
func (r *trial) insert(p Path, value any) {
	r.t.Helper()
	want, err := Changed(r.f.Tree(), Change{Path: p, Value: value})
	if err != nil {
		r.count[reasonOf(err.(*Refusal))]++
		return
	}
	after, edits, ok := r.apply(r.f, Change{Path: p, Value: value}, want)
	if !ok {
		return
	}
	for _, e := range edits {
		switch old := strings.TrimSpace(string(r.f.Src[e.Start:e.End])); old {
		case "", "{}", "[]", "~", "null", "Null", "NULL":
		default:
			r.t.Fatalf("%s = %v of %q replaces %q", p, value, r.f.Src, old)
		}
	}
	if again, err := after.Edits(Change{Path: p, Value: value}); err != nil || again != nil {
		r.t.Fatalf("%s = %v of %q, again: %v, %v", p, value, after.Src, again, err)
	}
	parent, ok := Lookup(r.f.Tree(), p.Parent())
	if !ok || parent == nil || r.f.node() == nil || r.f.node().Tag == "!!null" {
		return
	}
	back, _, err := after.Apply(Change{Path: p, Remove: true})
	if err != nil && r.isMerged(p) {
		return
	}
	// Several blanks before {} are one afterwards. Comments that the new key
	// came to stand below are taken for its own.
	node, _ := after.Find(p)
	line, _ := after.leading(node)
	if err == nil && after.lines().headComments(line) < line {
		if withoutComments(back) != withoutComments(r.f) {
			r.t.Fatalf("%s inserted in %q: %q, and removed: %q", p, r.f.Src, after.Src, back.Src)
		}
		return
	}
	// A line with an odd break may end as its neighbours do.
	odd := strings.NewReplacer("\u0085", "\n", "\u2028", "\n", "\u2029", "\n")
	plainly := func(f *File) string { return odd.Replace(string(wide.ReplaceAll(f.Src, []byte(" $1")))) }
	if err != nil || plainly(back) != plainly(r.f) {
		r.t.Fatalf("%s inserted in %q: %q, and removed: %v %q", p, r.f.Src, after.Src, err, text(back))
	}
}

// withoutComments are the lines of a file but those that are comments, with
// one blank before {}.
func withoutComments(f *File) string {
	var b strings.Builder
	for n := 1; n <= f.Lines(); n++ {
		if line := strings.TrimSpace(f.Line(n)); line != "" && line[0] != '#' {
			b.WriteString(wide.ReplaceAllString(f.Line(n), " $1") + "\n")
		}
	}
	return b.String()
}

var wide = regexp.MustCompile(`[ \t]+(\{\}|\[\])`)

// remove holds the laws of removing an entry.
func (r *trial) remove(p Path) {
	r.t.Helper()
	want := copier{owned: map[uintptr]bool{}}.remove(r.f.Tree(), p)
	after, edits, ok := r.apply(r.f, Change{Path: p, Remove: true}, want)
	if !ok {
		return
	}
	if len(edits) == 0 {
		return
	}
	from, to := r.lines(p)
	if s := r.f.lines(); !r.isFlow(p) {
		from, to = s.headComments(from), s.tailComments(from, to)
	}
	if size, _ := Lookup(r.f.Tree(), p.Parent()); lengthOf(size) == 1 || r.isFlow(p) {
		above, _ := r.lines(p.Parent())
		from = min(from, above)
	}
	r.within(edits, from-1, to)
	if !p.Last().IsIndex() {
		if again, err := after.Edits(Change{Path: p, Remove: true}); err != nil || again != nil {
			r.t.Fatalf("%s removed from %q, again: %v, %v", p, after.Src, again, err)
		}
	}
}

// rename: there and back is where it started, when the old key is written in
// the way the tool writes keys.
func (r *trial) rename(p Path, name string) {
	r.t.Helper()
	target := p.Parent().Key(name)
	want, err := Changed(r.f.Tree(), Change{Path: p, Rename: name})
	if err != nil {
		r.count[reasonOf(err.(*Refusal))]++
		return
	}
	after, edits, ok := r.apply(r.f, Change{Path: p, Rename: name}, want)
	if !ok {
		return
	}
	n, _ := r.f.Find(p)
	r.within(edits, n.Key.Start.Line, n.Key.End.Line)
	old := r.f.text(n.Key)
	if back := newSpelling().key(p.Last().name, true, 0); old != back && old != doubleQuoted(p.Last().name) && old != singleQuoted(p.Last().name) || old != back && back[0] == '"' || p.Last().name == "" {
		return
	}
	back, _, err := after.Apply(Change{Path: target, Rename: p.Last().name})
	// A longer key may push a comment into the column of one on the next line;
	// from then on it keeps that column.
	if err != nil || string(gaps.ReplaceAll(back.Src, nil)) != string(gaps.ReplaceAll(r.f.Src, nil)) {
		r.t.Fatalf("%s renamed to %s in %q: %q, and back: %v %q", p, name, r.f.Src, after.Src, err, text(back))
	}
}

// several: changes at once come out as they do on the tree.
func (r *trial) several(changes []Change) {
	r.t.Helper()
	want, err := Changed(r.f.Tree(), changes...)
	if err != nil {
		r.count[reasonOf(err.(*Refusal))]++
		return
	}
	after, edits, err := r.f.Apply(changes...)
	if err != nil {
		var refusal *Refusal
		if !errors.As(err, &refusal) || strings.HasPrefix(refusal.Reason, ownFault) {
			r.t.Fatalf("%+v of %q: %v", changes, r.f.Src, err)
		}
		r.count[reasonOf(refusal)]++
		return
	}
	fresh, err := ParseDocument(r.f.Name, apply(r.f.Src, edits))
	if err != nil || !sameTree(any(fresh.Tree()), any(want)) || !bytes.Equal(fresh.Src, after.Src) {
		r.t.Fatalf("%+v of %q: %q: %v", changes, r.f.Src, after.Src, err)
	}
	r.count["done"]++
}

// inside: a change of a text that is YAML changes the tree in it, and no
// other line.
func (r *trial) inside(p Path, text string, random *rand.Rand) {
	r.t.Helper()
	tree, err := decodeAny([]byte(text))
	if _, isText := tree.(string); err != nil || isText || tree == nil || loneTag.MatchString(text) {
		return
	}
	var paths []Path
	walk(nil, tree, func(q Path, _ any) { paths = append(paths, q) })
	slices.SortFunc(paths, func(a, b Path) int { return slices.CompareFunc(a, b, compareKeys) })
	q := paths[random.IntN(len(paths))]
	if len(q) == 0 {
		return
	}
	value := trialValues[random.IntN(len(trialValues))]
	after, _, err := r.f.Apply(Change{Path: p, Within: q, Value: value})
	if err != nil {
		r.count["inside: "+reasonOf(err.(*Refusal))]++
		return
	}
	got, _ := Lookup(after.Tree(), p)
	inner, isText := got.(string)
	fresh, err := ParseDocument(r.f.Name, after.Src)
	if err != nil || !isText || !sameTree(any(fresh.Tree()), replaced(r.f.Tree(), p, inner)) {
		r.t.Fatalf("%s @ %s = %v of %q: %q: %v", p, q, value, r.f.Src, after.Src, err)
	}
	if changed, err := decodeAny([]byte(inner)); err != nil || !sameTree(changed, replaced(tree, q, plainValue(value))) {
		r.t.Fatalf("%s @ %s = %v of %q: %q: %v", p, q, value, r.f.Src, after.Src, err)
	}
	r.count["done"]++
	r.count["done inside a text"]++
}

// anyChange is any change of some entry.
func anyChange(paths []Path, random *rand.Rand) Change {
	p := paths[random.IntN(len(paths))]
	value := trialValues[random.IntN(len(trialValues))]
	switch random.IntN(6) {
	case 0:
		return Change{Path: p, Remove: true}
	case 1:
		return Change{Path: p, Rename: "zqName"}
	case 2:
		return Change{Path: p, Move: paths[random.IntN(len(paths))].Child(Name("zq"))}
	case 3:
		return Change{Path: p.Key("zqKey"), Value: value}
	case 4:
		return Change{Path: p.Item(random.IntN(3)), Value: value}
	}
	return Change{Path: p, Value: value}
}

var gaps = regexp.MustCompile(`[ \t]+#`)

// move: the value is at its new place, and the old one is gone.
func (r *trial) move(p, to Path) {
	r.t.Helper()
	want, err := Changed(r.f.Tree(), Change{Path: p, Move: to})
	if err != nil {
		r.count[reasonOf(err.(*Refusal))]++
		return
	}
	r.apply(r.f, Change{Path: p, Move: to}, want)
}

// trialValues are of every kind and hard to write.
var trialValues = []any{
	"zq9", "", "no", "1.30", "null", "2001-01-01", "0x1", "a: b", "a #b", " x", "é, [x]", "x\ny\n", "{{ .x }}", "'\"\\", "- x", "x\n\n", "a\tb\x07",
	1, -3, 1.5, true, nil, map[string]any{}, []any{}, map[string]any{"k": "v", "l": []any{"x", map[string]any{"m": 1, "n": "y"}}}, []any{1, "x"}, []any{map[string]any{"k": 1}},
}

// hold holds the laws at some entries of a text that seed picks.
func hold(t testing.TB, src []byte, seed uint64, times int) outcomes {
	t.Helper()
	count := outcomes{}
	f, err := ParseDocument("values.yaml", src)
	if err != nil {
		return count
	}
	for _, d := range f.Duplicates() {
		if f.text(d.First) != f.text(d.Last) {
			return count // 1 and "1" are one key for Helm, which takes either at random
		}
	}
	var paths []Path
	walk(nil, f.Tree(), func(p Path, _ any) { paths = append(paths, p) })
	slices.SortFunc(paths, func(a, b Path) int { return slices.CompareFunc(a, b, compareKeys) })
	random := rand.New(rand.NewPCG(seed, 0))
	r := &trial{t, f, count}
	for range times {
		p := paths[random.IntN(len(paths))]
		value := trialValues[random.IntN(len(trialValues))]
		tree, _ := Lookup(f.Tree(), p)
		r.current(p)
		if len(p) > 0 {
			r.set(p, plainValue(value))
			r.remove(p)
			if !p.Last().IsIndex() {
				r.rename(p, "zqName")
				r.move(p, Path{Name("zqMoved"), p.Last()})
			}
			r.move(p, paths[random.IntN(len(paths))].Child(Name("zq")))
		}
		changes := make([]Change, 2+random.IntN(3))
		for i := range changes {
			changes[i] = anyChange(paths, random)
		}
		r.several(changes)
		switch tree := tree.(type) {
		case map[string]any:
			r.insert(p.Key("zqKey"), value)
			r.insert(p.Child(Name("zqKey"), Name("zqBelow")), value)
		case []any:
			r.insert(p.Item(len(tree)), value)
			r.insert(p.Child(Index(len(tree)), Name("zqBelow")), value)
		case nil:
			r.insert(p.Key("zqKey"), value)
			r.insert(p.Item(0), value)
		default:
			if text, ok := tree.(string); ok {
				r.inside(p, text, random)
			}
			r.insert(p.Key("zqKey"), value)
		}
	}
	return count
}
