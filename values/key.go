package values

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
	sigsyaml "sigs.k8s.io/yaml"
)

// keyName is a key as Helm sees it. Helm reads YAML 1.1 and turns every key
// into a string: on is "true", n is "false", 012 is "10", 1.0 is "1".
//
// Not known: a key with the tag "!" alone, which the library drops.
func keyName(n *yaml.Node) string {
	n = deref(n)
	if n.Style&yaml.TaggedStyle != 0 {
		switch n.Tag {
		case "!!bool", "!!int", "!!float", "!!timestamp", "!!binary":
			return decodedKey(n.Tag+" "+strconv.Quote(n.Value), n.Value)
		}
		return n.Value
	}
	if n.Style != 0 || n.Value == "" {
		return n.Value
	}
	switch c := n.Value[0]; {
	case c == '+', c == '-', c == '.', '0' <= c && c <= '9':
		if isNumeric(n.Value) && !isDecimal(n.Value) {
			return decodedKey(n.Value, n.Value)
		}
	default:
		return boolean(n.Value)
	}
	return n.Value
}

// boolean turns a plain word of YAML 1.1 for true or false into that.
func boolean(word string) string {
	switch word {
	case "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON":
		return "true"
	case "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF":
		return "false"
	}
	return word
}

// isNumeric reports whether a plain text has only characters that numbers of
// any base have, so that decoding it alone cannot mean something else.
func isNumeric(s string) bool {
	return strings.Trim(s, "+-.") != "" && strings.Trim(s, "+-._0123456789abcdefABCDEFxXoOinIN") == ""
}

// isDecimal recognizes whole numbers that are written as they are decoded, so
// that files full of them stay cheap.
func isDecimal(s string) bool {
	return len(s) < 16 && strings.Trim(s, "0123456789") == "" && (s[0] != '0' || s == "0")
}

// decodedKey asks Helm's library what key the text is. Files that library
// refuses have no positions, so the answer for a text it refuses is not used.
func decodedKey(text, otherwise string) string {
	var m map[string]any
	if err := sigsyaml.Unmarshal([]byte("? "+text+"\n: 0\n"), &m); err != nil || len(m) != 1 {
		return otherwise
	}
	for name := range m {
		return name
	}
	return otherwise
}

// isMerge reports whether a key is the merge key.
func isMerge(key *yaml.Node) bool {
	return key.Kind == yaml.ScalarNode && key.Value == "<<" && key.Tag == "!!merge"
}
