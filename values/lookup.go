package values

import "reflect"

// Lookup is the value at p in a decoded tree, and whether there is one (a
// null that is written is a value). Besides map[string]any and []any it
// enters every kind of map with string keys, such as chartutil.Values, and
// every slice.
func Lookup(tree any, p Path) (any, bool) {
	for _, k := range p {
		var ok bool
		if tree, ok = child(tree, k); !ok {
			return nil, false
		}
	}
	return tree, true
}

// child is the value one step below tree.
func child(tree any, k Key) (any, bool) {
	switch t := tree.(type) {
	case map[string]any:
		v, ok := t[k.name]
		return v, ok && !k.list
	case []any:
		if !k.list || k.index < 0 || k.index >= len(t) {
			return nil, false
		}
		return t[k.index], true
	}
	v := reflect.ValueOf(tree)
	switch {
	case v.Kind() == reflect.Map && v.Type().Key().Kind() == reflect.String && !k.list:
		e := v.MapIndex(reflect.ValueOf(k.name).Convert(v.Type().Key()))
		if e.IsValid() {
			return e.Interface(), true
		}
	case v.Kind() == reflect.Slice && k.list && k.index >= 0 && k.index < v.Len():
		return v.Index(k.index).Interface(), true
	}
	return nil, false
}
