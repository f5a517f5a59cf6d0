package lint

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// refusedBy asks Kubernetes' own validation about a workload, once.
func (in *Input) refusedBy(w *render.Workload) []kube.FieldError {
	errors, known := in.refused[w]
	if !known {
		for _, e := range w.Pod.Validate() {
			if !in.dropsField(e) {
				errors = append(errors, e)
			}
		}
		merges := kube.MinorOf(in.Release.KubeVersion) >= 34
		for _, e := range w.Pod.ValidateCreated(w.PodLabels()) {
			// Before 1.34 the overlap in a spread constraint is refused with the
			// template; an object of kind Pod is created as it is.
			if in.dropsField(e) {
				continue
			}
			e.PodOnly = w.Kind != "Pod" && (!inConstraint(e.Path) || merges)
			errors = append(errors, e)
		}
		in.refused[w] = errors
	}
	return errors
}

// refusals lets the rules claim the API server's errors, in the order of
// their ids. What none claims is reported as it is.
func (in *Input) refusals() []Finding {
	var found []Finding
	for _, w := range in.Release.Workloads {
		for _, e := range in.refusedBy(w) {
			f := in.explainRefusal(w, e)
			if in.Release.Chart == "" {
				f.group = f.Field // no value stands behind several fields; absent ones share the place of their map
			}
			found = append(found, f)
		}
	}
	return found
}

func (in *Input) explainRefusal(w *render.Workload, e kube.FieldError) Finding {
	for _, r := range Rules() {
		if r.Refusal == nil {
			continue
		}
		if f, claimed := r.Refusal(w, e); claimed {
			f.Rule = r.ID
			if f.Effect == "" {
				f.Effect = in.refusedEffect(w, e)
			}
			return f
		}
	}
	f := at(w, e.Path)
	f.Rule = placementRefused.ID
	f.Message = fmt.Sprintf("the API server refuses %s: %s: %s", shortField(e.Path), e.Type, e.Detail)
	f.Caret = e.Detail
	f.Effect = in.refusedEffect(w, e)
	return f
}

// refusedEffect says what a refusal leads to, and in which versions: those
// that drop the field refuse nothing, and who refuses a key that stands in a
// constraint's selector and beside it has changed.
func (in *Input) refusedEffect(w *render.Workload, e kube.FieldError) string {
	feature, young := featureAt(e.Path)
	since := "every Kubernetes version"
	if young {
		since = fmt.Sprintf("Kubernetes from 1.%d on", feature.On)
		if e.Decode {
			since = fmt.Sprintf("Kubernetes from 1.%d on", feature.Alpha)
		}
	}
	key, _ := e.Value.(string)
	merged := inConstraint(e.Path) && labelKeyList(e.Path) != "" && e.Type == kube.Invalid && isLabelKey(key) // it stands in the selector, too
	switch {
	case e.PodOnly && merged:
		return fmt.Sprintf("from Kubernetes 1.34 on the %s is accepted and `helm upgrade` succeeds, but the API server refuses every pod made from it: none starts; older versions refuse the %s itself", w.Kind, w.Kind)
	case e.PodOnly:
		return fmt.Sprintf("the %s is accepted and `helm upgrade` succeeds, but the API server refuses every pod made from it: none starts", w.Kind)
	case merged && w.Kind != "Pod" && !w.Custom:
		return fmt.Sprintf("Kubernetes up to 1.33 refuses the %s: `helm upgrade` stops with an error; from 1.34 on it accepts the %s and refuses its pods", w.Kind, w.Kind)
	case w.Custom:
		return fmt.Sprintf("the operator that handles %s passes this on to its pods; the API server refuses them there: no pod is created", w.Kind)
	}
	return fmt.Sprintf("%s refuses the %s: `helm upgrade` stops with an error", since, w.Kind)
}

// dropsField reports whether the API server of the version in question removes
// the field before it would refuse it. What it knows it decodes, even if it
// drops it afterwards.
func (in *Input) dropsField(e kube.FieldError) bool {
	version := kube.MinorOf(in.Release.KubeVersion)
	feature, young := featureAt(e.Path)
	if !young || version == 0 {
		return false
	}
	return feature.Stage(version) != "" && !(e.Decode && version >= feature.Alpha)
}

// inConstraint reports whether a path of the pod template lies in a topology
// spread constraint.
func inConstraint(p values.Path) bool {
	return len(p) > 1 && p[1] == values.Name("topologySpreadConstraints")
}

// suspects are the workloads that a rule is likely to find fault with, seen
// without a second render; they are traced together.
func (in *Input) suspects() []*render.Workload {
	var found []*render.Workload
	for _, w := range in.Release.Workloads {
		if len(in.refusedBy(w)) > 0 || w.Scalable() && !in.protected(w) || slices.ContainsFunc(w.Terms(), in.doubtful(w)) {
			found = append(found, w)
		}
	}
	return found
}

// doubtful is a quick test of a term's key and selector.
func (in *Input) doubtful(w *render.Workload) func(render.Term) bool {
	return func(t render.Term) bool {
		if why, _ := suspicion(t.TopologyKey); why != "" || !isLabelKey(t.TopologyKey) || isShared(t.TopologyKey) || deprecatedKeys[t.TopologyKey].successor != "" {
			return true
		}
		ok, err := t.Selects(w)
		return err != nil || !ok
	}
}

// running are the workloads that serve: hooks and helm tests end.
func (in *Input) running() []*render.Workload {
	var found []*render.Workload
	for _, w := range in.Release.Workloads {
		if w.Hook == "" {
			found = append(found, w)
		}
	}
	return found
}

// shouldSpread lists the workloads with pods to spread: those that may run two
// or more, and those that a template renders several times, such as one
// StatefulSet per agent, where the group is what spreads.
func (in *Input) shouldSpread() []*render.Workload {
	perTemplate := map[string]int{}
	for _, w := range in.running() {
		perTemplate[w.Template+"\x00"+w.Kind]++
	}
	var found []*render.Workload
	for _, w := range in.running() {
		if w.Kind == "DaemonSet" || w.MaxReplicas == 0 {
			continue
		}
		peers := perTemplate[w.Template+"\x00"+w.Kind] > 1 && w.Kind != "Job" && w.Kind != "CronJob" // those that end are no replicas of each other
		if w.Scalable() || peers && in.Release.Chart != "" {
			found = append(found, w)
		}
	}
	return found
}

// matchesOther reports whether a term selects another workload of the release.
func (in *Input) matchesOther(t render.Term, w *render.Workload) bool {
	return slices.ContainsFunc(in.Release.Workloads, func(other *render.Workload) bool {
		ok, err := t.Selects(other)
		return other != w && err == nil && ok
	})
}

// show writes a value as a person would type it.
func show(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		if v == "" || strings.ContainsAny(v, " \t\n\"'{}[]") || looksTyped(v) {
			return fmt.Sprintf("%q", v)
		}
		return v
	case map[string]any, []any:
		b, err := json.Marshal(v)
		if err != nil {
			return fmt.Sprint(v)
		}
		return string(b)
	}
	return fmt.Sprint(v)
}

// looksTyped reports whether YAML would read a bare word as something else
// than text.
func looksTyped(word string) bool {
	if _, err := strconv.ParseFloat(word, 64); err == nil {
		return true
	}
	return slices.Contains([]string{"true", "false", "yes", "no", "on", "off", "y", "n", "null", "~"}, strings.ToLower(word))
}

// shortField is a rendered field as people speak of it.
func shortField(p values.Path) string {
	text := strings.TrimPrefix(p.String(), "spec.")
	text = strings.ReplaceAll(text, "requiredDuringSchedulingIgnoredDuringExecution", "required")
	return strings.ReplaceAll(text, "preferredDuringSchedulingIgnoredDuringExecution", "preferred")
}

// fieldName is the name of the field that a path ends with; "" for an item of
// a list, and for a label of a selector, which may be called like a field.
func fieldName(p values.Path) string {
	last := len(p) - 1
	if last < 0 || p[last].IsIndex() || last > 0 && slices.Contains(labelMaps, p[last-1]) {
		return ""
	}
	return p[last].Name()
}

// labelMaps are the maps whose keys are labels.
var labelMaps = []values.Key{values.Name("matchLabels"), values.Name("nodeSelector"), values.Name("labels")}

// isKey reports whether the path ends with a key of this name.
func isKey(p values.Path, name string) bool {
	return len(p) > 0 && !p.Last().IsIndex() && p.Last().Name() == name
}
