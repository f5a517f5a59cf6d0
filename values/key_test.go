package values

import (
	"testing"

	"go.yaml.in/yaml/v3"
)

// Every key is named as the decoder names it.
func TestKeyName(t *testing.T) {
	words := []string{
		"y", "Y", "yes", "Yes", "YES", "yEs", "n", "N", "no", "No", "NO", "true", "True", "TRUE", "tRue",
		"false", "False", "FALSE", "on", "On", "ON", "oN", "off", "Off", "OFF", "name", "nodes", "o", "t", "f",
		"0", "00", "012", "018", "0o14", "0x1F", "0b101", "-0b11", "1_000", "+1", "-1", "+0x1", "1:20", "12e03",
		"1.0", "1.50", "-.5", ".5", "5.", "1e3", "1e400", "0.1", "16777217.0", "1.", "+", ".", "..", "-a", "+.x",
		"9223372036854775807", ".inf", "-.Inf", "+.INF", ".nan", ".NaN", ".NAN", ".Nan",
		"2001-01-01", "2001-01-01T00:00:00Z", "2001", "1-2", "1+2", "0_", "_1", "a.b/c", "kubernetes.io/os", "<<x", "é",
		`"on"`, `'012'`, `""`, "!!str 012", "!!str on", "!!int '0x10'", "!!float 1", "!!bool 'yes'", "!!binary YWJj", "!x 012",
		"!!timestamp 2001-01-01",
	}
	for _, word := range words {
		t.Run(word, func(t *testing.T) {
			src := "? " + word + "\n: 1\n"
			f, err := Parse("values.yaml", []byte(src))
			if err != nil {
				t.Fatal(err)
			}
			for want := range f.Tree() {
				if got := keyName(f.node().Content[0]); got != want {
					t.Errorf("got %q, want %q", got, want)
				}
			}
		})
	}
	// Only brackets let "-" be a key; alone it would be a list.
	if got := keyName(&yaml.Node{Kind: yaml.ScalarNode, Value: "-"}); got != "-" {
		t.Errorf("got %q", got)
	}
}
