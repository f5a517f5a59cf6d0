package render

import (
	"encoding/json"
	"regexp"
	"slices"
	"sort"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/spreadlint/spreadlint/values"
)

// document is one YAML document of the rendered output.
type document struct {
	name       string // engine's template name; file name for --manifests
	shown      string // path to show for it
	start, end int    // byte range in the rendered text
	from, to   int    // the same with the blanks around it: up to the separators
	text       string
	hook       string       // the helm.sh/hook annotation, "" for none
	skipped    bool         // Helm leaves it out, for its hook is unknown
	whole      *values.File // for --manifests: the file it is part of
}

// position finds a field of the document in the whole file.
func (d *document) position(field values.Path) (*values.File, values.Node, bool) {
	if d.whole == nil {
		return nil, values.Node{}, false
	}
	file, err := values.ParseDocument(d.name, []byte(d.text))
	if err != nil {
		return nil, values.Node{}, false
	}
	_, node := file.Deepest(field)
	move := func(s values.Span) values.Span {
		return values.Span{Start: d.whole.PosAt(s.Start.Offset + d.start), End: d.whole.PosAt(s.End.Offset + d.start)}
	}
	node.Key, node.Value = move(node.Key), move(node.Value)
	return d.whole, node, true
}

// Repeats is how many more lines of the workload's document have a key than the
// decoded document has fields of that name: YAML keeps the last of several.
func (w *Workload) Repeats(key string) int {
	lines := 0
	for _, line := range strings.Split(w.doc.text, "\n") {
		if strings.HasPrefix(bareLine(line), key+":") {
			lines++
		}
	}
	return lines - fields(w.body, key)
}

func fields(tree any, key string) (count int) {
	switch tree := tree.(type) {
	case map[string]any:
		for k, v := range tree {
			if k == key {
				count++
			}
			count += fields(v, key)
		}
	case []any:
		for _, v := range tree {
			count += fields(v, key)
		}
	}
	return count
}

// split cuts a rendered file into documents, with their offsets. A line that
// begins with --- separates, as in Helm:
// https://github.com/helm/helm/blob/v3.22.0/pkg/releaseutil/manifest.go
func split(name, shown, text string) []document {
	var docs []document
	add := func(start, end int) {
		body := text[start:end]
		trimmed := strings.TrimSpace(body)
		if trimmed == "" {
			return
		}
		first := start + strings.Index(body, trimmed)
		docs = append(docs, document{name: name, shown: shown, start: first, end: first + len(trimmed), from: start, to: end, text: trimmed})
	}
	start := 0
	for at := 0; ; {
		i := strings.Index(text[at:], "---")
		if i < 0 {
			break
		}
		at += i
		if at == 0 || text[at-1] == '\n' || len(docs) == 0 && strings.TrimSpace(text[:at]) == "" {
			add(start, at)
			start = at + len("---")
			at = start
		} else {
			at++
		}
	}
	add(start, len(text))
	return docs
}

// object is one decoded Kubernetes object and where it stands.
type object struct {
	doc  *document
	path values.Path // within the document: items[i] of a List, else nil
	body map[string]any
}

func (o *object) text(keys ...string) string {
	s, _ := o.value(keys...).(string)
	return s
}

func (o *object) value(keys ...string) any {
	var p values.Path
	for _, k := range keys {
		p = append(p, values.Name(k))
	}
	v, _ := values.Lookup(o.body, p)
	return v
}

// head is what Helm itself decodes of every document; a document that does
// not fit fails the render.
// https://github.com/helm/helm/blob/v3.22.0/pkg/releaseutil/manifest.go
type head struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   *struct {
		Name        string            `json:"name"`
		Annotations map[string]string `json:"annotations"`
	} `json:"metadata"`
}

const hookAnnotation = "helm.sh/hook"

// note takes over what the head says of the document's hook.
func (d *document) note(h head) {
	if h.Metadata == nil {
		return
	}
	hook, annotated := h.Metadata.Annotations[hookAnnotation]
	_, known := hookEventsOf(hook)
	d.hook, d.skipped = hook, annotated && !known
}

// headOf is the head of a decoded object.
func headOf(body map[string]any) (h head, err error) {
	small := map[string]any{"apiVersion": body["apiVersion"], "kind": body["kind"], "metadata": body["metadata"]}
	if m, ok := body["metadata"].(map[string]any); ok {
		small["metadata"] = map[string]any{"name": m["name"], "annotations": m["annotations"]}
	}
	text, err := json.Marshal(small)
	if err != nil {
		return h, err
	}
	err = yaml.Unmarshal(text, &h)
	return h, err
}

// hookEvents are the hooks that Helm knows; an object with another one is
// left out of the release.
// https://github.com/helm/helm/blob/v3.22.0/pkg/releaseutil/manifest_sorter.go
var hookEvents = map[string]bool{
	"pre-install": true, "post-install": true, "pre-delete": true, "post-delete": true, "pre-upgrade": true, "post-upgrade": true,
	"pre-rollback": true, "post-rollback": true, "test": true, "test-success": true,
}

// hookEventsOf lists the events of a hook annotation; known is false when it
// names one that Helm does not know.
func hookEventsOf(annotation string) (events []string, known bool) {
	for _, event := range strings.Split(annotation, ",") {
		event = strings.ToLower(strings.TrimSpace(event))
		if !hookEvents[event] {
			return nil, false
		}
		events = append(events, event)
	}
	return events, true
}

// isTest reports whether a hook annotation makes an object one of `helm test`.
func isTest(annotation string) bool {
	events, _ := hookEventsOf(annotation)
	return slices.Contains(events, "test") || slices.Contains(events, "test-success")
}

// passive are the kinds that never carry a pod template of their own and may
// be large; their documents are checked for syntax only, as Helm does.
var passive = regexp.MustCompile(`(?m)^kind:\s*["']?(CustomResourceDefinition|ConfigMap|Secret|ClusterRole|Role|RoleBinding|ClusterRoleBinding|ServiceAccount|Service|Ingress|NetworkPolicy|PrometheusRule|ServiceMonitor|ValidatingWebhookConfiguration|MutatingWebhookConfiguration)["']?\s*(#.*)?$`)

// decode decodes the documents of all rendered files, in the order of their
// names, flattening Lists, and notes their hooks. A document that is no YAML
// or has no head fails the whole render, as it does in Helm.
func decode(docs []document, known *decoded) ([]object, error) {
	var objects []object
	for i := range docs {
		doc := &docs[i]
		if passive.MatchString(doc.text) && !strings.Contains(doc.text, "\nkind: List") {
			h, err := known.head(doc.text)
			if err != nil {
				return nil, manifestFailure(doc, err)
			}
			doc.note(h)
			continue
		}
		body, err := known.body(doc.text)
		if err != nil {
			return nil, manifestFailure(doc, err)
		}
		m, ok := body.(map[string]any)
		if !ok {
			if body == nil { // comments only
				continue
			}
			return nil, doc.failure(1, doc.renders()+"a document that is no Kubernetes object but "+describe(body))
		}
		h, err := headOf(m)
		if err != nil {
			return nil, manifestFailure(doc, err)
		}
		doc.note(h)
		objects = append(objects, flatten(object{doc: doc, body: m})...)
	}
	return objects, nil
}

// decoded keeps documents that were rendered and decoded before: most are the
// same in the next render. They are read only.
type decoded struct {
	bodies map[string]any  // by text
	heads  map[string]head // of passive documents, by text
	size   int             // of the texts
}

// maxDecoded bounds the texts that are kept; then they are forgotten.
const maxDecoded = 8 << 20

func (d *decoded) body(text string) (body any, err error) {
	if d != nil {
		if body, known := d.bodies[text]; known {
			return body, nil
		}
	}
	if err := yaml.Unmarshal([]byte(text), &body); err != nil || d == nil {
		return body, err
	}
	d.makeRoom(text)
	d.bodies[text] = body
	return body, nil
}

func (d *decoded) head(text string) (h head, err error) {
	if d != nil {
		if h, known := d.heads[text]; known {
			return h, nil
		}
	}
	if err := yaml.Unmarshal([]byte(text), &h); err != nil || d == nil {
		return h, err
	}
	d.makeRoom(text)
	d.heads[text] = h
	return h, nil
}

// makeRoom is called before a text is kept.
func (d *decoded) makeRoom(text string) {
	if d.size += len(text); d.bodies == nil || d.size > maxDecoded {
		d.bodies, d.heads, d.size = map[string]any{}, map[string]head{}, len(text)
	}
}

func flatten(o object) []object {
	kind, _ := o.body["kind"].(string)
	items, isList := o.body["items"].([]any)
	if !isList || !strings.HasSuffix(kind, "List") {
		return []object{o}
	}
	var objects []object
	for i, item := range items {
		if m, ok := item.(map[string]any); ok {
			objects = append(objects, flatten(object{doc: o.doc, path: o.path.Key("items").Item(i), body: m})...)
		}
	}
	return objects
}

// sortedNames returns the keys of rendered files in a fixed order.
func sortedNames(texts map[string]string) []string {
	names := make([]string, 0, len(texts))
	for name := range texts {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}
