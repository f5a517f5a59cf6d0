package values

import "go.yaml.in/yaml/v3"

// rename writes another key in the place of one; its value stays as it is.
func (e *editor) rename(s *step) ([]Edit, error) {
	l, err := e.entry(s.path)
	if err != nil {
		return nil, err
	}
	if s.name == s.path.Last().name {
		return nil, nil
	}
	if m := e.merged(l.above.value, s.path.Last().name); m != nil {
		return nil, e.refuse(e.s.offset(m.Line, m.Column), "without the key, this << would give it a value; remove the << first")
	}
	if l.key.Anchor != "" || l.key.Style&yaml.TaggedStyle != 0 {
		return nil, e.refuse(e.at(l), "the key has an anchor or a tag; write it as `key: value` first")
	}
	start, end := e.s.extent(nil, l.key)
	text := e.spell.key(s.name, l.isFlow(), l.key.Style)
	_, valueEnd := e.s.extent(l.key, l.value)
	if e.s.lineAt(valueEnd) > e.s.lineAt(start) || l.isFlow() {
		return []Edit{{start, end, text}}, nil
	}
	// The comment behind the value keeps its column where there is room.
	edit := e.inline(start, valueEnd, text+string(e.s.text[end:valueEnd]))
	if edit.End == valueEnd {
		return []Edit{{start, end, text}}, nil
	}
	return []Edit{{start, end, text}, {valueEnd, edit.End, edit.New[len(text)+valueEnd-end:]}}, nil
}

// entry is an entry that must be there, in its own text.
func (e *editor) entry(p Path) (*link, error) {
	l, rest, err := e.reach(p)
	switch {
	case err != nil:
		return nil, err
	case len(rest) > 0 && l != nil:
		if m := e.merged(l.value, rest[0].name); m != nil && !rest[0].IsIndex() {
			return nil, e.refuse(e.s.offset(m.Line, m.Column), "%s comes from this <<; write it beside the << first", rest[0].name)
		}
		return nil, e.refuse(e.at(l), "there is no such entry")
	case l == nil || l.above == nil:
		return nil, refusef("there is no such entry")
	}
	return l, nil
}
