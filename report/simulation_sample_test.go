package report

import (
	"testing"

	"github.com/spreadlint/spreadlint/cluster"
	"github.com/spreadlint/spreadlint/render"
)

// simulationNodes has what makes grids hard: zones, a node without one, a
// cordoned node, names that share a domain.
const simulationNodes = `
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Node, metadata: {name: n1.plant.example, labels: {kubernetes.io/hostname: n1, topology.kubernetes.io/zone: a}}, status: {allocatable: {cpu: "4", memory: 8Gi, pods: "110"}}}
- {apiVersion: v1, kind: Node, metadata: {name: n2.plant.example, labels: {kubernetes.io/hostname: n2, topology.kubernetes.io/zone: a}}, status: {allocatable: {cpu: "4", memory: 8Gi, pods: "110"}}}
- {apiVersion: v1, kind: Node, metadata: {name: n3.plant.example, labels: {kubernetes.io/hostname: n3, topology.kubernetes.io/zone: b}}, status: {allocatable: {cpu: "4", memory: 8Gi, pods: "110"}}}
- {apiVersion: v1, kind: Node, metadata: {name: n10.plant.example, labels: {kubernetes.io/hostname: n10, topology.kubernetes.io/zone: b}}, spec: {unschedulable: true}, status: {allocatable: {cpu: "4", memory: 8Gi, pods: "110"}}}
- {apiVersion: v1, kind: Node, metadata: {name: n11.plant.example, labels: {kubernetes.io/hostname: n11}}}
`

// simulationManifests has a workload of each fate: one that fits and grows, one
// that is Pending and stuck, an ordered one, one on each node, a single pod,
// one that is refused and one of another scheduler.
const simulationManifests = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: plant-web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}]}}
      topologySpreadConstraints: [{maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: web}}}]
      containers: [{name: web, image: web}]
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: plant-web}
spec: {minReplicas: 2, maxReplicas: 8, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: plant-web}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: plant-tight}
spec:
  replicas: 5
  selector: {matchLabels: {app: tight}}
  strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
  template:
    metadata: {labels: {app: tight}}
    spec:
      affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: tight}}}]}}
      containers: [{name: tight, image: tight}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: plant-broker}
spec:
  replicas: 5
  selector: {matchLabels: {app: broker}}
  template:
    metadata: {labels: {app: broker}}
    spec:
      topologySpreadConstraints: [{maxSkew: 1, minDomains: 3, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: broker}}}]
      containers: [{name: broker, image: broker}]
      volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: plant-agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: agent, image: agent}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: plant-single}
spec:
  selector: {matchLabels: {app: single}}
  template:
    metadata: {labels: {app: single}}
    spec: {containers: [{name: single, image: single}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: plant-refused}
spec:
  selector: {matchLabels: {app: refused}}
  template:
    metadata: {labels: {app: refused}}
    spec:
      affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: a=b, labelSelector: {matchLabels: {app: refused}}}]}}
      containers: [{name: refused, image: refused}]
---
apiVersion: v1
kind: Pod
metadata: {name: plant-foreign}
spec:
  schedulerName: other
  containers: [{name: foreign, image: foreign}]
`

// simulated asks for everything about manifests on nodes.
func simulated(t testing.TB, nodes, manifests string, q Questions) *Simulation {
	t.Helper()
	inventory, err := cluster.ReadNodes("nodes.yaml", []byte(nodes))
	if err != nil {
		t.Fatal(err)
	}
	release, err := render.FromManifests("plant.yaml", []byte(manifests))
	if err != nil {
		t.Fatal(err)
	}
	release.KubeVersion = "1.37.0"
	s, err := cluster.New(inventory, release, cluster.Options{})
	if err != nil {
		t.Fatal(err)
	}
	q.Source = "plant.yaml"
	result, err := Simulate(s, cluster.Options{}, q)
	if err != nil {
		t.Fatal(err)
	}
	return result
}
