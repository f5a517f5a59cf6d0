package render

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/spreadlint/spreadlint/values"
)

// maxTrials bounds how often a chart that fails is rendered again to find the
// value to blame.
const maxTrials = 12

// culprit adds to a failure the one value of the user's without which the
// chart renders, where the template's line did not tell it already. A value
// that is printed as it is breaks the text far from where it is read, so the
// values are taken away one by one instead.
func (r *Release) culprit(err error) error {
	var f *Failure
	if !errors.As(err, &f) || f.value != nil || r.session == nil || len(r.user) == 0 {
		return err
	}
	if _, bare := r.with(nil, r.bare()); bare != nil && bare.Error() == err.Error() {
		return err // the chart's own values bring it
	}
	trials := 0
	renders := func(change Change) bool {
		trials++
		if trials > maxTrials {
			return false
		}
		if f.executed != "" { // while that fails, there is no need to look at all others
			if _, err := r.with(map[string]bool{f.executed: true}, []Change{change}); err != nil {
				return false
			}
		}
		_, err := r.with(nil, []Change{change})
		return err == nil
	}
	var guilty values.Path
	for {
		next := slices.IndexFunc(r.without(guilty), func(c trialChange) bool { return renders(c.Change) })
		if next < 0 {
			break
		}
		guilty = r.without(guilty)[next].removed
	}
	if guilty == nil {
		return err
	}
	if list, _ := values.Lookup(any(r.user), guilty.Parent()); guilty.Last().IsIndex() && len(list.([]any)) == 1 {
		guilty = guilty.Parent()
	}
	if origin, found := r.Layers.Find(guilty); found {
		v, _ := values.Lookup(any(r.user), guilty)
		note := fmt.Sprintf("%s is %s, set at %s: without it the chart renders", guilty, brief(v), origin.place())
		f.Notes = append([]string{note}, f.Notes...)
	}
	return err
}

// bare are the changes that take all of the user's values away.
func (r *Release) bare() []Change {
	var changes []Change
	for _, c := range r.without(nil) {
		changes = append(changes, c.Change)
	}
	return changes
}

// trialChange is a change that takes one value away.
type trialChange struct {
	Change
	removed values.Path
}

// without lists the changes that take away one entry of the user's map or list
// at a path.
func (r *Release) without(at values.Path) []trialChange {
	holder := any(r.user)
	if len(at) > 0 {
		holder, _ = values.Lookup(holder, at)
	}
	var changes []trialChange
	switch holder := holder.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(holder)) {
			changes = append(changes, trialChange{Change{Path: at.Key(k), Remove: true}, at.Key(k)})
		}
	case []any:
		for i := range holder {
			others := append(slices.Clone(holder[:i]), holder[i+1:]...)
			changes = append(changes, trialChange{Change{Path: at, Value: others}, at.Item(i)})
		}
	}
	return changes
}
