package values

import "go.yaml.in/yaml/v3"

// keys are the keys of one map by name, so that a file of many keys is looked
// through once.
type keys struct {
	own    map[string]writings
	merges []int // where << stands in the content
}

// writings are where a key is written first and last in the content.
type writings struct{ first, last int }

// keysOf are the keys of a map, kept for the next question.
func (f *File) keysOf(m *yaml.Node) *keys {
	if k := f.keys[m]; k != nil {
		return k
	}
	k := &keys{own: make(map[string]writings, len(m.Content)/2)}
	for i := 0; i < len(m.Content); i += 2 {
		if isMerge(m.Content[i]) {
			k.merges = append(k.merges, i)
			continue
		}
		name := keyName(m.Content[i])
		at, ok := k.own[name]
		if !ok {
			at.first = i
		}
		at.last = i
		k.own[name] = at
	}
	if f.keys == nil {
		f.keys = map[*yaml.Node]*keys{}
	}
	f.keys[m] = k
	return k
}
