package fix

import (
	"slices"

	"github.com/spreadlint/spreadlint/values"
)

// edit makes the changes of proposals in the files. All or none.
func edit(files []*values.File, proposals []*Proposal) ([]*values.File, *objection) {
	edited := slices.Clone(files)
	for i, file := range files {
		var changes []values.Change
		var erased []int
		for _, p := range proposals {
			for _, c := range p.changes {
				switch {
				case c.file != file:
				case c.erase > 0:
					erased = append(erased, c.erase)
				default:
					changes = append(changes, c.Change)
				}
			}
		}
		if len(changes)+len(erased) == 0 {
			continue
		}
		after, err := erase(file, erased)
		if err == nil && len(changes) > 0 {
			after, _, err = after.Apply(changes...)
		}
		for _, c := range changes {
			if err == nil && (c.Remove || c.Move != nil) {
				after, err = prune(after, c.Path.Parent())
			}
		}
		if err != nil {
			return nil, refusedEdit(file, err)
		}
		edited[i] = after
	}
	return edited, nil
}

// erase takes comments out, the last first: the lines above stay where they
// are.
func erase(file *values.File, lines []int) (after *values.File, err error) {
	slices.Sort(lines)
	after = file
	for _, line := range slices.Backward(slices.Compact(lines)) {
		if after, err = after.EraseComment(line); err != nil {
			return nil, err
		}
	}
	return after, nil
}

// prune takes away the maps that an edit has left empty: for Helm an empty map
// changes nothing, and people read it as "none". An empty list goes only below
// another list: elsewhere it keeps a default of the chart away.
func prune(file *values.File, path values.Path) (*values.File, error) {
	for len(path) > 0 && !path.Last().IsIndex() {
		value, _ := values.Lookup(any(file.Tree()), path)
		m, isMap := value.(map[string]any)
		list, isList := value.([]any)
		inList := slices.ContainsFunc(path, values.Key.IsIndex)
		if !(isMap && len(m) == 0 || isList && len(list) == 0 && inList) {
			break
		}
		next, _, err := file.Apply(values.Change{Path: path, Remove: true})
		if err != nil {
			return nil, err
		}
		file, path = next, path.Parent()
	}
	return file, nil
}
