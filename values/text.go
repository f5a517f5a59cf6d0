package values

// Text is a File that is no YAML, such as a command-line argument or a
// template: it has lines and positions, its tree is empty and nothing is found
// in it.
func Text(name string, src []byte) *File {
	return &File{Name: name, Src: src, tree: map[string]any{}, parsed: true}
}
