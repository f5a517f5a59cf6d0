package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"github.com/spreadlint/spreadlint/cluster"
	"github.com/spreadlint/spreadlint/config"
	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// profileFlags choose environments of the configuration.
func profileFlags() []urfave.Flag {
	return []urfave.Flag{
		&urfave.StringSliceFlag{Category: clusterGroup, Name: "profile", Usage: "values and nodes of an environment in the configuration, by `NAME`; repeatable"},
		&urfave.BoolFlag{Category: clusterGroup, Name: "all-profiles", Usage: "every environment in the configuration"},
	}
}

func profilesWanted(c *urfave.Context) bool { return c.IsSet("profile") || c.Bool("all-profiles") }

// chosen are the profiles that the flags name, with their files checked.
func chosen(c *urfave.Context, s config.Settings) ([]config.Profile, error) {
	if given := typed(c, "nodes", "zones", "nodes-per-zone", "pods", "volumes", "namespaces", "live"); len(given) > 0 {
		return nil, usage("--profile and "+given[0]+" exclude each other", "what is known of a profile's cluster stands in the configuration: nodes, pods, volumes, namespaces")
	}
	var names []string
	for _, p := range s.Profiles {
		names = append(names, p.Name)
	}
	if len(names) == 0 {
		hint := "profiles: {dev: {nodes: inventories/dev.yaml, values: [values-dev.yaml]}}"
		if s.File == "" {
			return nil, usage("no configuration with profiles is found for the chart", "`spreadlint init CHART` writes a first "+config.FileName, hint)
		}
		return nil, usage(s.File+" has no profiles", hint)
	}
	wanted := names
	if c.IsSet("profile") {
		if c.Bool("all-profiles") {
			return nil, usage("--profile and --all-profiles exclude each other")
		}
		wanted = lists(c.StringSlice("profile"))
		if len(wanted) == 0 {
			return nil, usage("--profile names no profile", "profiles: "+strings.Join(names, ", "))
		}
	}
	var found []config.Profile
	var problems []error
	for _, name := range wanted {
		at := slices.Index(names, name)
		if at < 0 {
			e := &usageError{message: fmt.Sprintf("%s has no profile %q", s.File, name), hints: []string{"profiles: " + strings.Join(names, ", ")}}
			if near := values.Nearest(name, names, 1); len(near) > 0 {
				e.hints = append([]string{"did you mean " + near[0] + "?"}, e.hints...)
			}
			return nil, e
		}
		if err := s.Profiles[at].Missing(); err != nil {
			problems = append(problems, configError(err))
		}
		found = append(found, s.Profiles[at])
	}
	return found, errors.Join(problems...)
}

// environment is a profile that was read.
type environment struct {
	profile config.Profile
	nodes   *cluster.Inventory // nil when the profile names none
	files   []*values.File     // those of the profile, then those of -f
	overlay *values.File       // nil when there is none yet
	options render.Options
}

// environment reads the files of a profile. The release's options are those of
// the command line, on top of the profile's.
func (p *program) environment(c *urfave.Context, profile config.Profile, options render.Options) (e environment, problems []error, err error) {
	e = environment{profile: profile, options: options}
	timeout := c.Duration("render-timeout")
	own, problems, err := p.readValuesFiles(sourceNames(profile.Values), timeout)
	if err != nil {
		return e, nil, err
	}
	if profile.Overlay.Name != "" && exists(profile.Overlay.Name) {
		overlay, more, err := p.readValuesFiles([]string{profile.Overlay.Name}, timeout)
		if err != nil {
			return e, nil, err
		}
		if problems = append(problems, more...); len(overlay) > 0 {
			e.overlay = overlay[0]
		}
	}
	e.files = slices.Concat(own, options.Values.Files)
	if e.nodes, err = p.readAllNodes(sourceNames(profile.Nodes)); err != nil {
		problems = append(problems, err)
	}
	if e.nodes != nil {
		problems = append(problems, p.readCluster(e.nodes, profile)...)
	}
	if options.Name == "" {
		e.options.Name = profile.Release
	}
	if options.Namespace == "" {
		e.options.Namespace = profile.Namespace
	}
	e.options.KubeVersion = profile.KubeVersion
	return e, problems, nil
}

// readCluster adds what a profile's files tell of its cluster besides nodes.
func (p *program) readCluster(nodes *cluster.Inventory, profile config.Profile) (problems []error) {
	for _, more := range []struct {
		files []config.Source
		add   func(name string, data []byte) error
	}{{profile.Namespaces, nodes.AddNamespaces}, {profile.Pods, nodes.AddPods}, {profile.Volumes, nodes.AddVolumes}} {
		for _, name := range sourceNames(more.files) {
			data, shown, err := p.readInput(name)
			if err == nil {
				err = more.add(shown, data)
			}
			if err != nil {
				problems = append(problems, err)
			}
		}
	}
	return problems
}

// elsewhere are the clusters of all profiles; those whose files cannot be used
// are left out, for nobody asked for them.
func (p *program) elsewhere(s config.Settings) []lint.Elsewhere {
	var found []lint.Elsewhere
	for _, profile := range s.Profiles {
		if nodes, err := p.readAllNodes(sourceNames(profile.Nodes)); err == nil && nodes != nil {
			found = append(found, lint.Elsewhere{Profile: profile.Name, Nodes: nodes})
		}
	}
	return found
}

// judgeProfiles lints every chart in every environment: one report.
func (p *program) judgeProfiles(c *urfave.Context, paths []string, settings []config.Settings, options render.Options) (result lint.Report, failing failing, err error) {
	failing.least = lint.Error + 1
	shared := map[string]int{}
	var said helmWarnings
	defer func() { said.tell(p.stderr) }()
	for i, path := range paths {
		if slices.Contains(paths[:i], path) {
			continue // once for each chart, whatever ci/ values stand in it
		}
		failing.add(path, thresholds[settings[i].FailOn])
		profiles, err := chosen(c, settings[i])
		if err != nil {
			return result, failing, err
		}
		others := p.elsewhere(settings[i])
		for _, profile := range profiles {
			e, problems, err := p.environment(c, profile, options)
			if err != nil {
				return result, failing, err
			}
			s := settings[i]
			s.KubeVersion = kubeVersionOf(c, s, profile)
			var one lint.Report
			gaveUp := false
			if problems != nil {
				one = unread([]string{path}, problems)
			} else if one, gaveUp, err = p.judgeEnvironment(c, path, s, e, others, &said); err != nil {
				return result, failing, err
			}
			one.In(profile.Name)
			for _, file := range e.files {
				shared[file.Name]++
			}
			judged := lint.Judged{Profile: profile.Name, Chart: path, Workloads: one.Workloads, Kube: one.Kube, Unjudged: one.Unjudged}
			if e.nodes != nil {
				judged.Nodes = len(e.nodes.Nodes)
			}
			one.Profiles = []lint.Judged{judged}
			result.Join(one)
			if gaveUp { // its work goes on in the background: the process must end
				return result, failing, nil
			}
		}
	}
	result.DropUnused(shared)
	result.ReportUnused()
	return result, failing, nil
}

func (p *program) judgeEnvironment(c *urfave.Context, path string, s config.Settings, e environment, others []lint.Elsewhere, said *helmWarnings) (lint.Report, bool, error) {
	around := surroundings{nodes: e.nodes, profile: e.profile.Name, others: others}
	o := e.options
	o.KubeVersion, o.Values.Files = s.KubeVersion, e.files
	if e.overlay != nil {
		o.Values.Files = append(slices.Clone(e.files), e.overlay)
	}
	result, warnings, gaveUp, err := p.finish(c, path, s, around, func() (*render.Release, error) { return render.Render(path, o) })
	said.add(path, "profile "+e.profile.Name, warnings)
	return result, gaveUp, err
}

// kubeVersionOf is the version of a profile's cluster: a flag goes before the
// profile, and that before the rest of the configuration.
func kubeVersionOf(c *urfave.Context, s config.Settings, p config.Profile) string {
	if p.KubeVersion != "" && !c.IsSet("kube-version") {
		return p.KubeVersion
	}
	return s.KubeVersion
}

// intentError makes an intent that does not fit the chart an error of the
// configuration's line; nil for other errors.
func intentError(err error) error {
	var unknown *lint.UnknownWorkloadError
	var contradiction *lint.ContradictionError
	switch {
	case errors.As(err, &unknown):
		e := &usageError{message: placed(unknown.Intent.Place, unknown.Error())}
		if len(unknown.Nearest) > 0 {
			e.hints = append(e.hints, "did you mean "+unknown.Nearest[0]+"?")
		}
		e.hints = append(e.hints, "workloads: "+strings.Join(unknown.Known, ", "),
			"an intent for one of several charts stands below charts: {path/of/chart: {intent: ...}}")
		return e
	case errors.As(err, &contradiction):
		return usage(placed(contradiction.B.Place, contradiction.Error()),
			"the other stands at "+place(contradiction.A.Place), "name each workload once, or make one of them a pattern with *")
	}
	return nil
}

// placed puts the line that a message is about before it.
func placed(at lint.Location, message string) string {
	if at.File == "" || at.Start.Line == 0 {
		return message
	}
	return fmt.Sprintf("%s:%d:%d: %s", at.File, at.Start.Line, at.Start.Column, message)
}
