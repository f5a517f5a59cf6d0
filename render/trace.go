package render

import (
	"encoding/json"
	"slices"
	"sort"
	"strconv"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"

	"github.com/spreadlint/spreadlint/values"
)

// emptyTemplate stands for a file that a pruned render left out.
const emptyTemplate = "\uE0F4"

// trace is an instrumented render of some templates.
type trace struct {
	*tracer
	closure map[string]Mention // named template -> what it mentions
}

// tracedDocument is the stripped text of a workload's document with its
// events.
type tracedDocument struct {
	*trace
	file   *values.File
	ranges []printedRange
	texts  []textMark // in order of offset
}

// printedRange is what one execution of an action or branch printed.
type printedRange struct {
	frame      int
	start, end int // offsets in the document; start == end when nothing was printed
	depth      int
}

type textMark struct{ offset, site int }

// key identifies a workload across renders of the same values.
func (w *Workload) key() string {
	return w.doc.name + "\x00" + w.Kind + "\x00" + w.Name + "\x00" + w.part + "\x00" + w.path.String()
}

// Focus says which workloads are likely to be asked about, so that one traced
// render does for all of them.
func (r *Release) Focus(workloads []*Workload) { r.focus = workloads }

// traced returns the traced document of a workload, nil if its render cannot
// be traced. Only templates that make workloads in question and those that
// define named templates take part; if that changes what comes out, all do.
func (r *Release) traced(w *Workload) *tracedDocument {
	if d, tried := r.documents[w.key()]; tried {
		return d
	}
	if r.session == nil || r.session.chart == nil {
		return nil
	}
	if r.documents == nil {
		r.documents = map[string]*tracedDocument{}
	}
	batch := []*Workload{w}
	others := r.focus
	if len(r.documents) > 0 && !slices.Contains(r.focus, w) {
		others = r.Workloads // the focus was not enough: trace all that is left
	}
	for _, f := range others {
		if _, tried := r.documents[f.key()]; !tried && f != w {
			batch = append(batch, f)
		}
	}
	captureLog(func() { r.trace(batch) })
	for _, f := range batch {
		if r.documents[f.key()] == nil {
			r.documents[f.key()] = nil // tried
		}
	}
	return r.documents[w.key()]
}

// trace traces a batch of workloads: with the templates that they need, and
// with all if the documents then come out otherwise than in the plain render.
func (r *Release) trace(batch []*Workload) {
	for {
		kept := r.session.needed(templatesOf(batch), false)
		complete, missed := r.runTrace(batch, kept)
		if complete { // without files that are only hashed, say
			missed = slices.DeleteFunc(missed, r.session.isFile)
		}
		switch {
		case r.session.learn(missed):
			r.source.vocabulary.blind = true
			continue
		case !complete:
			r.runTrace(batch, nil)
		}
		return
	}
}

// runTrace renders once with instrumented templates, with those that are kept
// or with all, and keeps the documents of the batch. They are not complete
// when one of them came out otherwise than in the plain render. What was
// missed are the names of templates that were called and left out.
func (r *Release) runTrace(batch []*Workload, kept map[string]bool) (complete bool, missed []string) {
	s := r.session
	restore := s.templates()
	defer restore()
	in := newInstrumenter()
	files := map[string]parsedFile{}
	s.eachTemplate(func(name string, file *chart.File) *chart.File {
		if kept != nil && !kept[name] {
			return nil
		}
		if parsed := parseFile(name, file); parsed != nil {
			files[name] = parsed
		}
		return file
	})
	in.defined = s.reached(files, kept == nil)
	renderValues, err := s.renderValues()
	if err != nil {
		return false, nil
	}
	t := newTracer(r.tree, map[string]any(renderValues["Values"].(chartutil.Values)))
	s.eachTemplate(func(name string, file *chart.File) *chart.File {
		if files[name] == nil {
			return file
		}
		text := in.file(name, string(file.Data), files[name])
		t.defined[name] = true
		t.defined[name+plainName] = true
		return &chart.File{Name: file.Name, Data: []byte(text)}
	})
	for n := range in.defined {
		t.defined[n] = true
		t.defined[n+markedName] = true
	}
	s.addEmptyTemplate()
	t.sites = in.sites
	texts, err := s.execute(renderValues, t.newScope)
	if err != nil {
		return false, append(t.missed, missing(err)...)
	}
	return r.match(&trace{tracer: t, closure: in.closeMentions()}, batch, texts), t.missed
}

// addEmptyTemplate adds the stand-in for files that were left out.
func (s *session) addEmptyTemplate() {
	s.chart.Templates = append(s.chart.Templates[:len(s.chart.Templates):len(s.chart.Templates)],
		&chart.File{Name: "templates/_spreadlint_empty.tpl", Data: []byte(`{{define "` + emptyTemplate + `"}}{{end}}`)})
}

// match strips the markers and keeps the documents whose workload decides
// placement just as in the plain render.
func (r *Release) match(t *trace, batch []*Workload, texts map[string]string) bool {
	docs := map[*document]*tracedDocument{}
	var all []document
	type stripped struct {
		text   string
		ranges []printedRange
		texts  []textMark
	}
	files := map[string]stripped{}
	for _, name := range sortedNames(texts) {
		text, ranges, marks := strip(texts[name])
		files[name] = stripped{text, ranges, marks}
		all = append(all, split(name, r.session.shownName(name), text)...)
	}
	objects, err := decode(all, &r.source.decoded)
	if err != nil {
		return false
	}
	found := map[string]*Workload{}
	workloads := findWorkloads(objects)
	for _, w := range workloads {
		found[w.key()] = w
	}
	for _, b := range findBudgets(objects) {
		found[b.Object.key()] = b.Object
	}
	complete := true
	for _, w := range batch {
		twin := found[w.key()]
		if twin == nil { // a name that is made at random, as those of some tests
			twin = counterpart(w, r.Workloads, workloads)
		}
		if twin == nil || placement(twin) != placement(w) {
			complete = false
			continue
		}
		d := docs[twin.doc]
		if d == nil {
			file, err := values.ParseDocument(twin.doc.name, []byte(twin.doc.text))
			if err != nil {
				complete = false
				continue
			}
			f := files[twin.doc.name]
			d = &tracedDocument{trace: t, file: file}
			d.keep(f.ranges, f.texts, twin.doc)
			docs[twin.doc] = d
		}
		r.documents[w.key()] = d
	}
	return complete
}

// placement is what must be equal for a traced workload to be believed.
func placement(w *Workload) string {
	var replicas any // as they are written: an autoscaler may be left out
	if w.ReplicasPath != nil {
		replicas, _ = w.Lookup(w.ReplicasPath)
	}
	b, err := json.Marshal([]any{replicas, w.Pod.Object.Labels, w.Pod.Object.Spec.Affinity,
		w.Pod.Object.Spec.TopologySpreadConstraints, w.Pod.Object.Spec.NodeSelector, w.Pod.Object.Spec.Tolerations, len(w.Pod.Validate())})
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// keep takes over the events of one document of a file. A branch that prints
// nothing may stand among the blanks around the document and be its last one.
func (d *tracedDocument) keep(ranges []printedRange, texts []textMark, doc *document) {
	within := func(offset int) int { return min(max(offset, doc.start), doc.end) - doc.start }
	for _, g := range ranges {
		touches := g.end >= doc.start && g.start <= doc.end
		if touches || g.start >= doc.from && g.end <= doc.to {
			g.start, g.end = within(g.start), within(g.end)
			d.ranges = append(d.ranges, g)
		}
	}
	for _, m := range texts {
		if m.offset >= doc.start && m.offset <= doc.end {
			d.texts = append(d.texts, textMark{m.offset - doc.start, m.site})
		}
	}
}

// strip removes the markers and returns what they said.
func strip(marked string) (text string, ranges []printedRange, texts []textMark) {
	var out strings.Builder
	out.Grow(len(marked))
	open := map[int]int{} // frame -> index in ranges
	depth := 0
	for {
		i := strings.Index(marked, markOpen)
		if i < 0 {
			break
		}
		out.WriteString(marked[:i])
		rest := marked[i+len(markOpen):]
		end := strings.Index(rest, markClose)
		if end < 1 {
			out.WriteString(markOpen)
			marked = rest
			continue
		}
		kind := rest[0]
		number, err := strconv.Atoi(rest[1:end])
		if err != nil {
			out.WriteString(markOpen)
			marked = rest
			continue
		}
		marked = rest[end+len(markClose):]
		switch kind {
		case 'T':
			texts = append(texts, textMark{out.Len(), number})
		case 'A':
			depth++
			open[number] = len(ranges)
			ranges = append(ranges, printedRange{frame: number, start: out.Len(), end: -1, depth: depth})
		case 'Z':
			depth--
			if k, ok := open[number]; ok {
				ranges[k].end = out.Len()
			}
		}
	}
	out.WriteString(marked)
	for k := range ranges {
		if ranges[k].end < 0 {
			ranges[k].end = out.Len()
		}
	}
	return out.String(), ranges, texts
}

// closeMentions says for each named template what it mentions, itself or
// through the templates that it calls.
func (in *instrumenter) closeMentions() map[string]Mention {
	for {
		changed := false
		for name, calls := range in.calls {
			m := in.closure[name]
			for _, c := range calls {
				m |= in.closure[c]
			}
			if m != in.closure[name] {
				in.closure[name] = m
				changed = true
			}
		}
		if !changed {
			return in.closure
		}
	}
}

// mentions is what a site's body can render, calls included.
func (t *trace) mentions(site int) Mention {
	s := t.sites[site]
	m := s.mentions
	for _, name := range s.includes {
		m |= t.closure[name]
	}
	return m
}

// mentionsOf is what an execution can render: what its site mentions, and
// those that computed what it prints.
func (t *trace) mentionsOf(id int) Mention {
	m := t.mentions(t.frames[id].site)
	for _, k := range t.within(id) {
		for _, from := range t.frames[k].frames {
			m |= t.mentions(t.frames[from].site)
		}
	}
	return m
}

// place returns template file and line of a site.
func (t *trace) place(r *Release, site int) TemplatePlace {
	s := t.sites[site]
	return TemplatePlace{File: r.session.shownName(s.template), Line: s.line}
}

// textSite returns the line of template text at or before an offset.
func (d *tracedDocument) textSite(offset int) (int, bool) {
	i := sort.Search(len(d.texts), func(i int) bool { return d.texts[i].offset > offset })
	if i == 0 {
		return 0, false
	}
	return d.texts[i-1].site, true
}
