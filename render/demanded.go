package render

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"text/template/parse"

	"github.com/spreadlint/spreadlint/values"
)

// maxDemanded is how many values a failure names: a message that speaks of
// more is a page of advice.
const maxDemanded = 3

// demandedBy finds the values that a chart asks for with `required` or `fail`:
// those that the message names, else those without which the branch that fails
// would not be taken. unset tells whether all of them lack a value.
func (r *Release) demandedBy(f *Failure) (found []values.Path, unset bool) {
	prefix := chartPrefix(f.template)
	for _, word := range namedValue.FindAllString(f.Message, -1) {
		if path, ok := r.inChart(prefix, word); ok && !slices.ContainsFunc(found, path.Equal) {
			found = append(found, path)
		}
	}
	if len(found) == 0 && f.Text != nil {
		for _, chain := range conditions(f.template, string(f.Text.Src), f.Line) {
			if path := prefix.Child(names(chain...)...); r.isEmpty(path) && !slices.ContainsFunc(found, path.Equal) {
				found = append(found, path)
			}
		}
	}
	found = found[:min(len(found), maxDemanded)]
	return found, len(found) > 0 && !slices.ContainsFunc(found, func(p values.Path) bool { return !r.isEmpty(p) })
}

var namedValue = regexp.MustCompile(`(?:\.Values\.)?[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z_][A-Za-z0-9_-]*)*`)

// noValues are ends of names of files and sites, which look like values.
var noValues = []string{"yaml", "yml", "json", "tpl", "txt", "md", "com", "io", "org", "net", "dev"}

// inChart is the path of a value that a message names: .Values.a, or a.b where
// the chart has a map a. A single word could be any word: it counts where the
// chart has a value of the name and it is empty.
func (r *Release) inChart(prefix values.Path, word string) (values.Path, bool) {
	chain, spelled := strings.CutPrefix(word, ".Values.")
	keys := strings.Split(chain, ".")
	if spelled {
		return prefix.Child(names(keys...)...), true
	}
	if slices.Contains(noValues, keys[len(keys)-1]) {
		return nil, false
	}
	for _, at := range []values.Path{prefix, nil} {
		path := at.Child(names(keys...)...)
		if len(keys) == 1 {
			if _, set := r.lookup(path); set && r.isEmpty(path) {
				return path, true
			}
			continue
		}
		holder, _ := r.lookup(path[:len(at)+1])
		if _, isMap := holder.(map[string]any); isMap {
			return path, true
		}
	}
	return nil, false
}

func (r *Release) isEmpty(path values.Path) bool {
	switch v, _ := r.lookup(path); v := v.(type) {
	case nil:
		return true
	case bool:
		return !v
	case string:
		return v == ""
	case map[string]any:
		return len(v) == 0
	case []any:
		return len(v) == 0
	}
	return false
}

// conditions are the values in the conditions around a line of a template, the
// nearest first.
func conditions(name, text string, line int) [][]string {
	trees, err := parseTemplate(name, text)
	if err != nil {
		return nil
	}
	var found [][]string
	var walk func(list *parse.ListNode, around []string) bool
	walk = func(list *parse.ListNode, around []string) bool {
		if list == nil {
			return false
		}
		for _, n := range list.Nodes {
			var branch *parse.BranchNode
			switch n := n.(type) {
			case *parse.ActionNode:
				if n.Line == line {
					for _, condition := range slices.Backward(around) {
						for _, m := range valueChain.FindAllStringSubmatch(condition, -1) {
							found = append(found, strings.Split(m[1][1:], "."))
						}
					}
					return true
				}
				continue
			case *parse.IfNode:
				branch = &n.BranchNode
			case *parse.WithNode:
				branch = &n.BranchNode
			case *parse.RangeNode:
				branch = &n.BranchNode
			default:
				continue
			}
			inner := append(around[:len(around):len(around)], branch.Pipe.String())
			if walk(branch.List, inner) || walk(branch.ElseList, inner) {
				return true
			}
		}
		return false
	}
	for _, n := range slices.Sorted(maps.Keys(trees)) {
		if walk(trees[n].Root, nil) {
			break
		}
	}
	return found
}

// demand adds to the failure of a `required` or `fail` which values it is
// about, where they are set and what to do.
func (r *Release) demand(f *Failure) {
	paths, unset := r.demandedBy(f)
	for _, p := range paths {
		note := r.setting(p)
		if note == "" {
			note = fmt.Sprintf("%s is set nowhere", p)
		}
		f.note(note)
	}
	switch {
	case unset:
		f.Hints = append(f.Hints, r.giveValue(paths))
	case len(paths) == 0 && f.Text != nil && strings.Contains(string(f.Text.Src), "lookup "):
		f.Hints = append(f.Hints, "the template asks the cluster with `lookup`, which finds nothing here, as in `helm template`")
	}
}

// giveValue says how a value that is asked for is given; maps and lists are
// better written than typed as flags.
func (r *Release) giveValue(paths []values.Path) string {
	var texts []string
	scalars := true
	for _, p := range paths {
		texts = append(texts, p.String())
		switch v, _ := r.lookup(p); v.(type) {
		case map[string]any, []any:
			scalars = false
		}
	}
	hint := fmt.Sprintf("set %s in a values file (-f)", strings.Join(texts, " or "))
	if len(texts) == 1 && scalars {
		hint += fmt.Sprintf(", or with --set %s=...", texts[0])
	}
	return hint
}
