package render

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/spreadlint/spreadlint/values"
)

func describe(v any) string {
	switch v := v.(type) {
	case []any:
		return "a list"
	case string:
		if len(v) > 40 {
			v = v[:40] + "..."
		}
		return fmt.Sprintf("the text %q", v)
	}
	return fmt.Sprintf("the value %v", v)
}

var yamlLine = regexp.MustCompile(`yaml: line (\d+): `)

func manifestFailure(doc *document, err error) error {
	lines := strings.Split(doc.text, "\n")
	line := 0
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		line, _ = strconv.Atoi(m[1]) // digits by the expression
	} else if len(lines) == 1 {
		line = 1
	}
	if m := wrongHead.FindStringSubmatch(err.Error()); m != nil {
		wanted := "a text"
		if strings.HasPrefix(m[3], "struct") || strings.HasPrefix(m[3], "map") {
			wanted = "a map"
		}
		f := doc.failure(doc.lineOf(strings.Split(m[2], ".")), fmt.Sprintf("%san object that Helm cannot read: %s is %s, not %s", doc.renders(), m[2], kindOf(m[1]), wanted))
		f.Hints = []string{"Helm decodes apiVersion, kind and metadata of every object; annotations are texts"}
		return f
	}
	reason := strings.TrimPrefix(err.Error(), "error converting YAML to JSON: ")
	if doc.whole != nil {
		f := doc.failure(line, "text that is no YAML: "+yamlLine.ReplaceAllString(reason, "yaml: "))
		f.Hints = []string{"give the output of `helm template`, or of `kubectl get -o yaml`"}
		return f
	}
	f := doc.failure(0, "renders text that is no YAML: "+reason)
	for i := max(0, line-2); line > 0 && i < min(len(lines), line+1); i++ {
		f.Notes = append(f.Notes, fmt.Sprintf(renderedLine+"%d: %.120s", i+1, lines[i]))
	}
	f.Hints = []string{"look at the output of `helm template` with the same values"}
	return f
}

// wrongHead is what the decoder says of a field of the head of another type.
var wrongHead = regexp.MustCompile(`cannot unmarshal (\w+) into Go struct field head\.(\S+) of type (\S+)`)

// kindOf names a kind of JSON value for people.
func kindOf(json string) string {
	switch json {
	case "bool":
		return "true or false"
	case "array":
		return "a list"
	case "object":
		return "a map"
	}
	return "a " + json
}

// lineOf is the line of a field in the document, of the nearest that is there.
func (d *document) lineOf(keys []string) int {
	file, err := values.ParseDocument(d.name, []byte(d.text))
	if err != nil {
		return 1
	}
	_, node := file.Deepest(names(keys...))
	return max(1, node.Value.Start.Line)
}

// renders begins a message about what a template made.
func (d *document) renders() string {
	if d.whole != nil {
		return ""
	}
	return "renders "
}

// failure is one at a line of the document, which is known only for a file of
// manifests.
func (d *document) failure(line int, message string) *Failure {
	f := &Failure{File: d.shown, Message: message}
	if d.whole != nil && line > 0 {
		f.Line, f.Text = d.whole.PosAt(d.start).Line+line-1, d.whole
	}
	return f
}
