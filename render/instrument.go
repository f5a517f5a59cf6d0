package render

import (
	"fmt"
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
	control  bool     // if, with or range
	words    []string // texts that the site compares values with
	mentions Mention  // what the text below the site can render
	includes []string // templates called below the site
}

// Mention is a set of things that a template part talks about.
type Mention uint

const (
	MentionsAntiAffinity Mention = 1 << iota
	MentionsAffinity
	MentionsSpread
	MentionsTopologyKey
	MentionsReplicas
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
	defined map[string]bool    // named templates of all files
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
// printed as it is, never where it is compared, hashed or parsed.
func (in *instrumenter) file(name, text string, trees map[string]*parse.Tree) string {
	lines := lineStarts(text)
	var out strings.Builder
	names := make([]string, 0, len(trees))
	for n := range trees {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		tree := trees[n]
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
	if tree := trees[name]; tree != nil && !parse.IsEmptyTree(tree.Root) {
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
	id := p.site(site{line: p.line(n.Pos)})
	p.open = append(p.open, id)
	marked := p.marked && len(n.Pipe.Decl) == 0
	p.begin(id, marked)
	p.reads(n.Pipe)
	pipe := n.Pipe.CopyPipe()
	p.rewrite(pipe, marked)
	fmt.Fprintf(&p.out, "{{%s}}", pipe)
	p.declare(n.Pipe)
	p.end(id, marked)
	p.open = p.open[:len(p.open)-1]
}

func (p *printer) begin(id int, marked bool) { p.call("Open %d %v", id, marked) }
func (p *printer) end(id int, marked bool)   { p.call("Close %d %v", id, marked) }

func (p *printer) declare(pipe *parse.PipeNode) {
	if pipe == nil {
		return
	}
	for _, d := range pipe.Decl {
		p.call("Declare %q %v", d.Ident[0], pipe.IsAssign)
	}
}

func (p *printer) templateCall(n *parse.TemplateNode) {
	id := p.site(site{line: p.line(n.Pos)})
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
		fmt.Fprintf(&p.out, "{{template %q %s}}", name, pipe)
	} else {
		fmt.Fprintf(&p.out, "{{template %q}}", name)
	}
	p.end(id, p.marked)
	p.open = p.open[:len(p.open)-1]
}

func (p *printer) branch(keyword string, n *parse.BranchNode) {
	id := p.site(site{line: p.line(n.Pos), control: true, words: chainWords(n)})
	p.open = append(p.open, id)
	p.begin(id, p.marked)
	p.reads(n.Pipe)
	pipe := n.Pipe.CopyPipe()
	p.rewrite(pipe, false)
	fmt.Fprintf(&p.out, "{{%s %s}}", keyword, pipe)
	p.call("Body")
	p.declare(n.Pipe)
	p.list(n.List)
	if n.ElseList != nil {
		p.out.WriteString("{{else}}")
		p.call("Body")
		if keyword != "range" {
			p.declare(n.Pipe)
		}
		p.list(n.ElseList)
	}
	p.out.WriteString("{{end}}")
	p.end(id, p.marked)
	p.open = p.open[:len(p.open)-1]
}

// chainWords are the compared words of a condition and of the `else if`s that
// follow it, whichever of them is reached.
func chainWords(n *parse.BranchNode) []string {
	words := comparedWords(n.Pipe)
	if n.ElseList != nil && len(n.ElseList.Nodes) == 1 {
		if next, ok := n.ElseList.Nodes[0].(*parse.IfNode); ok {
			words = append(words, chainWords(&next.BranchNode)...)
		}
	}
	return words
}

// comparedWords collects the texts that a condition compares something with:
// the words that the chart knows for a mode.
func comparedWords(pipe *parse.PipeNode) []string {
	var words []string
	var walk func(n parse.Node, comparing bool)
	walk = func(n parse.Node, comparing bool) {
		switch n := n.(type) {
		case *parse.PipeNode:
			if n != nil {
				for _, c := range n.Cmds {
					walk(c, comparing)
				}
			}
		case *parse.CommandNode:
			if id, ok := n.Args[0].(*parse.IdentifierNode); ok {
				switch id.Ident {
				case "eq", "ne", "has", "mustHas":
					comparing = true
				case "list", "tuple", "or", "and", "not", "lower", "upper", "trim", "toString", "default":
				default:
					comparing = false
				}
			}
			for _, a := range n.Args {
				walk(a, comparing)
			}
		case *parse.StringNode:
			if comparing {
				words = append(words, n.Text)
			}
		}
	}
	walk(pipe, false)
	return words
}

// reads emits a call for every value that the pipeline reads.
func (p *printer) reads(pipe *parse.PipeNode) {
	if pipe == nil {
		return
	}
	for _, c := range pipe.Cmds {
		p.commandReads(c)
	}
}

// accessors are the functions that take keys of their map argument; for each
// the position of the map among the arguments, the keys being the others.
var accessors = map[string]bool{"index": true, "get": true, "hasKey": true, "dig": true}

func (p *printer) commandReads(c *parse.CommandNode) {
	if id, ok := c.Args[0].(*parse.IdentifierNode); ok {
		p.mention(mentioned(id.Ident))
		if (id.Ident == "include" || id.Ident == "template") && len(c.Args) > 1 {
			if name, ok := c.Args[1].(*parse.StringNode); ok {
				p.mention(mentioned(name.Text), name.Text)
			}
		}
		if accessors[id.Ident] && p.accessReads(id.Ident, c.Args[1:]) {
			return
		}
	}
	for _, a := range c.Args {
		switch a := a.(type) {
		case *parse.PipeNode:
			p.reads(a)
		case *parse.ChainNode:
			if inner, ok := a.Node.(*parse.PipeNode); ok {
				p.reads(inner)
			}
		default:
			if name, dot, keys, ok := chain(a); ok {
				p.mention(mentioned(strings.Join(keys, " ")))
				p.call("Read %q %s%s", name, dot, quoted(keys))
			}
		}
	}
}

// accessReads handles `index .Values "a" "b"` and its relatives: the keys
// follow the map, but for dig, whose map is last and its default before that.
func (p *printer) accessReads(function string, args []parse.Node) bool {
	var base parse.Node
	var keys []parse.Node
	switch {
	case function == "dig" && len(args) >= 3:
		base, keys = args[len(args)-1], args[:len(args)-2]
	case function != "dig" && len(args) >= 2:
		base, keys = args[0], args[1:]
	default:
		return false
	}
	name, dot, path, ok := chain(base)
	if !ok {
		return false
	}
	var more strings.Builder
	for _, k := range keys {
		switch k := k.(type) {
		case *parse.StringNode, *parse.NumberNode:
			more.WriteString(" " + k.String())
			p.mention(mentioned(k.String()))
		case *parse.FieldNode, *parse.VariableNode:
			more.WriteString(" " + k.String())
			if n, d, f, ok := chain(k); ok {
				p.call("Read %q %s%s", n, d, quoted(f))
			}
		default:
			return false
		}
	}
	p.call("Read %q %s%s%s", name, dot, quoted(path), more.String())
	return true
}

// chain takes apart .a.b, $x.a.b and plain dot: the variable's name ("" for
// dot), the expression of the root and the keys below it.
func chain(n parse.Node) (name, root string, keys []string, ok bool) {
	switch n := n.(type) {
	case *parse.FieldNode:
		return "", ".", n.Ident, true
	case *parse.DotNode:
		return "", ".", nil, true
	case *parse.VariableNode:
		return n.Ident[0], n.Ident[0], n.Ident[1:], true
	}
	return "", "", nil, false
}

func quoted(keys []string) string {
	var b strings.Builder
	for _, k := range keys {
		fmt.Fprintf(&b, " %q", k)
	}
	return b.String()
}

// derivers are the functions whose result holds the keys of their arguments.
var derivers = map[string]bool{"merge": true, "mergeOverwrite": true, "mustMerge": true, "mustMergeOverwrite": true,
	"deepCopy": true, "mustDeepCopy": true, "omit": true, "pick": true, "default": true, "coalesce": true}

// rewrite changes calls inside a pipeline: `dict` and merging functions tell
// the tracer what their result is made of; a printed `include` calls the
// marked twin; every other include calls the plain one.
func (p *printer) rewrite(pipe *parse.PipeNode, printed bool) {
	for i, c := range pipe.Cmds {
		id, isCall := c.Args[0].(*parse.IdentifierNode)
		var made []parse.Node // before the arguments are rewritten
		method := ""
		switch {
		case isCall && id.Ident == "dict" && i == 0:
			method, made = "Dict", dictReferences(c)
		case isCall && derivers[id.Ident] && i == 0 && len(c.Args) > 1:
			method, made = "Derived", references(c.Args[1:])
		}
		for _, a := range c.Args {
			switch a := a.(type) {
			case *parse.PipeNode:
				p.rewrite(a, false)
			case *parse.ChainNode:
				if inner, ok := a.Node.(*parse.PipeNode); ok {
					p.rewrite(inner, false)
				}
			}
		}
		switch {
		case isCall && id.Ident == "include" && len(c.Args) > 1:
			p.rewriteInclude(c, printed && i == 0 && onlyIndents(pipe.Cmds[1:]))
		case method != "":
			pipe.Cmds[i] = wrap(method, c, made)
		}
	}
}

func onlyIndents(commands []*parse.CommandNode) bool {
	for _, c := range commands {
		if id, ok := c.Args[0].(*parse.IdentifierNode); !ok || id.Ident != "indent" && id.Ident != "nindent" {
			return false
		}
	}
	return true
}

func (p *printer) rewriteInclude(c *parse.CommandNode, printed bool) {
	if name, ok := c.Args[1].(*parse.StringNode); ok {
		if printed && p.in.defined[name.Text] {
			twin := *name
			twin.Text += markedName
			twin.Quoted = strconv.Quote(twin.Text)
			c.Args[1] = &twin
		}
		return
	}
	method := "Plain"
	if printed {
		method = "Marked"
	}
	c.Args[1] = parenthesized(hostCall(method, c.Args[1]))
}

// hostCall is host.Method arguments...
func hostCall(method string, args ...parse.Node) *parse.CommandNode {
	variable := &parse.VariableNode{NodeType: parse.NodeVariable, Ident: []string{hostVariable, method}}
	return &parse.CommandNode{NodeType: parse.NodeCommand, Args: append([]parse.Node{variable}, args...)}
}

func parenthesized(c *parse.CommandNode) parse.Node {
	return &parse.PipeNode{NodeType: parse.NodePipe, Cmds: []*parse.CommandNode{c}}
}

func stringNode(text string) parse.Node {
	return &parse.StringNode{NodeType: parse.NodeString, Text: text, Quoted: strconv.Quote(text)}
}

// wrap is host.Method (the call as it was) references...
func wrap(method string, c *parse.CommandNode, references []parse.Node) *parse.CommandNode {
	return hostCall(method, append([]parse.Node{parenthesized(c)}, references...)...)
}

// dictReferences says for each literal key of a dict call what its value is
// made of: key, (host.Made reference...), key, ...
func dictReferences(c *parse.CommandNode) []parse.Node {
	var tags []parse.Node
	for i := 1; i+1 < len(c.Args); i += 2 {
		if key, ok := c.Args[i].(*parse.StringNode); ok {
			tags = append(tags, stringNode(key.Text), parenthesized(hostCall("Made", references(c.Args[i+1:i+2])...)))
		}
	}
	return tags
}

// references is one (host.Reference name root keys...) for every value that
// the arguments name.
func references(args []parse.Node) []parse.Node {
	var found []parse.Node
	for _, a := range args {
		if pipe, ok := a.(*parse.PipeNode); ok {
			for _, c := range pipe.Cmds {
				if id, ok := c.Args[0].(*parse.IdentifierNode); ok && id.Ident == "dict" && len(pipe.Cmds) == 1 {
					continue // the map itself is known
				}
				found = append(found, references(c.Args)...)
			}
			continue
		}
		name, _, keys, ok := chain(a)
		if !ok {
			continue
		}
		var root parse.Node = &parse.DotNode{NodeType: parse.NodeDot}
		if name != "" {
			root = &parse.VariableNode{NodeType: parse.NodeVariable, Ident: []string{name}}
		}
		call := hostCall("Reference", stringNode(name), root)
		for _, k := range keys {
			call.Args = append(call.Args, stringNode(k))
		}
		found = append(found, parenthesized(call))
	}
	return found
}
