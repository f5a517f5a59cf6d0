package lint

import (
	"fmt"
	"slices"

	"github.com/spreadlint/spreadlint/cluster"
	"github.com/spreadlint/spreadlint/render"
)

// Elsewhere is the cluster of another environment of the same chart.
type Elsewhere struct {
	Profile string
	Nodes   *cluster.Inventory
}

// Judged is one environment in a report.
type Judged struct {
	Profile, Chart string
	Nodes          int // 0 when they are not known
	Workloads      int
	Kube           string
	Unjudged       bool
}

// Count is how many findings of each severity a report has for the
// environment, as (errors, warnings, infos).
func (j Judged) Count(r Report) (errors, warnings, infos int) {
	for _, f := range r.Findings {
		if f.Chart != j.Chart && f.Chart != "" || !slices.Contains(f.Profiles, j.Profile) {
			continue
		}
		switch f.Severity {
		case Error:
			errors++
		case Warning:
			warnings++
		default:
			infos++
		}
	}
	return errors, warnings, infos
}

// In says of which environment all findings of the report are, also those that
// are accepted.
func (r *Report) In(profile string) {
	for i := range r.Findings {
		r.Findings[i].Profiles = []string{profile}
	}
	for i := range r.Accepted {
		r.Accepted[i].Finding.Profiles = []string{profile}
	}
}

func (f *Finding) addProfiles(more []string) {
	for _, p := range more {
		if !slices.Contains(f.Profiles, p) {
			f.Profiles = append(f.Profiles, p)
		}
	}
}

// DropUnused takes out what was reported as unused ignore comments of files
// that several environments share, where one of them has a use for it: shared
// says in how many a file is.
func (r *Report) DropUnused(shared map[string]int) {
	r.Findings = slices.DeleteFunc(r.Findings, func(f Finding) bool {
		return f.Rule == unusedIgnore.ID && len(f.Profiles) > 0 && len(f.Profiles) < shared[f.Location.File]
	})
}

// elsewhere is the release on another environment's nodes, once asked for.
type elsewhere struct {
	Elsewhere
	cluster *cluster.Simulation
}

func (in *Input) takeProfile(o Options) {
	in.profile = o.Profile
	for _, other := range o.Others {
		if other.Nodes != nil && other.Profile != o.Profile {
			in.elsewhere = append(in.elsewhere, &elsewhere{Elsewhere: other})
		}
	}
}

// on is the release on the other nodes; nil when that fails, which ends the
// run.
func (in *Input) on(e *elsewhere) *cluster.Simulation {
	if e.cluster == nil {
		var err error
		if e.cluster, err = cluster.New(e.Nodes, in.Release, cluster.Options{}); err != nil {
			ask(in, 0, fmt.Errorf("put the release on the nodes of profile %s: %w", e.Profile, err))
			return nil
		}
	}
	return e.cluster
}

// Hangs says what of a workload waits on nodes, now, when its autoscaler asks
// for more, or in a rolling update; "" for nothing.
func Hangs(s *cluster.Simulation, w *render.Workload) (string, error) {
	placement, err := s.Place()
	if err != nil {
		return "", err
	}
	for _, p := range placement.Workloads {
		if p.Workload != w {
			continue
		}
		missing := len(p.Pending) + p.NotCreated
		switch {
		case p.Skipped != "":
			return "", nil
		case missing > 0:
			return fmt.Sprintf("%d of %d %s find no node: %q", missing, p.Wanted, plural(p.Wanted, "pod"), p.Pending[0].Message), nil
		case p.Growth != nil && p.Growth.Most < p.Growth.Tried:
			return fmt.Sprintf("%s may ask for %d pods, and %d find a node: %q", w.Autoscaler, p.Growth.Maximum, p.Growth.Most, p.Growth.Message), nil
		}
	}
	rollout, err := s.Rollout(w, nil)
	if err != nil || rollout.Skipped != "" || rollout.Finishes {
		return "", err
	}
	return fmt.Sprintf("a rolling update hangs after %d of %d pods: %s", rollout.Updated, w.Replicas, rollout.Blocker), nil
}
