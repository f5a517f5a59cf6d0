package values

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

var (
	namedAnchor = regexp.MustCompile(`^(unknown anchor|anchor) '([^']*)'`)
	wrongTag    = regexp.MustCompile("^cannot decode .* `((?s:.*))` as a (!!\\w+)$")
)

// explainContent is the error for well-formed YAML that cannot become values;
// nil for other errors. Helm's library gives no line for these, so the node
// that is at fault is looked for.
func explainContent(f *File, err error, problem string) *SyntaxError {
	var number *json.UnsupportedValueError
	switch {
	case strings.HasPrefix(problem, "control characters are not allowed"):
		return f.syntaxError(checkCharacters(f.Src),
			"a control character cannot stand in YAML",
			`remove it, or write it as an escape such as "\x1b" in double quotes`)

	case strings.HasPrefix(problem, "invalid map key"):
		e := f.culprit(func(n *yaml.Node, isKey bool) bool {
			return isKey && deref(n).Kind != yaml.ScalarNode
		}, "a key is a map or a list; keys are texts", "quote the key")
		if strings.Contains(f.Line(e.Line), "{{") {
			e.Message = "{{ is read as a map; values files are no templates"
			e.Hint = "quote a text that starts with {{"
		}
		return e

	case strings.Contains(problem, "unsupported map key of type"):
		return f.culprit(func(n *yaml.Node, isKey bool) bool {
			return isKey && !isMerge(n) && !isText(deref(n))
		}, "a key is empty, null or a number too large", "write the key as a text, in quotes if need be")

	case errors.As(err, &number):
		return f.culprit(func(n *yaml.Node, isKey bool) bool {
			return !isKey && n.Kind == yaml.ScalarNode && n.Style&^yaml.TaggedStyle == 0 && isInfinite(n.Value)
		}, "a number is infinite or not a number; values cannot hold that", "quote it to make it a text")

	case strings.HasPrefix(problem, "map merge requires"):
		return f.culprit(func(n *yaml.Node, _ bool) bool { return hasBadMerge(n) },
			"a merge key << needs a map, or a list of maps", "write `<<: *name` with the name of a map's anchor")

	case strings.HasPrefix(problem, "!!binary value"):
		return f.culprit(func(n *yaml.Node, _ bool) bool { return n.Tag == "!!binary" && !isBase64(n.Value) },
			"a !!binary value is no base64", "remove the tag")

	case strings.HasPrefix(problem, "document contains excessive aliasing"):
		return &SyntaxError{File: f.Name,
			Message: "aliases repeat so much text that reading the file could exhaust the memory",
			Hint:    "write the repeated parts out, or nest aliases less"}
	}
	if m := wrongTag.FindStringSubmatch(problem); m != nil {
		return f.culprit(func(n *yaml.Node, _ bool) bool { return n.Tag == m[2] && n.Value == m[1] },
			"a value is no "+m[2]+", as its tag says", "remove the tag")
	}
	if m := namedAnchor.FindStringSubmatch(problem); m != nil {
		if m[1] == "anchor" {
			return f.culprit(func(n *yaml.Node, _ bool) bool { return n.Kind == yaml.AliasNode && n.Value == m[2] },
				"the anchor &"+m[2]+" contains its own alias", "write the value out")
		}
		return f.syntaxError(f.aliasOffset(m[2]),
			"this alias has no anchor above it", // its name is not said: it may be a password that starts with *
			"define the anchor first; quote a text that starts with *")
	}
	return nil
}

// culprit is the error at the first node that is guilty, in the order of the
// text; without a place when none is.
func (f *File) culprit(guilty func(n *yaml.Node, isKey bool) bool, message, hint string) *SyntaxError {
	var find func(n *yaml.Node, isKey bool) *yaml.Node
	find = func(n *yaml.Node, isKey bool) *yaml.Node {
		if n == nil || guilty(n, isKey) {
			return n
		}
		for i, c := range n.Content {
			if found := find(c, n.Kind == yaml.MappingNode && i%2 == 0); found != nil {
				return found
			}
		}
		return nil
	}
	n := find(f.node(), false)
	if n == nil {
		return &SyntaxError{File: f.Name, Message: message, Hint: hint}
	}
	start, _ := f.lines().extent(nil, n)
	return f.syntaxError(start, message, hint)
}

// aliasOffset is where the alias *name is first written.
func (f *File) aliasOffset(name string) int {
	m := regexp.MustCompile(`(?:^|[\s,\[{:-])(\*` + regexp.QuoteMeta(name) + `)(?:$|[\s,\]}:])`).FindSubmatchIndex(f.Src)
	if m == nil {
		return 0
	}
	return m[2]
}

// isText reports whether a scalar key becomes a text for Helm: all do but
// null and integers above 63 bits.
func isText(key *yaml.Node) bool {
	if key.Tag == "!!null" {
		return false
	}
	if key.Style&^yaml.TaggedStyle != 0 || !isNumeric(key.Value) {
		return true
	}
	var m map[string]any
	return decode([]byte("? "+key.Value+"\n: 0\n"), &m) == nil
}

func isInfinite(s string) bool {
	switch strings.ToLower(strings.TrimLeft(s, "+-")) {
	case ".inf", ".nan":
		return true
	}
	return false
}

func isBase64(s string) bool {
	_, err := base64.StdEncoding.DecodeString(s)
	return err == nil
}

// hasBadMerge reports whether a map has a merge key without maps.
func hasBadMerge(n *yaml.Node) bool {
	for i := 0; n.Kind == yaml.MappingNode && i < len(n.Content); i += 2 {
		if !isMerge(n.Content[i]) {
			continue
		}
		maps := []*yaml.Node{n.Content[i+1]}
		if maps[0].Kind == yaml.SequenceNode {
			maps = maps[0].Content
		}
		for _, m := range maps {
			if deref(m).Kind != yaml.MappingNode {
				return true
			}
		}
	}
	return false
}
