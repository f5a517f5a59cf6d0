package report

import (
	"fmt"
	"slices"

	"github.com/spreadlint/spreadlint/cluster"
)

// drainRow are nodes whose drains end alike.
type drainRow struct {
	nodes []string
	text  string
}

// drainRows tells of drains that do not go through, or leave pods waiting.
func (r *Simulation) drainRows() []drainRow {
	var rows []drainRow
	for _, d := range r.Drains {
		text := drainText(d)
		if text == "" {
			continue
		}
		at := slices.IndexFunc(rows, func(o drainRow) bool { return o.text == text })
		if at < 0 {
			rows = append(rows, drainRow{text: text})
			at = len(rows) - 1
		}
		rows[at].nodes = append(rows[at].nodes, d.Node)
	}
	return rows
}

// drainText says what is wrong with a drain; "" when nothing is.
func drainText(d *cluster.Drain) string {
	switch {
	case d.Blocked != "" && d.Budget != nil:
		return fmt.Sprintf("never ends, by %s: %s", d.Budget.Name, d.Reason)
	case d.Blocked != "":
		return "kubectl does not begin: " + d.Reason
	case len(d.Pending) > 0:
		return fmt.Sprintf("ends, but %s for the node: %s", waitText(len(d.Pending)), d.Pending[0].Message)
	}
	return ""
}

func waitText(pods int) string {
	if pods == 1 {
		return "1 pod waits"
	}
	return fmt.Sprintf("%d pods wait", pods)
}

// drains prints which nodes cannot be drained and why.
func (p *printer) drains(r *Simulation) {
	rows := r.drainRows()
	if len(rows) == 0 {
		return
	}
	p.heading("After draining any one node")
	for _, row := range rows {
		for i, line := range wrap(plain(ranges(row.nodes, 6)+": "+row.text), p.width-4) {
			if i == 0 {
				p.print("  " + line + "\n")
			} else {
				p.print("    " + line + "\n")
			}
		}
	}
}

// drainVerdict says whether nodes can be drained, where budgets are known or
// something is wrong.
func (r *Simulation) drainVerdict() []verdictLine {
	blocked, waiting, last := 0, 0, ""
	for _, d := range r.Drains {
		switch {
		case d.Blocked != "":
			blocked++
		case len(d.Pending) > 0:
			waiting++
			last = d.Node
		}
	}
	switch {
	case blocked > 0:
		return []verdictLine{{text: fmt.Sprintf("kubectl drain does not end on %d of %s with pods of the release", blocked, count(len(r.Drains), "node")), bad: true, warning: true}}
	case waiting == 1:
		return []verdictLine{{text: fmt.Sprintf("draining %s leaves pods waiting until it is back", last), bad: true, warning: true}}
	case waiting > 0:
		return []verdictLine{{text: fmt.Sprintf("draining any of %s leaves pods waiting until it is back", count(waiting, "node")), bad: true, warning: true}}
	case len(r.Drains) > 0:
		return []verdictLine{{text: "any one node can be drained"}}
	}
	return nil
}
