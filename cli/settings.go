package cli

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"github.com/spreadlint/spreadlint/config"
	"github.com/spreadlint/spreadlint/lint"
)

// thresholds are the words of --fail-on.
var thresholds = map[string]lint.Severity{"error": lint.Error, "warning": lint.Warning, "info": lint.Info, "never": lint.Error + 1}

// kubeVersion is what a Kubernetes version looks like, as Helm reads it.
var kubeVersion = regexp.MustCompile(`^v?[0-9]+\.[0-9]+(\.[0-9]+)?([-+].*)?$`)

// allSettings reads the settings of all charts before any is rendered, so that
// a mistake in them is found at once.
func allSettings(c *urfave.Context, paths []string) ([]config.Settings, error) {
	var all []config.Settings
	for _, path := range paths {
		s, err := settings(c, path)
		if err != nil {
			return nil, err
		}
		if err := check(s); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

// check refuses settings that name no severity or no rule: a run without rules
// would always be green.
func check(s config.Settings) error {
	if _, ok := thresholds[s.FailOn]; !ok {
		return usage(fmt.Sprintf("%s %q is no severity", origin(s, "failOn", "--fail-on"), s.FailOn), "legal: error, warning, info, never")
	}
	for _, v := range []struct{ entry, text string }{{"kubeVersion", s.KubeVersion}, {"targetKubeVersion", s.TargetKubeVersion}} {
		if v.text != "" && !kubeVersion.MatchString(v.text) {
			return usage(fmt.Sprintf("%s %q is no version", origin(s, v.entry, v.entry), v.text), "write it like 1.33 or v1.33.2")
		}
	}
	rules, err := lint.Selected(lintOptions(s))
	if err != nil {
		message, similar, found := strings.Cut(err.Error(), "; ")
		hints := []string{"`spreadlint rules` lists them"}
		if found {
			hints = append([]string{similar}, hints...)
		}
		return usage(message, hints...)
	}
	if !slices.ContainsFunc(rules, func(r *lint.Rule) bool { return r.Category != "run" }) {
		return usage("--select and --ignore leave no rule to run", "`spreadlint rules` lists them")
	}
	return nil
}

// origin says where an entry of the settings was set: a flag or a line of a
// configuration file.
func origin(s config.Settings, entry, otherwise string) string {
	if s.Origins[entry] != "" {
		return s.Origins[entry]
	}
	return otherwise
}
