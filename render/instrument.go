package render

import (
	"fmt"
	"maps"
	"slices"
	"sort"
	"strconv"
	"strings"
	"text/template/parse"
)

// Instrumenting prints a template back with additions: markers around what is
// printed, so that every rendered byte knows the template line and the
// actions that made it, and calls of the tracer (the host) before every
// action, `if`, `with` and `range`, which record the values that are read.
// The parsed tree is printed, not the source, so white space that `{{-` trims
// is gone already and nothing can shift. Markers are stripped afterwards and
// the result is compared with the plain render.
const (
	markOpen   = "\uE0F0" // then T (text), A (action begins) or Z (action ends), a number
	markClose  = "\uE0F1"
	markedName = "\uE0F2" // suffix of a named template's marked twin
	plainName  = "\uE0F3" // suffix of a file's unmarked twin
)

// site is one place of a template: an action, a branch or a line of text.
type site struct {
	template string // engine's template name of the file
	line     int
	control  bool // if, with or range
	branch   *parse.BranchNode
	pipe     *parse.PipeNode // what it evaluates, nil for text
	words    []string        // texts that the site compares values with
	mentions Mention         // what the text below the site can render
	includes []string        // templates called below the site
}

// Mention is a set of things that a template part talks about.
type Mention uint

const (
	MentionsAntiAffinity Mention = 1 << iota
	MentionsAffinity
	MentionsSpread
	MentionsTopologyKey
	MentionsReplicas
	MentionsStrategy
)

var mentionWords = []struct {
	word string
	bit  Mention
}{
	{"podantiaffinity", MentionsAntiAffinity | MentionsAffinity},
	{"affinity", MentionsAffinity},
	{"affinities", MentionsAffinity},
	{"topologyspread", MentionsSpread},
	{"topologykey", MentionsTopologyKey},
	{"replica", MentionsReplicas},
	{"strategy", MentionsStrategy},
	{"rollingupdate", MentionsStrategy},
}

func mentioned(text string) Mention {
	text = strings.ToLower(text)
	var m Mention
	for _, w := range mentionWords {
		if strings.Contains(text, w.word) {
			m |= w.bit
		}
	}
	return m
}

// instrumenter rewrites the templates of one render.
type instrumenter struct {
	sites   []site
	defined map[string]bool    // named templates that may be called
	closure map[string]Mention // named template -> what it mentions
	calls   map[string][]string
}

func newInstrumenter() *instrumenter {
	return &instrumenter{defined: map[string]bool{}, closure: map[string]Mention{}, calls: map[string][]string{}}
}

func parseTemplate(name, text string) (map[string]*parse.Tree, error) {
	t := parse.New(name)
	t.Mode = parse.SkipFuncCheck
	set := map[string]*parse.Tree{}
	_, err := t.Parse(text, "", "", set)
	return set, err
}

// file instruments one template file. Its named templates are emitted twice,
// plain and marked: the marked twin is called only where its output is
// printed as it is, never where it is compared, hashed or parsed. Those that
// nothing calls are left out.
func (in *instrumenter) file(name, text string, trees parsedFile) string {
	lines := lineStarts(text)
	var out strings.Builder
	for _, n := range slices.Sorted(maps.Keys(trees)) {
		if n != name && !in.defined[n] {
			continue
		}
		tree := trees[n].Tree
		if n == name || parse.IsEmptyTree(tree.Root) {
			if n != name {
				fmt.Fprintf(&out, "{{define %q}}%s{{end}}", n, tree.Root)
				fmt.Fprintf(&out, "{{define %q}}%s{{end}}", n+markedName, tree.Root)
			}
			continue
		}
		for _, marked := range []bool{false, true} {
			p := printer{in: in, template: name, lines: lines, marked: marked, define: n}
			p.list(tree.Root)
			suffix := ""
			if marked {
				suffix = markedName
			}
			fmt.Fprintf(&out, "{{define %q}}%s%s{{end}}", n+suffix, hostPrelude, p.out.String())
		}
	}
	if tree := trees[name].Tree; tree != nil && !parse.IsEmptyTree(tree.Root) {
		plain := printer{in: in, template: name, lines: lines}
		plain.list(tree.Root)
		fmt.Fprintf(&out, "{{define %q}}%s%s{{end}}", name+plainName, hostPrelude, plain.out.String())
		p := printer{in: in, template: name, lines: lines, marked: true}
		p.list(tree.Root)
		out.WriteString(hostPrelude + p.out.String())
	}
	return out.String()
}

// lineStarts returns the offsets at which lines begin.
func lineStarts(text string) []int {
	starts := []int{0}
	for i := 0; i < len(text); i++ {
		if text[i] == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}

// printer prints one template back, with its additions.
type printer struct {
	in       *instrumenter
	template string
	lines    []int
	marked   bool
	define   string // the named template that is printed, "" for the file
	out      strings.Builder
	open     []int // sites whose body is being printed
}

func (p *printer) line(pos parse.Pos) int {
	return sort.SearchInts(p.lines, int(pos)+1)
}

func (p *printer) site(s site) int {
	s.template = p.template
	p.in.sites = append(p.in.sites, s)
	return len(p.in.sites) - 1
}

// mention tells the sites around what stands inside them.
func (p *printer) mention(m Mention, includes ...string) {
	if p.define != "" {
		p.in.closure[p.define] |= m
		p.in.calls[p.define] = append(p.in.calls[p.define], includes...)
	}
	for _, id := range p.open {
		s := &p.in.sites[id]
		s.mentions |= m
		s.includes = append(s.includes, includes...)
	}
}

func (p *printer) call(format string, args ...any) {
	fmt.Fprintf(&p.out, "{{"+hostVariable+"."+format+"}}", args...)
}

func (p *printer) list(l *parse.ListNode) {
	if l == nil {
		return
	}
	for _, n := range l.Nodes {
		p.node(n)
	}
}

func (p *printer) node(n parse.Node) {
	switch n := n.(type) {
	case *parse.TextNode:
		p.text(n)
	case *parse.ActionNode:
		p.action(n)
	case *parse.TemplateNode:
		p.templateCall(n)
	case *parse.IfNode:
		p.branch("if", &n.BranchNode)
	case *parse.WithNode:
		p.branch("with", &n.BranchNode)
	case *parse.RangeNode:
		p.branch("range", &n.BranchNode)
	default:
		p.out.WriteString(n.String())
	}
}

// text marks the first visible character of each line.
func (p *printer) text(n *parse.TextNode) {
	text := string(n.Text)
	p.mention(mentioned(text))
	// A brace whose following white space was trimmed must not join the next
	// one: "{ {{- x }}".
	if strings.HasSuffix(text, "{") {
		text = strings.TrimSuffix(text, "{")
		defer p.out.WriteString("{{`{`}}")
	}
	if !p.marked {
		p.out.WriteString(text)
		return
	}
	lineBegins := true
	for i := 0; i < len(text); i++ {
		c := text[i]
		if lineBegins && c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			id := p.site(site{line: p.line(n.Pos + parse.Pos(i))})
			p.out.WriteString(markOpen + "T" + strconv.Itoa(id) + markClose)
			lineBegins = false
		}
		if c == '\n' {
			lineBegins = true
		}
		p.out.WriteByte(c)
	}
}

func (p *printer) action(n *parse.ActionNode) {
	id := p.site(site{line: p.line(n.Pos), pipe: n.Pipe})
	p.open = append(p.open, id)
	marked := p.marked && len(n.Pipe.Decl) == 0
	p.begin(id, marked)
	p.reads(n.Pipe)
	pipe := n.Pipe.CopyPipe()
	p.rewrite(pipe, marked)
	fmt.Fprintf(&p.out, "{{%s}}", pipe)
	p.declare(n.Pipe)
	p.end(id)
	p.open = p.open[:len(p.open)-1]
}

func (p *printer) begin(id int, marked bool) { p.call("Open %d %v", id, marked) }
func (p *printer) end(id int)                { p.call("Close %d", id) }

// declare says what the variables of an action or an `if` are.
func (p *printer) declare(pipe *parse.PipeNode) {
	for _, d := range pipe.Decl {
		call := hostCall("Declare", stringNode(d.Ident[0]), &parse.BoolNode{NodeType: parse.NodeBool, True: pipe.IsAssign})
		if !includes(pipe) {
			if from := pipeOrigin(pipe); from != nil {
				call.Args = append(call.Args, from)
			}
		}
		p.out.WriteString("{{" + call.String() + "}}")
	}
}

func (p *printer) templateCall(n *parse.TemplateNode) {
	id := p.site(site{line: p.line(n.Pos), pipe: n.Pipe})
	p.open = append(p.open, id)
	p.begin(id, p.marked)
	p.reads(n.Pipe)
	p.mention(0, n.Name)
	name := n.Name
	if p.marked && p.in.defined[name] {
		name += markedName
	}
	if n.Pipe != nil {
		pipe := n.Pipe.CopyPipe()
		p.rewrite(pipe, false)
		fmt.Fprintf(&p.out, "{{template %q %s}}", name, pass(pipe, n.Pipe))
	} else {
		fmt.Fprintf(&p.out, "{{template %q}}", name)
	}
	p.end(id)
	p.open = p.open[:len(p.open)-1]
}

func (p *printer) branch(keyword string, n *parse.BranchNode) {
	id := p.site(site{line: p.line(n.Pos), control: true, branch: n, pipe: n.Pipe, words: chainWords(n)})
	p.open = append(p.open, id)
	p.begin(id, p.marked)
	p.reads(n.Pipe)
	if a, ok := accessOf(n.Pipe); ok && keyword != "if" {
		p.out.WriteString("{{" + a.call("Enter").String() + "}}")
	}
	pipe := n.Pipe.CopyPipe()
	p.rewrite(pipe, false)
	fmt.Fprintf(&p.out, "{{%s %s}}", keyword, pipe)
	p.call("%s %d", map[string]string{"if": "Body", "with": "With", "range": "Round"}[keyword], id)
	if keyword == "if" {
		p.declare(n.Pipe)
	} else {
		for _, d := range n.Pipe.Decl {
			p.call("DeclareElement %q", d.Ident[0])
		}
	}
	p.list(n.List)
	if n.ElseList != nil {
		p.out.WriteString("{{else}}")
		p.call("Body %d", id)
		if keyword == "if" {
			p.declare(n.Pipe)
		}
		p.list(n.ElseList)
	}
	p.out.WriteString("{{end}}")
	if names := assigned(n.List, n.ElseList); len(names) > 0 {
		p.call("Decided%s", quoted(names))
	}
	p.end(id)
	p.open = p.open[:len(p.open)-1]
}

func quoted(keys []string) string {
	var b strings.Builder
	for _, k := range keys {
		fmt.Fprintf(&b, " %q", k)
	}
	return b.String()
}

// assigned lists the variables that something below assigns to.
func assigned(lists ...*parse.ListNode) []string {
	var names []string
	for _, l := range lists {
		if l == nil {
			continue
		}
		for _, n := range l.Nodes {
			var more []string
			switch n := n.(type) {
			case *parse.ActionNode:
				for _, d := range n.Pipe.Decl {
					if n.Pipe.IsAssign {
						more = append(more, d.Ident[0])
					}
				}
			case *parse.IfNode:
				more = assigned(n.List, n.ElseList)
			case *parse.WithNode:
				more = assigned(n.List, n.ElseList)
			case *parse.RangeNode:
				more = assigned(n.List, n.ElseList)
			}
			for _, name := range more {
				if !slices.Contains(names, name) {
					names = append(names, name)
				}
			}
		}
	}
	return names
}
