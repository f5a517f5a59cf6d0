package lint

import (
	"fmt"
	"maps"
	"slices"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

const (
	required  = "requiredDuringSchedulingIgnoredDuringExecution"
	preferred = "preferredDuringSchedulingIgnoredDuringExecution"
)

// fieldsAt are the fields that Kubernetes knows in the map at a path of the
// pod template, for the maps that rules about placement are made of.
func fieldsAt(path values.Path) []string {
	last, above := "", ""
	if n := len(path); n > 1 && path[n-1].IsIndex() {
		above = path[n-2].Name()
	} else if n > 0 {
		last = path[n-1].Name()
	}
	switch {
	case last == "podAffinity" || last == "podAntiAffinity":
		return []string{required, preferred}
	case above == required && !inNodeAffinity(path), last == "podAffinityTerm":
		return termFields
	case above == preferred && !inNodeAffinity(path):
		return preferredFields
	case above == "topologySpreadConstraints":
		return constraintFields
	case last == "labelSelector" || last == "namespaceSelector":
		return []string{"matchLabels", "matchExpressions"}
	}
	return nil
}

func inNodeAffinity(path values.Path) bool { return slices.Contains(path, values.Name("nodeAffinity")) }

// inside are the maps that a field may have been meant for: those that belong
// into the map at path, by their names.
func inside(path values.Path) []values.Path {
	var found []values.Path
	for _, name := range fieldsAt(path) {
		switch name {
		case "podAffinityTerm", "labelSelector":
			found = append(found, path.Key(name))
		}
	}
	return found
}

// relocation is where a misnested field belongs: in, the innermost map that
// holds both places, and the moves within it.
type relocation struct {
	in     values.Path
	title  string
	moves  [][2]values.Path
	remove values.Path
}

// relocate finds the one place where an unknown field of the pod template is
// known; nil when there is none, or something stands there already.
func relocate(w *render.Workload, path values.Path) *relocation {
	name, holder := path.Last().Name(), path.Parent()
	if path.Last().IsIndex() || fieldsAt(holder) == nil {
		return nil
	}
	here, _ := w.Lookup(w.FieldPath(holder))
	siblings, _ := here.(map[string]any)
	if r := unwrap(siblings, holder, name); r != nil {
		return r
	}
	free := func(p values.Path) bool {
		_, taken := w.Lookup(w.FieldPath(p))
		return !taken
	}
	for _, child := range inside(holder) {
		places := []values.Path{child}
		for _, place := range append(places, inside(child)...) {
			if slices.Contains(fieldsAt(place), name) && free(place.Key(name)) {
				return &relocation{in: holder, title: fmt.Sprintf("move %s below %s", name, place.Last().Name()), moves: [][2]values.Path{{path, place.Key(name)}}}
			}
		}
	}
	for above := holder.Parent(); len(above) > 0 && fieldsAt(above) != nil; above = above.Parent() {
		if slices.Contains(fieldsAt(above), name) && free(above.Key(name)) {
			return &relocation{in: above, title: fmt.Sprintf("move %s beside %s", name, holder[len(above)].Name()), moves: [][2]values.Path{{path, above.Key(name)}}}
		}
	}
	if near := values.Nearest(name, fieldsAt(holder), 1); len(near) > 0 && values.Distance(name, near[0]) <= 2 && free(holder.Key(near[0])) {
		return &relocation{in: holder, title: fmt.Sprintf("rename %s to %s", name, near[0]), moves: [][2]values.Path{{path, holder.Key(near[0])}}}
	}
	_, isText := siblings[name].(string)
	if (isKey(holder, "labelSelector") || isKey(holder, "namespaceSelector")) && isText && free(holder.Key("matchLabels").Key(name)) {
		return &relocation{in: holder, title: fmt.Sprintf("move %s below matchLabels", name), moves: [][2]values.Path{{path, holder.Key("matchLabels").Key(name)}}}
	}
	return nil
}

// unwrap takes a required term out of the form of a preferred one.
func unwrap(siblings map[string]any, holder values.Path, name string) *relocation {
	if slices.Contains(fieldsAt(holder), name) || !slices.Contains(preferredFields, name) || len(holder) < 2 || holder[len(holder)-2] != values.Name(required) {
		return nil
	}
	r := &relocation{in: holder, title: "write a required term: without weight and podAffinityTerm"}
	if _, weighted := siblings["weight"]; weighted {
		r.remove = holder.Key("weight")
	}
	term, _ := siblings["podAffinityTerm"].(map[string]any)
	if len(term) == 0 {
		r.title = "remove weight"
		return r
	}
	for _, key := range slices.Sorted(maps.Keys(term)) {
		if _, taken := siblings[key]; taken {
			return nil
		}
		r.moves = append(r.moves, [2]values.Path{holder.Key("podAffinityTerm").Key(key), holder.Key(key)})
	}
	return r
}

// offerRelocation offers the moves in the values, where the rule stands in
// them as it is rendered: with the same keys. The second render of a fix shows
// whether that was right.
func (in *Input) offerRelocation(w *render.Workload, path values.Path) func(*Finding, render.Decider) {
	r := relocate(w, path)
	if r == nil {
		return nil
	}
	return func(f *Finding, d render.Decider) {
		inValues, ok := in.asWritten(w, r.in, path, d.Path)
		if !ok {
			return
		}
		translated := func(p values.Path) values.Path { return inValues.Child(p[len(r.in):]...) }
		fix := Fix{Title: r.title, Safety: Unsafe}
		if in.soft(w, path) || len(r.moves) == 0 {
			fix.Safety = Safe // it was inert; a preference makes no pod wait
		}
		for _, m := range r.moves {
			fix.Sets = append(fix.Sets, Set{Path: translated(m[0]), Move: translated(m[1])})
		}
		if r.remove != nil {
			fix.Sets = append(fix.Sets, Set{Path: translated(r.remove), Remove: true})
		}
		f.Fixes = append(f.Fixes, fix)
	}
}

// asWritten is the path in the values of a map of the pod template, given the
// value of something in it: the ends of both paths are equal then, and the
// keys that the values have are all rendered.
func (in *Input) asWritten(w *render.Workload, holder, field, value values.Path) (values.Path, bool) {
	tail := field[len(holder):]
	if len(value) < len(tail) || !value[len(value)-len(tail):].Equal(tail) {
		return nil, false
	}
	at := value[:len(value)-len(tail)]
	written, _ := values.Lookup(any(in.Release.Values()), at)
	rendered, _ := w.Lookup(w.FieldPath(holder))
	from, isMap := written.(map[string]any)
	to, _ := rendered.(map[string]any)
	for key := range from {
		if _, there := to[key]; !there {
			return nil, false
		}
	}
	return at, isMap
}

// soft reports whether a field of the pod template belongs to a rule that
// makes no pod wait.
func (in *Input) soft(w *render.Workload, path values.Path) bool {
	if slices.Contains(path, values.Name(preferred)) {
		return true
	}
	if !inConstraint(path) || len(path) < 3 {
		return false
	}
	when, _ := w.Lookup(w.FieldPath(path[:3].Key("whenUnsatisfiable")))
	return when == "ScheduleAnyway"
}
