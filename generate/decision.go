package generate

import (
	"fmt"

	"github.com/spreadlint/spreadlint/lint"
)

const (
	hostnameKey = "kubernetes.io/hostname"
	zoneKey     = "topology.kubernetes.io/zone"
)

// form is a way to spread the pods of a workload: an anti-affinity term, a
// constraint, or both.
type form struct {
	anti   *rule
	spread []rule
	off    bool   // no rule at all
	why    string // for the comment in the overlay

	inPlace bool // a rolling update is to take an old pod away first
}

// decide lists the forms for a target, the best first. That a hard rule hangs
// on the nodes, in a rollout or under an autoscaler is found out by trying; those
// that must hang are not tried.
func (s *search) decide(t *Target) []form {
	soft := func(key string) form {
		return form{anti: &rule{key: key}, why: fmt.Sprintf("%s for %s: kept apart, but none waits", t.facts, t.podsText())}
	}
	softly := func(key string) form {
		return form{spread: []rule{{key: key, perVersion: true}}, why: fmt.Sprintf("%s for %s: evened out, but none waits", t.facts, t.podsText())}
	}
	hard := func(key, thing string, perVersion bool) form {
		return form{anti: &rule{key: key, hard: true, perVersion: perVersion}, why: fmt.Sprintf("%s for %s: never two %s one %s", t.facts, t.podsText(), on(thing), thing)}
	}
	firmly := func(key, thing string, minDomains int) form {
		return form{spread: []rule{{key: key, hard: true, perVersion: true, minDomains: minDomains}},
			why: fmt.Sprintf("%s for %s: at most one more %s one %s than %s another", t.facts, t.podsText(), on(thing), thing, on(thing))}
	}
	// A hard term with as many pods as domains leaves a rolling update no room:
	// it then has to take a pod away before it starts the next. That costs a pod
	// for a while, so it comes after what needs no such thing.
	inPlace := func(f form) form {
		f.inPlace = true
		return f
	}
	beside := func(f form) form { // a preference for different nodes, too
		f.anti = &rule{key: hostnameKey}
		return f
	}
	node := []form{soft(hostnameKey), softly(hostnameKey)}
	zone := func() []form {
		return []form{beside(softly(zoneKey)), soft(zoneKey), softly(zoneKey)}
	}
	switch {
	case t.Intent.Survive == lint.SurviveNode && t.hosts < 2, t.Intent.Survive == lint.SurviveZone && t.zones < 2:
		for i := range node {
			node[i].why = fmt.Sprintf("%s for %s: the intent cannot be met here, and a hard rule would make pods wait", t.facts, t.podsText())
		}
		return append(node, form{off: true, why: node[0].why})
	case t.Intent.Survive == lint.SurviveNode && !t.Intent.Strict:
		return node
	case t.Intent.Survive == lint.SurviveNode:
		even := firmly(hostnameKey, "node", 0)
		var forms []form
		switch {
		case t.most > t.hosts:
			forms = []form{even}
		case s.assumed:
			forms = []form{even, hard(hostnameKey, "node", false)} // more nodes than pods is not known
		case t.most == t.hosts:
			forms = []form{hard(hostnameKey, "node", true), hard(hostnameKey, "node", false), even, inPlace(hard(hostnameKey, "node", false))}
		default:
			forms = []form{hard(hostnameKey, "node", false), hard(hostnameKey, "node", true), even}
		}
		return append(forms, node...)
	case !t.Intent.Strict:
		return zone()
	}
	forms := []form{beside(firmly(zoneKey, "zone", t.zones)), beside(firmly(zoneKey, "zone", 0)), firmly(zoneKey, "zone", t.zones), firmly(zoneKey, "zone", 0)}
	if t.most <= t.zones {
		forms = append(forms, hard(zoneKey, "zone", false), inPlace(hard(zoneKey, "zone", false)))
	}
	return append(forms, zone()...)
}

func (t *Target) podsText() string {
	if t.most > t.pods {
		return fmt.Sprintf("%d to %d pods", t.pods, t.most)
	}
	return count(t.pods, "pod")
}

func on(thing string) string {
	if thing == "node" {
		return "on"
	}
	return "in"
}

func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
