package render

import "text/template/parse"

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
