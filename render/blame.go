package render

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spreadlint/spreadlint/values"
)

// blame adds to a template's failure where the value involved is set: the
// template's line is where it shows, the values file where it is decided.
func (r *Release) blame(err error) error {
	f, ok := err.(*Failure)
	if !ok || f.template == "" {
		return err
	}
	if f.value == nil && f.Text != nil {
		f.value = required(f.Text.Line(f.Line))
	}
	if len(f.value) == 0 {
		if f.demands {
			r.demand(f)
		}
		return f
	}
	prefix := chartPrefix(f.template)
	note := r.setting(prefix.Child(names(f.value...)...))
	if note == "" && len(prefix) > 0 { // a helper of a dependency, called by the root
		if note = r.setting(names(f.value...)); note != "" {
			prefix = nil
		}
	}
	if note == "" {
		note = fmt.Sprintf("%s is set nowhere", prefix.Child(names(f.value...)...))
	}
	f.Notes = append(f.Notes, note)
	if path := prefix.Child(names(f.value...)...); f.demands && r.isEmpty(path) {
		f.Hints = append(f.Hints, r.giveValue([]values.Path{path}))
	}
	if f.absent > 0 {
		f.Hints = append(f.Hints, fmt.Sprintf("set %s in a values file, or remove a `null` that deletes it", prefix.Child(names(f.value[:f.absent]...)...)))
	}
	return f
}

// required finds the one value that a line with `required` asks for.
func required(line string) []string {
	_, after, ok := strings.Cut(line, "required ")
	if !ok {
		return nil
	}
	found := valueChain.FindAllStringSubmatch(after, -1)
	if len(found) == 0 {
		return nil
	}
	return strings.Split(found[len(found)-1][1][1:], ".")
}

// chartPrefix is where the values of the template's chart hang in the root's.
func chartPrefix(template string) values.Path {
	var prefix values.Path
	parts := strings.Split(template, "/")
	for i := 1; i+1 < len(parts) && parts[i] == "charts"; i += 2 {
		prefix = prefix.Key(parts[i+1])
	}
	return prefix
}

// setting says what the value is, or what stands in its way, and where that is
// set; "" when nothing of it is.
func (r *Release) setting(path values.Path) string {
	note := ""
	for i := 1; i <= len(path); i++ {
		origin, found := r.Layers.Find(path[:i])
		if !found {
			if note != "" {
				note = fmt.Sprintf("%s is not set; %s", path[:i], note)
			}
			return note
		}
		v, _ := values.Lookup(origin.Layer.tree, origin.Path)
		note = fmt.Sprintf("%s is %s, set at %s", path[:i], brief(v), origin.place())
		if _, isMap := v.(map[string]any); !isMap {
			return note
		}
	}
	return note
}

// place names the file and line of a value, or the flag that sets it.
func (o Origin) place() string {
	if o.Layer.Kind == LayerSet {
		return o.Layer.Flag
	}
	return fmt.Sprintf("%s:%d:%d", o.Layer.File.Name, o.Node.Value.Start.Line, o.Node.Value.Start.Column)
}

// brief names a value without showing a text: values may be secrets.
func brief(v any) string {
	switch v := v.(type) {
	case map[string]any:
		return "a map"
	case []any:
		if len(v) == 0 {
			return "an empty list"
		}
		return "a list"
	case string:
		if v == "" {
			return "an empty text"
		}
		return "a text"
	}
	text, err := json.Marshal(v)
	if err != nil {
		return "a value"
	}
	return string(text)
}
