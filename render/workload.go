package render

import (
	"log"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/values"
)

// Workload is an object that makes pods, as the scheduler will see them.
type Workload struct {
	APIVersion, Kind, Namespace, Name string

	Template     string // template file that rendered it, or the manifest file
	Hook         string // the helm.sh/hook annotation, "" for none
	Custom       bool   // a custom resource: an operator makes the pods
	OperatorAdds bool   // and may give them rules of its own

	// Replicas is how many pods run at least (an autoscaler's minimum counts),
	// MaxReplicas how many may run. One pod per node (DaemonSet): both 0.
	Replicas, MaxReplicas int
	Autoscaler            string // "HorizontalPodAutoscaler/web", "" for none

	// SpecPath is where the pod spec stands in the object's document,
	// LabelsPath where the pods' labels stand.
	SpecPath, LabelsPath values.Path
	ReplicasPath         values.Path
	Pod                  *kube.Template
	LabelsKnown          bool // false when an operator adds labels of its own
	NamespaceStandIn     bool // no namespace was given: Namespace is Helm's default

	terms     []Term             // once asked for, never nil
	podLabels map[string]string  // once asked for, never nil
	refused   *[]kube.FieldError // once asked for
	bindsPort *bool              // once asked for

	body map[string]any // the object
	part string         // the pod template's path when the object holds several
	doc  *document
	path values.Path // of the object in its document
}

// ID names the workload for people: "StatefulSet/demo-broker".
func (w *Workload) ID() string {
	if w.part != "" {
		return w.Kind + "/" + w.Name + " " + w.part
	}
	return w.Kind + "/" + w.Name
}

// Scalable reports whether two or more pods may run at once.
func (w *Workload) Scalable() bool { return w.MaxReplicas >= 2 }

// IsTest reports whether the object belongs to `helm test`.
func (w *Workload) IsTest() bool { return isTest(w.Hook) }

// Refused lists what the API server has against the fields around the pod
// template; paths are those of the object.
func (w *Workload) Refused() []kube.FieldError {
	if w.refused == nil {
		refused := kube.ValidateWorkload(w.body)
		w.refused = &refused
	}
	return *w.refused
}

// ObjectPath turns a path of the object into one of its document.
func (w *Workload) ObjectPath(p values.Path) values.Path { return w.path.Child(p...) }

// Labels are the labels of the pods.
func (w *Workload) Labels() map[string]string { return w.Pod.Object.Labels }

// Lookup returns what is rendered at a path of the object's document.
func (w *Workload) Lookup(field values.Path) (any, bool) {
	if !field.HasPrefix(w.path) {
		return nil, false
	}
	return values.Lookup(w.body, field[len(w.path):])
}

// Position is where a field stands in YAML that was rendered elsewhere.
func (w *Workload) Position(field values.Path) (*values.File, values.Node, bool) {
	return w.doc.position(field)
}

// FieldPath turns a path of the pod template (spec.affinity...) into the path
// of the object's document (spec.template.spec.affinity...).
func (w *Workload) FieldPath(p values.Path) values.Path {
	if len(p) > 0 && p[0] == values.Name("spec") {
		return w.SpecPath.Child(p[1:]...)
	}
	return w.SpecPath.Parent().Child(p...)
}

// FromManifests makes a Release of YAML that is rendered already. Findings
// point into that text; no values are known. The error is a *Failure or a
// *values.SyntaxError.
func FromManifests(name string, data []byte) (*Release, error) {
	text := values.Text(name, data)
	docs := split(name, name, string(data))
	for i := range docs {
		docs[i].whole = text
	}
	objects, err := decode(docs, nil)
	if err != nil {
		return nil, err
	}
	r := &Release{KubeVersion: DefaultKubeVersion, Workloads: findWorkloads(objects), Budgets: findBudgets(objects), OwnShapes: ownShapes(objects), manifest: text}
	for _, w := range r.objects() {
		w.NamespaceStandIn = w.Namespace == ""
	}
	r.locate(metav1.NamespaceDefault)
	return r, nil
}

// Locate says in which namespace the objects of rendered YAML come that name
// none; before, it is taken to be Helm's and kubectl's default.
func (r *Release) Locate(namespace string) {
	r.locate(namespace)
	for _, w := range r.objects() {
		w.NamespaceStandIn = false
	}
}

func (r *Release) locate(namespace string) {
	r.Namespace = namespace
	for _, w := range r.objects() {
		if w.NamespaceStandIn {
			w.Namespace = namespace
		}
	}
}

// objects are the workloads and the budgets' objects.
func (r *Release) objects() []*Workload {
	all := slices.Clone(r.Workloads)
	for _, b := range r.Budgets {
		all = append(all, b.Object)
	}
	return all
}

// objects decodes the rendered files; what Helm leaves out is left out.
func (s *session) objects(texts map[string]string) ([]object, error) {
	var docs []document
	for _, name := range sortedNames(texts) {
		docs = append(docs, split(name, s.shownName(name), texts[name])...)
	}
	objects, err := decode(docs, &s.source.decoded)
	if err != nil {
		return nil, err
	}
	kept := objects[:0]
	for _, o := range objects {
		switch {
		case o.doc.skipped:
			log.Printf("%s: Helm leaves out %s/%s, for it knows no hook %q", o.doc.shown, o.text("kind"), o.text("metadata", "name"), o.doc.hook)
		case s.options.SkipTests && isTest(o.doc.hook):
		default:
			kept = append(kept, o)
		}
	}
	return kept, nil
}

// workloads finds the workloads and budgets among the objects.
func (s *session) workloads(objects []object) ([]*Workload, []*Budget) {
	found := findWorkloads(objects)
	for _, w := range found {
		if w.Namespace == "" {
			w.Namespace = s.options.Namespace
		}
		w.NamespaceStandIn = s.options.unplaced && w.Namespace == s.options.Namespace
	}
	budgets := findBudgets(objects)
	for _, b := range budgets {
		if b.Object.Namespace == "" {
			b.Object.Namespace = s.options.Namespace
		}
	}
	return found, budgets
}

func findWorkloads(objects []object) []*Workload {
	var found []*Workload
	for i := range objects {
		found = append(found, workloadsOf(&objects[i])...)
	}
	applyAutoscalers(found, objects)
	return found
}

// podTemplates says where the built-in kinds keep their pod template.
var podTemplates = map[string][]string{
	"Deployment": {"spec", "template"}, "StatefulSet": {"spec", "template"}, "ReplicaSet": {"spec", "template"},
	"DaemonSet": {"spec", "template"}, "ReplicationController": {"spec", "template"}, "Job": {"spec", "template"},
	"CronJob": {"spec", "jobTemplate", "spec", "template"}, "Rollout": {"spec", "template"}, "Pod": {},
}

func workloadsOf(o *object) []*Workload {
	base := Workload{
		APIVersion: o.text("apiVersion"), Kind: o.text("kind"), Namespace: o.text("metadata", "namespace"), Name: o.text("metadata", "name"),
		Hook: o.doc.hook, Template: o.doc.shown, doc: o.doc, path: o.path, body: o.body, LabelsKnown: true,
	}
	if keys, builtin := podTemplates[base.Kind]; builtin && knownGroup(base.APIVersion) {
		w := base
		w.take(o, names(keys...), true)
		w.count(o)
		return []*Workload{&w}
	}
	spec, _ := o.body["spec"].(map[string]any)
	if spec == nil {
		return nil
	}
	base.Custom, base.LabelsKnown = true, false
	known := strings.HasPrefix(base.APIVersion, "monitoring.coreos.com/") && operated[base.Kind]
	base.OperatorAdds = !known
	if spreads(spec) || known {
		w := base
		w.take(o, nil, false)
		w.setReplicas(number(spec["replicas"], 1), names("spec", "replicas"))
		return []*Workload{&w}
	}
	var found []*Workload
	paths := embedded(spec, names("spec"))
	for _, p := range paths {
		w := base
		w.take(o, p, true)
		owner, _ := values.Lookup(o.body, p.Parent())
		m, _ := owner.(map[string]any)
		w.setReplicas(number(m["replicas"], 1), p.Parent().Key("replicas"))
		if len(paths) > 1 {
			w.part = p.String()
		}
		found = append(found, &w)
	}
	return found
}

// operated are prometheus-operator's kinds: placement fields and replicas
// stand in the object's own spec.
// https://github.com/prometheus-operator/prometheus-operator/blob/main/Documentation/api-reference/api.md
var operated = map[string]bool{"Prometheus": true, "PrometheusAgent": true, "Alertmanager": true, "ThanosRuler": true}

func knownGroup(apiVersion string) bool {
	for _, group := range []string{"v1", "apps/", "batch/", "extensions/", "argoproj.io/"} {
		if apiVersion == group || strings.HasSuffix(group, "/") && strings.HasPrefix(apiVersion, group) {
			return true
		}
	}
	return false
}

// spreads reports whether a custom resource has the placement fields directly
// in its spec, in the form of a pod's.
func spreads(spec map[string]any) bool {
	if _, ok := spec["replicas"]; !ok {
		return false
	}
	if affinity, ok := spec["affinity"].(map[string]any); ok {
		for _, key := range []string{"podAntiAffinity", "podAffinity", "nodeAffinity"} {
			if _, ok := affinity[key].(map[string]any); ok {
				return true
			}
		}
	}
	_, isList := spec["topologySpreadConstraints"].([]any)
	return isList
}

// embedded finds pod templates anywhere in a custom resource: a map with a
// spec that lists containers.
func embedded(v any, at values.Path) []values.Path {
	var found []values.Path
	switch v := v.(type) {
	case map[string]any:
		if spec, ok := v["spec"].(map[string]any); ok {
			if _, ok := spec["containers"].([]any); ok {
				return []values.Path{at}
			}
		}
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		for _, k := range keys {
			found = append(found, embedded(v[k], at.Key(k))...)
		}
	case []any:
		for i, x := range v {
			found = append(found, embedded(x, at.Item(i))...)
		}
	}
	return found
}

// take decodes the pod template at path; without one, the placement fields of
// the object's spec.
func (w *Workload) take(o *object, path values.Path, template bool) {
	if template {
		v, _ := values.Lookup(o.body, path)
		m, _ := v.(map[string]any)
		w.Pod = kube.Decode(m)
		w.SpecPath, w.LabelsPath = o.path.Child(path...).Key("spec"), o.path.Child(path...).Key("metadata").Key("labels")
		return
	}
	metadata, _ := o.value("spec", "podMetadata").(map[string]any)
	spec, _ := o.body["spec"].(map[string]any)
	w.Pod = kube.DecodeCustom(map[string]any{"metadata": metadata, "spec": spec})
	w.SpecPath, w.LabelsPath = o.path.Key("spec"), o.path.Child(names("spec", "podMetadata", "labels")...)
}

// count reads how many pods a built-in kind runs.
func (w *Workload) count(o *object) {
	switch w.Kind {
	case "DaemonSet":
		return
	case "Pod":
		w.Replicas, w.MaxReplicas = 1, 1
	case "Job":
		w.setReplicas(number(o.value("spec", "parallelism"), 1), names("spec", "parallelism"))
	case "CronJob":
		keys := []string{"spec", "jobTemplate", "spec", "parallelism"}
		w.setReplicas(number(o.value(keys...), 1), names(keys...))
	default:
		w.setReplicas(number(o.value("spec", "replicas"), 1), names("spec", "replicas"))
	}
}

func (w *Workload) setReplicas(n int, path values.Path) {
	w.Replicas, w.MaxReplicas, w.ReplicasPath = n, n, w.path.Child(path...)
}

// applyAutoscalers lets HorizontalPodAutoscalers and KEDA ScaledObjects say
// how many pods their targets run.
func applyAutoscalers(workloads []*Workload, objects []object) {
	for i := range objects {
		o := &objects[i]
		var low, high int
		kind := o.text("kind")
		switch {
		case kind == "HorizontalPodAutoscaler":
			low, high = number(o.value("spec", "minReplicas"), 1), number(o.value("spec", "maxReplicas"), 1)
		case kind == "ScaledObject" && strings.HasPrefix(o.text("apiVersion"), "keda.sh/"):
			low, high = number(o.value("spec", "minReplicaCount"), 0), number(o.value("spec", "maxReplicaCount"), 100)
		default:
			continue
		}
		target := o.text("spec", "scaleTargetRef", "kind")
		if target == "" {
			target = "Deployment"
		}
		for _, w := range workloads {
			if w.Kind == target && w.Name == o.text("spec", "scaleTargetRef", "name") {
				w.Replicas, w.MaxReplicas = low, max(low, high)
				w.Autoscaler = kind + "/" + o.text("metadata", "name")
			}
		}
	}
}

func names(keys ...string) values.Path {
	p := values.Path{}
	for _, k := range keys {
		p = append(p, values.Name(k))
	}
	return p
}

// number reads a count that charts write as a number or as text.
func number(v any, absent int) int {
	switch v := v.(type) {
	case float64:
		if v >= math.MinInt32 && v <= math.MaxInt32 {
			return int(v)
		}
	case int64:
		return int(v)
	case int:
		return v
	case string:
		if n, err := strconv.Atoi(v); err == nil {
			return n
		}
	}
	return absent
}
