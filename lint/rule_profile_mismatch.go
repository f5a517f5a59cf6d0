package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/render"
)

var _ = register(Rule{
	ID: "profile-mismatch", Category: "availability", Severity: Error, Since: "0.1.0",
	NoFix: "the environment needs a value of its own: `spreadlint generate --profile` writes it",
	Title: "Values of one environment that fail on the nodes of another",
	Doc: `A hard rule that holds on the nodes of one profile of the configuration leaves pods waiting, or a rolling update
hanging, on those of this one: usually a default, or a file that several environments share, was written for the larger
cluster. The same rendered release is placed on the nodes of all profiles to tell that from a rule that fits nowhere.

Set the value in a file of its own for each environment; ` + "`spreadlint generate --profile NAME`" + ` writes it.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#an-example-of-a-pod-that-uses-pod-affinity`,
	Needs: needsProfile,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, w := range in.scheduled() {
			t, ok := hardOwn(w)
			if !ok || w.Kind == "DaemonSet" {
				continue
			}
			trouble, err := Hangs(in.Cluster, w)
			if ask(in, trouble, err) == "" {
				continue
			}
			if fitting := in.fitsElsewhere(w); len(fitting) > 0 {
				f := at(w, t.Path)
				f.target.presence = true
				f.group = w.ID()
				f.Message = fmt.Sprintf("the %s on %s fits the nodes of %s, not those of %s (%s)", t.Kind(), t.TopologyKey,
					strings.Join(fitting, " and "), in.profile, count(len(in.Cluster.Inventory.Nodes), "node"))
				f.Caret = "a value of its own for " + in.profile
				f.Effect = strings.TrimSuffix(trouble, ".")
				f.Notes = []string{fmt.Sprintf("spreadlint generate --profile %s writes values for these nodes", in.profile)}
				f.offer = offerSofter(t)
				found = append(found, f)
			}
		}
		return found
	},
})

// hardOwn is the first hard rule of a workload against its own pods.
func hardOwn(w *render.Workload) (render.Term, bool) {
	for _, t := range w.Terms() {
		if t.Hard && selectsSelf(t, w) {
			return t, true
		}
	}
	return render.Term{}, false
}

// fitsElsewhere lists the profiles on whose nodes nothing of the workload
// waits: "prod (9 nodes)".
func (in *Input) fitsElsewhere(w *render.Workload) []string {
	var names []string
	for _, e := range in.elsewhere {
		s := in.on(e)
		if s == nil {
			continue
		}
		trouble, err := Hangs(s, w)
		if ask(in, trouble, err) == "" && err == nil {
			names = append(names, fmt.Sprintf("%s (%s)", e.Profile, count(len(e.Nodes.Nodes), "node")))
		}
	}
	slices.Sort(names)
	return names
}
