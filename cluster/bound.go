package cluster

import (
	"math"

	"github.com/spreadlint/spreadlint/values"
)

// unlimited stands for more pods than anybody runs.
const unlimited = math.MaxInt32

// bound is an upper bound of how many pods of the workload may run on a set of nodes, when replicas of them are placed in
// all, one after another. rule is the path of the hard rule that gives it, nil when the size of the nodes or the number of
// replicas does. No order of placement and no choice of nodes leads to more, for:
//
//   - a node takes what it has room for;
//   - a hard anti-affinity term that matches the pods themselves allows one pod per value of its key;
//   - a hard constraint allows a domain at most maxSkew more than the emptiest domain has at the end: counts only grow.
//     So with L pods in the emptiest domain, every domain of the set holds at most L + maxSkew, and every other domain must
//     have been filled up to L.
func (r *ruleset) bound(nodes []string, replicas int) (most int, rule values.Path) {
	most, rule = r.withoutSpread(nodes)
	if replicas < most {
		most, rule = replicas, nil
	}
	for i := range r.spread {
		if n := r.spread[i].bound(r, nodes, replicas); n < most {
			most, rule = n, r.spread[i].path
		}
	}
	return most, rule
}

// withoutSpread is the bound by room and anti-affinity alone.
func (r *ruleset) withoutSpread(nodes []string) (most int, rule values.Path) {
	for _, name := range nodes {
		most += r.room[name]
	}
	for i := range r.anti {
		n := 0
		taken := map[string]bool{}
		for _, name := range nodes {
			value, has := r.anti[i].values[name]
			switch {
			case r.room[name] < 1:
			case !has:
				n += r.room[name]
			case !taken[value]:
				taken[value] = true
				n++
			}
		}
		if n < most {
			most, rule = n, r.anti[i].path
		}
	}
	return most, rule
}

// bound is the one that a single constraint gives.
func (c *spreadRule) bound(r *ruleset, nodes []string, replicas int) int {
	inside := map[string][]string{} // the part of each domain that lies in the set
	for _, name := range nodes {
		if value, ok := c.values[name]; ok {
			inside[value] = append(inside[value], name)
		}
	}
	whole := map[string][]string{}
	for _, name := range r.nodes {
		if value, ok := c.values[name]; ok {
			whole[value] = append(whole[value], name)
		}
	}
	type domain struct{ have, room int }
	var in, out []domain
	highest := unlimited // the level that every domain can reach
	for value, have := range c.counted {
		room, _ := r.withoutSpread(whole[value])
		highest = min(highest, have+room+c.free)
		if part := inside[value]; len(part) > 0 {
			room, _ := r.withoutSpread(part)
			in = append(in, domain{have, room})
			continue
		}
		out = append(out, domain{have: have})
	}
	for value, part := range inside {
		if _, counted := c.counted[value]; !counted { // pods there are never seen by the constraint
			room, _ := r.withoutSpread(part)
			in = append(in, domain{-unlimited, room})
		}
	}
	if len(c.counted) < c.minDomains || len(c.counted) == 0 {
		highest = 0
	}
	best := 0
	for level := 0; level <= highest; level++ {
		sum, needed := 0, 0
		full := true
		for _, d := range in {
			n := min(d.room, max(0, level+c.skew-d.have))
			full = full && n == d.room
			sum += n
		}
		for _, d := range out {
			needed += max(0, level-d.have)
		}
		left := replicas + c.free - needed
		best = max(best, min(sum, left))
		if full || left <= best {
			break
		}
	}
	return best
}
