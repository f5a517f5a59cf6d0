package kube

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"

	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/spreadlint/spreadlint/values"
)

// decoder fills Kubernetes' types from a decoded YAML tree by their json tags, as encoding/json does, but goes on after
// a value of the wrong type, so that one bad field costs one error and not the whole template.
type decoder struct {
	errors  []FieldError
	unknown []values.Path
	// kept gives for a list from which items were left out, by the path of the list, the original index of each item
	// that stayed. Without it the indexes in validation errors would point at the wrong items.
	kept map[string][]int
}

// decode fills out from in and says whether it could. A null is the zero value, as in encoding/json: an absent field,
// an empty map value, an empty list item.
func (d *decoder) decode(in any, out reflect.Value, at values.Path) bool {
	if in == nil {
		return true
	}
	if out.Type() == reflect.TypeFor[intstr.IntOrString]() {
		return d.decodeIntOrString(in, out, at)
	}
	switch out.Kind() {
	case reflect.Pointer:
		target := reflect.New(out.Type().Elem())
		if !d.decode(in, target.Elem(), at) {
			return false
		}
		out.Set(target)
		return true
	case reflect.Struct:
		return d.decodeStruct(in, out, at)
	case reflect.Slice:
		return d.decodeList(in, out, at)
	case reflect.Map:
		return d.decodeMap(in, out, at)
	case reflect.String:
		s, ok := in.(string)
		if !ok {
			return d.refuse(at, in, "a string")
		}
		out.SetString(s)
		return true
	case reflect.Bool:
		b, ok := in.(bool)
		if !ok {
			return d.refuse(at, in, "true or false")
		}
		out.SetBool(b)
		return true
	case reflect.Int, reflect.Int32, reflect.Int64:
		n, want := integer(in, out.Type().Bits())
		if want != "" {
			return d.refuse(at, in, want)
		}
		out.SetInt(n)
		return true
	default:
		// No placement field has another kind; a test walks the types.
		return d.refuse(at, in, "a "+out.Kind().String())
	}
}

// decodeIntOrString takes a number or a text, as the type's own decoder does.
func (d *decoder) decodeIntOrString(in any, out reflect.Value, at values.Path) bool {
	if s, ok := in.(string); ok {
		out.Set(reflect.ValueOf(intstr.FromString(s)))
		return true
	}
	n, want := integer(in, 32)
	if want != "" {
		return d.refuse(at, in, want+" or a percentage")
	}
	out.Set(reflect.ValueOf(intstr.FromInt32(int32(n))))
	return true
}

func (d *decoder) decodeStruct(in any, out reflect.Value, at values.Path) bool {
	source, ok := in.(map[string]any)
	if !ok {
		return d.refuse(at, in, "a map")
	}
	for _, name := range slices.Sorted(maps.Keys(source)) {
		field := jsonField(out, name)
		if !field.IsValid() {
			d.unknown = append(d.unknown, at.Key(name))
			continue
		}
		d.decode(source[name], field, at.Key(name))
	}
	return true
}

func (d *decoder) decodeList(in any, out reflect.Value, at values.Path) bool {
	source, ok := in.([]any)
	if !ok {
		return d.refuse(at, in, "a list")
	}
	list := reflect.MakeSlice(out.Type(), 0, len(source))
	kept := make([]int, 0, len(source))
	for i, item := range source {
		target := reflect.New(out.Type().Elem()).Elem()
		if d.decode(item, target, at.Item(i)) {
			list = reflect.Append(list, target)
			kept = append(kept, i)
		}
	}
	if len(kept) < len(source) {
		d.kept[at.String()] = kept
	}
	out.Set(list)
	return true
}

func (d *decoder) decodeMap(in any, out reflect.Value, at values.Path) bool {
	source, ok := in.(map[string]any)
	if !ok {
		return d.refuse(at, in, "a map")
	}
	out.Set(reflect.MakeMap(out.Type()))
	for _, name := range slices.Sorted(maps.Keys(source)) {
		target := reflect.New(out.Type().Elem()).Elem()
		if d.decode(source[name], target, at.Key(name)) {
			out.SetMapIndex(reflect.ValueOf(name).Convert(out.Type().Key()), target)
		}
	}
	return true
}

// refuse notes a value of the wrong type and is always false.
func (d *decoder) refuse(at values.Path, found any, want string) bool {
	d.errors = append(d.errors, FieldError{
		Path: at, Type: TypeInvalid, Value: found, Decode: true,
		Detail: fmt.Sprintf("expected %s, found %s", want, describe(found)),
	})
	return false
}

// integer reads a number as YAML and JSON decoders give it. want is empty, or what was expected in its place. A float
// without a fraction is an integer: the YAML 1.0 reaches the API server as the JSON 1.
func integer(in any, bits int) (n int64, want string) {
	limit := uint64(1) << (bits - 1)
	tooBig := fmt.Sprintf("an integer from -%d to %d", limit, limit-1)
	v := reflect.ValueOf(in)
	switch {
	case v.CanInt():
		n = v.Int()
	case v.CanUint():
		if v.Uint() > math.MaxInt64 {
			return 0, tooBig
		}
		n = int64(v.Uint())
	case v.CanFloat():
		f := v.Float()
		if f != math.Trunc(f) { // true for NaN as well
			return 0, "an integer"
		}
		if math.Abs(f) >= 1<<63 {
			return 0, tooBig
		}
		n = int64(f)
	default:
		number, ok := in.(json.Number)
		if !ok {
			return 0, "an integer"
		}
		if i, err := number.Int64(); err == nil {
			return integer(i, bits)
		}
		f, err := number.Float64()
		if err != nil {
			return 0, "an integer"
		}
		return integer(f, bits)
	}
	if n > int64(limit-1) || n < -int64(limit-1)-1 {
		return 0, tooBig
	}
	return n, ""
}

// describe names a value of a YAML tree for a message, without printing whole maps or lists.
func describe(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		const most = 60
		if r := []rune(v); len(r) > most {
			return "the string " + strconv.Quote(string(r[:most])+"…")
		}
		return "the string " + strconv.Quote(v)
	case bool:
		return "the boolean " + strconv.FormatBool(v)
	case map[string]any:
		return "a map"
	case []any:
		return "a list"
	case json.Number:
		return "the number " + v.String()
	}
	switch r := reflect.ValueOf(v); {
	case r.CanFloat():
		verb := byte('f')
		if math.Abs(r.Float()) >= 1e15 {
			verb = 'g'
		}
		return "the number " + strconv.FormatFloat(r.Float(), verb, -1, 64)
	case r.CanInt(), r.CanUint():
		return fmt.Sprintf("the number %d", v)
	default:
		return fmt.Sprintf("a value of type %T", v)
	}
}
