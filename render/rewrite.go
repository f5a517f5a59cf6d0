package render

import "text/template/parse"

// rewrite changes calls inside a pipeline: `dict`, `set` and merging functions
// tell the tracer what their result is made of; a printed `include` calls the
// marked twin; every other include calls the plain one.
func (p *printer) rewrite(pipe *parse.PipeNode, printed bool) {
	for i, c := range pipe.Cmds {
		told := told(c, i) // before the arguments are rewritten
		var passed parse.Node
		if function(c) == "include" && len(c.Args) == 3 {
			passed = originOf(c.Args[2])
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
		case function(c) == "include" && len(c.Args) > 1:
			p.rewriteInclude(c, passed, printed && i == 0 && onlyIndents(pipe.Cmds[1:]))
		case told != nil:
			told.Args[1] = parenthesized(c)
			pipe.Cmds[i] = told
		}
	}
}

// told is the host's call around a call that makes or changes a map, nil for
// others: host.Method (the call as it was) origins...
func told(c *parse.CommandNode, position int) *parse.CommandNode {
	name := function(c)
	if position > 0 || len(c.Args) < 2 {
		return nil
	}
	if a, ok := copied(c); ok {
		return hostCall("Copied", nil, parenthesized(a.call("Value")), originOf(c.Args[1]))
	}
	switch {
	case name == "dict":
		return hostCall("Dict", append([]parse.Node{nil}, dictOrigins(c)...)...)
	case name == "set" && len(c.Args) == 4:
		key := c.Args[2]
		if _, isText := key.(*parse.StringNode); !isText {
			a, ok := accessOf(key)
			if !ok {
				return nil
			}
			key = parenthesized(a.call("Value"))
		}
		call := hostCall("Set", nil)
		for _, n := range []parse.Node{c.Args[1], c.Args[3]} {
			from := originOf(n)
			if from == nil {
				from = parenthesized(hostCall("Made"))
			}
			call.Args = append(call.Args, from)
		}
		call.Args = append(call.Args, key)
		return call
	case takers[name] != "" && name != "set":
		return hostCall(takers[name], append([]parse.Node{nil}, origins(c.Args[1:])...)...)
	}
	return nil
}

// copied is the value that a call makes a deep copy of, where keys name it.
func copied(c *parse.CommandNode) (access, bool) {
	if name := function(c); (name == "deepCopy" || name == "mustDeepCopy") && len(c.Args) == 2 {
		return accessOf(c.Args[1])
	}
	return access{}, false
}

func onlyIndents(commands []*parse.CommandNode) bool {
	for _, c := range commands {
		if f := function(c); f != "indent" && f != "nindent" {
			return false
		}
	}
	return true
}

func (p *printer) rewriteInclude(c *parse.CommandNode, passed parse.Node, printed bool) {
	if passed != nil {
		c.Args[2] = parenthesized(hostCall("Pass", c.Args[2], passed))
	}
	if name, ok := c.Args[1].(*parse.StringNode); ok {
		if printed && p.in.defined[name.Text] {
			c.Args[1] = stringNode(name.Text + markedName)
		}
		return
	}
	method := "Plain"
	if printed {
		method = "Marked"
	}
	c.Args[1] = parenthesized(hostCall(method, c.Args[1]))
}

// pass is the argument of a called template, its origin handed on.
func pass(rewritten, original *parse.PipeNode) parse.Node {
	if from := pipeOrigin(original); from != nil {
		return parenthesized(hostCall("Pass", rewritten, from))
	}
	return rewritten
}
