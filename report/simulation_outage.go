package report

import (
	"fmt"
	"slices"
	"strings"
)

// outages prints what holds as long as lost nodes are only unreachable.
func (p *printer) outages(r *Simulation, k lossKind) {
	for i, line := range r.outageLines(k) {
		if i == 0 {
			p.print("  " + outageTitle + "\n")
		}
		for _, text := range wrap(plain(line), p.width-6) {
			p.print("      " + text + "\n")
		}
	}
}

const outageTitle = "as long as the nodes are only unreachable, and their Node objects stay:"

// outageLines tells for each workload the worst outage that losses of one kind
// lead to.
func (r *Simulation) outageLines(k lossKind) []string {
	var waiting, lines []string
	for _, w := range r.Workloads {
		most, line := 0, ""
		for _, l := range k.losses {
			for _, part := range l.Workloads {
				if part.Workload != w.Workload || part.Outage == nil || part.Replaced-part.Outage.Replaced <= most {
					continue
				}
				most, line = part.Replaced-part.Outage.Replaced, ""
				if len(part.Outage.Pending) == 0 {
					continue
				}
				line = fmt.Sprintf("%s: %d of %d re-placed", r.shortName(w), part.Outage.Replaced, part.Wanted-part.Left)
				if _, thing := lostThing(l.Name); !r.Asked {
					line += " after losing " + thing
				}
				line += ": " + part.Outage.Pending[0].Message
				if part.Outage.CountsTainted {
					line += " nodeTaintsPolicy: Honor leaves such nodes out of the count."
				}
			}
		}
		switch {
		case line != "":
			lines = append(lines, line)
		case most > 0 && !slices.Contains(waiting, r.shortName(w)):
			waiting = append(waiting, r.shortName(w))
		}
	}
	if len(waiting) > 0 {
		lines = append(lines, fmt.Sprintf("%s: not re-placed, no new pod is made while the old one is being deleted", strings.Join(waiting, ", ")))
	}
	return lines
}

// waiting words the worst outage of a kind of losses; "" when there is none.
// byScheduler: new pods are made and find no node.
func (r *Simulation) waiting(k lossKind) (text string, byScheduler bool) {
	most := 0
	for _, l := range k.losses {
		n := 0
		for _, part := range l.Workloads {
			if part.Outage != nil {
				n += part.Replaced - part.Outage.Replaced
				byScheduler = byScheduler || len(part.Outage.Pending) > 0
			}
		}
		most = max(most, n)
	}
	if most == 0 {
		return "", false
	}
	verb := "wait"
	if most == 1 {
		verb = "waits"
	}
	return fmt.Sprintf("%s %s until the Node objects are deleted", count(most, "pod"), verb), byScheduler
}
