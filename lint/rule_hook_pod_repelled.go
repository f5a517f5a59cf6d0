package lint

import (
	"fmt"
	"maps"
	"slices"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

var _ = register(Rule{
	ID: "hook-pod-repelled", Category: "rollout", Severity: Warning, Since: "0.1.0",
	Title: "A hook or test pod under a hard rule with the running pods",
	NoFix: "the labels of the hook's pod, or the rule's selector, come from the chart",
	Doc: `Pods of Helm hooks come beside the running release. If a hook's pod carries a hard rule that matches the running pods,
or carries their labels under their hard rule (anti-affinity works both ways), it needs a free domain: without one it
stays Pending, and an upgrade that waits for it never begins. An error for hooks before an install or upgrade, a
warning for others. Hooks that run only before an install or after a delete meet no running pod. With ` + "`--nodes`" + ` only hooks that find no node are reported.`,
	Check: func(in *Input) []Finding {
		var found []Finding
		for _, hook := range in.Release.Workloads {
			if hook.Hook == "" || !hook.RunsBeside() {
				continue
			}
			if in.Cluster != nil && in.findsNode(hook) {
				continue
			}
			for _, w := range in.running() {
				if f, repelled := in.repelled(hook, w); repelled {
					if hook.BlocksUpgrade() {
						f.Severity = Error
					}
					found = append(found, f)
				}
			}
		}
		return found
	},
})

// findsNode reports whether all pods of a workload get a node.
func (in *Input) findsNode(w *render.Workload) bool {
	for _, p := range in.placed() {
		if p.Workload == w {
			return len(p.Pending) == 0 && p.Skipped == ""
		}
	}
	return false
}

// repelled reports whether a hard anti-affinity term of either workload
// matches the other's pods.
func (in *Input) repelled(hook, w *render.Workload) (Finding, bool) {
	for _, t := range hook.Terms() {
		if ok, err := t.Selects(w); err == nil && ok && t.Hard && !t.Spread {
			f := at(hook, t.Path)
			f.target.presence = true
			f.Message = fmt.Sprintf("the pod of the %s hook has a hard rule against the pods of %s", hook.Hook, w.ID())
			f.Caret = "a hook needs no rule"
			f.Effect = fmt.Sprintf("it needs a domain of %s without any of them; without one it stays Pending", t.TopologyKey)
			return f, true
		}
	}
	t, ok := keepsAway(w, hook)
	if !ok {
		return Finding{}, false
	}
	field, decides := in.settableLabel(hook, w, t)
	f := Finding{Workloads: []string{hook.ID()}, Field: field.String(), target: target{workload: hook, field: field, presence: true}}
	f.Caret = "give hook pods labels of their own"
	if cause := in.Release.Cause(w, w.FieldPath(t.Path)); !decides && len(cause.Values)+len(cause.Controls) > 0 {
		f = at(w, t.Path)
		f.target.presence = true
		f.Workloads = append(f.Workloads, hook.ID())
		f.Caret = "a soft rule keeps nobody away; the chart could give hook pods labels of their own"
	}
	f.Message = fmt.Sprintf("the pod of the %s hook carries the labels that the hard rule of %s keeps away", hook.Hook, w.ID())
	f.Effect = fmt.Sprintf("it needs a domain of %s without any of their pods; without one it stays Pending", t.TopologyKey)
	return f, true
}

// keepsAway is the hard anti-affinity term of a workload that selects a hook's
// pods.
func keepsAway(w, hook *render.Workload) (render.Term, bool) {
	for _, t := range w.Terms() {
		if ok, err := t.Selects(hook); err == nil && ok && t.Hard && !t.Spread {
			return t, true
		}
	}
	return render.Term{}, false
}

// settableLabel is the label of a hook's pods that a term selects and that a
// value is seen to change, so that the term no longer selects them; otherwise
// all labels: the template spells them out, or the value gives them to the
// running pods, too.
func (in *Input) settableLabel(hook, w *render.Workload, t render.Term) (values.Path, bool) {
	if in.Release.Chart == "" {
		return hook.LabelsPath, true
	}
	for _, key := range slices.Sorted(maps.Keys(selectorValues(t))) {
		label := hook.LabelsPath.Key(key)
		if _, rendered := hook.Lookup(label); !rendered {
			continue
		}
		for _, d := range in.Release.Cause(hook, label).Values {
			var other any = "another"
			if _, isMap := d.Value.(map[string]any); isMap {
				other = map[string]any{key: other}
			}
			changed, err := in.try([]*render.Workload{hook, w}, d.Path, other)
			if err != nil {
				continue
			}
			hookThen, then := changed.Workload(hook), changed.Workload(w)
			if hookThen == nil || then == nil {
				continue
			}
			if _, still := keepsAway(then, hookThen); !still {
				return label, true
			}
		}
	}
	return hook.LabelsPath, false
}
