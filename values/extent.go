package values

import "go.yaml.in/yaml/v3"

// extent is where a node's text starts and ends, in bytes. The library gives
// starts only, those of the anchor and tag that come first; ends are found in
// the text itself, guided by the decoded value. The key, when there is one,
// places an empty value.
func (s *source) extent(key, n *yaml.Node) (start, end int) {
	start = s.content(n)
	switch {
	case isEmpty(n):
		if key != nil && n.Anchor == "" && n.Style == 0 {
			start = s.afterColon(key)
		}
		end = start
	case n.Kind == yaml.AliasNode:
		end = start + len("*") + len(n.Value)
	case n.Kind == yaml.ScalarNode:
		end = s.scalarEnd(n, start)
	case n.Style&yaml.FlowStyle != 0:
		end = s.flowEnd(n, start)
	default:
		end = s.lastEnd(n)
	}
	return start, min(max(start, end), len(s.text))
}

// isEmpty reports whether a value has no text of its own.
func isEmpty(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Value == "" && n.Style&^yaml.TaggedStyle == 0
}

// content is where a node's text starts behind its anchor and tag. The first
// child of a block collection may have its own, and so may whatever follows
// an empty value: those are not skipped.
func (s *source) content(n *yaml.Node) int {
	at, stop, properties := s.offset(n.Line, n.Column), len(s.text), 2
	switch {
	case isEmpty(n):
		properties = 0
		if n.Anchor != "" {
			properties++
		}
		if n.Style&yaml.TaggedStyle != 0 {
			properties++
		}
	case n.Kind != yaml.ScalarNode && n.Style&yaml.FlowStyle == 0 && len(n.Content) > 0:
		stop = s.offset(n.Content[0].Line, n.Content[0].Column)
	}
	for i := range properties {
		if at >= stop || s.text[at] != '&' && s.text[at] != '!' {
			break
		}
		at = s.propertyEnd(at)
		if i+1 < properties || !isEmpty(n) {
			at = s.skipGap(at)
		}
	}
	return at
}

// propertyEnd is where the anchor or tag at an offset ends. A tag goes on to
// the next blank; an anchor is a word.
func (s *source) propertyEnd(at int) int {
	anchor := s.text[at] == '&'
	for at++; at < len(s.text); at++ {
		c := s.text[at]
		if c == ' ' || c == '\t' || breakLength(s.text[at:]) > 0 {
			break
		}
		if anchor && c != '_' && c != '-' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			break
		}
	}
	return at
}

// skipGap is the first offset from at on that is no blank, line break or
// comment, for places between two tokens.
func (s *source) skipGap(at int) int {
	for at < len(s.text) {
		switch n := spaceLength(s.text[at:]); {
		case n > 0:
			at += n
		case s.text[at] == '#':
			at = s.lineEnd(s.lineAt(at))
		default:
			return at
		}
	}
	return at
}

// afterColon is the place just after the colon of a key without a value, or
// after the key when there is no colon, as in {key}.
func (s *source) afterColon(key *yaml.Node) int {
	_, end := s.extent(nil, key)
	if colon := s.skipGap(end); colon < len(s.text) && s.text[colon] == ':' {
		return colon + 1
	}
	return end
}

// lastEnd is where the last entry of a collection ends.
func (s *source) lastEnd(n *yaml.Node) int {
	last := len(n.Content) - 1
	switch {
	case last < 0:
		return 0
	case n.Kind == yaml.MappingNode:
		// An empty value may stand before its key's end, never the end.
		_, end := s.extent(n.Content[last-1], n.Content[last])
		return end
	}
	_, end := s.extent(nil, n.Content[last])
	return end
}

// flowEnd is the end of a list or map in brackets: the bracket behind its
// last entry. A map of one entry in a list, as in [a: b], has no brackets.
func (s *source) flowEnd(n *yaml.Node, start int) int {
	end := s.lastEnd(n)
	if s.text[start] != '{' && s.text[start] != '[' {
		return end
	}
	for end = max(end, start+1); end < len(s.text); end++ {
		if end = s.skipGap(end); end == len(s.text) {
			break
		}
		switch s.text[end] {
		case '}', ']':
			return end + 1
		case ',', ':', '?':
		default:
			return end
		}
	}
	return end
}
