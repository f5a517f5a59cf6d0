package lint

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/values"
)

var _ = register(Rule{
	ID: "misplaced-value", Category: "values", Severity: Error, Since: "0.1.0",
	Title: "A known spreading key at a place where nothing reads it",
	NoFix: "several places, or none, read a value of this name",
	Doc: `The chart knows a key of this name, but elsewhere: at another depth, below another service, below a dependency (whose
values need its name, or its alias, in front), or not below ` + "`global`" + `. Helm ignores keys that nothing reads. Reported is
a key that no values.yaml declares at this place and whose removal leaves the whole output as it is.`,
	Needs: needsValues,
	Check: func(in *Input) []Finding {
		paths := in.misplaced()
		if len(paths) == 0 {
			return nil
		}
		var found []Finding
		for _, path := range in.withoutSleepers(in.provenUnread(paths)) {
			if !in.Release.Reads(path) { // an empty value changes nothing where it is read, either
				found = append(found, in.misplacedValue(path))
			}
		}
		return found
	},
})

// misplaced lists undeclared keys about placement whose name the templates do
// know.
func (in *Input) misplaced() []values.Path {
	r := in.Release
	undeclared := append(r.Undeclared(), r.UndeclaredGlobals()...)
	if len(undeclared) == 0 {
		return nil
	}
	text := in.templateText()
	var found []values.Path
	for _, path := range undeclared {
		name := path.Last().Name()
		value, _ := values.Lookup(any(r.Values()), path)
		if len(in.chartHome(path)) > 0 {
			found = append(found, path)
			continue
		}
		if !text.words[name] {
			continue
		}
		if _, global := in.globalHome(path); global {
			found = append(found, path)
			continue
		}
		if aboutPlacement(name, value) && (len(path) == 1 || in.nearDeclared(path) != "" || !text.takenWhole(path.Parent()) || len(in.homes(name)) > 0) {
			found = append(found, path)
		}
	}
	return found
}

func (in *Input) misplacedValue(path values.Path) Finding {
	name := path.Last().Name()
	f := atValue(path)
	f.target.onKey = true
	f.Message = fmt.Sprintf("%s is not read here", path)
	f.Effect = "Helm ignores it without a message: the chart's default holds instead"
	f.Caret = "the chart reads no such key at this place"
	if homes := in.chartHome(path); len(homes) > 0 {
		f.belowChartName(in, path, homes)
		return f
	}
	if home, ok := in.globalHome(path); ok {
		f.offerMeant(in, path, home)
		return f
	}
	if home, ok := in.meant(path); ok {
		f.offerMeant(in, path, home)
		return f
	}
	homes := in.homes(name)
	if near := sameBlock(path, homes); len(near) > 0 {
		homes = near
	}
	if len(homes) == 1 && !deepBelow(path, homes[0]) { // otherwise nobody but the user knows which was meant
		f.Fixes = append(f.Fixes, Fix{Title: "move it to " + homes[0].String(), Safety: Unsafe,
			Sets: []Set{{Path: path, Move: homes[0]}}})
	}
	if len(homes) > 0 {
		shown := make([]string, 0, 4)
		for _, home := range homes[:min(4, len(homes))] {
			shown = append(shown, home.String())
		}
		f.Caret = "the chart reads " + strings.Join(shown, ", ")
		if len(homes) > 4 {
			f.Caret += fmt.Sprintf(" and %d more", len(homes)-4)
		}
		if len(homes) == 1 && deepBelow(path, homes[0]) {
			f.Caret = fmt.Sprintf("the chart reads it for another part only: %s", homes[0])
		}
	}
	return f
}

// globalHome is where a map at the top of the values belongs if the chart has
// all its keys only below `global`, and what it has there is about placement.
func (in *Input) globalHome(path values.Path) (values.Path, bool) {
	value, _ := values.Lookup(any(in.Release.Values()), path)
	m, isMap := value.(map[string]any)
	if len(path) != 1 || !isMap || len(m) == 0 {
		return nil, false
	}
	home := values.Path{values.Name("global")}.Child(path...)
	declared, _ := in.Release.Layers.Default(home)
	known, _ := declared.(map[string]any)
	for k := range m {
		if _, there := known[k]; !there {
			return nil, false
		}
	}
	return home, aboutPlacement("", declared)
}

// homes are the places where the chart has a key of this name: those that a
// values.yaml declares or, if none does, those that a template asks for.
func (in *Input) homes(name string) []values.Path {
	if declared := in.Release.Layers.DeclaredAnywhere(name); len(declared) > 0 {
		return declared
	}
	return in.Release.ReadsOf(name)
}

// chartHome is where a map with placement values belongs that stands below the
// name of a chart where Helm does not look for it.
func (in *Input) chartHome(path values.Path) []values.Path {
	value, _ := values.Lookup(any(in.Release.Values()), path)
	if _, isMap := value.(map[string]any); !isMap || !aboutPlacement("", value) {
		return nil
	}
	return in.Release.ChartHome(path)
}

// belowChartName explains a block that stands below a chart's name, and moves
// what is in it. Which of several aliases is meant, only a person can tell.
func (f *Finding) belowChartName(in *Input, path values.Path, homes []values.Path) {
	value, _ := values.Lookup(any(in.Release.Values()), path)
	m, _ := value.(map[string]any)
	f.Caret = "these are the chart's own values: drop this level"
	var names []string
	for _, home := range homes {
		fix := Fix{Title: "move its keys one level up", Safety: Unsafe}
		if len(home) == len(path) {
			names = append(names, home.Last().Name())
			fix.Title = "move its keys to " + home.String()
		}
		if len(homes) > 1 {
			fix.Safety = ShowOnly
		}
		for _, k := range slices.Sorted(maps.Keys(m)) {
			fix.Sets = append(fix.Sets, Set{Path: path.Key(k), Move: home.Key(k)})
		}
		f.Fixes = append(f.Fixes, fix)
	}
	if len(names) > 0 {
		f.Caret = "the chart calls this dependency " + strings.Join(names, " and ")
	}
}

// deepBelow reports whether a home lies levels below the block that the value
// stands in: what is so far down belongs to another workload, as the replicas
// of a webhook do that lie inside its server's block.
func deepBelow(path, home values.Path) bool {
	return len(path) > 1 && home.HasPrefix(path.Parent()) && len(home) > len(path)+1
}

// sameBlock keeps the homes below the top-level key that the value stands in.
func sameBlock(path values.Path, homes []values.Path) []values.Path {
	var near []values.Path
	for _, home := range homes {
		if len(path) > 1 && home[0] == path[0] {
			near = append(near, home)
		}
	}
	return near
}
