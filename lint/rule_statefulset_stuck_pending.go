package lint

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/spreadlint/spreadlint/render"
)

var _ = register(Rule{
	ID: "statefulset-stuck-pending", Category: "rollout", Severity: Warning, Since: "0.1.0",
	Title: "A StatefulSet that will not replace its Pending pod",
	NoFix: "the pod has to be deleted by hand; no value does that",
	Doc: `A StatefulSet with podManagementPolicy OrderedReady does nothing until the pod it waits for is ready. If that pod is
Pending under the old template, a corrected template does not help: the controller never replaces it. Delete the pod by hand
after the upgrade.

Sources: https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback and
https://github.com/kubernetes/kubernetes/issues/67250`,
	Needs: needsPods,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, w := range in.running() {
			policy, _ := w.Lookup(w.SpecPath.Parent().Parent().Key("podManagementPolicy"))
			if w.Kind != "StatefulSet" || policy == "Parallel" {
				continue
			}
			for _, pod := range in.Cluster.Inventory.Pods {
				if !ownedBy(pod, w, in.Release.Namespace) || pod.Status.Phase != corev1.PodPending || pod.Spec.NodeName != "" {
					continue
				}
				f := atReplicas(w)
				f.Message = fmt.Sprintf("%s is Pending now, and the StatefulSet waits for it", pod.Name)
				f.Caret = "delete the pod by hand after the upgrade"
				f.Effect = "the new template is not applied: the upgrade changes nothing until somebody deletes the pod"
				f.Notes = []string{fmt.Sprintf("kubectl delete pod %s -n %s", pod.Name, pod.Namespace)}
				found = append(found, f)
				break
			}
		}
		return found
	},
})

func ownedBy(pod *corev1.Pod, w *render.Workload, namespace string) bool {
	if w.Namespace != "" {
		namespace = w.Namespace
	}
	owner := metav1.GetControllerOf(pod)
	return owner != nil && owner.Kind == w.Kind && owner.Name == w.Name && pod.Namespace == namespace
}
