package values

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
