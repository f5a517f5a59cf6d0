package values

import (
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	sigsyaml "sigs.k8s.io/yaml"
)

// Edit replaces the bytes [Start, End) of a file by New.
type Edit struct {
	Start, End int
	New        string
}

// Edits are the edits that make the changes, sorted by Start and apart from
// each other; none when the file is as wished already. Only lines that must
// change do. What cannot be done safely is a *Refusal; the edits that are
// returned were tried, as Apply does.
func (f *File) Edits(changes ...Change) ([]Edit, error) {
	_, edits, err := f.Apply(changes...)
	return edits, err
}

// Apply makes the changes and is the file after them, with the edits that led
// there. The new text was decoded as Helm does, and its tree is Changed of
// the old one; bytes outside the edits are the same. Otherwise the error is a
// *Refusal, and f stays as it is in any case.
func (f *File) Apply(changes ...Change) (*File, []Edit, error) {
	kept, err := checked(changes)
	if err != nil {
		return nil, nil, err
	}
	if len(kept) == 0 {
		return f, nil, nil
	}
	phases := plan(kept)
	want, err := changedTree(f.Tree(), phases)
	if err != nil {
		return nil, nil, f.placed(err)
	}
	src, edits, err := f.rewrite(f.Tree(), phases, want)
	if err != nil {
		return nil, nil, f.placed(err)
	}
	if len(edits) == 0 {
		return f, nil, nil
	}
	if len(src) > MaxSize && len(f.Src) <= MaxSize {
		return nil, nil, blame(refusef("the file would have %d bytes; Helm reads at most %d (5 MiB)", len(src), MaxSize), &kept[0])
	}
	after := &File{Name: f.Name, Src: src}
	after.tree, _ = want.(map[string]any)
	return after, edits, nil
}

// placed gives a refusal the place of what is nearest to its path.
func (f *File) placed(err error) error {
	r, ok := err.(*Refusal)
	if !ok || r.Pos.Line > 0 {
		return err
	}
	found, n := f.Deepest(r.Change.Path)
	switch {
	case len(found) == 0:
	case r.Change.Within != nil && len(found) == len(r.Change.Path):
		r.Pos = n.Value.Start
		if r.within > 0 && r.Pos.Offset < len(f.Src) && f.Src[r.Pos.Offset] == '|' {
			start := f.lines().offset(r.Pos.Line+r.within, 1)
			r.Pos = f.PosAt(f.lines().skipBlanks(start))
		}
	case n.HasKey && n.Alias.IsZero():
		r.Pos = n.Key.Start
	default:
		r.Pos = n.Value.Start
	}
	return r
}

// rewrite takes the steps and proves the result: decoded, it is the wanted
// tree. What the likeliest spelling breaks, such as a block text before a
// comment that is indented like it, a plainer spelling may not.
func (f *File) rewrite(tree any, phases [][]step, want any) (src []byte, edits []Edit, err error) {
	defer func() {
		if r := recover(); r != nil {
			src, edits, err = nil, nil, blame(refusef("%s: %v", ownFault, r), firstChange(phases))
		}
	}()
	for care := range 3 {
		src, edits, err = f.takeAll(tree, phases, care)
		if err != nil {
			return nil, nil, err
		}
		var got any
		if got, err = decodeAny(src); err == nil && sameTree(got, want) {
			return src, edits, nil
		}
	}
	return nil, nil, blame(refusef(unsafe), firstChange(phases))
}

// What is said when an edit was made and found wrong, or could not be made
// for a reason that nobody thought of. Both are caught, neither is wanted.
const (
	unsafe   = "the text around it would change its meaning; edit it by hand"
	ownFault = "the editor is at fault; edit it by hand and report this"
)

// firstChange is the change to blame when it may be any of them.
func firstChange(phases [][]step) *Change {
	for _, phase := range phases {
		for _, s := range phase {
			return s.change
		}
	}
	return &Change{}
}

// takeAll takes the steps in rounds: those in one round are about places that
// do not touch, and see the same text; the others see what came out.
func (f *File) takeAll(tree any, phases [][]step, care int) ([]byte, []Edit, error) {
	now, total := f, []Edit(nil)
	for number, phase := range phases {
		for queue := phase; len(queue) > 0; {
			if now != f {
				var err error
				if tree, err = decodeAny(now.Src); err != nil {
					return nil, nil, blame(refusef(unsafe), queue[0].change)
				}
				if tree == nil {
					tree = map[string]any{}
				}
			}
			e := newEditor(now, tree, care)
			// Removals shift the indexes of later items, so their order holds.
			done, later, err := e.round(queue, number > 0)
			if err != nil {
				return nil, nil, err
			}
			queue = later
			if len(done) > 0 {
				total = compose(total, done)
				now = &File{Name: f.Name, Src: apply(now.Src, done)}
			}
		}
	}
	if len(total) > 0 {
		total = trimmed(f.Src, total)
	}
	return now.Src, total, nil
}

// round takes those steps of a queue that do not meet, and at least the first.
func (e *editor) round(queue []step, ordered bool) (done []Edit, later []step, err error) {
	around := map[any]*crowd{}
	for i := 0; i < len(queue); i++ {
		s := queue[i]
		if s.kind == stepSet {
			if parts := e.parts(s); parts != nil {
				queue = slices.Concat(queue[:i], parts, queue[i+1:])
				i--
				continue
			}
		}
		edits, claim, err := e.take(&s)
		if err != nil {
			return nil, nil, blame(err, s.change)
		}
		if around[claim] == nil {
			around[claim] = &crowd{}
		}
		if touch(done, edits) || claim != nil && !around[claim].joins(claim, s.kind == stepRemove) {
			if ordered {
				return sorted(done), append(later, queue[i:]...), nil
			}
			later = append(later, s)
			continue
		}
		done = append(done, edits...)
	}
	return sorted(done), later, nil
}

// crowd is what steps of one round do to one map or list. Whoever takes the
// last entry away, or adds beside that, must be alone.
type crowd struct {
	removed        int
	grown, emptied bool
}

func (c *crowd) joins(container any, removes bool) bool {
	n, isNode := container.(*yaml.Node)
	last := removes && isNode && size(n)-c.removed <= 1
	if c.emptied || last && (c.grown || c.removed > 0) {
		return false
	}
	c.emptied = last
	if removes {
		c.removed++
	} else {
		c.grown = true
	}
	return true
}

func decodeAny(src []byte) (tree any, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = refusef("yaml: %v", r)
		}
	}()
	err = sigsyaml.Unmarshal(src, &tree)
	return tree, err
}

// sameTree compares decoded trees; a file without keys is an empty map.
func sameTree(a, b any) bool {
	for _, t := range []*any{&a, &b} {
		if m, ok := (*t).(map[string]any); ok && len(m) == 0 {
			*t = nil
		}
	}
	return reflect.DeepEqual(a, b)
}

// apply is the text after edits that are sorted and apart.
func apply(src []byte, edits []Edit) []byte {
	var b []byte
	at := 0
	for _, e := range edits {
		b = append(append(b, src[at:e.Start]...), e.New...)
		at = e.End
	}
	return append(b, src[at:]...)
}

func sorted(edits []Edit) []Edit {
	slices.SortStableFunc(edits, func(a, b Edit) int { return a.Start - b.Start })
	return edits
}

// touch reports whether edits of two changes meet: then one has to see what
// the other did.
func touch(done, edits []Edit) bool {
	for _, a := range done {
		for _, b := range edits {
			if a.Start <= b.End && b.Start <= a.End {
				return true
			}
		}
	}
	return false
}

// trimmed leaves whole lines out of edits that stay as they are.
func trimmed(src []byte, edits []Edit) []Edit {
	var kept []Edit
	for _, e := range joined(edits) {
		old := string(src[e.Start:e.End])
		if n := commonLines(old, e.New); n > 0 {
			old, e.New = old[n:], e.New[n:]
			e.Start += n
		}
		for {
			i, j := strings.LastIndexByte(old, '\n'), strings.LastIndexByte(e.New, '\n')
			if i < 0 || j < 0 || old[i:] != e.New[j:] {
				break
			}
			old, e.New = old[:i], e.New[:j]
			e.End = e.Start + i
		}
		if old != e.New {
			kept = append(kept, e)
		}
	}
	return kept
}

// joined makes one edit of those that meet.
func joined(edits []Edit) []Edit {
	var out []Edit
	for _, e := range edits {
		if n := len(out); n > 0 && out[n-1].End == e.Start {
			out[n-1].End = e.End
			out[n-1].New += e.New
			continue
		}
		out = append(out, e)
	}
	return out
}

// commonLines is how long the lines are that both texts start with.
func commonLines(a, b string) int {
	n := 0
	for {
		i := strings.IndexByte(a[n:], '\n')
		if i < 0 || !strings.HasPrefix(b[n:], a[n:n+i+1]) {
			return n
		}
		n += i + 1
	}
}
