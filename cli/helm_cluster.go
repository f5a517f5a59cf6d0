package cli

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"sync"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/report"
)

// behindHelm collects, while lint judges what helm would apply, why the helm
// that runs may apply something else.
type behindHelm struct {
	mutex   sync.Mutex
	lookups []render.Lookup
	merged  []string // what Helm 4 merges otherwise
	failed  bool     // a template stopped the render
}

// fail is told why nothing was rendered.
func (b *behindHelm) fail(err error) {
	var failure *render.Failure
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.failed = b.failed || errors.As(err, &failure) && failure.InTemplate()
}

// look is called with what was rendered, within lint's bounds of time.
func (b *behindHelm) look(release *render.Release) {
	lookups, merged := release.Lookups(), release.MergedOtherwise()
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.lookups = append(b.lookups, lookups...)
	b.merged = append(b.merged, merged...)
}

// tell says what was found, and reports whether the judgement cannot be
// trusted.
func (b *behindHelm) tell(p *program, helm string) (unjudged bool) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.failed {
		fmt.Fprintln(p.stderr, "hint: what the chart would find in the cluster with `lookup`, such as a password, can be given to lint alone: spreadlint helm --set KEY=VALUE "+helm+" ...")
	}
	var harmless []string
	for _, l := range b.lookups {
		place, kind := fmt.Sprintf("%s:%d", l.File, l.Line), cmp.Or(l.Kind, "kind that the template puts together")
		if l.Decides == "" {
			harmless = append(harmless, place+" asks for a "+kind)
			continue
		}
		unjudged = true
		fmt.Fprintf(p.stderr, "error: cannot judge what helm would apply: %s asks the cluster for a %s with `lookup`, which decides: %s\n",
			report.Clean(place), report.Clean(kind), report.Clean(l.Decides))
	}
	if len(harmless) > 0 {
		fmt.Fprintln(p.stderr, "note: the cluster is asked with `lookup`; judged as if it had nothing, and no workload is seen to depend on it:")
	}
	for _, call := range slices.Compact(harmless) {
		fmt.Fprintf(p.stderr, "  %s\n", report.Clean(call))
	}
	if unjudged {
		fmt.Fprintln(p.stderr, "hint: --run-unjudged before `"+helm+"` runs helm all the same")
	}
	if len(b.merged) == 0 {
		return unjudged // helm is not started for nothing
	}
	if major := installedHelm(); major != "" && major != "3" {
		fmt.Fprintf(p.stderr, "warning: the helm that runs is Helm %s and merges values otherwise than Helm %s, which rendered here:\n", report.Clean(major), render.HelmVersion())
		for _, difference := range slices.Compact(b.merged) {
			fmt.Fprintf(p.stderr, "  %s\n", report.Clean(difference))
		}
	}
	return unjudged
}

// installedHelm is the major version of the helm that would run, "" when it
// does not say.
func installedHelm() string {
	var out bytes.Buffer
	command := exec.Command(helmBinary(), "version", "--short")
	command.Stdout = &out
	if command.Run() != nil {
		return ""
	}
	version, isVersion := strings.CutPrefix(strings.TrimSpace(out.String()), "v")
	major, _, _ := strings.Cut(version, ".")
	if !isVersion || len(major) != 1 || major < "1" || major > "9" {
		return ""
	}
	return major
}
