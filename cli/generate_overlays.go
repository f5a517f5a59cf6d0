package cli

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/config"
	"github.com/spreadlint/spreadlint/generate"
	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/report"
	"github.com/spreadlint/spreadlint/values"
)

// overlay is one file that a run makes.
type overlay struct {
	environment
	settings config.Settings
	file     string // on disk
	before   *values.File
	result   *generate.Result
	after    *values.File
}

// jobs are the overlays to make: one, or one for each profile.
func (g *generating) jobs() (jobs []*overlay, failure *lint.Report, err error) {
	p, c := g.program, g.c
	name, paths, err := charts(c)
	if err != nil {
		return nil, nil, err
	}
	if len(paths) != 1 {
		return nil, nil, usage(fmt.Sprintf("generate takes one chart, found %d", len(paths)), "an overlay belongs to one chart: run it once for each")
	}
	g.chart = paths[0]
	options, problems, err := p.renderOptions(c, name)
	if err != nil {
		return nil, nil, err
	}
	all, err := allSettings(c, paths)
	if err != nil {
		return nil, nil, err
	}
	settings := all[0]
	settings.Intents = g.intents(settings.Intents)
	if !profilesWanted(c) {
		around, problems, err := p.surroundings(c, problems)
		if err != nil {
			return nil, nil, err
		}
		if problems != nil {
			unreadable := unread(paths, problems)
			return nil, &unreadable, nil
		}
		job := &overlay{environment: environment{nodes: around.nodes, files: options.Values.Files, options: options}, settings: settings, file: overlayFile}
		jobs = append(jobs, job)
	} else {
		profiles, err := chosen(c, settings)
		if err != nil {
			return nil, nil, err
		}
		if c.IsSet("out") && len(profiles) > 1 {
			return nil, nil, usage("--out writes one overlay, and there are "+fmt.Sprint(len(profiles))+" profiles", "--write writes each to the file that its profile names")
		}
		for _, profile := range profiles {
			e, more, err := p.environment(c, profile, options)
			if err != nil {
				return nil, nil, err
			}
			problems = append(problems, more...)
			job := &overlay{environment: e, settings: settings, file: orDefault(profile.Overlay.Name, profile.DefaultOverlay())}
			job.settings.KubeVersion = kubeVersionOf(c, settings, profile)
			jobs = append(jobs, job)
		}
	}
	if err := g.distinct(jobs); err != nil {
		return nil, nil, err
	}
	for _, job := range jobs {
		if out := c.String("out"); out != "" {
			job.file = out
		}
		more, err := g.prepare(job)
		if err != nil {
			return nil, nil, err
		}
		problems = append(problems, more...)
	}
	if problems != nil {
		unreadable := unread(paths, problems)
		return nil, &unreadable, nil
	}
	return jobs, nil, nil
}

// onDisk reports whether overlays are compared with files, or written to them.
func (g *generating) onDisk() bool { return len(typed(g.c, "write", "out", "check", "diff")) > 0 }

// distinct refuses profiles whose overlays are one file: each would take the
// place of the one before.
func (g *generating) distinct(jobs []*overlay) error {
	for i, job := range jobs {
		for _, other := range jobs[:i] {
			if g.onDisk() && sameFile(job.file, other.file) {
				message := fmt.Sprintf("%s is the overlay of the profiles %s and %s: one would take the place of the other", job.file, other.profile.Name, job.profile.Name)
				return usage(placed(job.profile.Overlay.Place, message), "give each a file of its own: overlay: values-spread-"+job.profile.Name+".yaml")
			}
		}
	}
	return nil
}

// intents are those of the configuration with the flags' as the default.
func (g *generating) intents(given []lint.Intent) []lint.Intent {
	wanted := lint.Intent{Name: lint.DefaultIntent, Survive: lint.SurviveNode}
	at := slices.IndexFunc(given, func(i lint.Intent) bool { return i.Name == lint.DefaultIntent })
	if at >= 0 {
		wanted = given[at]
	} else if len(given) > 0 && !g.c.IsSet("survive") && !g.c.IsSet("strict") {
		return given // the configuration names what matters
	}
	if g.c.IsSet("survive") || g.c.IsSet("strict") {
		wanted.Place = lint.Location{}
	}
	if g.c.IsSet("survive") {
		wanted.Survive = g.c.String("survive")
	}
	if g.c.IsSet("strict") {
		wanted.Strict = g.c.Bool("strict")
	}
	rest := slices.DeleteFunc(slices.Clone(given), func(i lint.Intent) bool { return i.Name == lint.DefaultIntent })
	return append(rest, wanted)
}

// prepare reads the overlay on disk and takes overlays out of the values: one
// is made on top of what a person wrote, not on top of itself.
func (g *generating) prepare(job *overlay) (problems []error, err error) {
	if !isStdin(job.file) && exists(job.file) && g.onDisk() {
		files, more, err := g.program.readValuesFiles([]string{job.file}, g.c.Duration("render-timeout"))
		if err != nil || more != nil {
			return more, err
		}
		job.before = files[0]
		if !generate.IsOverlay(job.before) && len(bytes.TrimSpace(job.before.Src)) > 0 {
			return nil, usage(job.file+" was not written by generate: it is left alone", "--out FILE names another file for the overlay")
		}
	}
	job.files = slices.DeleteFunc(slices.Clone(job.files), func(f *values.File) bool {
		own := generate.IsOverlay(f) || sameFile(f.Name, job.file)
		if own && f.Name != job.file {
			fmt.Fprintf(g.program.stderr, "note: %s is an overlay of generate: left out, to make it anew\n", report.Clean(f.Name))
		}
		return own
	})
	return nil, nil
}

// about says what an overlay is for, with files named as shown makes of them.
func (g *generating) about(job *overlay, shown func(string) string) string {
	var names []string
	for _, f := range job.files {
		names = append(names, shown(f.Name))
	}
	what := "chart " + shown(g.chart)
	if job.profile.Name != "" {
		what += ", profile " + job.profile.Name
	}
	if job.options.Name != "" {
		what += ", release " + job.options.Name
	}
	if len(names) > 0 {
		what += ", on top of " + strings.Join(names, ", ")
	}
	what += ", Kubernetes " + strings.TrimPrefix(orDefault(job.settings.KubeVersion, render.DefaultKubeVersion), "v")
	return what
}

// fromConfiguration names files from the folder of the configuration, or from
// the chart's where there is none, so that an overlay has the same bytes
// whichever folder the program is started in. The chart of such a folder goes
// by its own name.
func (g *generating) fromConfiguration(job *overlay) func(string) string {
	chart, err := filepath.Abs(g.chart)
	base := filepath.Dir(chart)
	if job.settings.File != "" {
		if file, wrong := filepath.Abs(job.settings.File); wrong == nil {
			base = filepath.Dir(file)
		}
	}
	var shown func(string) string
	shown = func(name string) string {
		absolute, wrong := filepath.Abs(name)
		if inside, found := strings.CutPrefix(name, g.chart); found && inside != "" && !exists(name) {
			return shown(g.chart) + filepath.ToSlash(inside) // of an archive
		}
		if err != nil || wrong != nil || !exists(name) {
			return filepath.ToSlash(name) // standard input, or nodes that are in no file
		}
		relative, wrong := filepath.Rel(base, absolute)
		switch {
		case wrong != nil:
			return filepath.ToSlash(name)
		case relative == ".":
			return filepath.Base(absolute)
		}
		return filepath.ToSlash(relative)
	}
	return shown
}

func sameFile(a, b string) bool {
	x, err := filepath.Abs(a)
	y, other := filepath.Abs(b)
	return err == nil && other == nil && x == y
}
