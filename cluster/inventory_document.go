package cluster

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// document is one YAML or JSON document of a file about a cluster.
type document struct {
	name string
	text []byte // of this document
	line int    // how many lines of the file stand before it
	tree map[string]any
	file *values.File // nil until a position is asked for
}

// documents decodes all documents of a file that hold anything. The error is a *render.Failure.
func documents(name string, data []byte) ([]*document, error) {
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, &render.Failure{File: name, Message: "the file is empty", Hints: []string{"did the command that wrote it fail?"}}
	}
	if bytes.TrimLeft(data, " \t\r\n\ufeff")[0] == '{' {
		if d, err := jsonDocument(name, data); d != nil || err != nil {
			return []*document{d}, err
		}
	}
	var docs []*document
	for _, d := range splitDocuments(name, data) {
		file, err := values.ParseDocument(name, d.text)
		if err != nil {
			return nil, d.syntax(err)
		}
		d.file, d.tree = file, file.Tree()
		if len(d.tree) > 0 {
			docs = append(docs, d)
		}
	}
	if len(docs) == 0 {
		return nil, &render.Failure{File: name, Message: "the file holds only comments"}
	}
	return docs, nil
}

// jsonDocument decodes JSON fast: lists of thousands of nodes are long. It returns nothing for what is YAML in braces.
func jsonDocument(name string, data []byte) (*document, error) {
	d := &document{name: name, text: data}
	err := json.Unmarshal(data, &d.tree)
	if err == nil {
		return d, nil
	}
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return nil, nil
	}
	if _, err := values.ParseDocument(name, data); err == nil {
		return nil, nil
	}
	text := values.Text(name, data)
	at := text.PosAt(max(0, int(syntax.Offset)-1))
	failure := &render.Failure{File: name, Line: at.Line, Column: at.Column, Text: text, Message: "no JSON: " + syntax.Error()}
	if strings.Contains(syntax.Error(), "unexpected end") {
		failure.Message, failure.Hints = "the file ends in the middle", []string{"was it cut off? write it anew"}
	}
	return nil, failure
}

// splitDocuments cuts YAML at its --- lines.
func splitDocuments(name string, data []byte) []*document {
	var docs []*document
	start, startLine, line := 0, 0, 0
	flush := func(end int) {
		if len(bytes.TrimSpace(data[start:end])) > 0 {
			docs = append(docs, &document{name: name, text: data[start:end], line: startLine})
		}
	}
	for at := 0; at < len(data); {
		end := bytes.IndexByte(data[at:], '\n')
		next := len(data)
		if end >= 0 {
			next = at + end + 1
		}
		text := bytes.TrimRight(data[at:next], " \t\r\n")
		if string(text) == "---" || bytes.HasPrefix(text, []byte("--- ")) {
			flush(at)
			start, startLine = at, line
		}
		at, line = next, line+1
	}
	flush(len(data))
	return docs
}

// syntax places an error of the YAML reader in the whole file.
func (d *document) syntax(err error) error {
	var s *values.SyntaxError
	if !errors.As(err, &s) {
		return fmt.Errorf("%s: %w", d.name, err)
	}
	failure := &render.Failure{File: d.name, Line: s.Line, Column: s.Column, Message: s.Message, Text: values.Text(d.name, d.text)}
	switch what, _, isOther := strings.Cut(s.Message, "; a values file is a map of keys"); {
	case isOther:
		failure.Message = what + " where objects of Kubernetes are wanted"
		failure.Hints = []string{"kubectl prints them with -o yaml or -o json; without, it prints a table"}
	default:
		// The YAML reader's words are for values files.
		words := strings.NewReplacer("a values file", "such a file", "values files", "such files")
		failure.Message = words.Replace(s.Message)
		if s.Hint != "" {
			failure.Hints = append(failure.Hints, words.Replace(s.Hint))
		}
		if !bytes.Contains(d.text, []byte("kind:")) && !bytes.Contains(d.text, []byte("name:")) {
			failure.Hints = append(failure.Hints, "is it the right file? objects of Kubernetes are wanted, as kubectl prints them with -o yaml")
		}
	}
	return d.moved(failure)
}

// failure is one at a path of the document; atKey points at the key instead of its value.
func (d *document) failure(path values.Path, atKey bool, message string, hints ...string) *render.Failure {
	failure := &render.Failure{File: d.name, Message: message, Hints: hints}
	if d.file == nil {
		file, err := values.ParseDocument(d.name, d.text)
		if err != nil {
			return failure // JSON that YAML cannot read: no position
		}
		d.file = file
	}
	_, node := d.file.Deepest(path)
	at := node.Value.Start
	if atKey && node.HasKey {
		at = node.Key.Start
	}
	failure.Line, failure.Column, failure.Text = at.Line, at.Column, d.file
	return d.moved(failure)
}

// moved counts the lines before the document.
func (d *document) moved(f *render.Failure) *render.Failure {
	if d.line > 0 && f.Line > 0 {
		f.Line += d.line
		f.Text = values.Text(d.name, append(bytes.Repeat([]byte("\n"), d.line), d.text...))
	}
	return f
}
