package generate

import (
	"fmt"
	"slices"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// describe says of each target how it stands, and what the chart cannot
// express.
func (s *search) describe(r *Result, final *state) error {
	for _, t := range r.Targets {
		w := final.release.Workload(t.first())
		if w == nil {
			continue
		}
		var err error
		if t.After, err = lint.Stands(final.cluster, w, t.Intent); err != nil {
			return err
		}
		for _, x := range t.Unit {
			now := final.release.Workload(x)
			if now == nil || t.Hangs != "" {
				continue
			}
			if t.Hangs, err = lint.Hangs(final.cluster, now); err != nil {
				return err
			}
		}
		if enough(t.After) {
			continue
		}
		t.Missing, t.Template = s.inexpressible(t, final, w)
	}
	return nil
}

// inexpressible says what a target's values cannot express, and the template
// line that would have to.
func (s *search) inexpressible(t *Target, final *state, w *render.Workload) (string, render.TemplatePlace) {
	spread := slices.ContainsFunc(t.knobs, func(k lint.Knob) bool { return k.Field != lint.FieldReplicas })
	field := w.FieldPath(values.Path{values.Name("spec"), values.Name("topologySpreadConstraints")})
	if terms := w.Terms(); len(terms) > 0 {
		field = w.FieldPath(terms[0].Path)
	}
	place := final.release.Cause(w, field).Template
	what := "a rule over " + t.Intent.Key()
	if t.Intent.Strict {
		what = "a hard rule over " + t.Intent.Key() + " that its nodes, its rollout and its autoscaler can bear"
	}
	texts := lint.RuleTexts(final.release, w)
	switch {
	case t.NeedsName:
		return what + " needs the release's name in its selector, and none was given", render.TemplatePlace{}
	case len(texts) > 0:
		return fmt.Sprintf("%s has to be written into the text at %s, which generate does not rewrite", what, texts[0]), render.TemplatePlace{}
	case !spread && len(s.switches(t)) == 0:
		return "no value of the chart decides how its pods spread", place
	}
	return "no value of the chart gives it " + what, place
}
