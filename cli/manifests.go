package cli

import (
	urfave "github.com/urfave/cli/v2"

	"github.com/spreadlint/spreadlint/config"
	"github.com/spreadlint/spreadlint/render"
)

// manifestInput is rendered YAML that --manifests names.
type manifestInput struct {
	shown    string
	settings config.Settings
	unread   error // the file cannot be used; a report can show it
	load     func() (*render.Release, error)
}

// manifests reads the file of --manifests. The error is one of the command
// line.
func (p *program) manifests(c *urfave.Context) (input manifestInput, err error) {
	if c.Args().Present() {
		return input, usage("--manifests and a chart exclude each other")
	}
	for _, flag := range []string{"values", "set", "set-string", "set-json", "set-file", "set-literal"} {
		if len(c.StringSlice(flag)) > 0 {
			return input, usage("--manifests and --"+flag+" exclude each other", "values matter to a chart; manifests are rendered already")
		}
	}
	if _, _, err := p.renderOptions(c, ""); err != nil {
		return input, err
	}
	name := c.String("manifests")
	if name == "" {
		return input, usage("the name of a file of manifests is empty", "is a variable of the shell not set?")
	}
	around := name
	if isStdin(name) {
		around = "."
	}
	all, err := allSettings(c, []string{around})
	if err != nil {
		return input, err
	}
	input.settings = all[0]
	var data []byte
	data, input.shown, input.unread = p.readInput(name)
	input.load = func() (*render.Release, error) {
		release, err := render.FromManifests(input.shown, data)
		if release != nil && c.String("namespace") != "" {
			release.Locate(c.String("namespace"))
		}
		if release != nil && all[0].KubeVersion != "" {
			release.KubeVersion = all[0].KubeVersion
		}
		return release, err
	}
	return input, nil
}
