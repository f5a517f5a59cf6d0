package lint

import (
	"cmp"
	"embed"
	"io/fs"
	"path"
	"slices"
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
// none. One in which the rule only advises goes last, one of values before one
// of manifests, and one that needs nothing else before one with another chart
// or flags.
func (r *Rule) Examples() (bad, good *Example) {
	return r.firstCase("bad-"), r.firstCase("good-")
}

func (r *Rule) firstCase(prefix string) *Example {
	var found []string
	for _, file := range []string{"values.yaml", "manifests.yaml"} {
		some, err := fs.Glob(cases, path.Join("testdata", r.ID, prefix+"*", file))
		if err != nil {
			return nil // never: the pattern is well formed
		}
		found = append(found, some...)
	}
	if len(found) == 0 {
		return nil
	}
	advice := Info.String() + "[" + r.ID + "]"
	rank := func(file string) (n int) {
		if strings.HasPrefix(readCase(path.Dir(file)+"/want.txt"), advice) {
			n += 4
		}
		if path.Base(file) == "manifests.yaml" {
			n += 2
		}
		if readCase(path.Dir(file)+"/case.yaml") != "" {
			n++
		}
		return n
	}
	slices.SortFunc(found, func(a, b string) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b)) })
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
