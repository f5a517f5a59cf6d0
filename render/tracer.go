package render

import (
	"maps"
	"reflect"
	"slices"
	"sort"

	"helm.sh/helm/v3/pkg/chartutil"

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
	beside []*place           // of a merger: absent, but set they would take part
	frames []int              // sites whose execution computed it: what they compare counts
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
		chosen: union(slices.Clone(o.chosen), p.chosen), beside: union(slices.Clone(o.beside), p.beside),
		frames: slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(o.frames), p.frames...))))}
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
	beside  []*place // absent, but set they would be merged into what is read
	frames  []int    // executions that computed what is read
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
	missed  []string        // templates that were called and are not there
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
	} else {
		c.beside = absent
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
		if isMethod(v, key) {
			continue
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

// isMethod reports whether a template calls `.Values.AsMap`: the same values.
// https://github.com/helm/helm/blob/v3.22.0/pkg/chartutil/values.go
func isMethod(v reflect.Value, key values.Key) bool {
	if !v.IsValid() || key.IsIndex() || key.Name() != "AsMap" {
		return false
	}
	_, is := v.Interface().(chartutil.Values)
	return is
}

// inherited is the origin of a root that has no identity, such as a text or
// an empty list: that of the variable, or of dot. Of a chart's whole context
// only what templates put into it counts: the rest is known by identity.
func (s *scope) inherited(name string, root any) *origin {
	o := s.named(name)
	if o == nil || !isContext(root) {
		return o
	}
	if len(o.keys) == 0 {
		return nil
	}
	return &origin{keys: o.keys}
}

// named is what is known of a variable, or of dot.
func (s *scope) named(name string) *origin {
	switch {
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
	for _, key := range slices.Sorted(maps.Keys(o.keys)) {
		reads = union(reads, t.read(o.keys[key]))
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

// within are a frame, those below it, of a branch only those of its condition,
// and those that computed what they read.
func (t *tracer) within(id int) []int {
	var found []int
	seen := map[int]bool{}
	var visit func(id int)
	visit = func(id int) {
		for k := id; k < t.end(id); k++ {
			if seen[k] {
				continue
			}
			seen[k] = true
			found = append(found, k)
			for _, c := range t.frames[k].frames {
				visit(c)
			}
		}
	}
	visit(id)
	return found
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
