package lint

import (
	"slices"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// withoutSleepers keeps the paths of which it is known that nothing reads
// them, also where the part of the chart that they belong to is switched off
// now: then its templates print nothing, whatever they would read.
func (in *Input) withoutSleepers(paths []values.Path) []values.Path {
	return slices.DeleteFunc(slices.Clone(paths), func(p values.Path) bool {
		return in.Release.Spells(p) || in.readOnceAwake(p)
	})
}

// readOnceAwake reports whether a value is read, or may be, once the parts of the
// chart that it lies in are switched on.
func (in *Input) readOnceAwake(p values.Path) bool {
	switches := in.switchesAround(p)
	if len(switches) == 0 {
		return false
	}
	awake, err := in.awake(switches)
	if err != nil {
		return true // nobody knows
	}
	same, err := awake.Unchanged(render.Change{Path: p, Remove: true})
	return err != nil || !same || awake.Reads(p)
}

// switchesAround are what switches on the parts of the chart, off now, that a
// value lies in.
func (in *Input) switchesAround(p values.Path) []render.Change {
	var switches []render.Change
	for i := 1; i < len(p); i++ {
		block, _ := values.Lookup(any(in.Release.Values()), p[:i])
		m, _ := block.(map[string]any)
		for _, key := range []string{"create", "deploy", "enable", "enabled", "install"} {
			if m[key] == false {
				switches = append(switches, render.Change{Path: p[:i].Key(key), Value: true})
			}
		}
	}
	return switches
}

// awake is the release with parts switched on, rendered once for all values
// that lie in them.
func (in *Input) awake(switches []render.Change) (*render.Release, error) {
	key := "awake"
	for _, s := range switches {
		key += " " + s.Path.String()
	}
	return in.tryOnce(key, func() (*render.Release, error) { return in.Release.With(switches...) })
}
