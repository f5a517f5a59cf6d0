package values

import (
	"slices"
	"strconv"
	"strings"
)

// Key is one step of a Path: a map key or a list index. Keys are comparable;
// the zero Key is the empty map key.
type Key struct {
	name  string
	index int
	list  bool
}

// Name is the step to the entry s of a map, spelled as Helm sees the key.
func Name(s string) Key { return Key{name: s} }

// Index is the step to item i of a list, counted from 0.
func Index(i int) Key { return Key{index: i, list: true} }

// IsIndex reports whether the step goes to a list item, not to a map entry.
func (k Key) IsIndex() bool { return k.list }

// Name is the map key, "" for a list index.
func (k Key) Name() string { return k.name }

// Index is the list index, 0 for a map key: ask IsIndex first.
func (k Key) Index() int { return k.index }

// Path leads from the root of a tree to one value. It is never a dotted
// string, for keys contain dots. The nil Path is the root.
type Path []Key

// String spells the path as a.b[0].c. A key other than letters, digits, '_',
// '/' and '-' is double-quoted with Go's escapes, as in
// nodeSelector."kubernetes.io/os". The root is the empty string. ParsePath is
// the inverse.
func (p Path) String() string {
	var b strings.Builder
	for i, k := range p {
		switch {
		case k.list:
			b.WriteString("[" + strconv.Itoa(k.index) + "]")
			continue
		case i > 0:
			b.WriteByte('.')
		}
		if bareLength(k.name) == len(k.name) && k.name != "" {
			b.WriteString(k.name)
		} else {
			b.WriteString(strconv.Quote(k.name))
		}
	}
	return b.String()
}

// bareLength is how many of the first bytes of s need no quotes in a path.
func bareLength(s string) int {
	for i, c := range []byte(s) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '_', c == '/', c == '-':
		default:
			return i
		}
	}
	return len(s)
}

// Child is the path that goes on from p by keys. It is a copy: appending to
// one path never changes another.
func (p Path) Child(keys ...Key) Path {
	if len(p)+len(keys) == 0 {
		return nil
	}
	child := make(Path, len(p), len(p)+len(keys)) // slices.Concat grows first to clear what it overwrites
	copy(child, p)
	return append(child, keys...)
}

// Key is the path of the entry name of the map at p.
func (p Path) Key(name string) Path { return p.Child(Name(name)) }

// Item is the path of item i of the list at p.
func (p Path) Item(i int) Path { return p.Child(Index(i)) }

// HasPrefix reports whether p is q or lies below q.
func (p Path) HasPrefix(q Path) bool {
	return len(p) >= len(q) && slices.Equal(p[:len(q)], q)
}

// Parent is the path without its last step; the parent of the root is the
// root.
func (p Path) Parent() Path {
	if len(p) < 2 {
		return nil
	}
	return p[: len(p)-1 : len(p)-1]
}

// Last is the last step of the path, the zero Key for the root.
func (p Path) Last() Key {
	if len(p) == 0 {
		return Key{}
	}
	return p[len(p)-1]
}

// Equal reports whether both paths take the same steps.
func (p Path) Equal(q Path) bool { return slices.Equal(p, q) }
