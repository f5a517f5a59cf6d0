package render

import (
	"cmp"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"text/template/parse"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/engine"

	"github.com/spreadlint/spreadlint/values"
)

// Lookup is a call of `lookup` in a template: it asks the cluster.
type Lookup struct {
	File    string
	Line    int
	Kind    string // as it is spelt, "" for one that the template puts together
	Decides string // why the render cannot be trusted without the cluster, "" when it can
}

// watched are the kinds whose presence in a cluster decides about workloads.
// Charts ask for Secrets far more often, to keep a generated password.
var watched = []string{"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Pod", "Node", "HorizontalPodAutoscaler", "PodDisruptionBudget"}

// maxAsked bounds the kinds that are pretended to be there, a render each.
const maxAsked = 16

// Lookups are the calls of lookup in the chart's templates. Offline they are
// answered with nothing. A call decides if it asks for a workload or a node, or
// if workloads are rendered otherwise once an object of its kind is pretended
// to be there. Not seen: an object whose fields, not its presence, decide.
func (r *Release) Lookups() []Lookup {
	if r.session == nil || r.session.chart == nil {
		return nil
	}
	found := r.lookupCalls()
	if len(found) == 0 {
		return nil
	}
	decides := func(kind, why string) {
		spelt := slices.ContainsFunc(found, func(l Lookup) bool { return l.Kind == kind })
		for i := range found {
			if found[i].Decides == "" && (found[i].Kind == kind || !spelt && found[i].Kind == "") {
				found[i].Decides = why
			}
		}
	}
	for _, l := range found {
		if slices.Contains(watched, l.Kind) {
			decides(l.Kind, "whether there is a "+l.Kind)
		}
	}
	// What one answer brings up may ask for more.
	asked := &pretended{}
	before, err := r.pretend(asked)
	if err != nil {
		return found // there is nothing to compare with
	}
	words := r.words()
	for i := 0; i < len(asked.kinds) && i < maxAsked; i++ {
		kind := asked.kinds[i]
		if slices.Contains(watched, kind) {
			decides(kind, "whether there is a "+kind)
			continue
		}
		next := &pretended{kinds: asked.kinds, exists: kind, words: words}
		after, err := r.pretend(next)
		asked.kinds = next.kinds
		if err != nil {
			continue // no such object was meant; that is not for us to guess
		}
		if id, differs := placedOtherwise(before, after); differs {
			decides(kind, fmt.Sprintf("%s: it is rendered otherwise when there is a %s", id, kind))
		}
	}
	return found
}

// lookupCalls are the calls that templates spell, by file and line.
func (r *Release) lookupCalls() []Lookup {
	var found []Lookup
	r.session.eachTemplate(func(name string, file *chart.File) *chart.File {
		if !strings.Contains(string(file.Data), "lookup") || strings.HasSuffix(name, "NOTES.txt") {
			return file
		}
		trees, err := parseTemplate(name, string(file.Data))
		if err != nil {
			return file // the render told
		}
		for _, tree := range trees {
			eachCommand(reflect.ValueOf(tree.Root), func(c *parse.CommandNode) {
				if function, ok := c.Args[0].(*parse.IdentifierNode); !ok || function.Ident != "lookup" {
					return
				}
				call := Lookup{File: r.source.shown(file), Line: 1 + strings.Count(string(file.Data[:c.Position()]), "\n")}
				if len(c.Args) > 2 {
					if kind, ok := c.Args[2].(*parse.StringNode); ok {
						call.Kind = kind.Text
					}
				}
				if !slices.Contains(found, call) {
					found = append(found, call)
				}
			})
		}
		return file
	})
	slices.SortFunc(found, func(a, b Lookup) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Kind, b.Kind))
	})
	return found
}

// eachCommand visits the commands below a node of a template.
func eachCommand(v reflect.Value, visit func(*parse.CommandNode)) {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() || v.Type() == reflect.TypeFor[*parse.Tree]() {
			return
		}
		if c, ok := v.Interface().(*parse.CommandNode); ok && len(c.Args) > 0 {
			visit(c)
		}
		eachCommand(v.Elem(), visit)
	case reflect.Slice:
		for i := range v.Len() {
			eachCommand(v.Index(i), visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				eachCommand(v.Field(i), visit)
			}
		}
	}
}

// pretend renders the workloads in a cluster that is not there.
func (r *Release) pretend(cluster engine.ClientProvider) (workloads []*Workload, err error) {
	defer catch(r.Chart, &err)
	renderValues, err := r.session.renderValues()
	if err != nil {
		return nil, err
	}
	var texts map[string]string
	captureLog(func() { texts, err = r.session.executeIn(renderValues, cluster) })
	if err != nil {
		return nil, err
	}
	objects, err := r.session.objects(texts)
	if err != nil {
		return nil, err
	}
	workloads, _ = r.session.workloads(objects)
	return workloads, nil
}

// word is what may be a key of the data of a Secret or a ConfigMap.
var word = regexp.MustCompile(`[A-Za-z0-9_.-]{2,80}`)

// words are those of the templates and of the values: the keys that a template
// asks an object's data for are among them.
func (r *Release) words() []string {
	var all []string
	r.session.eachTemplate(func(_ string, file *chart.File) *chart.File {
		all = append(all, word.FindAllString(string(file.Data), -1)...)
		return file
	})
	eachText(r.tree, func(text string) { all = append(all, word.FindAllString(text, 50)...) })
	slices.Sort(all)
	return slices.Compact(all)
}

// placedOtherwise names a workload that only one side has, or that is placed by
// other rules there.
func placedOtherwise(before, after []*Workload) (id string, differs bool) {
	rules := func(all []*Workload) map[string]any {
		by := map[string]any{}
		for _, w := range all {
			spec, _ := values.Lookup(any(w.body), w.SpecPath)
			of := map[string]any{"replicas": []int{w.Replicas, w.MaxReplicas}, "labels": w.Labels()}
			if spec, ok := spec.(map[string]any); ok {
				for _, field := range []string{"affinity", "topologySpreadConstraints", "nodeSelector", "tolerations", "nodeName", "schedulerName"} {
					of[field] = spec[field]
				}
			}
			by[w.ID()] = of
		}
		return by
	}
	a, b := rules(before), rules(after)
	for _, w := range slices.Concat(before, after) {
		if !reflect.DeepEqual(a[w.ID()], b[w.ID()]) {
			return w.ID(), true
		}
	}
	return "", false
}
