package render

import (
	"strconv"
	"strings"
	"text/template/parse"
)

// What an expression of a template reads, and what its value is made of, is
// told to the tracer by calls of the host: `Read` for each value that is read,
// and calls that compute the origin of a value beside the value itself.

// access is a value that an expression names by keys only: .a.b, $x.a,
// (.a).b, index .a "b", get $x "a".
type access struct {
	name string       // the variable, "" for dot
	keys []parse.Node // expressions
}

func (a access) root() parse.Node {
	if a.name == "" {
		return &parse.DotNode{NodeType: parse.NodeDot}
	}
	return &parse.VariableNode{NodeType: parse.NodeVariable, Ident: []string{a.name}}
}

// call is host.Method name root keys...
func (a access) call(method string) *parse.CommandNode {
	return hostCall(method, append([]parse.Node{stringNode(a.name), a.root()}, a.keys...)...)
}

// mention is the text of the keys that are written out.
func (a access) mention() string {
	var b strings.Builder
	for _, k := range a.keys {
		if s, ok := k.(*parse.StringNode); ok {
			b.WriteString(s.Text + " ")
		}
	}
	return b.String()
}

func accessOf(n parse.Node) (access, bool) {
	switch n := n.(type) {
	case *parse.FieldNode:
		return access{keys: stringNodes(n.Ident)}, true
	case *parse.DotNode:
		return access{}, true
	case *parse.VariableNode:
		return access{name: n.Ident[0], keys: stringNodes(n.Ident[1:])}, true
	case *parse.ChainNode:
		a, ok := accessOf(n.Node)
		a.keys = append(a.keys[:len(a.keys):len(a.keys)], stringNodes(n.Field)...)
		return a, ok
	case *parse.PipeNode:
		if len(n.Cmds) == 1 {
			return commandAccess(n.Cmds[0])
		}
	}
	return access{}, false
}

// commandAccess also knows `index .a "b" 0`, `get .a "b"` and `dig "a" "b"
// default .c`, whose default is left to the caller.
func commandAccess(c *parse.CommandNode) (access, bool) {
	if len(c.Args) == 1 {
		return accessOf(c.Args[0])
	}
	var base parse.Node
	var keys []parse.Node
	switch args := c.Args[1:]; function(c) {
	case "index", "get", "hasKey":
		base, keys = args[0], args[1:]
	case "dig":
		if len(args) < 3 {
			return access{}, false
		}
		base, keys = args[len(args)-1], args[:len(args)-2]
	default:
		return access{}, false
	}
	a, ok := accessOf(base)
	a.keys = a.keys[:len(a.keys):len(a.keys)]
	for _, k := range keys {
		switch k := k.(type) {
		case *parse.StringNode, *parse.NumberNode:
			a.keys = append(a.keys, k)
		default:
			// Asked for safely: the expression may not be reached at all.
			key, isAccess := accessOf(k)
			if !isAccess {
				return access{}, false
			}
			a.keys = append(a.keys, parenthesized(key.call("Value")))
		}
	}
	return a, ok
}

// function is the name of the function that a command calls, "" for others.
func function(c *parse.CommandNode) string {
	if id, ok := c.Args[0].(*parse.IdentifierNode); ok {
		return id.Ident
	}
	return ""
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

func (p *printer) commandReads(c *parse.CommandNode) {
	name := function(c)
	if name != "" {
		p.mention(mentioned(name))
	}
	if name == "include" && len(c.Args) > 1 {
		if called, ok := c.Args[1].(*parse.StringNode); ok {
			p.mention(mentioned(called.Text), called.Text)
		}
	}
	args := c.Args
	if a, ok := commandAccess(c); ok {
		p.access(a)
		switch name {
		case "index", "get", "hasKey":
			args = args[2:]
		case "dig":
			args = args[1 : len(args)-1]
		default:
			return
		}
	}
	for i := range args {
		a := args[i]
		if name == "default" { // what comes last is taken first
			a = args[len(args)-1-i]
		}
		p.argumentReads(a)
	}
}

func (p *printer) argumentReads(n parse.Node) {
	if a, ok := accessOf(n); ok {
		p.access(a)
	}
	switch n := n.(type) {
	case *parse.PipeNode:
		if _, ok := accessOf(n); !ok || len(n.Cmds[0].Args) > 1 {
			p.reads(n)
		}
	case *parse.ChainNode:
		inner, _ := n.Node.(*parse.PipeNode)
		if _, ok := accessOf(n); ok || inner == nil {
			return
		}
		p.reads(inner)
		if from := originOf(n); from != nil {
			p.out.WriteString("{{" + hostCall("ReadOrigin", from).String() + "}}")
		}
	}
}

func (p *printer) access(a access) {
	p.mention(mentioned(a.mention()))
	p.out.WriteString("{{" + a.call("Read").String() + "}}")
}

// takers are the functions whose result is one of their arguments, a copy or
// a merger of them: keys lead on into the arguments.
var takers = map[string]string{
	"merge": "Merged", "mergeOverwrite": "Merged", "mustMerge": "Merged", "mustMergeOverwrite": "Merged",
	"deepCopy": "Taken", "mustDeepCopy": "Taken", "omit": "Taken", "pick": "Taken",
	"default": "Taken", "coalesce": "Taken", "ternary": "Taken", "required": "Taken", "set": "Taken",
}

// originOf is the expression that computes the origin of a node's value, nil
// when no value of the chart is involved.
func originOf(n parse.Node) parse.Node {
	if a, ok := accessOf(n); ok {
		return parenthesized(a.call("Reference"))
	}
	switch n := n.(type) {
	case *parse.PipeNode:
		return pipeOrigin(n)
	case *parse.ChainNode:
		if inner := originOf(n.Node); inner != nil {
			return parenthesized(hostCall("Key", append([]parse.Node{inner}, stringNodes(n.Field)...)...))
		}
	}
	return nil
}

func pipeOrigin(pipe *parse.PipeNode) parse.Node {
	if len(pipe.Cmds) == 1 {
		if a, ok := commandAccess(pipe.Cmds[0]); ok && function(pipe.Cmds[0]) != "dig" && function(pipe.Cmds[0]) != "hasKey" {
			return parenthesized(a.call("Reference"))
		}
		if c := pipe.Cmds[0]; function(c) == "dict" {
			return parenthesized(hostCall("Keys", dictOrigins(c)...))
		}
	}
	var parts []parse.Node
	taken := true
	for i, c := range pipe.Cmds {
		name := function(c)
		if name != "" || i > 0 {
			taken = taken && takers[name] != ""
		}
		if name != "" {
			parts = append(parts, origins(c.Args[1:])...)
		} else {
			parts = append(parts, origins(c.Args)...)
		}
	}
	switch {
	case len(parts) == 0:
		return nil
	case taken:
		return parenthesized(hostCall("Either", parts...))
	}
	return parenthesized(hostCall("Made", parts...))
}

func origins(args []parse.Node) []parse.Node {
	var found []parse.Node
	for _, a := range args {
		if from := originOf(a); from != nil {
			found = append(found, from)
		}
	}
	return found
}

// dictOrigins are key, origin, key, origin ... of a dict call.
func dictOrigins(c *parse.CommandNode) []parse.Node {
	var parts []parse.Node
	for i := 1; i+1 < len(c.Args); i += 2 {
		from := originOf(c.Args[i+1])
		if from == nil {
			from = parenthesized(hostCall("Made"))
		}
		var key parse.Node = &parse.BoolNode{NodeType: parse.NodeBool} // a key that is computed
		if text, ok := c.Args[i].(*parse.StringNode); ok {
			key = text
		}
		parts = append(parts, key, from)
	}
	return parts
}

// includes reports whether a pipeline runs another template.
func includes(n parse.Node) bool {
	switch n := n.(type) {
	case *parse.PipeNode:
		for _, c := range n.Cmds {
			if f := function(c); f == "include" || f == "tpl" {
				return true
			}
			for _, a := range c.Args {
				if includes(a) {
					return true
				}
			}
		}
	case *parse.ChainNode:
		return includes(n.Node)
	}
	return false
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

func stringNodes(texts []string) []parse.Node {
	nodes := make([]parse.Node, len(texts))
	for i, t := range texts {
		nodes[i] = stringNode(t)
	}
	return nodes
}
