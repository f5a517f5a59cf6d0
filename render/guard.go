package render

import (
	"bytes"
	"fmt"
	"sort"
	"strconv"
	"strings"
	"text/template/parse"

	"github.com/Masterminds/sprig/v3"
)

// maxElements bounds what one call of a template function may make: more than
// any real manifest needs, less than what hurts.
const maxElements = 1_000_000

// hungry names the template functions that take a count and allocate at once,
// so that no watchdog could stop them in time, with the method of limits that
// checks the count first.
var hungry = map[string]string{
	"repeat": "Repeat", "until": "Until", "untilStep": "UntilStep", "seq": "Seq",
	"indent": "Indent", "nindent": "Nindent",
	"randAlphaNum": "RandAlphaNum", "randAlpha": "RandAlpha", "randAscii": "RandAscii", "randNumeric": "RandNumeric", "randBytes": "RandBytes",
}

// guardTemplate replaces calls of hungry functions by checked ones, on their
// lines, so that errors name the right line. Calls with a small literal count
// (nearly all) stay as they are, and so does a file without others.
func guardTemplate(name string, text []byte) ([]byte, bool) {
	if !mentionsHungry(text) {
		return text, false
	}
	tree := parse.New(name)
	tree.Mode = parse.SkipFuncCheck
	set := map[string]*parse.Tree{}
	if _, err := tree.Parse(string(text), "", "", set); err != nil {
		return text, false // the engine reports it
	}
	var splices []splice
	for _, t := range set {
		g := guard{text: string(text)}
		g.list(t.Root)
		if len(g.splices) == 0 {
			continue
		}
		start := int(t.Root.Nodes[0].Position())
		if _, isText := t.Root.Nodes[0].(*parse.TextNode); !isText {
			start = strings.LastIndex(string(text[:start]), "{{")
		}
		splices = append(append(splices, g.splices...), splice{start, start, hostPrelude})
	}
	if len(splices) == 0 {
		return text, false
	}
	sort.SliceStable(splices, func(i, j int) bool { return splices[i].start > splices[j].start })
	out := string(text)
	for _, s := range splices {
		out = out[:s.start] + s.text + out[s.end:]
	}
	return []byte(out), true
}

// mentionsHungry is a quick test that lets nearly every file pass without
// being parsed: indent with a written count is everywhere.
func mentionsHungry(text []byte) bool {
	for _, name := range []string{"repeat", "until", "seq ", "seq)", "randA", "randN", "randB"} {
		if bytes.Contains(text, []byte(name)) {
			return true
		}
	}
	for rest := text; ; {
		i := bytes.Index(rest, []byte("indent "))
		if i < 0 {
			return false
		}
		rest = bytes.TrimLeft(rest[i+len("indent "):], " ")
		digits := 0
		for digits < len(rest) && rest[digits] >= '0' && rest[digits] <= '9' {
			digits++
		}
		if digits == 0 || digits > 4 {
			return true
		}
	}
}

// guardValues guards the template text in values, which `tpl` may run.
func guardValues(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			v[k] = guardValues(x)
		}
	case []any:
		for i, x := range v {
			v[i] = guardValues(x)
		}
	case string:
		if strings.Contains(v, "{{") {
			text, _ := guardTemplate("value", []byte(v))
			return string(text)
		}
	}
	return v
}

type splice struct {
	start, end int
	text       string
}

type guard struct {
	text    string
	splices []splice
}

func (g *guard) list(l *parse.ListNode) {
	if l == nil {
		return
	}
	for _, n := range l.Nodes {
		switch n := n.(type) {
		case *parse.ActionNode:
			g.pipe(n.Pipe)
		case *parse.TemplateNode:
			g.pipe(n.Pipe)
		case *parse.IfNode:
			g.branch(&n.BranchNode)
		case *parse.WithNode:
			g.branch(&n.BranchNode)
		case *parse.RangeNode:
			g.branch(&n.BranchNode)
		}
	}
}

func (g *guard) branch(n *parse.BranchNode) {
	g.pipe(n.Pipe)
	g.list(n.List)
	g.list(n.ElseList)
}

func (g *guard) pipe(p *parse.PipeNode) {
	if p == nil {
		return
	}
	for _, c := range p.Cmds {
		for i, arg := range c.Args {
			switch arg := arg.(type) {
			case *parse.PipeNode:
				g.pipe(arg)
			case *parse.IdentifierNode:
				at := int(arg.Position())
				method, known := hungry[arg.Ident]
				if i == 0 && known && !smallLiteral(c.Args[1:]) && strings.HasPrefix(g.text[at:], arg.Ident) {
					g.splices = append(g.splices, splice{at, at + len(arg.Ident), hostVariable + "." + method})
				}
			}
		}
	}
}

// smallLiteral reports whether all counts are written out and small.
func smallLiteral(args []parse.Node) bool {
	found := false
	for _, a := range args {
		if n, ok := a.(*parse.NumberNode); ok {
			found = true
			if !n.IsInt || n.Int64 > 10_000 || n.Int64 < -10_000 {
				return false
			}
		}
	}
	return found && len(args) <= 2
}

// limits is the host of guarded templates: sprig's functions behind a check
// of the count.
type limits struct{}

var sprigFunctions = sprig.TxtFuncMap()

func tooMany(function string, count int) error {
	return fmt.Errorf("%s asks for %d elements; spreadlint renders at most %d at once", function, count, maxElements)
}

func (limits) Repeat(count int, text string) (string, error) {
	if count > 0 && len(text) > 0 && count > maxElements/len(text) {
		return "", tooMany("repeat", count)
	}
	return sprigFunctions["repeat"].(func(int, string) string)(count, text), nil
}

func (limits) Until(count int) ([]int, error) {
	if count > maxElements || count < -maxElements {
		return nil, tooMany("until", count)
	}
	return sprigFunctions["until"].(func(int) []int)(count), nil
}

func (limits) UntilStep(start, stop, step int) ([]int, error) {
	if step != 0 && (stop-start)/step > maxElements {
		return nil, tooMany("untilStep", (stop-start)/step)
	}
	return sprigFunctions["untilStep"].(func(int, int, int) []int)(start, stop, step), nil
}

func (limits) Seq(params ...int) (string, error) {
	for _, p := range params {
		if p > maxElements || p < -maxElements {
			return "", tooMany("seq", p)
		}
	}
	return sprigFunctions["seq"].(func(...int) string)(params...), nil
}

func (limits) Indent(spaces int, text string) (string, error) {
	if spaces > 0 && spaces > maxElements/(1+strings.Count(text, "\n")) {
		return "", tooMany("indent", spaces)
	}
	return sprigFunctions["indent"].(func(int, string) string)(spaces, text), nil
}

func (l limits) Nindent(spaces int, text string) (string, error) {
	indented, err := l.Indent(spaces, text)
	return "\n" + indented, err
}

func (limits) RandAlphaNum(count int) (string, error) { return random("randAlphaNum", count) }
func (limits) RandAlpha(count int) (string, error)    { return random("randAlpha", count) }
func (limits) RandAscii(count int) (string, error)    { return random("randAscii", count) }
func (limits) RandNumeric(count int) (string, error)  { return random("randNumeric", count) }

func random(function string, count int) (string, error) {
	if count > maxElements {
		return "", tooMany(function, count)
	}
	return sprigFunctions[function].(func(int) string)(count), nil
}

func (limits) RandBytes(count int) (string, error) {
	if count > maxElements {
		return "", tooMany("randBytes "+strconv.Itoa(count), count)
	}
	return sprigFunctions["randBytes"].(func(int) (string, error))(count)
}

// hasHungryValue reports whether guardValues would change anything.
func hasHungryValue(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		for _, x := range v {
			if hasHungryValue(x) {
				return true
			}
		}
	case []any:
		for _, x := range v {
			if hasHungryValue(x) {
				return true
			}
		}
	case string:
		return strings.Contains(v, "{{") && mentionsHungry([]byte(v))
	}
	return false
}
