package render

import (
	"reflect"
	"sort"
	"strconv"

	"github.com/spreadlint/spreadlint/values"
)

// scope is the host of one execution of one template: variables are local to
// it, the rest is the tracer's. Its methods are called by the instrumented
// templates and print nothing but markers.
type scope struct {
	*tracer
	variables map[string]*origin
	argument  *origin // what the template was called with
	enclosing int     // frame that called this template
}

func (t *tracer) newScope() any {
	s := &scope{tracer: t, variables: map[string]*origin{}, enclosing: -1, argument: t.passed}
	t.passed = nil
	if len(t.stack) > 0 {
		s.enclosing = t.stack[len(t.stack)-1]
	}
	return s
}

// Open begins the execution of a site.
func (s *scope) Open(site int, marked bool) string {
	parent := -1
	if len(s.stack) > 0 {
		parent = s.stack[len(s.stack)-1]
	}
	s.frames = append(s.frames, frame{site: site, parent: parent, marked: marked})
	id := len(s.frames) - 1
	s.stack = append(s.stack, id)
	if marked {
		return markOpen + "A" + strconv.Itoa(id) + markClose
	}
	return ""
}

// Close ends it.
func (s *scope) Close(site int) string {
	return s.reach(site) + s.leave()
}

// reach ends what `break` or `continue` left open inside of a site.
func (s *scope) reach(site int) string {
	marks := ""
	for len(s.stack) > 1 && s.frames[s.stack[len(s.stack)-1]].site != site {
		marks += s.leave()
	}
	return marks
}

func (s *scope) leave() string {
	if len(s.stack) == 0 {
		return ""
	}
	id := s.stack[len(s.stack)-1]
	s.stack = s.stack[:len(s.stack)-1]
	s.frames[id].end = len(s.frames)
	if s.frames[id].marked {
		return markOpen + "Z" + strconv.Itoa(id) + markClose
	}
	return ""
}

func (s *scope) top() *frame { return &s.frames[s.stack[len(s.stack)-1]] }

// Enter says what a `with` or `range` enters, where that is a plain value.
func (s *scope) Enter(name string, root any, keys ...any) string {
	o, v := s.resolve(name, root, keys)
	f := s.top()
	f.subject = o
	if v.Kind() == reflect.Map && v.Type().Key().Kind() == reflect.String {
		for _, k := range v.MapKeys() {
			f.keys = append(f.keys, k.String())
		}
		sort.Strings(f.keys)
	}
	return ""
}

// Body says that a branch's condition is decided. Of a range it runs once for
// every round.
func (s *scope) Body(site int) string {
	marks := s.reach(site)
	f := s.top()
	if f.body == 0 {
		f.body = len(s.frames)
	}
	return marks
}

// With begins the body of a `with`.
func (s *scope) With(site int) string {
	marks := s.Body(site)
	f := s.top()
	if f.element = f.subject; f.element == nil {
		f.element = s.computed()
	}
	return marks
}

// Round begins a round of a `range`.
func (s *scope) Round(site int) string {
	marks := s.Body(site)
	f := s.top()
	switch {
	case f.subject == nil:
		f.element = s.computed()
	case f.round < len(f.keys):
		f.element = s.child(f.subject, values.Name(f.keys[f.round]))
	default:
		f.element = s.child(f.subject, values.Index(f.round))
	}
	f.round++
	return marks
}

// Read records that the current site reads a value.
func (s *scope) Read(name string, root any, keys ...any) string {
	o, _ := s.resolve(name, root, keys)
	f := s.top()
	f.reads = union(f.reads, s.read(o))
	if o != nil {
		f.beside = union(f.beside, o.beside)
		f.frames = append(f.frames, o.frames...)
	}
	return ""
}

// ReadOrigin records that the current site reads a value of this origin.
func (s *scope) ReadOrigin(o *origin) string {
	f := s.top()
	f.reads = union(f.reads, s.read(o))
	return ""
}

// isContext reports whether a value is a chart's whole context (what `.` is
// at the top of a template file).
func isContext(v any) bool {
	m := reflect.ValueOf(v)
	return m.Kind() == reflect.Map && m.Type().Key().Kind() == reflect.String &&
		m.MapIndex(reflect.ValueOf("Capabilities").Convert(m.Type().Key())).IsValid() &&
		m.MapIndex(reflect.ValueOf("Values").Convert(m.Type().Key())).IsValid()
}

// Declare records what a variable is: of this origin, or made of what the
// current site read. An assignment adds to what was known.
func (s *scope) Declare(name string, assign bool, from ...*origin) string {
	var o *origin
	if len(from) == 1 {
		o = from[0]
	} else {
		o = s.computed()
	}
	if assign {
		o = o.join(s.variables[name]).join(s.conditions())
	}
	s.variables[name] = o
	return ""
}

// computed is what the current site makes of all that it reads.
func (s *scope) computed() *origin {
	id := s.stack[len(s.stack)-1]
	return &origin{made: s.all(id), frames: []int{id}}
}

// DeclareElement is Declare for the variable of a `with` or `range`.
func (s *scope) DeclareElement(name string) string {
	s.variables[name] = s.top().element
	return ""
}

// Decided says that the branch that ends here could have assigned to a
// variable: its condition counts whether it did or not.
func (s *scope) Decided(names ...string) string {
	condition := &origin{chosen: s.all(s.stack[len(s.stack)-1])}
	for _, name := range names {
		s.variables[name] = s.variables[name].join(condition)
	}
	return ""
}

// conditions are the reads of the branches around the current site, within
// its template.
func (s *scope) conditions() *origin {
	o := &origin{}
	for i := len(s.stack) - 2; i >= 0 && s.stack[i] > s.enclosing; i-- {
		if k := s.stack[i]; s.sites[s.frames[k].site].control {
			o.chosen = union(o.chosen, s.all(k))
		}
	}
	return o
}

// Pass hands a value to the template that is called next.
func (s *scope) Pass(v any, o *origin) any {
	s.passed = o
	return v
}

// Reference is the origin of a value used inside an expression.
func (s *scope) Reference(name string, root any, keys ...any) *origin {
	o, _ := s.resolve(name, root, keys)
	return o
}

// Key is the origin of a key of a value.
func (s *scope) Key(o *origin, keys ...any) *origin {
	for _, k := range keys {
		if key, ok := keyOf(k); ok {
			o = s.child(o, key)
		}
	}
	return o
}

// Either is the origin of a value that is one of several, or merged of them.
func (s *scope) Either(parts ...*origin) *origin {
	var o *origin
	for _, p := range parts {
		o = o.join(p)
	}
	return o
}

// Made is the origin of a value computed from others.
func (s *scope) Made(parts ...*origin) *origin {
	o := &origin{}
	for _, p := range parts {
		o.made = union(o.made, s.read(p))
	}
	return o
}

// Keys is the origin of a new map: key, origin, ...
func (s *scope) Keys(parts ...any) *origin {
	o := &origin{keys: map[string]*origin{}}
	for i := 0; i+1 < len(parts); i += 2 {
		part, _ := parts[i+1].(*origin)
		if key, isText := parts[i].(string); isText {
			o.keys[key] = part
		} else {
			o.made = union(o.made, s.read(part))
		}
	}
	return o
}

// Dict remembers the origin of a map that `dict` made.
func (s *scope) Dict(m map[string]any, parts ...any) map[string]any {
	s.remember(m, s.Keys(parts...))
	return m
}

// Merged remembers that a map was merged from others.
func (s *scope) Merged(v any, parts ...*origin) any {
	if o := s.Either(parts...); o != nil && reflect.ValueOf(v).Kind() == reflect.Map {
		s.remember(v, o)
		s.mergedBelow(reflect.ValueOf(v), o)
	}
	return v
}

// mergedBelow tells the same of the maps below: the merge fills those of its
// destination where they are, so that they are no longer one place's alone.
// Lists are taken over whole and stay what they were.
func (s *scope) mergedBelow(v reflect.Value, o *origin) {
	if len(o.places) < 2 || v.Type().Key().Kind() != reflect.String {
		return
	}
	for _, k := range v.MapKeys() {
		below := indirect(v.MapIndex(k))
		if below.Kind() != reflect.Map || s.originOf(below) == nil {
			continue
		}
		if c := s.child(o, values.Name(k.String())); len(c.places) > 1 {
			s.remember(below.Interface(), c)
			s.mergedBelow(below, c)
		}
	}
}

// Taken remembers that a map is a copy of one of others, or one of them.
func (s *scope) Taken(v any, parts ...*origin) any {
	if m := reflect.ValueOf(v); m.Kind() == reflect.Map && s.originOf(m) == nil {
		return s.Merged(v, parts...)
	}
	return v
}

// Copied is Taken for a deep copy: of a chart's whole context, which is known
// only by what is below it, that is copied as well.
func (s *scope) Copied(v, of any, parts ...*origin) any {
	if !isContext(of) {
		return s.Taken(v, parts...)
	}
	for _, key := range reflect.ValueOf(of).MapKeys() {
		original, below := indirect(reflect.ValueOf(of).MapIndex(key)), indirect(reflect.ValueOf(v).MapIndex(key))
		if o := s.originOf(original); o != nil && below.IsValid() {
			s.remember(below.Interface(), o)
		}
	}
	return s.Taken(v, parts...)
}

// Set remembers what `set` put into a map of some origin.
func (s *scope) Set(m map[string]any, of, from *origin, key any) map[string]any {
	name, isText := key.(string)
	if !isText {
		return m
	}
	o := (&origin{}).join(of)
	if known := s.originOf(reflect.ValueOf(m)); known != nil {
		o = (&origin{}).join(known)
	}
	put := (&origin{}).join(from)
	if conditions := s.conditions(); len(conditions.chosen) > 0 {
		put = put.join(o.keys[name]).join(conditions)
	}
	keys := map[string]*origin{name: put}
	for k, x := range o.keys {
		if k != name {
			keys[k] = x
		}
	}
	o.keys = keys
	s.remember(m, o)
	return m
}

// Value is the value at keys below a root, nil when there is none.
func (s *scope) Value(_ string, root any, keys ...any) any {
	_, v := s.resolve("$", root, keys)
	if !v.IsValid() || !v.CanInterface() {
		return nil
	}
	return v.Interface()
}

func (s *scope) remember(m any, o *origin) {
	if id, ok := identity(reflect.ValueOf(m)); ok {
		s.known[id] = o
		s.keep = append(s.keep, m)
	}
}

// Plain and Marked turn the computed name of an include into that of the twin
// to call. A file that was left out of the render becomes an empty template.
func (s *scope) Plain(name string) string {
	switch {
	case s.defined[name+plainName]:
		return name + plainName
	case s.defined[name]:
		return name
	}
	s.missed = append(s.missed, name)
	return emptyTemplate
}

func (s *scope) Marked(name string) string {
	if s.defined[name+markedName] {
		return name + markedName
	}
	return s.Plain(name)
}
