package cluster

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/spreadlint/spreadlint/render"
)

const kubectlNodes = `apiVersion: v1
items:
- apiVersion: v1
  kind: Node
  metadata:
    name: n10
    labels:
      kubernetes.io/hostname: n10
      topology.kubernetes.io/zone: a
  spec:
    taints:
    - effect: NoSchedule
      key: node-role.kubernetes.io/control-plane
  status:
    allocatable: {cpu: "4", memory: 8Gi, pods: "110"}
- apiVersion: v1
  kind: Node
  metadata:
    name: n2
    labels: {kubernetes.io/hostname: n2}
  spec: {unschedulable: true}
kind: List
metadata: {}
`

func TestReadNodes(t *testing.T) {
	cases := []struct {
		name, text string
		want       string // node names, zones, taints; then what is not sized
	}{
		{"kubectl's list in YAML", kubectlNodes, "n2//node.kubernetes.io/unschedulable n10/a/node-role.kubernetes.io/control-plane [n2]"},
		{"single nodes in several documents", "# two\n---\nkind: Node\nmetadata: {name: a}\n---\nkind: Node\nmetadata: {name: b}\n", "a// b// [a b]"},
		{"JSON", `{"kind":"List","items":[{"kind":"Node","metadata":{"name":"x","labels":{"topology.kubernetes.io/zone":"z"}},"status":{"capacity":{"cpu":2,"memory":"1Gi"}}}]}`, "x/z/ []"},
		{"a NodeList whose items have no kind", `{"kind":"NodeList","items":[{"metadata":{"name":"x"}}]}`, "x// [x]"},
		{"pools", "pools:\n- name: w\n  count: 3\n  zones: [a, b]\n  taints: ['k=v:NoExecute']\n  allocatable: {cpu: 4, memory: 8Gi}\n", "w-1/a/k w-2/b/k w-3/a/k []"},
		{"pools that may grow", "pools:\n- {name: w, count: 1, maxCount: 4}\n", "w-1// [w-1] [w: up to 4 nodes]"},
		{"a carriage return at the line ends", strings.ReplaceAll("---\nkind: Node\nmetadata: {name: a}\n---\nkind: Node\nmetadata: {name: b}\n", "\n", "\r\n"), "a// b// [a b]"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			inventory, err := ReadNodes("nodes.yaml", []byte(c.text))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, n := range inventory.Nodes {
				taint := ""
				for _, k := range n.Spec.Taints {
					taint += k.Key
				}
				got = append(got, n.Name+"/"+n.Labels[corev1.LabelTopologyZone]+"/"+taint)
			}
			text := fmt.Sprint(strings.Join(got, " "), " ", inventory.Unsized)
			if len(inventory.Growing) > 0 {
				text += fmt.Sprint(" ", inventory.Growing)
			}
			if text != c.want {
				t.Errorf("got  %s\nwant %s", text, c.want)
			}
		})
	}
}

func TestBadNodes(t *testing.T) {
	manyNodes := "kind: List\nitems:\n" + strings.Repeat("- {kind: Node, metadata: {name: w}}\n", 2)
	cases := []struct{ name, text, want string }{
		{"empty", " \n", "nodes.yaml: the file is empty"},
		{"only comments", "# nothing\n", "nodes.yaml: the file holds only comments"},
		{"a pod list", "apiVersion: v1\nkind: List\nitems:\n- kind: Pod\n  metadata: {name: p}\n", "nodes.yaml:1:1: found 1 pod, but no nodes"},
		{"other objects", "kind: List\nitems:\n- kind: Service\n  metadata: {name: p}\n", "nodes.yaml:3:9: a Service, where a Node is wanted"},
		{"a kubeconfig", "apiVersion: v1\nkind: Config\nusers: []\n", "nodes.yaml:2:7: a Config, where a Node is wanted"},
		{"an answer of the API server", `{"kind":"Status","status":"Failure"}`, "nodes.yaml:1:9: a Status, where a Node is wanted"},
		{"an empty list", "apiVersion: v1\nitems: []\nkind: List\n", "nodes.yaml:1:1: the list has no nodes"},
		{"YAML cut off between nodes", kubectlNodes[:strings.Index(kubectlNodes, "kind: List")], "nodes.yaml:1:1: a list without a kind: the file was cut off"},
		{"YAML cut off in a word", kubectlNodes[:60], "nodes.yaml:5:"},
		{"JSON cut off", `{"kind":"List","items":[{"kind":"Node","metadata":{"name":"x"}}`, "nodes.yaml:1:63: the file ends in the middle"},
		{"JSON with a slip", "{\"kind\":\"List\",\n\"items\": [}", "nodes.yaml:2:11: no JSON: invalid character '}' looking for beginning of value"},
		{"a table of kubectl", "NAME STATUS ROLES\nn1   Ready  <none>\n", "nodes.yaml:1"},
		{"not UTF-8", "kind: \xff\n", "nodes.yaml:1:7: the file is not UTF-8: byte 0xff"},
		{"a list at the top", "- kind: Node\n", "nodes.yaml:1"},
		{"two nodes of one name", manyNodes, "nodes.yaml:4:3: two nodes are called w"},
		{"a node without a name", "kind: Node\nmetadata: {}\n", "nodes.yaml:2:11: a Node needs a name, found nothing"},
		{"a label that is a number", "---\nkind: Node\nmetadata: {name: a}\n---\nkind: Node\nmetadata:\n  name: b\n  labels:\n    rack: 7\n", "nodes.yaml:9:11: the value of the label rack must be text, found the number 7"},
		{"labels that are a list", "kind: Node\nmetadata: {name: a, labels: [x]}\n", "nodes.yaml:2:29: labels must be a map, found a list"},
		{"a taint of no effect", "kind: Node\nmetadata: {name: a}\nspec:\n  taints: [{key: k, effect: Never}]\n", `nodes.yaml:4:29: a taint's effect cannot be the text "Never"`},
		{"a quantity that is none", "kind: Node\nmetadata: {name: a}\nstatus: {allocatable: {cpu: four}}\n", `nodes.yaml:3:29: the text "four" is no quantity of cpu`},
		{"unschedulable in words", "kind: Node\nmetadata: {name: a}\nspec: {unschedulable: yes please}\n", `nodes.yaml:3:23: unschedulable must be true or false, found the text "yes please"`},
		{"items that are a map", "kind: List\nitems: {a: 1}\n", "nodes.yaml:2:8: items must be a list, found a map"},
		{"an item that is text", "kind: List\nitems: [a]\n", `nodes.yaml:2:9: an object is wanted, found the text "a"`},
		{"a template", "a: {{ .x }}\n", "nodes.yaml:1:5: {{ is read as a map; such files are no templates"},
		{"a values file", "replicas: 3\nimage: x\n", "nodes.yaml:1:1: no object of Kubernetes: there is no kind"},
		{"pools: a key misspelt", "pools:\n- {name: w, cuont: 3}\n", "nodes.yaml:2:3: pools[0].count: is required"},
		{"pools: an unknown key", "pools:\n- {name: w, count: 3, zoness: [a]}\n", "nodes.yaml:2:23: pools[0].zoness: unknown key (did you mean zones?)"},
		{"pools misspelt", "pool:\n- {name: w, count: 3}\n", "nodes.yaml:1:1: pool: unknown key (did you mean pools?)"},
		{"pools: count 0", "pools:\n- name: w\n  count: 0\n", "nodes.yaml:3:10: pools[0].count: must be greater than or equal to 1"},
		{"pools: 50,000 nodes", "pools:\n- name: w\n  count: 50000\n", "nodes.yaml:3:10: more than 20000 nodes"},
		{"pools: together 50,000 nodes", "pools:\n- {name: v, count: 15000}\n- {name: w, count: 35000}\n", "nodes.yaml:3:20: more than 20000 nodes"},
		{"pools: two of one name", "pools:\n- {name: w, count: 1}\n- {name: w, count: 2}\n", "nodes.yaml:3:10: two nodes are called w-1"},
		{"pools: a label that is a number", "pools:\n- {name: w, count: 1, labels: {rack: 1}}\n", "nodes.yaml:2:38: pools[0].labels.rack: must be a string, found the number 1"},
		{"pools: no quantity", "pools:\n- {name: w, count: 1, allocatable: {memory: lots}}\n", `nodes.yaml:2:45: the text "lots" is no quantity of memory`},
		{"a label key that none can have", "kind: Node\nmetadata:\n  name: a\n  labels:\n    kubernetes.io/os=linux: \"\"\n", `nodes.yaml:5:5: "kubernetes.io/os=linux" cannot be the key of a label`},
		{"a label value that none can have", "kind: Node\nmetadata:\n  name: a\n  labels:\n    rack: in the corner\n", `nodes.yaml:5:11: "in the corner" cannot be the value of the label rack`},
		{"a label of nothing", "kind: Node\nmetadata:\n  name: a\n  labels:\n    rack:\n", `nodes.yaml:5:`},
		{"a taint's key", "kind: Node\nmetadata: {name: a}\nspec:\n  taints:\n  - {key: a b, effect: NoSchedule}\n", `nodes.yaml:5:11: "a b" cannot be the key of a taint`},
		{"a taint's value", "kind: Node\nmetadata: {name: a}\nspec:\n  taints:\n  - {key: a, value: b c, effect: NoSchedule}\n", `nodes.yaml:5:21: "b c" cannot be the value of the taint a`},
		{"two equal taints", "kind: Node\nmetadata: {name: a}\nspec:\n  taints:\n  - {key: a, value: b, effect: NoSchedule}\n  - {key: a, effect: NoSchedule}\n", `nodes.yaml:6:5: two taints of the key a with the effect NoSchedule`},
		{"an extended resource's name", "kind: Node\nmetadata: {name: a}\nstatus:\n  allocatable:\n    nvidia.com/g pu: 1\n", `nodes.yaml:5:5: "nvidia.com/g pu" cannot be the name of a resource`},
		{"half a device", "kind: Node\nmetadata: {name: a}\nstatus:\n  allocatable:\n    nvidia.com/gpu: 0.5\n", `nodes.yaml:5:21: a node cannot have 500m of nvidia.com/gpu`},
		{"a node's name", "kind: Node\nmetadata: {name: My_Node}\n", `nodes.yaml:2:18: no Node can be called "My_Node"`},
		{"a namespace's name", "kind: List\nitems:\n- {kind: Node, metadata: {name: a}}\n- {kind: Namespace, metadata: {name: a.b}}\n", `nodes.yaml:4:38: no Namespace can be called "a.b"`},
		{"pools: a label key that none can have", "pools:\n- {name: w, count: 1, labels: {'disk=ssd': x}}\n", `nodes.yaml:2:32: "disk=ssd" cannot be the key of a label`},
		{"pools: a label value that none can have", "pools:\n- name: w\n  count: 1\n  labels: {disk: 'fast, ssd'}\n", `nodes.yaml:4:18: "fast, ssd" cannot be the value of the label disk`},
		{"pools: a zone that is no label value", "pools:\n- name: w\n  count: 1\n  zones: [a, 'zone b']\n", `nodes.yaml:4:14: "zone b" cannot be the name of a zone`},
		{"pools: a taint with an equals sign too many", "pools:\n- {name: w, count: 1, taints: ['a=b=c:NoSchedule']}\n", `nodes.yaml:2:32: "b=c" cannot be the value of the taint a`},
		{"pools: an extended resource's name", "pools:\n- {name: w, count: 1, allocatable: {'nvidia.com/': 1}}\n", `nodes.yaml:2:37: "nvidia.com/" cannot be the name of a resource`},
		{"pools: a name with two dots", "pools:\n- {name: w..x, count: 1}\n", `nodes.yaml:2:10: no node can be called "w..x-1"`},
		{"pools: a name too long for a label", "pools:\n- {name: " + strings.Repeat("w", 62) + ", count: 1}\n", `nodes.yaml:2:10: no node can be called "www`},
		{"pools: a namespace's label", "pools:\n- {name: w, count: 1}\nnamespaces:\n- {name: a, labels: {team: 'a b'}}\n", `nodes.yaml:4:28: "a b" cannot be the value of the label team`},
		{"pools: none", "pools: []\n", "nodes.yaml:1:8: pools: "},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := ReadNodes("nodes.yaml", []byte(c.text))
			if err == nil {
				t.Fatal("no error")
			}
			var failure *render.Failure
			if !errors.As(err, &failure) {
				t.Fatalf("the error is a %T", err)
			}
			got := err.Error()
			if len(failure.Hints) > 0 && strings.HasPrefix(failure.Hints[0], "did you mean") {
				got += " (" + failure.Hints[0] + ")"
			}
			if !strings.HasPrefix(got, c.want) {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestAddPods(t *testing.T) {
	inventory, err := Zones(2, 2)
	if err != nil {
		t.Fatal(err)
	}
	list := `{"kind":"List","items":[
{"kind":"Pod","metadata":{"name":"p","namespace":"x","uid":"1"},"spec":{"nodeName":"node-1","containers":[{"name":"c"}]},"status":{"phase":"Running"}},
{"kind":"Pod","metadata":{"name":"done"},"spec":{"nodeName":"node-1"},"status":{"phase":"Succeeded"}},
{"kind":"Pod","metadata":{"name":"waits"},"spec":{},"status":{"phase":"Pending"}}]}`
	if err := inventory.AddPods("pods.json", []byte(list)); err != nil {
		t.Fatal(err)
	}
	if len(inventory.Pods) != 2 || inventory.Pods[0].Name != "waits" || inventory.Pods[1].UID != "1" {
		t.Errorf("pods: %v", inventory.Pods)
	}
	if err := inventory.AddNamespaces("ns.yaml", []byte("kind: Namespace\nmetadata: {name: x, labels: {team: a}}\n")); err != nil || inventory.Namespaces[0].Labels["team"] != "a" {
		t.Errorf("namespaces: %v %v", err, inventory.Namespaces)
	}
	for _, c := range []struct{ name, text, want string }{
		{"nodes", kubectlNodes, "pods.json:1:1: found 2 nodes, but no pods"},
		{"a wrong type", "kind: Pod\nmetadata: {name: p}\nspec:\n  nodeName: 7\n", "pods.json:4:13: spec.nodeName of a Pod cannot be number"},
		{"a quantity", "kind: Pod\nmetadata: {name: p}\nspec: {containers: [{resources: {requests: {cpu: x}}}]}\n", "pods.json:1:1: a Pod that cannot be read"},
	} {
		if err := inventory.AddPods("pods.json", []byte(c.text)); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
}

func TestZones(t *testing.T) {
	inventory, err := Zones(2, 2)
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, n := range inventory.Nodes {
		got += n.Name + n.Labels[corev1.LabelTopologyZone] + " "
	}
	if got != "node-1a node-2b node-3a node-4b " || len(inventory.Unsized) != 4 {
		t.Errorf("nodes %s, unsized %v", got, inventory.Unsized)
	}
	for _, c := range [][2]int{{0, 1}, {1, 0}, {-1, 5}, {1 << 40, 1 << 40}, {10000, 5}} {
		if _, err := Zones(c[0], c[1]); err == nil {
			t.Errorf("%v: no error", c)
		}
	}
}

func FuzzReadNodes(f *testing.F) {
	f.Add([]byte(kubectlNodes))
	f.Add([]byte("pools:\n- {name: w, count: 3, zones: [a], taints: ['a=b:NoSchedule']}\n"))
	f.Add([]byte(`{"kind":"List","items":[{"kind":"Node","metadata":{"name":"x"}}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		inventory, err := ReadNodes("nodes.yaml", text)
		if err == nil && len(inventory.Nodes) == 0 {
			t.Error("no nodes and no error")
		}
	})
}
