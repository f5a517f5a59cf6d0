package lint

import (
	"embed"
	"io/fs"
	"path"
	"sort"
	"strings"
)

//go:embed testdata/*/*/case.yaml
//go:embed testdata/*/*/nodes.yaml
//go:embed testdata/*/*/values.yaml testdata/*/*/manifests.yaml testdata/*/bad-*/want.txt
var cases embed.FS

// Example is a case of a rule's test that is also its documentation.
type Example struct {
	Name     string // of the case: bad-equals-sign
	Text     string // what a user wrote: values, or a rendered manifest
	Rendered bool   // it is a manifest
	Nodes    string // the cluster that it is judged for, "" for none
	Finding  string // what is found in it, for a bad case
}

// Examples are the rule's first bad and first good case, nil where a rule has
// none. A case that needs nothing but its values goes before one with another
// chart or flags.
func (r *Rule) Examples() (bad, good *Example) {
	return r.firstCase("bad-"), r.firstCase("good-")
}

func (r *Rule) firstCase(prefix string) *Example {
	found, err := fs.Glob(cases, path.Join("testdata", r.ID, prefix+"*", "values.yaml"))
	if err == nil && len(found) == 0 {
		found, err = fs.Glob(cases, path.Join("testdata", r.ID, prefix+"*", "manifests.yaml"))
	}
	if err != nil || len(found) == 0 {
		return nil
	}
	sort.Slice(found, func(i, j int) bool {
		a, b := readCase(path.Dir(found[i])+"/case.yaml") != "", readCase(path.Dir(found[j])+"/case.yaml") != ""
		return a != b && b || a == b && found[i] < found[j]
	})
	dir := path.Dir(found[0])
	e := &Example{Name: path.Base(dir), Text: readCase(found[0]), Nodes: readCase(dir + "/nodes.yaml"), Rendered: path.Base(found[0]) == "manifests.yaml"}
	for _, block := range strings.SplitAfter(readCase(dir+"/want.txt"), "\n\n") {
		if strings.Contains(strings.SplitN(block, "\n", 2)[0], "["+r.ID+"]") {
			e.Finding = strings.TrimSpace(block)
			break
		}
	}
	return e
}

func readCase(name string) string {
	text, err := cases.ReadFile(name)
	if err != nil {
		return ""
	}
	return string(text)
}
