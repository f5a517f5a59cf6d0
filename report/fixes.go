package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/spreadlint/spreadlint/fix"
	"github.com/spreadlint/spreadlint/lint"
)

// WriteFinding writes one finding as text.
func WriteFinding(w io.Writer, f lint.Finding, o Options) error {
	p := newPrinter(o)
	p.finding(f)
	_, err := io.WriteString(w, p.String())
	return err
}

// WriteFixes tells what fixing came to: what was mended, what was not and
// why, which pods restart and what is left.
func WriteFixes(w io.Writer, r fix.Result, written bool, o Options) error {
	p := newPrinter(o)
	verb := "would fix"
	if written {
		verb = "fixed"
	}
	if len(r.Applied) == 0 {
		switch {
		case len(r.After.Findings) == 0:
			p.print("nothing to fix: no findings\n")
		case len(r.Left) == 0:
			p.print("nothing to fix\n")
		default:
			p.print("nothing was fixed\n")
		}
	} else {
		p.print(p.ink.bold(fmt.Sprintf("%s %s in %s", verb, count(len(r.Applied), "finding"), count(len(r.Files), "file"))) + "\n")
	}
	for _, a := range r.Applied {
		p.item(a.Finding, a.Fix.Title, string(a.Fix.Safety))
	}
	if len(r.Skipped) > 0 {
		p.print(p.ink.bold("not fixed") + "\n")
	}
	for _, s := range r.Skipped {
		p.item(s.Finding, s.Fix.Title, "")
		p.under(s.Reason)
		for _, t := range s.Type {
			p.under(t.Do + ":")
			for _, line := range strings.Split(t.Text, "\n") {
				p.print("      " + plain(line) + "\n")
			}
		}
	}
	p.unfixed(r.Unfixed)
	if r.Unsafe > 0 {
		p.sentence(fmt.Sprintf("%s with an unsafe fix (pods may be placed differently, or wait): --unsafe-fixes", count(r.Unsafe, "more finding")))
	}
	if n := len(r.Restarts); n > 0 {
		p.sentence(fmt.Sprintf("the next upgrade restarts %s: %s", count(n, "workload"), some(r.Restarts)))
	}
	left := "no findings are left"
	if n := len(r.Left); n > 0 {
		left = fmt.Sprintf("%s left (%s); `spreadlint lint` shows them", count(n, "finding"), p.severities(lint.Report{Findings: r.Left}))
	}
	if n := len(r.After.Findings) - len(r.Left); n > 0 {
		left += fmt.Sprintf("; %s of other rules", count(n, "finding"))
	}
	p.print(left + "\n")
	_, err := io.WriteString(w, p.String())
	return err
}

// unfixed says of each rule whose findings have no fix why, and where to look.
func (p *printer) unfixed(all []fix.Unfixed) {
	if len(all) > 0 {
		p.print(p.ink.bold("no fix is known") + "\n")
	}
	type group struct{ rule, reason string }
	var order []group
	found := map[group][]fix.Unfixed{}
	for _, u := range all {
		g := group{u.Finding.Rule, u.Reason}
		if found[g] == nil {
			order = append(order, g)
		}
		found[g] = append(found[g], u)
	}
	for _, g := range order {
		for i, u := range found[g] {
			if i == maxNames {
				p.under(fmt.Sprintf("and %d more", len(found[g])-i))
				break
			}
			p.item(u.Finding, u.Finding.Message, "")
		}
		p.under(g.reason + "; more: spreadlint explain " + g.rule)
	}
}

// item is one line about a finding.
func (p *printer) item(f lint.Finding, title, note string) {
	line := "  " + p.ink.place(position(f.Location)) + "  " + f.Rule + ": " + plain(title)
	if note == string(lint.Unsafe) {
		line += " " + p.ink.dim("(unsafe)")
	}
	p.print(line + "\n")
}

// sentence is running text; further lines are indented.
func (p *printer) sentence(text string) {
	p.print(strings.Join(wrap(plain(text), p.width-2), "\n  ") + "\n")
}

// under is running text below an item.
func (p *printer) under(text string) {
	for _, line := range wrap(plain(text), p.width-4) {
		p.print("    " + line + "\n")
	}
}
