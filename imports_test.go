package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// law is the order of the packages: one imports only names to its left.
const law = "{values, kube} < schema < render < cluster < lint < config < repo < fix < generate < report < {cli, campaign} < main"

const module = "github.com/spreadlint/spreadlint"

var order = []string{"values", "kube", "schema", "render", "cluster", "lint", "config", "repo", "fix", "generate", "report", "cli", "campaign", "main"}

// owners says which packages may import a third party.
var owners = map[string][]string{
	"helm.sh/helm/v3":                         {"render"},
	"github.com/Masterminds/sprig/v3":         {"render"},
	"k8s.io/client-go":                        {"render", "kube"},
	"k8s.io/kubernetes":                       {"kube"},
	"k8s.io/kube-scheduler":                   {"kube"},
	"k8s.io/component-helpers":                {"kube"},
	"k8s.io/apiserver":                        {"kube"},
	"k8s.io/klog/v2":                          {"kube"},
	"github.com/xeipuuv/gojsonschema":         {"schema"},
	"github.com/santhosh-tekuri/jsonschema":   {"schema"},
	"github.com/urfave/cli":                   {"cli"},
	"github.com/fatih/color":                  {"report", "cli"},
	"github.com/mattn/go-runewidth":           {"report"},
	"github.com/rogpeppe/go-internal/diff":    {"report"},
	"go.yaml.in/yaml":                         {"values"},
	"sigs.k8s.io/yaml":                        {"values", "schema", "render", "lint", "cluster", "config", "repo", "campaign"},
	"sigs.k8s.io/json":                        {"kube", "schema", "render"},
	"k8s.io/api":                              {"kube", "render", "cluster", "lint"},
	"k8s.io/apimachinery":                     {"kube", "schema", "render", "cluster", "lint"},
	"golang.org/x/text":                       {"report"},
	"k8s.io/client-go/kubernetes/fake":        nil,
	"helm.sh/helm/v3/pkg/action":              nil,
	"helm.sh/helm/v3/pkg/cli":                 nil,
	"helm.sh/helm/v3/pkg/getter":              nil,
	"k8s.io/kubernetes/pkg/scheduler/testing": nil,
}

func TestImportLaw(t *testing.T) {
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "conformance") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") {
			return nil
		}
		folder := "main"
		if i := strings.IndexByte(filepath.ToSlash(path), '/'); i >= 0 {
			folder = filepath.ToSlash(path)[:i]
		}
		rank := slices.Index(order, folder)
		if rank < 0 {
			t.Errorf("%s: the folder is not part of the law: %s", path, law)
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			checkImport(t, path, folder, rank, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func checkImport(t *testing.T, path, folder string, rank int, name string) {
	t.Helper()
	if inner, ok := strings.CutPrefix(name, module+"/"); ok {
		other := slices.Index(order, strings.Split(inner, "/")[0])
		samePair := folder == "kube" && inner == "values" || // kube speaks of paths
			folder == inner && strings.HasSuffix(path, "_test.go") // tests from outside
		if (other < 0 || other >= rank) && !samePair {
			t.Errorf("%s imports %s, against the law: %s", path, inner, law)
		}
		return
	}
	if !strings.Contains(strings.Split(name, "/")[0], ".") || strings.HasSuffix(path, "_test.go") {
		return
	}
	best := ""
	for prefix := range owners {
		if (name == prefix || strings.HasPrefix(name, prefix+"/")) && len(prefix) > len(best) {
			best = prefix
		}
	}
	if best == "" {
		t.Errorf("%s imports %s, which no package may; add it to owners with a reason in docs/decisions.md", path, name)
	} else if !slices.Contains(owners[best], folder) {
		t.Errorf("%s imports %s, which only %v may", path, name, owners[best])
	}
}
