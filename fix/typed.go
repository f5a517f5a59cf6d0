package fix

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// Typing is what a person would do where no edit is made.
type Typing struct {
	Do   string // "type below values.yaml:3 (broker)"
	Text string // the exact lines, or the argument
}

// typings are what a person would type for a fix's sets. Values for one file
// are looked at together, for they may go to one place.
func typings(s *state, sets []lint.Set) []Typing {
	var all []Typing
	var file *values.File
	var changes []values.Change
	flush := func() {
		if len(changes) > 0 {
			all = append(all, lines(file, changes)...)
		}
		file, changes = nil, nil
	}
	for _, set := range sets {
		origin, found := s.release.Layers.Find(set.Path)
		if above, ok := argumentAbove(s, set.Path); ok && !found {
			origin, found = above, true
		}
		layer := render.LayerChart
		if found {
			layer = origin.Layer.Kind
		}
		switch {
		case set.Erase > 0:
		case set.Remove && layer == render.LayerFile:
			all = append(all, takeOut(origin))
		case set.Remove, set.Move != nil && !found:
		case layer == render.LayerSet:
			all = append(all, argument(origin, set)...)
		default:
			path, value := set.Path, set.Value
			if set.Move != nil {
				path = set.Move
				value, _ = values.Lookup(any(s.release.Values()), set.Path)
			}
			into, at := owner(s, path)
			if into != file {
				flush()
			}
			file, changes = into, append(changes, values.Change{Path: at, Value: value})
			if set.Move != nil && layer == render.LayerFile {
				flush()
				all = append(all, takeOut(origin))
			}
		}
	}
	flush()
	return all
}

// argumentAbove is the argument of the command line that gives what a missing
// value would be part of.
func argumentAbove(s *state, path values.Path) (render.Origin, bool) {
	for i := len(path) - 1; i > 0; i-- {
		if origin, found := s.release.Layers.Find(path[:i]); found {
			return origin, origin.Layer.Kind == render.LayerSet
		}
	}
	return render.Origin{}, false
}

// owner is the file that a value would be typed into, and the path in it; nil
// when no file was given.
func owner(s *state, path values.Path) (*values.File, values.Path) {
	if origin, found := s.release.Layers.Find(path); found && origin.Layer.Kind == render.LayerFile {
		return origin.Layer.File, origin.Path
	}
	return insertion(s, path)
}

// lines are the lines to type into a file. A list that the file does not have
// comes from the chart: Helm replaces lists whole, so it has to be copied.
func lines(file *values.File, changes []values.Change) []Typing {
	name := "a values file of your own"
	if file == nil {
		file = values.Text(name, nil)
	} else {
		name = file.Name
	}
	var all []Typing
	var kept []values.Change
	for _, c := range changes {
		list := listOf(file, c.Path)
		if list == nil {
			kept = append(kept, c)
			continue
		}
		rest := c.Path[len(list)+1:]
		if len(rest) == 0 {
			continue
		}
		for _, l := range values.Text("", nil).ByHand(values.Change{Path: rest, Value: c.Value}) {
			all = append(all, Typing{Do: fmt.Sprintf("copy the list %s from the chart to %s, and type into its item %d", list, name, c.Path[len(list)].Index()), Text: l.Text})
		}
	}
	for _, l := range file.ByHand(kept...) {
		do := "type into " + name
		switch {
		case l.Replaces:
			do = fmt.Sprintf("type in place of %s:%d (%s)", name, l.Line, l.Path)
		case l.Line > 0:
			do = fmt.Sprintf("type below %s:%d (%s)", name, l.Line, l.Path)
		}
		all = append(all, Typing{Do: do, Text: l.Text})
	}
	return all
}

// takeOut is an entry of a file that is to go.
func takeOut(origin render.Origin) Typing {
	span := origin.Node.Value
	if origin.Node.HasKey {
		span.Start = origin.Node.Key.Start
	}
	first, last := span.Start.Line, max(span.Start.Line, span.End.Line)
	do := fmt.Sprintf("take out %s:%d (%s)", origin.Layer.File.Name, first, origin.Path)
	if last > first {
		do = fmt.Sprintf("take out %s:%d to %d (%s)", origin.Layer.File.Name, first, last, origin.Path)
	}
	return Typing{Do: do, Text: origin.Layer.File.Line(first)}
}

// argument is what a person would type on the command line for a set.
func argument(origin render.Origin, set lint.Set) []Typing {
	path, value := set.Path, set.Value
	if set.Move != nil {
		path = set.Move
		value, _ = origin.Layer.Value(set.Path)
	}
	given, flag := string(origin.Layer.File.Src), flagFor(origin.Layer.Flag, value)
	do := "add behind %s" // of one flag the last holds
	if set.Move != nil || flag != origin.Layer.Flag {
		if do = "instead of %s"; strings.Contains(given, ",") {
			do = "instead of " + set.Path.String() + " in %s"
		}
	}
	shown := render.SetArgument{Flag: origin.Layer.Flag, Text: given}.WithoutValues(key(set.Path))
	return []Typing{{Do: fmt.Sprintf(do, origin.Layer.Flag+" "+quoted(shown)), Text: flag + " " + quoted(key(path)+"="+spelled(flag, value))}}
}

// flagFor is the flag that can say a value: the one that was given, where that
// is possible.
func flagFor(flag string, value any) string {
	text, isText := value.(string)
	switch {
	case flag == "--set-json", isMapOrList(value), flag == "--set-string" && !isText, flag == "--set-literal" && !isText, flag == "--set-file" && !isText:
		return "--set-json"
	case flag == "--set-file", flag == "--set" && typed.MatchString(text):
		return "--set-string"
	}
	return flag
}

// typed are texts that --set takes for something else.
var typed = regexp.MustCompile(`^(true|false|null|0|-?[1-9][0-9]*|)$`)

func spelled(flag string, value any) string {
	text, isText := value.(string)
	switch flag {
	case "--set-json":
		return compact(value)
	case "--set-literal":
		return text
	}
	if !isText {
		return fmt.Sprint(value)
	}
	text = strings.NewReplacer(`\`, `\\`, ",", `\,`).Replace(text)
	if strings.HasPrefix(text, "{") {
		text = `\` + text
	}
	return text
}

// key spells a path as the flags read it.
func key(path values.Path) string {
	var b strings.Builder
	for i, k := range path {
		switch {
		case k.IsIndex():
			fmt.Fprintf(&b, "[%d]", k.Index())
			continue
		case i > 0:
			b.WriteString(".")
		}
		b.WriteString(strings.NewReplacer(".", `\.`, ",", `\,`, "=", `\=`, "[", `\[`).Replace(k.Name()))
	}
	return b.String()
}

// quoted is a word for a shell.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

func isMapOrList(v any) bool {
	switch v.(type) {
	case map[string]any, []any:
		return true
	}
	return false
}

func compact(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}
