package conformance

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	_ "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif" // carries the schema, as a constant
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// TestSARIF validates the golden report of the SARIF format against the
// published schema of OASIS.
func TestSARIF(t *testing.T) {
	text, err := os.ReadFile("../report/testdata/report.sarif")
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(publishedSARIF(t)))
	if err != nil {
		t.Fatal(err)
	}
	if err := compiler.AddResource("sarif.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	validate := func(text []byte) error {
		log, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return schema.Validate(log)
	}
	if err := validate(text); err != nil {
		t.Error(err)
	}
	for _, change := range [][2]string{{`"startLine": `, `"startLine": -`}, {`"suppressions"`, `"supressions"`}, {`"level": "note"`, `"level": "info"`}} {
		if validate(bytes.Replace(text, []byte(change[0]), []byte(change[1]), 1)) == nil {
			t.Errorf("the schema accepts %s", change[1])
		}
	}
}

// publishedSARIF reads the schema from the source of the library, which does
// not export it.
func publishedSARIF(t *testing.T) string {
	t.Helper()
	folder, err := exec.Command("go", "list", "-f", "{{.Dir}}", "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif").Output()
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(strings.TrimSpace(string(folder)), "schema.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	schema := ""
	ast.Inspect(file, func(n ast.Node) bool {
		if text, ok := n.(*ast.BasicLit); ok && text.Kind == token.STRING && len(text.Value) > len(schema) {
			schema = text.Value
		}
		return true
	})
	schema, err = strconv.Unquote(schema)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}
