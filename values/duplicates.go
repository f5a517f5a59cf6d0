package values

import (
	"cmp"
	"slices"

	"go.yaml.in/yaml/v3"
)

// Duplicate is a key that one map holds more than once. Helm uses the last
// and says nothing; of keys that become equal only as texts, such as 1 and
// "1", its library takes either, at random.
type Duplicate struct {
	Path        Path // of the entry
	First, Last Span // the key where it is written first and last
}

// Duplicates are the keys written twice in one map of the first document, as
// Helm sees keys (on and true are one), in the order of the second writing.
// Maps in an entry that itself is overridden, or written behind a <<, are not
// looked at.
func (f *File) Duplicates() []Duplicate {
	var found []Duplicate
	f.duplicates(nil, f.node(), &found)
	slices.SortStableFunc(found, func(a, b Duplicate) int {
		return cmp.Compare(a.Last.Start.Offset, b.Last.Start.Offset)
	})
	return found
}

// duplicates walks n, which stands at path. The path is shared between calls
// and copied only into what is found, so that deep files cost no copies.
func (f *File) duplicates(path Path, n *yaml.Node, found *[]Duplicate) {
	switch {
	case n == nil:
	case n.Kind == yaml.SequenceNode:
		for i, item := range n.Content {
			f.duplicates(append(path, Index(i)), item, found)
		}
	case n.Kind == yaml.MappingNode:
		first := map[string]int{}
		last := map[string]int{}
		for i := 0; i < len(n.Content); i += 2 {
			if isMerge(n.Content[i]) {
				continue
			}
			name := keyName(n.Content[i])
			if _, ok := first[name]; !ok {
				first[name] = i
			}
			last[name] = i
		}
		for i := 0; i < len(n.Content); i += 2 {
			name := keyName(n.Content[i])
			if isMerge(n.Content[i]) || last[name] != i {
				continue
			}
			here := append(path, Name(name))
			if first[name] != i {
				*found = append(*found, Duplicate{
					Path:  here.Child(),
					First: f.place(entry{key: n.Content[first[name]], value: n.Content[first[name]+1]}).Key,
					Last:  f.place(entry{key: n.Content[i], value: n.Content[i+1]}).Key,
				})
			}
			f.duplicates(here, n.Content[i+1], found)
		}
	}
}
