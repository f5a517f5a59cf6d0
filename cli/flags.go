package cli

import (
	"slices"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/report"
)

// chartFlags are the flags that say what is rendered, named as Helm's. Values
// and versions mean what they mean there.
func chartFlags() []urfave.Flag {
	return []urfave.Flag{
		&urfave.StringSliceFlag{Category: valuesFlags, Name: "values", Aliases: []string{"f"}, Usage: "values `FILE`, repeatable; - is standard input"},
		&urfave.StringSliceFlag{Category: valuesFlags, Name: "set", Usage: "set values: `KEY=VALUE`[,KEY=VALUE...], repeatable"},
		&urfave.StringSliceFlag{Category: valuesFlags, Name: "set-string", Usage: "set texts: `KEY=VALUE`, repeatable"},
		&urfave.StringSliceFlag{Category: valuesFlags, Name: "set-json", Usage: "set JSON values: `KEY=JSON`, repeatable"},
		&urfave.StringSliceFlag{Category: valuesFlags, Name: "set-file", Usage: "set texts from files: `KEY=FILE`, repeatable"},
		&urfave.StringSliceFlag{Category: valuesFlags, Name: "set-literal", Usage: "set a text as it stands: `KEY=VALUE`, repeatable"},
		&urfave.StringFlag{Category: releaseFlags, Name: "name", Usage: "release `NAME`; also before the chart, as with helm", DefaultText: "release-name"},
		&urfave.StringFlag{Category: releaseFlags, Name: "namespace", Aliases: []string{"n"}, Usage: "`NAME` of the release's namespace", DefaultText: "default"},
		&urfave.StringFlag{Category: releaseFlags, Name: "kube-version", Usage: "Kubernetes `VERSION` that the chart sees", DefaultText: render.DefaultKubeVersion},
		&urfave.StringSliceFlag{Category: releaseFlags, Name: "api-versions", Aliases: []string{"a"}, Usage: "`API` versions that the chart sees, repeatable"},
		&urfave.BoolFlag{Category: releaseFlags, Name: "is-upgrade", Usage: "render as for an upgrade, not an install"},
		&urfave.BoolFlag{Category: releaseFlags, Name: "skip-tests", Usage: "leave out the objects of helm tests"},
		&urfave.DurationFlag{Category: releaseFlags, Name: "render-timeout", Usage: "give up on a chart that takes longer than a `TIME`", Value: defaultTimeout},
	}
}

// rulesFlags are what lint and fix have in common: what is judged, and how
// severely.
func rulesFlags() []urfave.Flag {
	return append(slices.Concat(chartFlags(), nodesFlags(), configFlags()),
		&urfave.StringFlag{Category: judgeFlags, Name: "target-kube-version", Usage: "Kubernetes `VERSION` of the next upgrade: report what changes its meaning"},
		&urfave.StringSliceFlag{Category: judgeFlags, Name: "ignore", Usage: "do not run these `RULES` or categories: a,b, repeatable"},
		&urfave.StringFlag{Category: judgeFlags, Name: "fail-on", Value: "warning", Usage: "exit 1 from this `SEVERITY` on: error, warning, info or never"},
		colorFlag(),
	)
}

func colorFlag() urfave.Flag {
	return &urfave.StringFlag{Category: outputFlags, Name: "color", Value: "auto", Usage: "`WHEN` to colour text: auto, always or never"}
}

func outputFlag() urfave.Flag {
	return &urfave.StringSliceFlag{Category: outputFlags, Name: "output", Aliases: []string{"o"}, Usage: "`FORMAT[=FILE]` of the report, repeatable: " + strings.Join(report.Formats(), ", "), DefaultText: "text"}
}

func lintFlags() []urfave.Flag {
	return append(slices.Concat(rulesFlags(), profileFlags(), repositoryFlags(), baselineFlags()),
		&urfave.StringFlag{Category: judgeFlags, Name: "manifests", Usage: "judge rendered YAML in a `FILE` instead of a chart; - is standard input"},
		&urfave.StringSliceFlag{Category: judgeFlags, Name: "select", Usage: "run only these `RULES` or categories: a,b, repeatable"},
		&urfave.BoolFlag{Category: judgeFlags, Name: "allow-empty", Usage: "accept charts without any workload"},
		outputFlag(),
	)
}

func fixFlags() []urfave.Flag {
	return append(rulesFlags(),
		&urfave.BoolFlag{Category: fixGroup, Name: "write", Aliases: []string{"w"}, Usage: "change the values files"},
		&urfave.BoolFlag{Category: fixGroup, Name: "files", Usage: "the arguments are changed files: fix the values files among them, each with its chart"},
		&urfave.StringFlag{Category: fixGroup, Name: "out", Usage: "write the corrected values to a `FILE` instead; - is standard output"},
		&urfave.BoolFlag{Category: fixGroup, Name: "check", Usage: "exit 1 if a fix would change something, for CI"},
		&urfave.BoolFlag{Category: fixGroup, Name: "interactive", Usage: "ask about each fix, then change the files"},
		&urfave.BoolFlag{Category: fixGroup, Name: "unsafe-fixes", Usage: "also make fixes after which pods may be placed differently, or wait"},
		&urfave.StringSliceFlag{Category: judgeFlags, Name: "select", Usage: "fix only findings of these `RULES` or categories: a,b, repeatable"},
	)
}

func knobsFlags() []urfave.Flag {
	return append(chartFlags(),
		&urfave.StringFlag{Category: outputFlags, Name: "output", Aliases: []string{"o"}, Value: "text", Usage: "`FORMAT`: text or json"})
}
