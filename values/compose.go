package values

import (
	"slices"
	"strings"
)

// compose is the edits that do at once what first and then second do: second
// speaks of the text that first makes.
func compose(first, second []Edit) []Edit {
	if len(first) == 0 {
		return second
	}
	var out []Edit
	// open is the edit that is being put together; base is how far the
	// original text is used up.
	var open *Edit
	base := 0
	keep := func(n int) { // n bytes of the original stay
		if n > 0 {
			open = nil
			base += n
		}
	}
	drop := func(n int, text string) { // n bytes of the original become text
		if n == 0 && text == "" {
			return
		}
		if open == nil {
			out = append(out, Edit{Start: base, End: base})
			open = &out[len(out)-1]
		}
		base += n
		open.End = base
		open.New += text
	}
	// pieces of the middle text: a stretch of the original, or a text of first.
	i, inText, textAt := 0, false, 0
	walk := func(n int, visit func(original int, text string)) {
		for n != 0 {
			switch {
			case inText:
				rest := first[i].New[textAt:]
				take := len(rest)
				if n >= 0 {
					take = min(n, take)
				}
				visit(0, rest[:take])
				textAt += take
				if n > 0 {
					n -= take
				}
				if textAt == len(first[i].New) {
					inText = false
					i++
				}
			case i < len(first) && base == first[i].Start:
				// The original behind the edit goes, its text comes.
				drop(first[i].End-first[i].Start, "")
				inText, textAt = true, 0
				if first[i].New == "" {
					inText = false
					i++
				}
			case i < len(first):
				take := first[i].Start - base
				if n >= 0 {
					take = min(n, take)
				}
				visit(take, "")
				if n > 0 {
					n -= take
				}
			case n < 0:
				return
			default:
				visit(n, "")
				n = 0
			}
		}
	}
	at := 0
	for _, e := range second {
		walk(e.Start-at, func(original int, text string) {
			keep(original)
			drop(0, text)
		})
		walk(e.End-e.Start, func(original int, _ string) { drop(original, "") })
		drop(0, e.New)
		at = e.End
	}
	walk(-1, func(original int, text string) {
		keep(original)
		drop(0, text)
	})
	return out
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
