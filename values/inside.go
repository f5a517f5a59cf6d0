package values

import (
	"bytes"
	"strings"

	"go.yaml.in/yaml/v3"
)

// setInner makes changes inside a text that is YAML itself.
func (e *editor) setInner(s *step) ([]Edit, error) {
	l, err := e.entry(s.path)
	if err != nil {
		return nil, err
	}
	if l.value.Kind == yaml.AliasNode {
		return nil, e.refuse(e.s.content(l.value), "the text comes from the alias *%s; write it out here first", l.value.Value)
	}
	if err := e.ownsAnchors(l.value); err != nil {
		return nil, err
	}
	value, ok := Lookup(e.tree, s.path)
	text, edits, err := editText(value, ok, s)
	if err != nil {
		return nil, err
	}
	if len(edits) == 0 {
		return nil, nil
	}
	if l.value.Style&yaml.TaggedStyle != 0 {
		return nil, e.refuse(e.s.offset(l.value.Line, l.value.Column), "the text has the tag %s; remove the tag first", l.value.Tag)
	}
	if blockStyle(l.value) == '|' && value == l.value.Value {
		if written, ok := e.editLiteral(l, edits, text); ok {
			return written, nil
		}
	}
	if l.isFlow() {
		return e.setFlow(l, text)
	}
	return e.setBlock(l, text)
}

// changedText is the text at a path after the changes inside of it.
func changedText(value any, ok bool, s *step) (string, error) {
	text, _, err := editText(value, ok, s)
	return text, err
}

// editText makes changes inside a text, and says where they are.
func editText(value any, ok bool, s *step) (string, []Edit, error) {
	text, isText := value.(string)
	if !ok || !isText {
		return "", nil, refusef("there is no text to change something in; set the value itself")
	}
	tree, err := decodeAny([]byte(text))
	switch tree.(type) {
	case map[string]any, []any, nil:
	default:
		err = refusef("no map or list")
	}
	if err != nil {
		if strings.Contains(text, "{{") {
			return "", nil, refusef("the text is a template that is no YAML before it is rendered; change it by hand")
		}
		return "", nil, refusef("the text is no YAML map or list; set it as a whole")
	}
	f := &File{Src: []byte(text)}
	if err := checkEncoding(f); err != nil {
		return "", nil, refusef("%v", err)
	}
	kept, err := checked(s.inner)
	if err != nil {
		return "", nil, outer(err, s)
	}
	phases := plan(kept)
	want, err := changedTree(tree, phases)
	if err != nil {
		return "", nil, outer(err, s)
	}
	src, edits, err := f.rewrite(tree, phases, want)
	if err != nil {
		return "", nil, outer(err, s)
	}
	return string(bytes.Clone(src)), edits, nil
}

// outer blames the change the caller asked for.
func outer(err error, s *step) error {
	r, ok := err.(*Refusal)
	if ok {
		r.Change.Path, r.Change.Within = s.path, r.Change.Path
		r.within, r.Pos = r.Pos.Line, Pos{}
	}
	return err
}
