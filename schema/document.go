package schema

import (
	"fmt"

	"github.com/xeipuuv/gojsonschema"
)

// Document checks a document of spreadlint's own, such as its configuration, against a draft-07 schema. Paths are those of
// the document. The error is for a schema that cannot be used.
func Document(schemaJSON []byte, tree map[string]any) ([]Violation, error) {
	loader := gojsonschema.NewSchemaLoader()
	loader.Draft = gojsonschema.Draft7
	loader.AutoDetect = false
	compiled, err := loader.Compile(gojsonschema.NewBytesLoader(schemaJSON))
	if err != nil {
		return nil, fmt.Errorf("compile the schema: %w", err)
	}
	return dialect{compiled: compiled}.check(tree), nil
}
