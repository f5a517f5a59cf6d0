package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/cluster"
	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
)

var volumeZoneConflict = register(Rule{
	ID: "volume-zone-conflict", Category: "fit", Severity: Error, Since: "0.1.0",
	Title: "A volume that lies where the pod may not run",
	NoFix: "a volume cannot move; the rule or the claim has to give way",
	Doc: `A claim that is bound keeps its pod where the volume is: a StatefulSet's pod number 2 always gets the same volume back.
If the rules, the requests or the taints leave no node there, the pod stays Pending for ever, although others are free.
Volumes are known from ` + "`--volumes`" + `: the output of ` + "`kubectl get pv,pvc,storageclass -A -o yaml`" + `.

Reported as a warning beforehand where a storage class binds at once (volumeBindingMode Immediate, which is the default)
and a hard rule spreads the pods over zones: the volume is made before anybody asks where its pod may run.

Sources: https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/scheduler/framework/plugins/volumebinding/volume_binding.go,
https://kubernetes.io/docs/concepts/storage/storage-classes/#volume-binding-mode`,
	Needs: needsVolumes,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, p := range in.placed() {
			if p.Workload.Hook != "" {
				continue
			}
			if f, conflict := in.volumeConflict(p); conflict {
				found = append(found, f)
			} else if f, likely := in.volumesFirst(p.Workload); likely {
				found = append(found, f)
			}
		}
		return found
	},
})

// volumeConflict is about the Pending pods of a workload that a volume keeps
// from nodes.
func (in *Input) volumeConflict(p *cluster.WorkloadPlacement) (Finding, bool) {
	var f Finding
	pods := 0
	for _, pending := range p.Pending {
		rejections := pending.Rejections()
		if !slices.ContainsFunc(rejections, byVolume) {
			continue
		}
		if pods++; pods > 1 {
			continue
		}
		attached := in.Cluster.Attached(pending)
		f = atVolumeRule(p.Workload, rejections)
		f.Effect = fmt.Sprintf("%s stays Pending: %q", pending.Name, pending.Message)
		f.Message = fmt.Sprintf("%s cannot have its volumes on any node", pending.Name)
		f.Caret = "the volume has to come first: bind it, or give the claim another class"
		if slices.ContainsFunc(rejections, func(r kube.Rejection) bool {
			return r.Plugin == "VolumeRestrictions" && !r.Final
		}) {
			f.Message = fmt.Sprintf("%s shares a volume that admits one pod at a time", pending.Name)
			f.Caret = "one replica, or a claim of each pod's own, or the access mode ReadWriteMany"
		}
		for i, a := range attached {
			where := fmt.Sprintf("can be used on %s only", someNodes(a.Nodes))
			if len(a.Nodes) == 0 {
				where = "can be used on none of the nodes"
			}
			if text := fmt.Sprintf("the volume of %s (claim %s) %s", pending.Name, a.Claim, where); i == 0 {
				f.Message, f.Caret = text, "no room for the pod there"
			} else {
				f.Notes = append(f.Notes, text)
			}
			for _, r := range rejections {
				if slices.Contains(a.Nodes, r.Node) && !byVolume(r) {
					f.Notes = append(f.Notes, fmt.Sprintf("%s: %s", r.Node, strings.Join(r.Reasons, ", ")))
				}
			}
		}
	}
	if pods > 1 {
		f.Notes = append(f.Notes, fmt.Sprintf("so it is with %d pods", pods))
	}
	return f, pods > 0
}

func byVolume(r kube.Rejection) bool {
	return r.Plugin == "VolumeBinding" || r.Plugin == "VolumeZone" || r.Plugin == "VolumeRestrictions"
}

// atVolumeRule starts a finding at the hard rule that rejects a pod where its
// volume is, if one does.
func atVolumeRule(w *render.Workload, rejections []kube.Rejection) Finding {
	for _, t := range w.Terms() {
		plugin := "InterPodAffinity"
		if t.Spread {
			plugin = "PodTopologySpread"
		}
		if t.Hard && slices.ContainsFunc(rejections, func(r kube.Rejection) bool { return r.Plugin == plugin }) {
			return at(w, t.Path)
		}
	}
	return atReplicas(w)
}

// volumesFirst is about volumes that will be made before their pods are placed
// by a hard rule over zones.
func (in *Input) volumesFirst(w *render.Workload) (Finding, bool) {
	classes := in.Cluster.BoundAtOnce(w)
	if len(classes) == 0 || w.MaxReplicas < 2 {
		return Finding{}, false
	}
	for _, t := range w.Terms() {
		if own, err := t.Selects(w); !t.Hard || t.TopologyKey == "kubernetes.io/hostname" || !own || err != nil || len(in.reach(w, t.TopologyKey).domains) < 2 {
			continue
		}
		f := at(w, t.Path)
		f.Severity = Warning
		f.Message = fmt.Sprintf("the storage class %s makes volumes before %s decides where their pods run", classes[0], t.TopologyKey)
		f.Caret = "a class with volumeBindingMode WaitForFirstConsumer asks the scheduler first"
		f.Effect = "two volumes may come to lie in one domain, and a pod then stays Pending for ever"
		return f, true
	}
	return Finding{}, false
}
