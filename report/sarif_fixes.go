package report

import (
	"regexp"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/values"
)

// semantic is a version as semver.org has it.
var semantic = regexp.MustCompile(`^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$`)

type (
	sarifFix struct {
		Description sarifText     `json:"description"`
		Changes     []sarifChange `json:"artifactChanges"`
	}
	sarifChange struct {
		Artifact     sarifArtifact      `json:"artifactLocation"`
		Replacements []sarifReplacement `json:"replacements"`
	}
	sarifReplacement struct {
		Deleted  sarifRegion `json:"deletedRegion"`
		Inserted *sarifText  `json:"insertedContent,omitempty"`
	}
)

// sarifFixes are the fixes that are edits of the finding's own values file. An
// edit here has not been proved by a second render, as those of `fix` are: the
// description says how safe its kind is. What is for a person to type has no
// edit.
func (o Options) sarifFixes(f lint.Finding) []sarifFix {
	if f.Location.Layer != lint.LayerValues || f.Location.Text == nil || f.Location.File == "<stdin>" {
		return nil
	}
	var fixes []sarifFix
	for _, fix := range f.Fixes {
		if fix.Safety == lint.ShowOnly {
			continue
		}
		edits, ok := editsOf(f.Location.Text, fix)
		if !ok || len(edits) == 0 {
			continue
		}
		change := sarifChange{Artifact: sarifArtifactOf(o.relative(f.Location.File))}
		for _, edit := range edits {
			start, end := f.Location.Text.PosAt(edit.Start), f.Location.Text.PosAt(edit.End)
			replacement := sarifReplacement{Deleted: sarifRegion{StartLine: start.Line, StartColumn: start.Column, EndLine: end.Line, EndColumn: end.Column}}
			if edit.New != "" {
				replacement.Inserted = &sarifText{Text: edit.New}
			}
			change.Replacements = append(change.Replacements, replacement)
		}
		fixes = append(fixes, sarifFix{Description: sarifText{Text: plain(fix.Title) + " (" + string(fix.Safety) + ")"}, Changes: []sarifChange{change}})
	}
	return fixes
}

// editsOf are the edits of a fix, false when it cannot be made safely.
func editsOf(file *values.File, fix lint.Fix) ([]values.Edit, bool) {
	var changes []values.Change
	for _, set := range fix.Sets {
		if set.Erase > 0 || set.Move != nil { // a moved entry takes its comments along, which may be secrets
			return nil, false
		}
		changes = append(changes, values.Change{Path: set.Path, Value: set.Value, Remove: set.Remove})
		if set.Remove {
			changes[len(changes)-1].Value = nil
		}
	}
	edits, err := file.Edits(changes...)
	return edits, err == nil
}
