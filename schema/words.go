package schema

// Words returns the legal values of a mode-like key with this name in the dialects that know it, given the sibling keys
// standing beside it in the chart's effective values, and which of them switch the rule off. known is false when no
// dialect has such a key.
//
// Several dialects may use one name. Those that share the most siblings with the values count; where they tie, a word
// that is legal in any of them is legal, because a linter that is not sure must not shout.
func Words(key string, siblings map[string]any) (legal, off []any, known bool) {
	best := -1
	for _, d := range embedded() {
		for _, k := range d.Keys {
			if k.Name != key || k.Role != RoleMode {
				continue
			}
			shared := d.beside(k, siblings)
			if shared < best {
				continue
			}
			if shared > best {
				best, legal, off = shared, nil, nil
			}
			legal, off, known = union(legal, k.Legal), union(off, k.Off), true
		}
	}
	return legal, off, known
}

// beside counts the keys that the dialect has beside this one and that the values have too.
func (d dialect) beside(k DialectKey, siblings map[string]any) int {
	n := 0
	for _, other := range d.Keys {
		if other.Name == k.Name || !other.Path.Parent().Equal(k.Path.Parent()) {
			continue
		}
		if _, ok := siblings[other.Name]; ok {
			n++
		}
	}
	return n
}
