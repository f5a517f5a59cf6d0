package render

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
)

// shortestSecret is the shortest text that is taken out of messages: shorter
// ones are words like "on", and would riddle any sentence.
const shortestSecret = 4

// renderedLine begins a note that shows what a template printed.
const renderedLine = "rendered line "

// redacted takes the texts of the values out of Helm's message: a template may
// print any value with `fail`, and logs of CI are kept for long. What a
// template spells itself is no secret.
func (r *Release) redacted(err error) error {
	var f *Failure
	if !errors.As(err, &f) {
		return err
	}
	trees := []any{any(r.user), any(r.tree)}
	if r.session != nil {
		trees = append(trees, any(r.session.tree))
		if r.session.chart != nil {
			trees = append(trees, any(r.session.chart.Values))
		}
	}
	shown := f.Message + "\n" + strings.Join(f.Notes, "\n")
	secrets := map[string]bool{}
	for _, tree := range trees {
		eachText(tree, func(text string) {
			for _, form := range append(strings.Split(text, "\n"), text, strings.Trim(strconv.Quote(text), `"`)) {
				if form = strings.TrimSpace(form); len(form) >= shortestSecret && strings.Contains(shown, form) && !r.spelt(form) {
					secrets[form] = true
				}
			}
		})
	}
	var sorted []string
	for secret := range secrets {
		sorted = append(sorted, secret)
	}
	slices.SortFunc(sorted, func(a, b string) int { return len(b) - len(a) }) // a text may be part of another
	for _, secret := range sorted {
		f.Message = strings.ReplaceAll(f.Message, secret, "…")
		for i, note := range f.Notes {
			if strings.HasPrefix(note, renderedLine) {
				f.Notes[i] = strings.ReplaceAll(note, secret, "…")
			}
		}
	}
	return err
}

// spelt reports whether a template of the chart has a text.
func (r *Release) spelt(text string) bool {
	found := false
	if r.session == nil || r.session.chart == nil {
		return false
	}
	r.session.eachTemplate(func(_ string, file *chart.File) *chart.File {
		found = found || strings.Contains(string(file.Data), text)
		return file
	})
	return found
}

func eachText(tree any, visit func(string)) {
	switch tree := tree.(type) {
	case string:
		visit(tree)
	case map[string]any:
		for _, v := range tree {
			eachText(v, visit)
		}
	case []any:
		for _, v := range tree {
			eachText(v, visit)
		}
	}
}
