package values

import (
	"cmp"
	"encoding/json"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"
)

// Change is one wish about a values file. Exactly one of Value, Remove, Rename
// and Move holds; with none of them, the value is set to null.
//
// All paths speak of the file as it is before any change: removing items 0
// and 1 of a list removes the first two. Items are appended in the order of
// the changes, at the length of the list and the numbers behind it.
type Change struct {
	Path   Path   // what to change; for a value it need not exist: missing maps are made
	Within Path   // where in the text at Path, when that text is itself YAML; nil otherwise
	Value  any    // string, bool, int, int64, float64, json.Number, nil, map[string]any or []any
	Remove bool   // delete the entry and its comments, those right above it too; nothing when there is none
	Rename string // the new last key; value and comments stay
	Move   Path   // the new path of the entry, which takes its comments along
}

// where is the path of the change, with a step between Path and Within that
// no key can be.
func (c *Change) where() Path {
	if c.Within == nil {
		return c.Path
	}
	return slices.Concat(c.Path, Path{{index: -1}}, c.Within)
}

// target is what the entry is called after a rename or move; nil for others.
func (c *Change) target() Path {
	base := c.where()
	switch {
	case c.Rename != "" && len(base) > 0:
		return base.Parent().Key(c.Rename)
	case c.Move != nil && c.Within != nil:
		return slices.Concat(c.Path, Path{{index: -1}}, c.Move)
	}
	return c.Move
}

// check refuses what no file could be changed to.
func (c *Change) check() error {
	kinds := 0
	for _, is := range []bool{c.Value != nil, c.Remove, c.Rename != "", c.Move != nil} {
		if is {
			kinds++
		}
	}
	end := c.Path
	if c.Within != nil {
		end = c.Within
	}
	isMap := reflect.ValueOf(c.Value).Kind() == reflect.Map
	switch {
	case kinds > 1:
		return refusef("the change is several at once; set one of Value, Remove, Rename and Move")
	case len(end) == 0 && !(isMap && kinds == 1):
		return refusef("the whole file can only be set to a map")
	case c.Rename != "" && end.Last().IsIndex():
		return refusef("a list item has no name; rename a key")
	case c.Move != nil && len(c.Move) == 0:
		return refusef("an entry cannot become the whole file; name a key to move to")
	case !utf8.ValidString(c.Rename):
		return refusef("the new name is not UTF-8")
	}
	for _, p := range []Path{c.Path, c.Within, c.Move} {
		for _, k := range p {
			if k.index < 0 {
				return refusef("a list index is negative; items count from 0")
			}
			if !utf8.ValidString(k.name) {
				return refusef("a key is not UTF-8")
			}
		}
	}
	_, err := plain(c.Value)
	return err
}

// plain is a value as decoding gives it, with float64 for all numbers.
func plain(v any) (any, error) {
	switch v := v.(type) {
	case nil, bool:
		return v, nil
	case string:
		if !utf8.ValidString(v) {
			return nil, refusef("a text is not UTF-8; values files are UTF-8")
		}
		return v, nil
	case int:
		return float64(v), nil
	case int64:
		return float64(v), nil
	case float64:
		if math.IsInf(v, 0) || math.IsNaN(v) {
			return nil, refusef("a number is infinite or not a number; values cannot hold that")
		}
		return v, nil
	case json.Number:
		n, err := v.Float64()
		if err != nil || !json.Valid([]byte(v)) {
			return nil, refusef("%q is no number", string(v))
		}
		return n, nil
	case map[string]any:
		m := make(map[string]any, len(v))
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if !utf8.ValidString(key) {
				return nil, refusef("a key is not UTF-8")
			}
			c, err := plain(v[key])
			if err != nil {
				return nil, err
			}
			m[key] = c
		}
		return m, nil
	case []any:
		l := make([]any, len(v))
		for i := range v {
			c, err := plain(v[i])
			if err != nil {
				return nil, err
			}
			l[i] = c
		}
		return l, nil
	}
	return nil, refusef("a value of the type %T cannot be written; use a text, number, bool, map[string]any or []any", v)
}

// checked are the changes without repetitions, in their order. It refuses
// changes that get into each other's way.
func checked(changes []Change) ([]Change, error) {
	type claim struct {
		path   Path
		change int
		source bool
	}
	var claims []claim
	for i := range changes {
		c := &changes[i]
		if err := c.check(); err != nil {
			return nil, blame(err, c)
		}
		claims = append(claims, claim{c.where(), i, true})
		if t := c.target(); t != nil {
			claims = append(claims, claim{t, i, false})
		}
	}
	slices.SortStableFunc(claims, func(a, b claim) int { return slices.CompareFunc(a.path, b.path, compareKeys) })
	dropped := map[int]bool{}
	// In this order a path stands right before all that lie below it, so the
	// claims around the current one are a chain of parents.
	var open []claim
	for _, c := range claims {
		for len(open) > 0 && !c.path.HasPrefix(open[len(open)-1].path) {
			open = open[:len(open)-1]
		}
		if len(open) > 0 {
			o := open[len(open)-1]
			a, b := &changes[o.change], &changes[c.change]
			switch {
			case o.change == c.change && len(o.path) == len(c.path):
				return nil, blame(refusef("the entry has that place already"), b)
			case o.change == c.change:
				return nil, blame(refusef("an entry cannot move to a place above or below itself"), b)
			case sameChange(a, b):
				dropped[max(o.change, c.change)] = true
				continue
			default:
				return nil, blame(refusef("another change in the same go is about %s; make one of them", describePath(o.path)), b)
			}
		}
		open = append(open, c)
	}
	kept := make([]Change, 0, len(changes))
	for i, c := range changes {
		if !dropped[i] {
			kept = append(kept, c)
		}
	}
	return kept, nil
}

func sameChange(a, b *Change) bool {
	x, err := plain(a.Value)
	y, errB := plain(b.Value)
	return err == nil && errB == nil && a.where().Equal(b.where()) && a.Remove == b.Remove && a.Rename == b.Rename &&
		a.Move.Equal(b.Move) && equal(x, y)
}

func compareKeys(a, b Key) int {
	return cmp.Or(cmp.Compare(a.index, b.index), boolCompare(a.list, b.list), strings.Compare(a.name, b.name))
}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
