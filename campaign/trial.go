package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/values"
)

// trial is one defect in one value of a chart.
type trial struct {
	*check
	proven  proven
	defect  defect
	variant string // file, anchor, set
	args    []string
	file    string   // override
	lines   [][2]int // any of these is its own
	control []finding
}

// tryOverrides proves candidates until there were enough trials of them.
func (k *check) tryOverrides() error {
	if k.defaults == nil || k.values == nil {
		return nil
	}
	trials, probes := 0, 0
	used := map[string]int{}
	for _, c := range k.candidates() {
		if trials >= k.trials || probes >= 4*k.trials {
			return nil
		}
		probes++
		p, ok, err := k.prove(c)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		probes--
		control, ok, err := k.legal(p)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		mine := 0
		all := k.applicable(p)
		slices.SortStableFunc(all, func(a, b defect) int { return used[a.name] - used[b.name] })
		for _, d := range all {
			if mine == 2 || trials >= k.trials {
				break
			}
			t := trial{check: k, proven: p, defect: d, control: control}
			if ok, err := t.prepare(); err != nil {
				return err
			} else if !ok {
				continue
			}
			used[d.name]++
			trials, mine = trials+1, mine+1
			t.run()
		}
	}
	return nil
}

// legal lints the legal value: no error may be found in it that helm's output
// does not show.
func (k *check) legal(p proven) (found []finding, ok bool, err error) {
	content, fits := override(k.values, p.settings(p.written)...)
	if !fits {
		return nil, false, nil
	}
	file, err := k.keep(write(content, true).text)
	if err != nil {
		return nil, false, err
	}
	helm, lint := k.template(k.chart.dir, "-f", file), k.lint(k.chart.dir, "-f", file)
	decoded, ok := reportOf(lint)
	if helm.exit != 0 {
		return nil, false, nil
	}
	if !ok || lint.timedOut || lint.crashed() || decoded.Summary.Unjudged {
		k.result.Trials["legal value not judged"]++
		k.result.fail("trial", "a legal value is not judged", p.path.String()+": "+string(lint.err)+saidOf(decoded), helm, lint)
		return nil, false, nil
	}
	docs := documents(helm.out)
	for _, f := range fresh(decoded.Findings, k.findings) {
		v := judge(f, docs)
		if v == isFalse || v == unknown && f.Severity == "error" && f.Location.File == file && strings.HasPrefix(f.Path, p.path.String()) {
			k.result.Trials["false on a legal value"]++
			k.result.fail("trial", "false "+f.Rule+" on a legal value", p.path.String()+": "+f.Message+" "+strings.Join(f.Workloads, " "), helm, lint)
		}
	}
	return decoded.Findings, true, nil
}

// prepare writes the override. ok is false where the defect does not fit.
func (t *trial) prepare() (ok bool, err error) {
	path, value, at := t.proven.path, t.proven.written, values.Path(nil)
	if t.defect.move != nil {
		if path, ok = t.defect.move(t.check, t.proven); !ok {
			return false, nil
		}
	} else {
		if value, at, ok = t.defect.change(t.proven); !ok {
			return false, nil
		}
		if !t.defect.raw {
			if value, ok = spell(t.proven.candidate, value, t.proven.form); !ok {
				return false, nil
			}
			if t.proven.form == single && len(at) > 0 {
				at = at[1:]
			}
		}
	}
	t.variant = t.choose(path, value)
	settings := append(slices.Clone(t.proven.around), setting{path, value})
	switch t.variant {
	case "set":
		t.lines = [][2]int{{0, 1 << 20}}
		settings = settings[:len(settings)-1]
		encoded, err := json.Marshal(value)
		if err != nil {
			return false, err
		}
		t.args = []string{"--set-json", spelledForHelm(path) + "=" + string(encoded)}
	case "anchor":
		settings[len(settings)-1].value = shared{value}
	}
	content, fits := override(t.check.values, t.withNeighbours(path, settings)...)
	if !fits {
		return false, nil
	}
	out := write(content, true)
	if t.file, err = t.keep(out.text); err != nil {
		return false, err
	}
	t.args = append([]string{"-f", t.file}, t.args...)
	if t.variant == "set" {
		return true, nil
	}
	place := path.Child(at...).String()
	if t.variant == "anchor" {
		if place = anchorKey; len(at) > 0 {
			place += "." + at.String()
		}
	}
	if t.proven.form == text {
		place = path.String()
	}
	lines, known := out.lines[place]
	if !known {
		return false, fmt.Errorf("%s: no lines of %s are known in %s", t.chart.id(), place, t.file)
	}
	t.lines = [][2]int{lines}
	if t.variant == "anchor" && len(at) == 0 {
		t.lines = append(t.lines, out.lines[path.String()]) // the alias, where the whole value is wrong
	}
	for n := len(path) - 1; n > 0 && t.defect.move != nil; n-- {
		if _, set := values.Lookup(t.check.values, path[:n]); !set {
			first := out.lines[values.Path(path[:n]).String()][0]
			t.lines = append(t.lines, [2]int{first, first})
		}
	}
	return true, nil
}

// choose says how the value is given: mostly in a file as it is.
func (t *trial) choose(path values.Path, value any) string {
	indexed := slices.ContainsFunc(path, values.Key.IsIndex)
	_, isMap := value.(map[string]any)
	_, isList := value.([]any)
	switch n := t.chance(t.defect.name, path.String()) % 10; {
	case n < 2 && !indexed:
		return "set"
	case n < 4 && (isMap || isList) && t.defect.move == nil && !t.chart.hasSchema():
		return "anchor"
	}
	return "file"
}

// withNeighbours sets a value beside the path to what it is anyway.
func (t *trial) withNeighbours(path values.Path, settings []setting) []setting {
	m, _ := values.Lookup(t.check.values, path.Parent())
	siblings, _ := m.(map[string]any)
	for _, key := range sortedKeys(siblings) {
		switch siblings[key].(type) {
		case bool, string:
			at := path.Parent().Key(key)
			if _, isCandidate := familyOf(at, siblings[key]); isCandidate || at.Equal(path) || slices.ContainsFunc(settings, func(s setting) bool { return s.path.HasPrefix(at) }) ||
				slices.ContainsFunc(at, values.Key.IsIndex) {
				continue
			}
			return append([]setting{{at, siblings[key]}}, settings...)
		}
	}
	return settings
}

// spelledForHelm is a path as --set-json takes it.
func spelledForHelm(path values.Path) string {
	var keys []string
	for _, key := range path {
		keys = append(keys, strings.NewReplacer(".", `\.`, ",", `\,`).Replace(key.Name()))
	}
	return strings.Join(keys, ".")
}
