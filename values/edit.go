package values

import (
	"slices"

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
	f.asWritten(phases[0])
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

func decodeAny(src []byte) (tree any, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = refusef("yaml: %v", r)
		}
	}()
	err = sigsyaml.Unmarshal(src, &tree)
	return tree, err
}

// sameTree compares decoded files; one without keys is an empty map.
func sameTree(a, b any) bool {
	for _, t := range []*any{&a, &b} {
		if m, ok := (*t).(map[string]any); ok && len(m) == 0 {
			*t = nil
		}
	}
	return equal(a, b)
}

// equal compares decoded values. For large trees it is several times faster
// than reflection.
func equal(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for k, v := range a {
			if w, ok := b[k]; !ok || !equal(v, w) {
				return false
			}
		}
		return true
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, equal)
	case nil, bool, float64, string:
		switch b.(type) {
		case nil, bool, float64, string:
			return a == b
		}
	}
	return false
}
