package main

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/values"
)

// family is what a value of placement is, going by its key's name alone:
// spreadlint's own idea of what decides what is under test here.
type family string

const (
	affinityMap  family = "affinity"
	antiMap      family = "podAntiAffinity"
	constraints  family = "constraints"
	modeWord     family = "mode"
	topologyKey  family = "topologyKey"
	replicaCount family = "replicas"
	scaling      family = "autoscaling"
	budget       family = "budget"
)

// candidate is a value that may decide placement. It counts once helm's output
// moves when it is set.
type candidate struct {
	path    values.Path
	family  family
	current any
	found   string // set, commented, absent
}

func familyOf(path values.Path, current any) (family, bool) {
	key := path.Last().Name()
	lower := strings.ToLower(key)
	above := ""
	if parent := path.Parent(); len(parent) > 0 {
		above = strings.ToLower(parent.Last().Name())
	}
	_, isText := current.(string)
	_, isMap := current.(map[string]any)
	block := isText && strings.Contains(current.(string), "\n")
	switch {
	case strings.Contains(lower, "antiaffinitypreset"):
		return modeWord, isText || current == nil
	case strings.Contains(lower, "topologykey") && !strings.HasSuffix(lower, "keys"):
		return topologyKey, isText || current == nil
	case strings.Contains(lower, "antiaffinity") && isText && !block:
		return modeWord, true
	case lower == "podantiaffinity" && above == "affinity":
		return antiMap, isMap
	case lower == "affinity" || strings.HasSuffix(key, "Affinity") && !slices.Contains([]string{"nodeaffinity", "podaffinity", "podantiaffinity", "sessionaffinity"}, lower):
		return affinityMap, isMap || current == nil || isText
	case lower == "topologyspreadconstraints":
		return constraints, true
	case lower == "minreplicas" || lower == "maxreplicas":
		return scaling, true
	case lower == "replicacount" || lower == "replicas" || strings.HasSuffix(key, "Replicas"):
		_, isNumber := current.(float64)
		return replicaCount, isNumber || current == nil || isText
	case (lower == "minavailable" || lower == "maxunavailable") && (strings.Contains(above, "pdb") || strings.Contains(above, "disruption") || strings.Contains(above, "budget")):
		return budget, true
	}
	return "", false
}

// candidates finds values of placement in the effective values, in comments of
// values.yaml and in what templates read, and orders them so that each family
// has its turn, by a choice that is the same in each run.
func (k *check) candidates() []candidate {
	found := map[string]candidate{}
	add := func(path values.Path, current any, how string) {
		if f, ok := familyOf(path, current); ok {
			if _, known := found[path.String()]; !known {
				found[path.String()] = candidate{path, f, current, how}
			}
		}
	}
	walk(k.values, nil, func(path values.Path, value any) { add(path, value, "set") })
	for _, path := range k.commented() {
		if _, set := values.Lookup(k.values, path); !set {
			add(path, nil, "commented")
		}
	}
	for _, path := range k.read() {
		if _, set := values.Lookup(k.values, path); !set {
			add(path, nil, "absent")
		}
	}
	byFamily := map[family][]candidate{}
	for _, path := range slices.SortedFunc(maps.Keys(found), k.byChance) {
		c := found[path]
		byFamily[c.family] = append(byFamily[c.family], c)
	}
	var all []candidate
	for i := 0; len(all) < len(found); i++ {
		for _, f := range slices.SortedFunc(maps.Keys(byFamily), func(a, b family) int { return k.byChance(string(a), string(b)) }) {
			if i < len(byFamily[f]) {
				all = append(all, byFamily[f][i])
			}
		}
	}
	return all
}

func walk(tree any, path values.Path, visit func(values.Path, any)) {
	switch t := tree.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(t)) {
			here := path.Key(key)
			visit(here, t[key])
			if key != "global" || len(path) == 0 { // copies of it below each dependency
				walk(t[key], here, visit)
			}
		}
	case []any:
		for i, item := range t {
			walk(item, path.Item(i), visit)
		}
	}
}

var (
	keyLine       = regexp.MustCompile(`^(\s*)(?:- )?([A-Za-z][\w-]*):`)
	commentedLine = regexp.MustCompile(`^(\s*)#( ?)(\s*)([A-Za-z]\w*):`)
	valuesRead    = regexp.MustCompile(`\.Values((?:\.[A-Za-z_]\w*)+)`)
)

// commented are keys that values.yaml has only in comments, below the key that
// is set above them with a smaller indentation.
func (k *check) commented() (paths []values.Path) {
	text, err := os.ReadFile(filepath.Join(k.chart.dir, "values.yaml"))
	if err != nil {
		return nil // a chart without values
	}
	type open struct {
		indent int
		key    string
	}
	var stack []open
	pop := func(indent int) {
		for len(stack) > 0 && stack[len(stack)-1].indent >= indent {
			stack = stack[:len(stack)-1]
		}
	}
	for _, line := range strings.Split(string(text), "\n") {
		if m := commentedLine.FindStringSubmatch(line); m != nil {
			indent := len(m[1]) + len(m[3])
			var path values.Path
			for _, o := range stack {
				if o.indent < indent {
					path = path.Key(o.key)
				}
			}
			paths = append(paths, path.Key(m[4]))
		} else if m := keyLine.FindStringSubmatch(line); m != nil {
			pop(len(m[1]))
			stack = append(stack, open{len(m[1]), m[2]})
		}
	}
	return paths
}

// read are the values that templates name in full. Those of a dependency are
// below its folder's name, unless it has an alias.
func (k *check) read() (paths []values.Path) {
	seen := map[string]bool{}
	for _, file := range k.chart.templates() {
		text, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		var prefix values.Path
		if inside, err := filepath.Rel(k.chart.dir, file); err == nil && strings.HasPrefix(filepath.ToSlash(inside), "charts/") {
			prefix = prefix.Key(strings.Split(filepath.ToSlash(inside), "/")[1])
		}
		for _, m := range valuesRead.FindAllStringSubmatch(string(text), -1) {
			path := prefix
			for _, key := range strings.Split(m[1][1:], ".") {
				path = path.Key(key)
			}
			if !seen[path.String()] {
				seen[path.String()] = true
				paths = append(paths, path)
			}
		}
	}
	return paths
}

// switches are the values beside the path and above it that turn things on
// and are off, as settings that turn them on.
func (k *check) switches(path values.Path) (on []setting) {
	for n := len(path) - 1; n >= 0; n-- {
		m, ok := values.Lookup(k.values, path[:n])
		entries, isMap := m.(map[string]any)
		if !ok || !isMap {
			continue
		}
		for _, key := range []string{"enabled", "create", "deploy", "install"} {
			if n > 0 && entries[key] == false {
				on = append(on, setting{values.Path(path[:n]).Key(key), true})
			}
		}
	}
	return on
}

// partners are modes beside a topology key: it moves nothing while they are off.
func (k *check) partners(c candidate) (on []setting) {
	if c.family != topologyKey {
		return nil
	}
	siblings, _ := values.Lookup(k.values, c.path.Parent())
	entries, _ := siblings.(map[string]any)
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		sibling := c.path.Parent().Key(key)
		if f, ok := familyOf(sibling, entries[key]); ok && f == modeWord {
			on = append(on, setting{sibling, "hard"})
		}
	}
	return on
}

// countBeside asks for several pods through the number of replicas that
// stands beside the path or nearest above it.
func (k *check) countBeside(c candidate) (setting, bool) {
	if c.family == replicaCount || c.family == scaling || c.family == budget {
		return setting{}, false
	}
	for n := len(c.path) - 1; n >= 0; n-- {
		m, _ := values.Lookup(k.values, c.path[:n])
		for _, key := range []string{"replicaCount", "replicas"} {
			entries, _ := m.(map[string]any)
			if v, isNumber := entries[key].(float64); isNumber {
				return setting{values.Path(c.path[:n]).Key(key), 3.0}, v < 2
			}
		}
	}
	return setting{}, false
}
