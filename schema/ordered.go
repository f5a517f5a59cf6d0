package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Object is a JSON object that keeps the order of its keys: a person's schema
// is given back as it was, with what is new behind it. Values are *Object,
// []any, string, json.Number, bool and nil.
type Object struct {
	keys   []string
	values map[string]any
}

// NewObject makes an object of pairs of keys and values.
func NewObject(pairs ...any) *Object {
	o := &Object{}
	for i := 0; i+1 < len(pairs); i += 2 {
		o.Set(pairs[i].(string), pairs[i+1])
	}
	return o
}

// Lookup returns the value of a key.
func (o *Object) Lookup(key string) (any, bool) {
	v, ok := o.values[key]
	return v, ok
}

// Keys are the keys in their order.
func (o *Object) Keys() []string { return slices.Clone(o.keys) }

// Set writes a value over the one of its key, or behind all others.
func (o *Object) Set(key string, v any) {
	if o.values == nil {
		o.values = map[string]any{}
	}
	if _, known := o.values[key]; !known {
		o.keys = append(o.keys, key)
	}
	o.values[key] = v
}

// Below returns the object at a key, a new one when there is none; nil when
// something else stands there.
func (o *Object) Below(key string) *Object {
	v, known := o.values[key]
	if !known {
		below := &Object{}
		o.Set(key, below)
		return below
	}
	below, _ := v.(*Object)
	return below
}

// MarshalJSON writes the object in its order.
func (o *Object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	for i, key := range o.keys {
		name, err := encode(key)
		if err != nil {
			return nil, err
		}
		value, err := encode(o.values[key])
		if err != nil {
			return nil, err
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	return slices.Concat([]byte("{"), b.Bytes(), []byte("}")), nil
}

// encode is json.Marshal without the escapes that only web pages need.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimRight(b.Bytes(), "\n"), err
}

// Indented is the object as text, with a final line break. The indentation is
// that of the text that it was made of, two blanks without one.
func (o *Object) Indented(like []byte) ([]byte, error) {
	indent := "  "
	if _, rest, found := bytes.Cut(like, []byte("\n")); found {
		if n := len(rest) - len(bytes.TrimLeft(rest, " \t")); n > 0 {
			indent = string(rest[:n])
		}
	}
	text, err := o.MarshalJSON()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := json.Indent(&b, text, "", indent); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

// ParseObject reads a JSON object. The error is that of text that is none.
func ParseObject(text []byte) (*Object, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	v, err := parse(d)
	if err != nil {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("not JSON: text behind the end")
	}
	o, isObject := v.(*Object)
	if !isObject {
		return nil, fmt.Errorf("no JSON object: %s", strings.TrimSpace(string(text[:min(len(text), 20)])))
	}
	return o, nil
}

func parse(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		o := &Object{}
		for d.More() {
			key, err := d.Token()
			if err != nil {
				return nil, err
			}
			v, err := parse(d)
			if err != nil {
				return nil, err
			}
			o.Set(fmt.Sprint(key), v)
		}
		_, err := d.Token()
		return o, err
	case json.Delim('['):
		list := []any{}
		for d.More() {
			v, err := parse(d)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := d.Token()
		return list, err
	}
	return token, nil
}
