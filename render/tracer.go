package render

import (
	"reflect"
	"slices"
	"sort"
	"strconv"

	"github.com/spreadlint/spreadlint/values"
)

// place is one path of the root chart's values. There is one place a path, so
// that places can be compared.
type place struct {
	path  values.Path
	set   bool // false: the key is absent; its absence can be read too
	value any
	below map[values.Key]*place
}

func (p *place) child(key values.Key) *place {
	if q := p.below[key]; q != nil {
		return q
	}
	q := &place{path: p.path.Child(key)}
	if p.set {
		q.value, q.set = values.Lookup(p.value, values.Path{key})
	}
	if p.below == nil {
		p.below = map[values.Key]*place{}
	}
	p.below[key] = q
	return q
}

// union adds places that are not there yet.
func union(list, more []*place) []*place {
	if len(list)+len(more) <= 16 {
		for _, m := range more {
			if !slices.Contains(list, m) {
				list = append(list, m)
			}
		}
		return list
	}
	seen := make(map[*place]bool, len(list)+len(more))
	for _, p := range list {
		seen[p] = true
	}
	for _, m := range more {
		if !seen[m] {
			seen[m] = true
			list = append(list, m)
		}
	}
	return list
}

// origin is what the tracer knows of a value at run time: the places that it
// may stand for, or, for a map made by `dict`, the origin of each key.
type origin struct {
	places []*place
	keys   map[string]*origin
}

// frame is one execution of a site.
type frame struct {
	site   int
	parent int // frame that was open, -1 for none
	body   int // for branches: first frame of the body, 0 if not reached
	reads  []*place
}

// tracer watches one instrumented render. It knows each map and list of the
// values by its identity, so `with`, `range`, `include` and context maps need
// no reasoning about the templates.
type tracer struct {
	root    *place              // the values before any template ran
	known   map[uintptr]*origin // maps and lists of the values, and made ones
	keep    []any               // made maps, so that no address is used twice
	frames  []frame
	stack   []int
	sites   []site
	defined map[string]bool // template names that can be called
}

func newTracer(tree, rendered map[string]any) *tracer {
	t := &tracer{root: &place{set: true, value: tree}, known: map[uintptr]*origin{}, defined: map[string]bool{}}
	t.register(t.root, reflect.ValueOf(rendered))
	return t
}

func (t *tracer) register(at *place, v reflect.Value) {
	for v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if id, ok := identity(v); ok {
		if t.known[id] == nil {
			t.known[id] = &origin{places: []*place{at}}
		}
	}
	switch v.Kind() {
	case reflect.Map:
		keys := v.MapKeys()
		sort.Slice(keys, func(i, j int) bool { return keys[i].String() < keys[j].String() })
		for _, k := range keys {
			t.register(at.child(values.Name(k.String())), v.MapIndex(k))
		}
	case reflect.Slice:
		for i := range v.Len() {
			t.register(at.child(values.Index(i)), v.Index(i))
		}
	}
}

func identity(v reflect.Value) (uintptr, bool) {
	switch v.Kind() {
	case reflect.Map:
		return v.Pointer(), !v.IsNil()
	case reflect.Slice:
		return v.Pointer(), v.Len() > 0
	}
	return 0, false
}

func (t *tracer) originOf(v reflect.Value) *origin {
	if id, ok := identity(v); ok {
		return t.known[id]
	}
	return nil
}

// child is the origin of a key below o. Where a map stands for several paths,
// those count that hold the key; if none does, all are where it could be set.
func (t *tracer) child(o *origin, key values.Key) *origin {
	if o == nil {
		return nil
	}
	if o.keys != nil {
		if key.IsIndex() {
			return nil
		}
		return o.keys[key.Name()]
	}
	var set, all []*place
	for _, p := range o.places {
		q := p.child(key)
		all = append(all, q)
		if q.set {
			set = append(set, q)
		}
	}
	if set != nil {
		all = set
	}
	return &origin{places: all}
}

// resolve follows keys from a value and returns the origin of what is there;
// nil when nothing is known of it.
func (t *tracer) resolve(root any, keys []any) *origin {
	v := indirect(reflect.ValueOf(root))
	o := t.originOf(v)
	for _, k := range keys {
		key, ok := keyOf(k)
		if !ok {
			return o // a key of another type: the map itself was read
		}
		o = t.child(o, key)
		v = indirect(step(v, key))
		if known := t.originOf(v); known != nil && (o == nil || len(o.places) <= 1) {
			o = known
		}
	}
	return o
}

func keyOf(k any) (values.Key, bool) {
	switch k := k.(type) {
	case string:
		return values.Name(k), true
	case int:
		return values.Index(k), true
	case int64:
		return values.Index(int(k)), true
	}
	return values.Key{}, false
}

func indirect(v reflect.Value) reflect.Value {
	for v.IsValid() && v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	return v
}

func step(v reflect.Value, key values.Key) reflect.Value {
	switch {
	case !v.IsValid():
	case v.Kind() == reflect.Map && !key.IsIndex() && v.Type().Key().Kind() == reflect.String:
		return v.MapIndex(reflect.ValueOf(key.Name()).Convert(v.Type().Key()))
	case v.Kind() == reflect.Slice && key.IsIndex() && key.Index() >= 0 && key.Index() < v.Len():
		return v.Index(key.Index())
	}
	return reflect.Value{}
}

// read is what reading a value of this origin means; of .Values as a whole
// nothing.
func (t *tracer) read(o *origin) []*place {
	var reads []*place
	for _, p := range o.places {
		if p != t.root {
			reads = append(reads, p)
		}
	}
	return reads
}

// all returns the reads of a frame and of the frames below it; of a branch
// only those of its condition, not of its body.
func (t *tracer) all(id int) []*place {
	f := t.frames[id]
	reads := slices.Clone(f.reads)
	end := len(t.frames)
	if t.sites[f.site].control && f.body > 0 {
		end = f.body
	}
	for k := id + 1; k < end && t.below(k, id); k++ {
		reads = union(reads, t.frames[k].reads)
	}
	return reads
}

// below reports whether frame k was opened while frame id was.
func (t *tracer) below(k, id int) bool {
	for k > id {
		k = t.frames[k].parent
	}
	return k == id
}

// scope is the host of one execution of one template: variables are local to
// it, the rest is the tracer's. Its methods are called by the instrumented
// templates and print nothing but markers.
type scope struct {
	*tracer
	variables map[string][]*place
	enclosing int // frame that called this template
}

func (t *tracer) newScope() any {
	s := &scope{tracer: t, variables: map[string][]*place{}, enclosing: -1}
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
	s.frames = append(s.frames, frame{site: site, parent: parent})
	id := len(s.frames) - 1
	s.stack = append(s.stack, id)
	if marked {
		return markOpen + "A" + strconv.Itoa(id) + markClose
	}
	return ""
}

// Close ends it, and whatever `break` or `continue` left open inside.
func (s *scope) Close(site int, marked bool) string {
	id := -1
	for len(s.stack) > 0 {
		id = s.stack[len(s.stack)-1]
		s.stack = s.stack[:len(s.stack)-1]
		if s.frames[id].site == site {
			break
		}
	}
	if marked {
		return markOpen + "Z" + strconv.Itoa(id) + markClose
	}
	return ""
}

// Body says that a branch's condition is decided. It may run once for every
// round of a range.
func (s *scope) Body() string {
	f := &s.frames[s.stack[len(s.stack)-1]]
	if f.body == 0 {
		f.body = len(s.frames)
	}
	return ""
}

// Read records that the current site reads a value.
func (s *scope) Read(name string, root any, keys ...any) string {
	f := s.stack[len(s.stack)-1]
	s.frames[f].reads = union(s.frames[f].reads, s.reads(name, root, keys))
	return ""
}

// reads resolves a value; what has no identity (a text in a loop, a variable
// made of others) inherits what made it.
func (s *scope) reads(name string, root any, keys []any) []*place {
	if o := s.resolve(root, keys); o != nil {
		return s.read(o)
	}
	if name == "$" || len(keys) > 0 && isContext(root) {
		return nil
	}
	if name != "" {
		return s.variables[name]
	}
	if isContext(root) {
		return nil
	}
	for i := len(s.stack) - 2; i >= 0 && s.stack[i] > s.enclosing; i-- {
		if id := s.stack[i]; s.sites[s.frames[id].site].control {
			if reads := s.all(id); len(reads) > 0 {
				return reads
			}
		}
	}
	return nil
}

// isContext reports whether a value is a chart's whole context (what `.` is
// at the top of a template file).
func isContext(v any) bool {
	m := reflect.ValueOf(v)
	return m.Kind() == reflect.Map && m.Type().Key().Kind() == reflect.String &&
		m.MapIndex(reflect.ValueOf("Capabilities").Convert(m.Type().Key())).IsValid() &&
		m.MapIndex(reflect.ValueOf("Values").Convert(m.Type().Key())).IsValid()
}

// Declare records what a variable is made of. An assignment in a branch adds
// to what was known, and the branch's condition decides too.
func (s *scope) Declare(name string, assign bool) string {
	id := s.stack[len(s.stack)-1]
	reads := s.all(id)
	if assign {
		reads = union(slices.Clone(s.variables[name]), reads)
		for i := len(s.stack) - 2; i >= 0 && s.stack[i] > s.enclosing; i-- {
			if k := s.stack[i]; s.sites[s.frames[k].site].control {
				reads = union(reads, s.all(k))
			}
		}
	}
	s.variables[name] = reads
	return ""
}

// Reference is the origin of a value used inside an expression.
func (s *scope) Reference(name string, root any, keys ...any) *origin {
	if o := s.resolve(root, keys); o != nil {
		return o
	}
	return &origin{places: s.reads(name, root, keys)}
}

// Made joins origins. A single one keeps its keys, so that a map made by
// `dict` can be handed on.
func (s *scope) Made(parts ...*origin) *origin {
	if len(parts) == 1 {
		return parts[0]
	}
	o := &origin{}
	for _, p := range parts {
		o.places = union(o.places, p.places)
	}
	return o
}

// Dict remembers what the keys of a new map are made of: key, origin, ...
func (s *scope) Dict(m map[string]any, made ...any) map[string]any {
	o := &origin{keys: map[string]*origin{}}
	for i := 0; i+1 < len(made); i += 2 {
		key, _ := made[i].(string)
		part, _ := made[i+1].(*origin)
		o.keys[key] = part
	}
	s.remember(m, o)
	return m
}

// Derived remembers that a map was merged or copied from others.
func (s *scope) Derived(v any, parts ...*origin) any {
	m := reflect.ValueOf(v)
	if m.Kind() != reflect.Map {
		return v
	}
	o := &origin{}
	for _, p := range parts {
		if p.keys == nil {
			o.places = union(o.places, p.places)
		}
	}
	if len(o.places) > 0 && s.originOf(m) == nil || len(o.places) > 1 {
		s.remember(v, o)
	}
	return v
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
	return emptyTemplate
}

func (s *scope) Marked(name string) string {
	if s.defined[name+markedName] {
		return name + markedName
	}
	return s.Plain(name)
}
