package kube

import (
	"reflect"
	"strconv"
	"strings"
)

// step is one element of a Kubernetes field path: a name or, where name is empty, an index.
type step struct {
	name  string
	index int
}

func (s step) isIndex() bool { return s.name == "" }

// parse splits a Kubernetes field path such as a.b[0].c or a["k.x"] into steps.
func parse(text string) []step {
	var steps []step
	for text != "" {
		switch {
		case text[0] == '.':
			text = text[1:]
		case text[0] == '[':
			inside, rest := subscript(text[1:])
			text = rest
			if n, err := strconv.Atoi(inside); err == nil && n >= 0 {
				steps = append(steps, step{index: n})
			} else if inside != "" {
				steps = append(steps, step{name: inside})
			}
		case text[0] == '{':
			steps = append(steps, step{name: text})
			text = ""
		default:
			end := strings.IndexAny(text, ".[")
			if end < 0 {
				end = len(text)
			}
			steps = append(steps, step{name: text[:end]})
			text = text[end:]
		}
	}
	return steps
}

// subscript reads up to the closing bracket; a quoted key may contain brackets.
func subscript(text string) (inside, rest string) {
	if quoted, err := strconv.QuotedPrefix(text); err == nil {
		if key, err := strconv.Unquote(quoted); err == nil {
			return key, strings.TrimPrefix(text[len(quoted):], "]")
		}
	}
	inside, rest, _ = strings.Cut(text, "]")
	return inside, rest
}

// find gives the value at a Kubernetes field path in what was decoded, nil when there is none.
func (t *Template) find(at []step) any {
	v := reflect.ValueOf(t.Object)
	for _, s := range at {
		for v.Kind() == reflect.Pointer {
			v = v.Elem()
		}
		switch {
		case v.Kind() == reflect.Slice && s.isIndex() && s.index < v.Len():
			v = v.Index(s.index)
		case v.Kind() == reflect.Struct && !s.isIndex():
			v = jsonField(v, s.name)
		default:
			return nil
		}
	}
	if !v.IsValid() {
		return nil
	}
	return v.Interface()
}

// jsonField gives the field that encoding/json calls name, or the zero Value.
func jsonField(v reflect.Value, name string) reflect.Value {
	for i := range v.NumField() {
		if tag, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ","); tag == name && name != "" {
			return v.Field(i)
		}
	}
	return reflect.Value{}
}
