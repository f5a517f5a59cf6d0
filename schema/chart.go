package schema

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// chartSchemaURL is the name under which Helm compiles every chart's schema.
const chartSchemaURL = "file:///values.schema.json"

// Chart checks values (the coalesced values of one chart, its own scope) against that chart's values.schema.json, with
// the library and the settings of Helm 3.22:
// https://github.com/helm/helm/blob/v3.22.0/pkg/chartutil/jsonschema.go
// It differs in one point: references to other files and to the network are not loaded but an error.
//
// An error means that the schema cannot be used: it is not JSON, it does not compile, it refers to another document.
func Chart(schemaJSON []byte, tree map[string]any) (violations []Violation, err error) {
	defer func() {
		// The library panics on some odd schemas; Helm turns that into an error as well.
		if r := recover(); r != nil {
			violations, err = nil, fmt.Errorf("values.schema.json cannot be used: %v", r)
		}
	}()
	compiled, err := compile(schemaJSON)
	if err != nil {
		return nil, err
	}
	if tree == nil {
		tree = map[string]any{}
	}
	err = compiled.Validate(tree)
	if err == nil {
		return nil, nil
	}
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return nil, fmt.Errorf("check values against values.schema.json: %w", err)
	}
	found := finder{schema: compiled, tree: tree}.flatten(invalid)
	for _, f := range found {
		violations = append(violations, f.Violation)
	}
	return tidy(violations), nil
}

func compile(schemaJSON []byte) (*jsonschema.Schema, error) {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schemaJSON))
	if err != nil {
		return nil, fmt.Errorf("values.schema.json is not JSON: %w", err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(jsonschema.SchemeURLLoader{"file": noLoader{}, "http": noLoader{}, "https": noLoader{}, "urn": anyURN{}})
	if err := compiler.AddResource(chartSchemaURL, document); err != nil {
		return nil, explain(err, document)
	}
	compiled, err := compiler.Compile(chartSchemaURL)
	if err != nil {
		return nil, explain(err, document)
	}
	return compiled, nil
}

var errNotLoaded = errors.New("references to other documents are not loaded")

// noLoader refuses every document: a linter that reads the network or arbitrary files gives another verdict tomorrow.
type noLoader struct{}

func (noLoader) Load(string) (any, error) { return nil, errNotLoaded }

// anyURN accepts everything, which is what Helm does with a URN that nobody resolves.
type anyURN struct{}

func (anyURN) Load(string) (any, error) { return true, nil }

// explain says in one line why a schema does not compile.
func explain(err error, document any) error {
	var load *jsonschema.LoadURLError
	if errors.As(err, &load) {
		reference := load.URL
		if spelled, ok := spelling(document, load.URL); ok {
			reference = spelled
		}
		return fmt.Errorf("values.schema.json refers to %q: remote references and other files are not loaded", reference)
	}
	var invalid *jsonschema.SchemaValidationError
	if errors.As(err, &invalid) {
		text := strings.Join(strings.Fields(strings.ReplaceAll(invalid.Err.Error(), "\n", ";")), " ")
		return fmt.Errorf("values.schema.json is not a valid schema: %s", text)
	}
	return fmt.Errorf("values.schema.json cannot be used: %w", err)
}

// spelling finds the reference that resolved to a document, as its author wrote it.
func spelling(node any, document string) (string, bool) {
	switch node := node.(type) {
	case map[string]any:
		for _, keyword := range []string{"$schema", "$ref", "$dynamicRef", "$recursiveRef"} {
			reference, ok := node[keyword].(string)
			if ok && resolve(reference) == document {
				return reference, true
			}
		}
		for _, key := range slices.Sorted(maps.Keys(node)) {
			if reference, ok := spelling(node[key], document); ok {
				return reference, true
			}
		}
	case []any:
		for _, item := range node {
			if reference, ok := spelling(item, document); ok {
				return reference, true
			}
		}
	}
	return "", false
}

// resolve gives the document that a reference in a chart's schema names, "" when that is not a URL. A $id in the schema
// moves the base; then nothing matches, and the caller falls back to the resolved URL.
func resolve(reference string) string {
	base, err := url.Parse(chartSchemaURL)
	if err != nil {
		return ""
	}
	target, err := base.Parse(reference)
	if err != nil {
		return ""
	}
	target.Fragment, target.RawFragment = "", ""
	return target.String()
}
