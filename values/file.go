package values

import (
	"fmt"

	"go.yaml.in/yaml/v3"
	sigsyaml "sigs.k8s.io/yaml"
)

// MaxSize is the size in bytes up to which Parse accepts a file: the largest
// file Helm loads from a chart (MaxDecompressedFileSize in its chart/loader).
const MaxSize = 5 << 20

// File is one values file, or any YAML text: its bytes, the tree in them and,
// built on first use, the positions of its entries. It is not safe for
// concurrent use, and Src must not be changed.
type File struct {
	Name string // as the user knows it
	Src  []byte // as it was read, byte order mark and line endings included

	tree   map[string]any
	source *source // lines; nil until asked for
	root   *yaml.Node
	parsed bool // root was tried, or is not wanted (Text)
	keys   map[*yaml.Node]*keys
}

// Parse decodes a values file as Helm does. A file without keys (empty, or
// only comments) is an empty map. The error is a *SyntaxError.
func Parse(name string, src []byte) (*File, error) {
	if len(src) > MaxSize {
		return nil, &SyntaxError{
			File:    name,
			Message: fmt.Sprintf("the file has %d bytes; Helm reads at most %d (5 MiB)", len(src), MaxSize),
			Hint:    "keep large data out of values files",
		}
	}
	return ParseDocument(name, src)
}

// ParseDocument is Parse without the size limit, for a rendered document.
func ParseDocument(name string, src []byte) (*File, error) {
	f := &File{Name: name, Src: src}
	if err := checkEncoding(f); err != nil {
		return nil, err
	}
	if err := decode(src, &f.tree); err != nil {
		return nil, explain(f, err)
	}
	if f.tree == nil {
		f.tree = map[string]any{}
	}
	return f, nil
}

// decode is how Helm reads -f files and values.yaml. The library recovers its
// own errors only; a panic from elsewhere in it is turned into one as well,
// for no input may end the program.
func decode(src []byte, into *map[string]any) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("yaml: %v", r)
		}
	}()
	return sigsyaml.Unmarshal(src, into)
}

// Tree is the first document decoded as Helm does: maps with string keys,
// lists, strings, float64, bool and nil. It is never nil. Callers share it.
func (f *File) Tree() map[string]any {
	if f.tree == nil {
		f.tree = map[string]any{}
	}
	return f.tree
}

// Lines is how many lines the file has. A final line break starts no line.
func (f *File) Lines() int {
	starts := f.lines().starts
	if starts[len(starts)-1] == len(f.Src) {
		return len(starts) - 1
	}
	return len(starts)
}

// Line is the text of line n, from 1, without its line break and without a
// byte order mark; "" when there is no such line. Lines are counted as YAML
// does: NEL, LS and PS end one too.
func (f *File) Line(n int) string { return string(f.lines().lineText(n)) }

// PosAt is the place of a byte offset; for one outside the file it is the
// nearest place.
func (f *File) PosAt(offset int) Pos { return f.lines().pos(offset) }

func (f *File) lines() *source {
	if f.source == nil {
		f.source = newSource(f.Src)
	}
	return f.source
}

// node is the root of the first document with positions; nil when that is
// empty, or when the library that knows positions (yaml v3) refuses what
// Helm's library (yaml v2) reads; then nothing but the root is found.
func (f *File) node() *yaml.Node {
	if f.parsed {
		return f.root
	}
	f.parsed = true
	end := f.lines().documents()[0].end
	if doc, err := parseNodes(f.Src[:end]); err == nil && len(doc.Content) > 0 {
		f.root = doc.Content[0]
	}
	return f.root
}

// parseNodes reads the first document with positions. The library has known
// panics on odd comments.
func parseNodes(src []byte) (doc yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("yaml: %v", r)
		}
	}()
	err = yaml.Unmarshal(src, &doc)
	return doc, err
}
