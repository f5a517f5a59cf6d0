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

// origin is what the tracer knows of a value at run time.
type origin struct {
	places []*place           // it is one of these, or merged from them: keys lead on
	made   []*place           // it was computed from these: keys lead nowhere
	chosen []*place           // these decided which of several it is
	keys   map[string]*origin // what templates put into a map, by `dict` or `set`
}

// join is what a value is that may be either, or is merged from both.
func (o *origin) join(p *origin) *origin {
	switch {
	case o == nil:
		return p
	case p == nil:
		return o
	}
	both := &origin{places: union(slices.Clone(o.places), p.places), made: union(slices.Clone(o.made), p.made),
		chosen: union(slices.Clone(o.chosen), p.chosen)}
	for _, from := range []*origin{o, p} {
		for key, x := range from.keys {
			if both.keys == nil {
				both.keys = map[string]*origin{}
			}
			both.keys[key] = both.keys[key].join(x)
		}
	}
	return both
}

// frame is one execution of a site.
type frame struct {
	site    int
	parent  int // frame that was open, -1 for none
	body    int // for branches: first frame of the body, 0 if not reached
	end     int // frame behind the last one within, 0 while it is open
	marked  bool
	reads   []*place
	subject *origin  // of `with` and `range`: what is entered, nil if that is computed
	keys    []string // of `range` over a map: its keys in order
	round   int      // of `range`: rounds begun
	element *origin  // of `with` and `range`: what dot is in the body
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
	passed  *origin         // what the next template is called with
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

// child is the origin of a key below o. Where a map stands for several places,
// those count that hold the key; if none does, all are where it could be set.
func (t *tracer) child(o *origin, key values.Key) *origin {
	if o == nil {
		return nil
	}
	c := &origin{chosen: o.chosen}
	if put := o.keys[key.Name()]; put != nil && !key.IsIndex() {
		c = c.join(put)
	}
	var absent []*place
	for _, p := range o.places {
		if q := p.child(key); q.set {
			c.places = union(c.places, []*place{q})
		} else {
			absent = append(absent, q)
		}
	}
	for _, p := range o.made {
		if q := p.child(key); q.set {
			c.places = union(c.places, []*place{q})
		} else {
			c.made = union(c.made, []*place{p})
		}
	}
	if len(c.places)+len(c.made)+len(c.keys) == 0 {
		c.places = absent
	}
	return c
}

// resolve follows keys from a value and returns the origin of what is there,
// and the value; the origin is nil when nothing is known of it.
func (s *scope) resolve(name string, root any, keys []any) (*origin, reflect.Value) {
	v := indirect(reflect.ValueOf(root))
	o := s.originOf(v)
	if inherited := s.inherited(name, root); o == nil {
		o = inherited
	} else if inherited != nil && len(inherited.chosen) > 0 {
		o = o.join(&origin{chosen: inherited.chosen})
	}
	for _, k := range keys {
		key, ok := keyOf(k)
		if !ok {
			return o, reflect.Value{} // a key of another type: the map itself was read
		}
		o = s.child(o, key)
		v = indirect(step(v, key))
		if known := s.originOf(v); known != nil && (o == nil || len(o.places)+len(o.made) <= 1 || known.keys != nil) {
			if o != nil && len(o.chosen) > 0 {
				known = known.join(&origin{chosen: o.chosen})
			}
			o = known
		}
	}
	return o, v
}

// inherited is the origin of a root that has no identity, such as a text or
// an empty list: that of the variable, or of dot.
func (s *scope) inherited(name string, root any) *origin {
	switch {
	case isContext(root):
		return nil
	case name == "$":
		return s.argument
	case name != "":
		return s.variables[name]
	}
	for i := len(s.stack) - 1; i >= 0 && s.stack[i] > s.enclosing; i-- {
		if e := s.frames[s.stack[i]].element; e != nil {
			return e
		}
	}
	return s.argument
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
	if o == nil {
		return nil
	}
	var reads []*place
	for _, p := range union(union(slices.Clone(o.places), o.made), o.chosen) {
		if p != t.root {
			reads = append(reads, p)
		}
	}
	return reads
}

// all returns the reads of a frame and of the frames below it; of a branch
// only those of its condition, not of its body.
func (t *tracer) all(id int) []*place {
	reads := slices.Clone(t.frames[id].reads)
	for k := id + 1; k < t.end(id); k++ {
		reads = union(reads, t.frames[k].reads)
	}
	return reads
}

// end is the frame behind the last one that belongs to a frame.
func (t *tracer) end(id int) int {
	switch f := t.frames[id]; {
	case t.sites[f.site].control && f.body > 0:
		return f.body
	case f.end > 0:
		return f.end
	}
	return len(t.frames)
}

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
		f.element = &origin{made: s.all(s.stack[len(s.stack)-1])}
	}
	return marks
}

// Round begins a round of a `range`.
func (s *scope) Round(site int) string {
	marks := s.Body(site)
	f := s.top()
	switch {
	case f.subject == nil:
		f.element = &origin{made: s.all(s.stack[len(s.stack)-1])}
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
		o = &origin{made: s.all(s.stack[len(s.stack)-1])}
	}
	if assign {
		o = o.join(s.variables[name]).join(s.conditions())
	}
	s.variables[name] = o
	return ""
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
	}
	return v
}

// Taken remembers that a map is a copy of one of others, or one of them.
func (s *scope) Taken(v any, parts ...*origin) any {
	if m := reflect.ValueOf(v); m.Kind() == reflect.Map && s.originOf(m) == nil {
		return s.Merged(v, parts...)
	}
	return v
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
	return emptyTemplate
}

func (s *scope) Marked(name string) string {
	if s.defined[name+markedName] {
		return name + markedName
	}
	return s.Plain(name)
}
