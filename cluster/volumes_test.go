package cluster

import (
	"fmt"
	"strings"
	"testing"
)

// localVolume is one that lies on a node.
func localVolume(name, node string, more ...string) string {
	fields := append([]string{"capacity: {storage: 1Gi}", "accessModes: [ReadWriteOnce, ReadWriteOncePod]", "local: {path: /data}"}, more...)
	return fmt.Sprintf(`apiVersion: v1
kind: PersistentVolume
metadata: {name: %s}
spec:
  nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [%s]}]}]}}
  %s
`, name, node, strings.Join(fields, "\n  "))
}

func claim(name string, fields ...string) string {
	fields = append([]string{"resources: {requests: {storage: 1Gi}}"}, fields...)
	return fmt.Sprintf("apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: %s}\nspec:\n  %s\n", name, strings.Join(fields, "\n  "))
}

const (
	localClass = "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: local}\nprovisioner: kubernetes.io/no-provisioner\nvolumeBindingMode: WaitForFirstConsumer\n"
	usesData   = "volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]"
	onceOnly   = "accessModes: [ReadWriteOncePod]"
	once       = "accessModes: [ReadWriteOnce]"
	ofLocal    = "storageClassName: local"
	templates  = "volumeClaimTemplates: [{metadata: {name: data}, spec: {storageClassName: local, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]"
)

// TestVolumesOfTheRelease judges volumes that the chart brings along: nothing else is known of the cluster's.
func TestVolumesOfTheRelease(t *testing.T) {
	threeNodes := "pools: [{name: 'n', count: 3, zones: [a, b, c]}]"
	cases := []struct {
		name      string
		manifests []string
		want      string // pods per node; Pending with their messages
	}{
		{"a claim for one pod", []string{deployment("web", "replicas: 2", usesData), claim("data", onceOnly)},
			"n-1:1; 1 Pending: 0/3 nodes are available: 3 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod."},
		{"a claim for pods of one node is no matter of the scheduler", []string{deployment("web", "replicas: 2", usesData), claim("data", once)}, "n-1:1 n-2:1; 0 Pending: "},
		{"a claim that names its volume", []string{deployment("web", "replicas: 2", usesData), claim("data", once, "storageClassName: ''", "volumeName: pv"), localVolume("pv", "n-2")},
			"n-2:2; 0 Pending: "},
		{"a volume that names its claim", []string{deployment("web", "replicas: 1", usesData), claim("data", once, "storageClassName: ''"), localVolume("pv", "n-3", "claimRef: {name: data, namespace: default}")},
			"n-3:1; 0 Pending: "},
		{"a volume and a claim of one class", []string{deployment("web", "replicas: 1", usesData), claim("data", once, "storageClassName: manual"), localVolume("pv", "n-3", "storageClassName: manual")},
			"n-3:1; 0 Pending: "},
		{"a volume too small for the claim", []string{deployment("web", "replicas: 1", usesData), claim("data", once, "storageClassName: manual"), strings.Replace(localVolume("pv", "n-3", "storageClassName: manual"), "1Gi", "1Mi", 1)},
			"n-1:1; 0 Pending: "},
		{"the cluster's default class may be another", []string{deployment("web", "replicas: 1", usesData), claim("data", once), localVolume("pv", "n-3")}, "n-1:1; 0 Pending: "},
		{"two volumes for three pods", []string{statefulSet("web", "replicas: 3\n"+templates), localClass, localVolume("pv-1", "n-2", ofLocal), localVolume("pv-2", "n-3", ofLocal)},
			"n-2:1 n-3:1; 1 Pending: 0/3 nodes are available: 3 node(s) didn't find available persistent volumes to bind."},
		{"volumes made by hand in the cluster", []string{statefulSet("web", "replicas: 3\n"+templates), localClass}, "n-1:1 n-2:1 n-3:1; 0 Pending: "},
		{"a class for some zones", []string{statefulSet("web", "replicas: 2\n"+templates),
			strings.Replace(localClass, "kubernetes.io/no-provisioner", "disk.example.com", 1) + "allowedTopologies: [{matchLabelExpressions: [{key: topology.kubernetes.io/zone, values: [b]}]}]\n"},
			"n-2:2; 0 Pending: "},
		{"a claim of somebody else", []string{deployment("web", "replicas: 2", usesData)}, "n-1:1 n-2:1; 0 Pending: "},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := simulate(t, threeNodes, c.manifests...)
			w := place(t, s).Workloads[0]
			got := fmt.Sprintf("%s; %d Pending: %s", perDomain(s, w, hostKey), len(w.Pending), messages(w))
			if got != c.want {
				t.Errorf("got  %s\nwant %s\nlimits %q", got, c.want, w.Limits)
			}
		})
	}
}

// TestVolumeStaysWhereItIs loses the node of a local volume: the pod has to wait for it.
func TestVolumeStaysWhereItIs(t *testing.T) {
	s := simulate(t, "pools: [{name: 'n', count: 3}]", statefulSet("web", "replicas: 2\n"+templates), localClass,
		localVolume("pv-1", "n-1", ofLocal), localVolume("pv-2", "n-2", ofLocal), localVolume("pv-3", "n-3", "storageClassName: other"))
	l, err := s.Lose("node=n-1")
	if err != nil {
		t.Fatal(err)
	}
	w := l.Workloads[0]
	const want = "0/2 nodes are available: 2 node(s) didn't match PersistentVolume's node affinity."
	if w.Left != 1 || w.Replaced != 0 || len(w.Pending) != 1 || w.Pending[0].Message != want {
		t.Errorf("%s: %+v", lossText(l), w.Pending)
	}
	all, err := s.Losses()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range all {
		w := l.Workloads[0]
		waiting := map[string]int{"n-1": 1, "n-2": 1}[l.Nodes[0]]
		if len(l.Nodes) == 1 && len(w.Pending) != waiting {
			t.Errorf("%s, want %d Pending", lossText(l), waiting)
		}
	}
}

// TestOncePodRollout updates a Deployment whose claim admits one pod: the new one waits for the old one, which waits for it.
func TestOncePodRollout(t *testing.T) {
	s := simulate(t, sixNodes, deployment("web", "replicas: 1", usesData), claim("data", onceOnly))
	r, err := s.Rollout(s.Release.Workloads[0], nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.Finishes || len(r.Waiting) != 1 || !strings.Contains(r.Waiting[0].Message, "ReadWriteOncePod") {
		t.Errorf("%+v", r)
	}
}

// TestVolumeLimits names what is not known of volumes.
func TestVolumeLimits(t *testing.T) {
	for _, c := range []struct {
		name      string
		manifests []string
		want      string
	}{
		{"a claim of somebody else", []string{deployment("web", "replicas: 2", usesData)}, "volume data: its claim may bind its pod to a zone, or admit one pod only (--volumes tells)"},
		{"a class of the cluster's", []string{deployment("web", "replicas: 1", usesData), claim("data", "storageClassName: fast")}, "volume data: it may bind its pod to a zone (--volumes tells which)"},
		{"a class whose volumes are made by hand", []string{statefulSet("web", "replicas: 3\n"+templates), localClass},
			"volume data: the volumes of the class local are made by hand, and bind their pods to nodes (--volumes tells which)"},
		{"a template in place of a volume of its name", []string{statefulSet("web", "replicas: 1\nvolumeClaimTemplates: [{metadata: {name: data}}]", usesData)}, "volume data: it may bind its pod to a zone (--volumes tells which)"},
		{"volumes of the chart's own", []string{statefulSet("web", "replicas: 1\n"+templates), localClass, localVolume("pv-1", "n-1", ofLocal)}, ""},
		{"a claim that names a volume of the chart's own", []string{deployment("web", "replicas: 1", usesData), claim("data", once, "storageClassName: ''", "volumeName: pv"), localVolume("pv", "n-1")}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := strings.Join(place(t, simulate(t, sixNodes, c.manifests...)).Workloads[0].Limits, "\n"); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}
