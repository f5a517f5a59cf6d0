package cluster

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkReadNodes reads 5,000 nodes as kubectl writes them, without the parts that are skipped.
func BenchmarkReadNodes(b *testing.B) {
	var yaml, json strings.Builder
	yaml.WriteString("apiVersion: v1\nitems:\n")
	json.WriteString(`{"kind":"List","items":[`)
	for i := range 5000 {
		fmt.Fprintf(&yaml, "- apiVersion: v1\n  kind: Node\n  metadata:\n    name: n%d\n    labels:\n      kubernetes.io/hostname: n%d\n      topology.kubernetes.io/zone: z%d\n  spec: {}\n  status:\n    allocatable:\n      cpu: \"4\"\n      memory: 8Gi\n", i, i, i%3)
		if i > 0 {
			json.WriteByte(',')
		}
		fmt.Fprintf(&json, `{"kind":"Node","metadata":{"name":"n%d","labels":{"kubernetes.io/hostname":"n%d"}},"status":{"allocatable":{"cpu":"4","memory":"8Gi"}}}`, i, i)
	}
	yaml.WriteString("kind: List\n")
	json.WriteString(`]}`)
	for name, text := range map[string]string{"yaml": yaml.String(), "json": json.String()} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := ReadNodes("nodes", []byte(text)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
