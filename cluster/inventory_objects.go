package cluster

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/values"
)

// readObjects takes the objects of the wanted kinds out of a document of kubectl's. Others are an error: somebody gave
// the wrong file.
func (inv *Inventory) readObjects(d *document, wanted ...string) error {
	seen := inv.nodeNames()
	return eachObject(d, wanted[0], nil, d.tree, func(at values.Path, kind string, object map[string]any) error {
		if !slices.Contains(wanted, kind) {
			return d.failure(at.Key("kind"), false, fmt.Sprintf("a %s, where a %s is wanted", kind, wanted[0]), append(mistaken[kind], kindHint(wanted[0]))...)
		}
		switch kind {
		case "Node":
			node, sized, err := readNode(d, at, object)
			if err != nil {
				return err
			}
			if !sized {
				inv.Unsized = append(inv.Unsized, node.Name)
			}
			return inv.add(d, at, node, seen)
		case "Pod":
			pod, err := readPod(d, at, object)
			if pod != nil && err == nil {
				inv.Pods = append(inv.Pods, pod)
			}
			return err
		}
		namespace := &corev1.Namespace{}
		var err error
		namespace.Name, namespace.Labels, err = readMetadata(d, at, object)
		inv.Namespaces = append(inv.Namespaces, namespace)
		return err
	})
}

// mistaken are hints about files that are given by mistake.
var mistaken = map[string][]string{
	"Config": {"this is a kubeconfig: it holds credentials, and no cluster is asked here"},
	"Status": {"this is an answer of the API server, most likely a refusal: kubectl's error stands in it"},
}

func kindHint(wanted string) string {
	switch wanted {
	case "Pod":
		return "give the output of `kubectl get pods -A -o json`"
	case "Namespace":
		return "give the output of `kubectl get namespaces -o yaml`"
	case "PersistentVolume":
		return "give the output of `kubectl get pv,pvc,storageclass -A -o yaml`"
	}
	return "give the output of `kubectl get nodes -o yaml`, or write down pools: name, count, zones"
}

// eachObject visits the objects of a List, or the object itself. wanted is the kind that messages speak of.
func eachObject(d *document, wanted string, at values.Path, object map[string]any, visit func(values.Path, string, map[string]any) error) error {
	kind, _ := object["kind"].(string)
	items, listed := object["items"]
	switch {
	case kind == "" && listed && at == nil:
		// kubectl writes kind below the items: without it, the end is missing.
		return d.failure(nil, false, "a list without a kind: the file was cut off", "kubectl writes `kind: List` after the items; write the file anew")
	case kind == "":
		return d.failure(at, false, "no object of Kubernetes: there is no kind", kindHint(wanted))
	case !listed && strings.HasSuffix(kind, "List"):
		return d.failure(at.Key("items"), false, fmt.Sprintf("a %s without items", kind), kindHint(wanted))
	case !strings.HasSuffix(kind, "List"):
		return visit(at, kind, object)
	}
	list, ok := items.([]any)
	if !ok && items != nil {
		return d.failure(at.Key("items"), false, fmt.Sprintf("items must be a list, found %s", describe(items)))
	}
	for i, item := range list {
		m, ok := item.(map[string]any)
		if !ok {
			return d.failure(at.Key("items").Item(i), false, fmt.Sprintf("an object is wanted, found %s", describe(item)))
		}
		if _, has := m["kind"]; !has && kind != "List" { // NodeList: the items need no kind
			m["kind"] = strings.TrimSuffix(kind, "List")
		}
		if err := eachObject(d, wanted, at.Key("items").Item(i), m, visit); err != nil {
			return err
		}
	}
	return nil
}

// readNode keeps of a node what the scheduler looks at.
func readNode(d *document, at values.Path, object map[string]any) (node *corev1.Node, sized bool, err error) {
	node = &corev1.Node{}
	if node.Name, node.Labels, err = readMetadata(d, at, object); err != nil {
		return nil, false, err
	}
	spec, err := readMap(d, at.Key("spec"), object["spec"])
	if err != nil {
		return nil, false, err
	}
	if v := spec["unschedulable"]; v != nil {
		cordoned, ok := v.(bool)
		if !ok {
			return nil, false, d.failure(at.Key("spec").Key("unschedulable"), false, fmt.Sprintf("unschedulable must be true or false, found %s", describe(v)))
		}
		node.Spec.Unschedulable = cordoned
	}
	if node.Spec.Taints, err = readTaints(d, at.Key("spec").Key("taints"), spec["taints"]); err != nil {
		return nil, false, err
	}
	status, err := readMap(d, at.Key("status"), object["status"])
	if err != nil {
		return nil, false, err
	}
	for _, field := range []string{"allocatable", "capacity"} {
		if status[field] == nil {
			continue
		}
		if node.Status.Allocatable, err = readResources(d, at.Key("status").Key(field), status[field]); err != nil {
			return nil, false, err
		}
		break
	}
	cordonTaint(node)
	return node, size(node), nil
}

// cordonTaint adds the taint that the node lifecycle controller puts on a cordoned node. Spread constraints with
// nodeTaintsPolicy Honor look at it.
func cordonTaint(node *corev1.Node) {
	for _, t := range node.Spec.Taints {
		if t.Key == corev1.TaintNodeUnschedulable {
			return
		}
	}
	if node.Spec.Unschedulable {
		node.Spec.Taints = append(node.Spec.Taints, corev1.Taint{Key: corev1.TaintNodeUnschedulable, Effect: corev1.TaintEffectNoSchedule})
	}
}

func readMetadata(d *document, at values.Path, object map[string]any) (name string, labels map[string]string, err error) {
	metadata, err := readMap(d, at.Key("metadata"), object["metadata"])
	if err != nil {
		return "", nil, err
	}
	name, ok := metadata["name"].(string)
	if !ok || name == "" {
		return "", nil, d.failure(at.Key("metadata").Key("name"), false, fmt.Sprintf("a %s needs a name, found %s", object["kind"], describe(metadata["name"])))
	}
	objection := ""
	switch object["kind"] {
	case "Node":
		objection = kube.NodeNameObjection(name)
	case "Namespace":
		objection = kube.NamespaceNameObjection(name)
	}
	if objection != "" {
		return "", nil, d.failure(at.Key("metadata").Key("name"), false, fmt.Sprintf("no %s can be called %.80q", object["kind"], name), objection)
	}
	labels, err = readLabels(d, at.Key("metadata").Key("labels"), metadata["labels"])
	return name, labels, err
}

func readMap(d *document, at values.Path, v any) (map[string]any, error) {
	m, ok := v.(map[string]any)
	if !ok && v != nil {
		return nil, d.failure(at, false, fmt.Sprintf("%s must be a map, found %s", at.Last().Name(), describe(v)))
	}
	return m, nil
}

func readLabels(d *document, at values.Path, v any) (map[string]string, error) {
	m, err := readMap(d, at, v)
	if err != nil {
		return nil, err
	}
	labels := make(map[string]string, len(m))
	for _, key := range slices.Sorted(maps.Keys(m)) {
		text, ok := m[key].(string)
		if !ok {
			return nil, d.failure(at.Key(key), false, fmt.Sprintf("the value of the label %s must be text, found %s", key, describe(m[key])),
				quoted(m[key])...)
		}
		if objection := kube.LabelKeyObjection(key); objection != "" {
			return nil, d.failure(at.Key(key), true, fmt.Sprintf("%.80q cannot be the key of a label", key), objection)
		}
		if objection := kube.LabelValueObjection(text); objection != "" {
			return nil, d.failure(at.Key(key), false, fmt.Sprintf("%.80q cannot be the value of the label %s", text, key), objection)
		}
		labels[key] = text
	}
	return labels, nil
}

// quoted says how a value that is no map and no list becomes text.
func quoted(v any) []string {
	switch v.(type) {
	case nil:
		return []string{`write "" for a label without a value`}
	case map[string]any, []any:
		return nil
	}
	return []string{fmt.Sprintf("write it in quotes: \"%v\"", v)}
}

func readTaints(d *document, at values.Path, v any) ([]corev1.Taint, error) {
	list, ok := v.([]any)
	if !ok && v != nil {
		return nil, d.failure(at, false, fmt.Sprintf("taints must be a list, found %s", describe(v)))
	}
	var taints []corev1.Taint
	for i, item := range list {
		m, err := readMap(d, at.Item(i), item)
		if text, short := item.(string); short {
			m, err = shortTaint(text), nil
		}
		if err != nil {
			return nil, err
		}
		key, isText := m["key"].(string)
		value, valueIsText := m["value"].(string)
		effect, _ := m["effect"].(string)
		switch corev1.TaintEffect(effect) {
		case corev1.TaintEffectNoSchedule, corev1.TaintEffectPreferNoSchedule, corev1.TaintEffectNoExecute:
		default:
			return nil, d.failure(at.Item(i).Key("effect"), false, fmt.Sprintf("a taint's effect cannot be %s", describe(m["effect"])),
				"legal: NoSchedule, PreferNoSchedule, NoExecute")
		}
		if !isText || key == "" || !valueIsText && m["value"] != nil {
			return nil, d.failure(at.Item(i), false, "a taint needs a key, and its key and value must be text")
		}
		if objection := kube.LabelKeyObjection(key); objection != "" {
			return nil, d.failure(at.Item(i).Key("key"), false, fmt.Sprintf("%.80q cannot be the key of a taint", key), objection)
		}
		if objection := kube.LabelValueObjection(value); objection != "" {
			return nil, d.failure(at.Item(i).Key("value"), false, fmt.Sprintf("%.80q cannot be the value of the taint %s", value, key), objection)
		}
		if slices.ContainsFunc(taints, func(t corev1.Taint) bool { return t.Key == key && string(t.Effect) == effect }) {
			return nil, d.failure(at.Item(i), false, fmt.Sprintf("two taints of the key %s with the effect %s", key, effect), "a node has one of each key and effect")
		}
		taints = append(taints, corev1.Taint{Key: key, Value: value, Effect: corev1.TaintEffect(effect)})
	}
	return taints, nil
}

// shortTaint reads a taint as `kubectl taint` takes it: key=value:Effect or key:Effect.
func shortTaint(text string) map[string]any {
	pair, effect, _ := strings.Cut(text, ":")
	key, value, _ := strings.Cut(pair, "=")
	return map[string]any{"key": key, "value": value, "effect": effect}
}

func readResources(d *document, at values.Path, v any) (corev1.ResourceList, error) {
	m, err := readMap(d, at, v)
	if err != nil {
		return nil, err
	}
	list := corev1.ResourceList{}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if !isResource(name) {
			return nil, d.failure(at.Key(name), true, fmt.Sprintf("no node has a resource called %s", name),
				"legal: "+strings.Join(resources, ", ")+", and extended ones such as nvidia.com/gpu")
		}
		if objection := kube.ResourceNameObjection(name); objection != "" && strings.Contains(name, "/") {
			return nil, d.failure(at.Key(name), true, fmt.Sprintf("%.80q cannot be the name of a resource", name), objection)
		}
		quantity, err := resource.ParseQuantity(fmt.Sprint(m[name]))
		if err != nil || quantity.Sign() < 0 {
			return nil, d.failure(at.Key(name), false, fmt.Sprintf("%s is no quantity of %s", describe(m[name]), name), "write it like 4, 500m, 16Gi")
		}
		if name == string(corev1.ResourceMemory) && quantity.Value() < 1<<20 {
			return nil, d.failure(at.Key(name), false, fmt.Sprintf("a node with %s bytes of memory", quantity.String()), "write the unit: 16Gi")
		}
		if objection := kube.ResourceAmountObjection(corev1.ResourceName(name), quantity); objection != "" {
			return nil, d.failure(at.Key(name), false, fmt.Sprintf("a node cannot have %s of %s", quantity.String(), name), objection)
		}
		list[corev1.ResourceName(name)] = quantity
	}
	return list, nil
}

// resources are those that a node has without a domain before their names.
var resources = []string{"cpu", "memory", "pods", "ephemeral-storage"}

func isResource(name string) bool {
	return slices.Contains(resources, name) || strings.Contains(name, "/") || strings.HasPrefix(name, "hugepages-") || strings.HasPrefix(name, "attachable-volumes-")
}

// readPod decodes a pod; nil for one that has finished, which takes no place.
func readPod(d *document, at values.Path, object map[string]any) (*corev1.Pod, error) {
	if _, _, err := readMetadata(d, at, object); err != nil {
		return nil, err
	}
	kept := map[string]any{"metadata": object["metadata"], "spec": object["spec"]}
	status, err := readMap(d, at.Key("status"), object["status"])
	if err != nil {
		return nil, err
	}
	pod := &corev1.Pod{}
	if err := decodeObject(d, at, "Pod", kept, pod); err != nil {
		return nil, err
	}
	if pod.Namespace == "" {
		pod.Namespace = metav1.NamespaceDefault
	}
	if pod.UID == "" {
		pod.UID = types.UID(pod.Namespace + "/" + pod.Name)
	}
	pod.Status.Phase = corev1.PodPhase(fmt.Sprint(status["phase"]))
	if pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed {
		return nil, nil
	}
	return pod, nil
}

// decodeObject decodes an object of a kind into Kubernetes' own type.
func decodeObject(d *document, at values.Path, kind string, object map[string]any, into any) error {
	text, err := json.Marshal(object)
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong):
		path := at
		for _, key := range strings.Split(wrong.Field, ".") {
			path = path.Key(key)
		}
		return d.failure(path, false, fmt.Sprintf("%s of a %s cannot be %s", wrong.Field, kind, wrong.Value), kindHint(kind))
	case err != nil:
		return d.failure(at, false, fmt.Sprintf("a %s that cannot be read: %s", kind, err), kindHint(kind))
	}
	return nil
}

// size completes what a node can hold and reports whether it was given. Without, nothing is too big, but for the number
// of pods: 110 is the kubelet's default.
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/kubelet/apis/config/v1beta1/defaults.go (MaxPods)
func size(node *corev1.Node) (sized bool) {
	all := node.Status.Allocatable
	if all == nil {
		all = corev1.ResourceList{}
	}
	if _, ok := all[corev1.ResourcePods]; !ok {
		all[corev1.ResourcePods] = *resource.NewQuantity(110, resource.DecimalSI)
	}
	_, cpu := all[corev1.ResourceCPU]
	_, memory := all[corev1.ResourceMemory]
	for name, enough := range plenty {
		if _, ok := all[name]; !ok {
			all[name] = *resource.NewQuantity(enough, resource.DecimalSI)
		}
	}
	node.Status.Allocatable = all
	return cpu && memory
}

// plenty is more than all pods together ask for, and small enough for the scores, which multiply it by 100.
var plenty = map[corev1.ResourceName]int64{corev1.ResourceCPU: 1 << 40, corev1.ResourceMemory: 1 << 50, corev1.ResourceEphemeralStorage: 1 << 50}

// describe words a value of the wrong type.
func describe(v any) string {
	switch v := v.(type) {
	case nil:
		return "nothing"
	case map[string]any:
		return "a map"
	case []any:
		return "a list"
	case string:
		return fmt.Sprintf("the text %.40q", v)
	case bool:
		return fmt.Sprintf("%t (no text)", v)
	}
	return fmt.Sprintf("the number %v", v)
}
