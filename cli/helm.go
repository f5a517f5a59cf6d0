package cli

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"github.com/spreadlint/spreadlint/report"
)

func (p *program) helmCommand() *urfave.Command {
	return &urfave.Command{
		Name: "helm", Usage: "run a helm command only when lint is clean: `helm upgrade NAME CHART ...`", ArgsUsage: "[flags of lint] upgrade|install|template ARGS...",
		Description: "Takes a helm command line unchanged, lints what it would apply, and runs helm only when that is clean. Flags of\n" +
			"`spreadlint lint` stand before the command of helm.\n\n" +
			"  --lint-only     do not run helm\n" +
			"  --run-unjudged  run helm also when lint could not judge what it would apply\n\n" +
			"Exit codes: 1 findings, 2 could not judge (helm was not run), otherwise that of helm.",
		SkipFlagParsing: true,
		Action:          func(c *urfave.Context) error { return p.helm(c.Args().Slice()) },
	}
}

// helmRun is a helm command line, taken apart.
type helmRun struct {
	lintOnly, unjudged bool
	lint               []string // flags for lint
	helm               []string // the command line of helm
	name, chart        string
	cannot             []string // why lint cannot reproduce it
	hints              []string // what to type instead
}

// helm lints what a helm command would apply, then runs it.
func (p *program) helm(arguments []string) error {
	if len(arguments) == 0 || arguments[0] == "--help" || arguments[0] == "-h" {
		fmt.Fprint(p.stdout, commandHelp(p.helmCommand()))
		if len(arguments) == 0 {
			return exitStatus(ExitUnjudged)
		}
		return nil
	}
	run, err := parseHelm(arguments)
	if err != nil {
		return err
	}
	code := p.lintHelm(run)
	switch {
	case code == ExitUnjudged && run.unjudged && !run.lintOnly:
		fmt.Fprintln(p.stderr, "note: not judged; helm runs all the same, for --run-unjudged")
	case code != ExitClean:
		if !run.lintOnly {
			fmt.Fprintln(p.stderr, "helm was not run")
		}
		return exitStatus(code)
	case run.lintOnly:
		return nil
	}
	return p.runHelm(run.helm)
}

// lintHelm lints what the command line would apply.
func (p *program) lintHelm(run *helmRun) int {
	if len(run.cannot) > 0 {
		for _, reason := range run.cannot {
			fmt.Fprintf(p.stderr, "error: cannot judge what helm would apply: %s\n", report.Clean(reason))
		}
		for _, hint := range run.hints {
			fmt.Fprintf(p.stderr, "hint: %s\n", report.Clean(hint))
		}
		fmt.Fprintln(p.stderr, "hint: --run-unjudged before `"+run.helm[0]+"` runs helm all the same")
		return ExitUnjudged
	}
	arguments := append([]string{"spreadlint", "lint"}, run.lint...)
	if run.name != "" {
		arguments = append(arguments, "--name", run.name)
	}
	behind := &behindHelm{}
	code := (&program{stdin: p.stdin, stdout: p.stdout, stderr: p.stderr, setFiles: map[string][]byte{}, behindHelm: behind}).run(append(arguments, "--", run.chart))
	if behind.tell(p, run.helm[0]) && code == ExitClean {
		return ExitUnjudged
	}
	return code
}

// runHelm runs helm with the streams of this process.
func (p *program) runHelm(arguments []string) error {
	binary := helmBinary()
	command := exec.Command(binary, arguments...)
	command.Stdin, command.Stdout, command.Stderr = p.stdin, p.stdout, p.stderr
	err := command.Run()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return exitStatus(max(exit.ExitCode(), 1)) // -1 for a signal
	case err != nil:
		return usage("cannot run "+binary+": "+err.Error(), "is helm on the PATH?")
	}
	return nil
}

// helmBinary is what runs plugins, or the one on the PATH.
func helmBinary() string {
	if binary := os.Getenv("HELM_BIN"); binary != "" {
		return binary
	}
	return "helm"
}

// pluginNamespace is the namespace that helm takes off a plugin's arguments.
// The default says nothing: helm sets it always.
func pluginNamespace() string {
	if namespace := os.Getenv("HELM_NAMESPACE"); namespace != "default" {
		return namespace
	}
	return ""
}

// parseHelm takes the command line apart. The flags are those of Helm 3.22 and
// Helm 4: https://github.com/helm/helm/blob/v3.22.0/pkg/cmd/upgrade.go
func parseHelm(arguments []string) (*helmRun, error) {
	run := &helmRun{}
	i := 0
	for ; i < len(arguments) && !helmCommands[arguments[i]]; i++ {
		switch arguments[i] {
		case "--lint-only":
			run.lintOnly = true
		case "--run-unjudged":
			run.unjudged = true
		default:
			run.lint = append(run.lint, arguments[i])
		}
	}
	if i == len(arguments) {
		return nil, usage("no command of helm that applies a chart is found", "spreadlint helm upgrade NAME CHART -f values.yaml", "known: upgrade, install, template")
	}
	run.helm = arguments[i:]
	var positional []string
	generated, namespaced, reused := false, false, false
	rest := run.helm[1:]
	for i := 0; i < len(rest); i++ {
		flag, value, joined := rest[i], "", false
		switch {
		case flag == "--":
			positional = append(positional, rest[i+1:]...)
			i = len(rest)
			continue
		case flag == "-" || !strings.HasPrefix(flag, "-"):
			positional = append(positional, flag)
			continue
		case strings.HasPrefix(flag, "--"):
			flag, value, joined = strings.Cut(flag, "=")
		case len(flag) > 2:
			flag, value, joined = flag[:2], strings.TrimPrefix(flag[2:], "="), true
		}
		kind, known := helmFlags[flag]
		if !known {
			run.cannot = append(run.cannot, "the flag "+flag+" of helm is not known")
			run.hints = append(run.hints, nearestHelmFlag(flag)...)
			continue
		}
		if kind.value && !joined {
			if i++; i == len(rest) {
				return nil, usage("the flag " + flag + " of helm needs a value")
			}
			value = rest[i]
		}
		generated = generated || flag == "-g" || flag == "--generate-name" || flag == "--name-template"
		namespaced = namespaced || flag == "-n" || flag == "--namespace"
		switch {
		case kind.means == passed && kind.value:
			run.lint = append(run.lint, flag+"="+value)
		case kind.means == passed:
			run.lint = append(run.lint, flag)
		case kind.means == unjudgeable && value != "false":
			run.cannot = append(run.cannot, flag+": "+kind.why)
			reused = reused || kind.why == lastValues
		}
	}
	if !namespaced && pluginNamespace() != "" {
		run.lint = append(run.lint, "--namespace="+pluginNamespace())
	}
	if run.helm[0] == "upgrade" {
		run.lint = append(run.lint, "--is-upgrade")
	}
	switch {
	case len(positional) == 2:
		run.name, run.chart = positional[0], positional[1]
	case len(positional) == 1 && (generated || run.helm[0] == "template"):
		run.chart = positional[0]
	default:
		return nil, usage(fmt.Sprintf("helm %s takes a name and a chart, found %d: %s", run.helm[0], len(positional), strings.Join(positional, " ")), "spreadlint helm "+run.helm[0]+" NAME CHART -f values.yaml")
	}
	if !exists(run.chart) {
		run.cannot = append(run.cannot, run.chart+" is no chart on this disk: it would be downloaded, and spreadlint never uses the network")
		run.hints = append(run.hints, pulled(run.chart, rest)...)
	}
	if reused {
		run.hints = append(run.hints, keptValues(run.name, rest))
	}
	return run, nil
}
